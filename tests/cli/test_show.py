"""`komisi show` and `komisi compile`: what they print for the three plans, and how they end.

The pages stand in `shown/`; after a change that is meant, `SHOWN=renew python -m pytest tests/cli/test_show.py` writes them anew.
"""

import json
import os
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.ir.serial import program_from_json
from tests.cli.command import Komisi, komisi
from tests.conformance.small_workspace import PLAN, written
from tests.documents.examples import DOCUMENT, build, examples

ROOT = Path(__file__).parents[2]
SHOWN = Path(__file__).parent / "shown"
PLANS = ("export", "key-account", "salesman")
TRANSCRIPTS = [
    *((f"{plan}.txt", ("show", plan)) for plan in PLANS),
    ("salesman.md", ("show", "salesman", "--output-format", "markdown")),
    ("salesman-S-001.txt", ("show", "salesman", "--participant", "S-001")),
    ("key-account-K-001.txt", ("show", "key-account", "--participant", "K-001")),
    ("salesman-compile.txt", ("compile", "salesman")),
    ("salesman-program.txt", ("compile", "salesman", "--show")),
]  # fmt: skip


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TERM", "xterm")
    return komisi(monkeypatch, capsys)


@pytest.mark.parametrize(("name", "arguments"), TRANSCRIPTS, ids=[name for name, _ in TRANSCRIPTS])
def test_transcript(name: str, arguments: tuple[str, ...], do: Komisi) -> None:
    done = do(*arguments)
    assert done.code == 0
    if os.environ.get("SHOWN") == "renew":
        (SHOWN / name).write_text(done.out, encoding="utf-8", newline="\n")
    assert done.out == (SHOWN / name).read_text(encoding="utf-8")


def test_no_data_is_needed(do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "plans", tmp_path / "plans")
    monkeypatch.chdir(tmp_path)
    done = do("show", "salesman")
    assert (done.code, done.err) == (0, "\nnext: komisi run PERIOD\n")
    assert done.out == (SHOWN / "salesman.txt").read_text(encoding="utf-8")
    done = do("show", "salesman", "--participant", "S-001")
    assert (done.code, done.out) == (4, "") and "error: [X001]" in done.err and "help:" in done.err


def test_it_is_the_same_from_a_path_and_from_the_folder_of_the_plan(
    do: Komisi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("plans/salesman", "plans/salesman/comp.yaml"):
        assert do("show", name).out == (SHOWN / "salesman.txt").read_text(encoding="utf-8")


def test_a_dumb_terminal_gets_plain_characters(do: Komisi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    out = do("show", "salesman").out
    pictures = [line for line in out.splitlines() if re.search(r"^ +([0-9,]+ )?[|+]", line)]
    assert len(pictures) == 30 and all(line.isascii() for line in pictures)
    assert "\033" not in out


def test_json(do: Komisi) -> None:
    shown = json.loads(do("show", "salesman", "--output-format", "json").out)
    parts = {section["title"]: section["parts"] for section in shown["sections"]}
    curve = next(part for part in parts["commission"] if "curve" in part)
    assert curve["target"] == "100000000" and [bound["at"] for bound in curve["bounds"]] == ["0", "0.8", "1", "1.2"]
    assert {"value": "120000000", "pays": "900000", "cause": None} in curve["points"]
    tiers = next(part for part in parts["commission"] if part.get("table") == "tiers")
    assert tiers["rows"][2] == {"from": "100 %", "to": "120 %", "rate": "1.5 %", "note": "accelerator"}
    choices = parts["The choices behind it"]
    assert all(re.fullmatch(r"plans/.+\.yaml:[0-9]+", choice["place"]) for choice in choices)


@pytest.mark.parametrize("plan", PLANS)
def test_svg_stands_by_itself(plan: str, do: Komisi, tmp_path: Path) -> None:
    file = tmp_path / "curve.svg"
    done = do("show", plan, "--svg", file)
    assert done.code == 0 and f"wrote {file}" in done.err
    text = file.read_text(encoding="utf-8")
    tree = ElementTree.fromstring(text)
    names = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in tree.iter()}
    assert names == {"svg", "title", "style", "rect", "g", "text", "line", "polyline", "circle"}
    attributes = {name for element in tree.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or "href" in name}
    assert re.findall(r"https?:|url\(|@import|script|data:", text) == ["http:"], "the name space alone"
    for element in tree.iter():
        for name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy"):
            assert re.fullmatch(r"[0-9]+(\.[0-9])?", element.get(name, "0")), (element.tag, element.attrib)


USAGE = [
    (("show", "salesmen"), "error: no plan is called `salesmen`", "did you mean `salesman`? there are export,"),
    (("compile", "zzz"), "error: no plan is called `zzz`", "there are export, key-account, salesman"),
    (("show",), "error: which plan?", "komisi show PLAN; there are export, key-account, salesman"),
    (("show", "salesman", "--participant", "S-0001"), "`S-0001` is not among the participants", "did you mean `S-001`?"),
    (("show", "salesman", "--participant", "K-001"), "is not on the plan `salesman`: their title is Key", "round example"),
    (("show", "salesman", "--target", "0"), "error: `0` is no amount", "--target takes a number above 0"),
    (("show", "salesman", "--target", "1e6"), "error: `1e6` is no amount", "2500000"),
    (("show", "salesman", "--at", "105x"), "error: `105x` is no amount", "--at takes a number"),
    (("show", "key-account", "--so-far", "5"), "--so-far says what came before", "say with --at what comes then"),
    (("show", "salesman", "--so-far", "5", "--at", "5"), "nothing in `salesman` adds up over several", "leave --so-far out"),
    (("show", "salesman", "--target", "1", "--participant", "S-001"), "both say which target", "give one of them"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message", "help_"), USAGE, ids=["-".join(u[0]) for u in USAGE])
def test_2_usage(arguments: tuple[str, ...], message: str, help_: str, do: Komisi) -> None:
    done = do(*arguments)
    assert (done.code, done.out) == (2, "") and message in done.err and help_ in done.err


@pytest.mark.parametrize("command", ["show", "compile"])
def test_1_mistakes_in_the_plan(command: str, do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path))
    (tmp_path / "field/comp.yaml").write_text(PLAN.replace("rate: 1%", "rte: 1%"))
    done = do(command, "field")
    assert (done.code, done.out) == (1, "") and "field/comp.yaml:35" in done.err


def test_4_a_picture_that_cannot_be_written(do: Komisi, tmp_path: Path) -> None:
    done = do("show", "salesman", "--svg", tmp_path / "none" / "curve.svg")
    assert (done.code, done.out) == (4, "") and "the picture can't be written: No such file" in done.err


def test_a_target_of_ones_own(do: Komisi) -> None:
    out = do("show", "key-account", "--target", "2,640,000").out
    assert "100 % is an example target of 2,640,000.00 SGD for 2026." in " ".join(out.split())
    assert re.search(r"100 %  2,640,000.00 SGD +36,960.00 SGD", out)


def test_values_that_the_reader_names(do: Komisi) -> None:
    out = do("show", "key-account", "--at", "105%", "--at", "1,234,567.89").out
    assert re.search(r"105 %  1,260,000.00 SGD +17,640.00 SGD", out)
    assert re.search(r"102.88 %  1,234,567.89 SGD +17,283.96 SGD", out)
    assert re.search(r"1,234,567.89 SGD +2,469.14 SGD", out), "a component without a target has the amount too"
    assert "100,000.00 SGD being a round example" in do("show", "key-account", "--at", "60000").out
    plain, far = (do("show", "key-account", *more).out for more in ((), ("--at", "7000000")))
    assert [line for line in plain.splitlines() if "│" in line] == [line for line in far.splitlines() if "│" in line]


def test_the_middle_of_each_line_has_a_figure(do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half-way from 2 % at 80 % to 4 % at 100 %, and from there to 9 % at 150 %."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "between-rates", tmp_path)
    monkeypatch.chdir(tmp_path)
    out = do("show").out
    assert re.search(r"90 % +90,000.00 USD +2,700.00 USD", out)
    assert re.search(r"125 % +125,000.00 USD +8,125.00 USD", out)


def test_what_a_month_pays_after_so_much(do: Komisi) -> None:
    """Both months' totals are over 130 % of their targets to date: 1.8 % of 1,300,000 less 1.8 % of 600,000."""
    out = " ".join(do("show", "key-account", "--so-far", "600000", "--at", "700000").out.split())
    assert "After 600,000.00 SGD so far, which came in 2026-01, 2026-02 by itself pays:" in out
    assert "700,000.00 SGD 1,300,000.00 SGD 12,600.00 SGD" in out


def test_2_a_plan_without_a_target(do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = re.sub(r" +(against|missing_target|zero_target):.*\n", "", PLAN).replace("from: 0%", "from: 0")
    plan = plan.replace("from: 100%", "from: 1000")
    monkeypatch.chdir(written(tmp_path, {"field/comp.yaml": plan}))
    done = do("show", "--target", "5")
    assert (done.code, done.out) == (2, "") and "error: `field` reads no target" in done.err
    done = do("show", "--at", "105%")
    assert (done.code, done.out) == (2, "") and "--at says a share of a target" in done.err and "an amount" in done.err


def test_an_accepted_jump_has_its_size(do: Komisi) -> None:
    out = " ".join(do("show", "key-account").out.split())
    assert "(R001), in the worked figures at 70 % by 3,360.00 SGD, at 100 % by 7,200.00 SGD and at 130 % by" in out


def test_the_stored_form_is_a_program(do: Komisi) -> None:
    done = do("compile", "salesman", "--json")
    assert done.code == 0
    assert any(stage.name == "earnings/salesman.commission" for stage in program_from_json(done.out).stages)


def test_2_nothing_to_draw(do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path))
    plan = PLAN.replace("rate: 1%", "rate: 0%").replace("rate: 3%", "rate: 0%")
    (tmp_path / "field/comp.yaml").write_text(plan)
    assert "It pays nothing at any of these values" in do("show").out
    done = do("show", "field", "--svg", "curve.svg")
    assert (done.code, done.out) == (2, "") and "error: no component of `field` has a curve to draw" in done.err
    assert not (tmp_path / "curve.svg").exists()


def test_a_roster_that_always_has_a_value_hides_no_default(
    do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shutil.copytree(ROOT / "plans", tmp_path / "plans")
    text = (home / "komisi.yaml").read_text(encoding="utf-8")
    never_empty = text.replace("spiff_rate: {type: rate, nullable: true}", "spiff_rate: rate")
    assert never_empty != text
    shown = []
    for each in (text, never_empty.replace("default: 0,", "default: 2%,"), text.replace("default: 0,", "default: 2%,")):
        (home / "komisi.yaml").write_text(each, encoding="utf-8")
        shown.append(do("show", "export", "--workspace", str(home)).out)
    assert shown[1] == shown[2] != shown[0]

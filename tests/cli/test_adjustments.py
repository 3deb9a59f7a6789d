"""`komisi adjustments`: what was moved, who approved it, and what each did to pay."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.command import Komisi
from tests.cli.command import komisi as made_komisi
from tests.documents.examples import DOCUMENT, build, examples


@pytest.fixture
def komisi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """The command, in the workspace of the language reference's example, with one row more that moves nothing."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "moved", tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    moves = Path("credit-moves.csv")
    moves.write_text(moves.read_text() + "M-3,A-3,ana,ben,1,V. Okafor,2026-04-03,a slip\n")
    run = made_komisi(monkeypatch, capsys)
    assert run("run", "2026-03").code == 3
    return run


def test_they_are_listed(komisi: Komisi) -> None:
    lines = komisi("adjustments", "latest:2026-03").out.splitlines()
    said = {line.split()[0]: " ".join(line.split()[1:]) for line in lines if line.strip().startswith("M-")}
    assert said == {
        "M-1": "A-1 ana ben 50 % sales.sales 1,200.00 600.00 V. Okafor, 2026-04-02 sold together credit-moves.csv:2",
        "M-2": "A-2 ana nobody 100 % sales.sales 350.50 350.50 V. Okafor, 2026-04-03 disputed by the customer credit-moves.csv:3",
        "M-3": "A-3 ana ben 100 % sales.sales nothing: no_credit V. Okafor, 2026-04-03 a slip credit-moves.csv:4",
    }  # fmt: skip


def test_what_each_did_to_pay_is_the_run_less_the_run_without_it(komisi: Komisi) -> None:
    done = komisi("adjustments", "latest:2026-03", "--pay", "--json")
    found = json.loads(done.out)["adjustments"]
    pay = [{line["participant"]: Decimal(line["amount"]) for line in each["pay"]} for each in found]
    assert pay == [{"ana": -30, "ben": 30}, {"ana": Decimal("-17.53")}, {}]
    moves = Path("credit-moves.csv")
    before = {row.split(",")[0]: row for row in moves.read_text().splitlines()}
    moves.write_text("\n".join(row for key, row in before.items() if key != "M-2") + "\n")
    komisi("run", "2026-03")
    text = next(row for row in komisi("explain", "latest:2026-03", "ana").out.splitlines() if "payout" in row)
    assert "47.53" in text, "30.00 with it, and 17.53 more without"


def test_a_run_without_adjustments_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "flat", tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    run = made_komisi(monkeypatch, capsys)
    run("run", "2026-03")
    done = run("adjustments", "latest:2026-03")
    assert (done.code, done.out.splitlines()[-1].strip()) == (0, "· no adjustments")

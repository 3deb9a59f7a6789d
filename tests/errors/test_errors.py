"""Each code that `check` tells is provoked by the example that `komisi rule` shows, alone; the good example has no finding.

`expected.txt` in the code's folder is what `komisi check` prints then (of plan tests, P, `komisi test`). `KOMISI_UPDATE=1
python -m pytest tests/errors` writes it anew: read what changes. The codes of a run (X, E) are provoked the same way, and
must be in its log.
"""

import os
from pathlib import Path

import pytest

from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostics, render_full
from engine.intake import IntakeError
from engine.pipeline import calculate, front
from engine.rules import Example, example_of
from engine.trial import check_people, find_tests, run_tests
from tests.errors.provoked import mend, provoke

HERE = Path(__file__).parent
ON_DATA = "XE"
UNTESTED = {
    "X015",
    "X021",
    "X023",
    "X024",
    "X025",
    *(f"X{n:03}" for n in range(26, 36)),
    "X059",
    "E111",
    "E340",
    "M203",
    "M293",
}
"""Examples that are told and not run; each says why."""


def codes(of_run: bool) -> list[str]:
    return [code for code in CODES if (code[0] in ON_DATA) == of_run and code not in UNTESTED]


def example(code: str) -> Example:
    found = example_of(code)
    assert found is not None, f"{code} has no example in engine/rules/examples"
    return found


def checked(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Diagnostics, str]:
    monkeypatch.chdir(workspace)
    diagnostics, sources = Diagnostics(), dict[str, str]()
    compiled = front(Path("."), diagnostics, sources)
    if compiled is not None and not len(diagnostics):
        diagnostics = run_tests(compiled, find_tests(compiled.workspace, ())).diagnostics
        sources = diagnostics.sources
    return diagnostics, render_full(diagnostics, sources, False) + "\n"


@pytest.mark.parametrize("code", codes(of_run=False))
def test_the_bad_example_is_told_and_nothing_else(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = example(code)
    provoke(shown, tmp_path / "workspace")
    diagnostics, printed = checked(tmp_path / "workspace", monkeypatch)
    assert {diagnostic.code for diagnostic in diagnostics} == {shown.told_as or code}
    expected = HERE / code / "expected.txt"
    if os.environ.get("KOMISI_UPDATE"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", codes(of_run=False))
def test_the_good_example_has_no_finding(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mend(example(code), tmp_path / "workspace")
    diagnostics, printed = checked(tmp_path / "workspace", monkeypatch)
    assert len(diagnostics) == 0, printed


def told_of_people(workspace: Path) -> set[str]:
    """What `check --data` tells of July, besides what a run would log."""
    diagnostics = Diagnostics()
    compiled = front(workspace, diagnostics, {})
    assert compiled is not None
    check_people(compiled, workspace, compiled.workspace.calendar.find("2026-07"), diagnostics)
    return {each.code for each in diagnostics if CODES[each.code].stage == "trial"}


def logged(workspace: Path, period: str | None) -> set[str]:
    """The codes in the log of a run, or that of the file that could not be read at all."""
    diagnostics = Diagnostics()
    compiled = front(workspace, diagnostics, {})
    assert compiled is not None and len(diagnostics) == 0, [d.message for d in diagnostics]
    wanted = compiled.workspace.calendar.find(period or "2026-01")
    assert wanted is not None
    try:
        return set(calculate(compiled, workspace, wanted).outcome.exceptions["code"])
    except IntakeError as error:
        return {error.code}


@pytest.mark.parametrize("code", codes(of_run=True))
def test_an_example_on_data(code: str, tmp_path: Path) -> None:
    shown = example(code)
    provoke(shown, tmp_path / "bad")
    mend(shown, tmp_path / "good")
    if CODES[code].stage == "trial":
        assert (told_of_people(tmp_path / "bad"), told_of_people(tmp_path / "good")) == ({code}, set())
        return
    assert code in logged(tmp_path / "bad", shown.period)
    few_rows = {"E450"} - {code}  # none of them is of the pay period
    assert logged(tmp_path / "good", shown.period) - few_rows == set()


def test_what_is_not_tested_says_why() -> None:
    said = {code for code in CODES if example(code).untested}
    assert said == UNTESTED
    assert {code for code in CODES if example(code).told_as} == {"M016"}  # for plans that no schema has seen


def test_every_folder_and_every_example_is_of_a_code() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(codes(of_run=False))
    examples = Path(__file__).parents[2] / "engine" / "rules" / "examples"
    assert {path.stem for path in examples.iterdir()} == set(CODES)

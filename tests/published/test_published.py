"""Published worked examples as plans: without findings, paying the published figures, the same by both interpreters.

A folder is a workspace; what each takes from where, and where we pay otherwise, stands in `README.md`. Each reading of
what a source leaves open is a note that `komisi show` prints.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, front
from engine.report.curve import NoCurve
from engine.report.document import as_text
from engine.report.plan_page import plan_page
from engine.trial import find_tests, run_tests
from engine.trial.perform import Stage
from engine.trial.plan_test import PlanTest
from engine.trial.tables import reading
from tests.properties.differential import differences

HOME = Path(__file__).parent
NAMES = sorted(path.parent.name for path in HOME.glob("*/komisi.yaml"))


def compiled(name: str) -> Compiled:
    diagnostics = Diagnostics()
    made = front(HOME / name, diagnostics, {})
    assert list(diagnostics) == [] and made is not None
    return made


@pytest.mark.parametrize("name", NAMES)
def test_what_is_published_is_paid(name: str) -> None:
    made = compiled(name)
    suite = run_tests(made, find_tests(made.workspace, ()))
    assert list(suite.diagnostics) == []
    for outcome in suite.outcomes:
        assert outcome.passed, f"{outcome.test.name}: {outcome.differences}"
    assert {outcome.test.plan for outcome in suite.outcomes} == {plan.name for plan in made.workspace.plans}
    stage = Stage(made)
    told = [found for outcome in suite.outcomes for found in otherwise(stage, outcome.test)]
    assert told == []


def otherwise(stage: Stage, test: PlanTest) -> list[str]:
    """Where the reference interpreter comes to something else on the rows of a test."""
    workspace = stage.compiled(test).workspace
    diagnostics = Diagnostics()
    read = reading(workspace, test, diagnostics)
    assert list(diagnostics) == [] and set(read.rejects["code"]) <= {"X023", "X024"}  # outdated by a version
    rows = {name: table.to_dicts() for name, table in read.tables.items()}
    differing, expected = differences(workspace, rows, test.period)
    assert any(expected.values())
    return [f"{test.name}: {difference}" for difference in differing]


@pytest.mark.parametrize("name", NAMES)
def test_every_note_of_a_plan_is_shown(name: str) -> None:
    made = compiled(name)
    pages = [
        plan_page(made.workspace, plan, [NoCurve(part.name, "none is drawn here") for part in plan.components], True)
        for plan in made.workspace.plans
    ]
    shown = " ".join(" ".join(as_text(page, False).split()) for page in pages)
    for path in sorted(HOME.glob(f"{name}/**/*.yaml")):
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        if said["kind"] in ("workspace", "library"):  # what is said of all plans is no reading of one
            said = {key: value for key, value in said.items() if key not in ("note", "sources", "calendar")}
        if said["kind"] != "plan-test":
            assert [note for note in notes(said) if note not in shown] == [], path


def notes(said: Any) -> Iterable[str]:
    """Everything under `note` in it, with single spaces."""
    if isinstance(said, list):
        yield from (note for part in said for note in notes(part))
    elif isinstance(said, dict):
        for key, value in said.items():
            yield from [" ".join(value.split())] if key in ("note", "reason") else notes(value)


@pytest.mark.parametrize("name", NAMES)
def test_plans_are_short(name: str) -> None:
    for path in HOME.glob(f"{name}/plans/*.yaml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 60, path


def test_the_page_has_every_folder_and_no_other() -> None:
    text = (HOME / "README.md").read_text(encoding="utf-8")
    said = re.findall(r"^\| [^|]+ \| \[([a-z-]+)\]\(\1/\) \|", text, re.MULTILINE)
    assert set(said) == set(NAMES)

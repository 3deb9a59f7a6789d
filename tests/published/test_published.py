"""Published worked examples as plans: without findings, paying the published figures, the same by both interpreters.

A folder is a workspace; what each takes from where, and where we pay otherwise, stands in `README.md`.
"""

import re
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, front
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
    read = reading(workspace, workspace.plans[0], test, diagnostics)
    assert list(diagnostics) == [] and read.rejects.is_empty()
    rows = {name: table.to_dicts() for name, table in read.tables.items()}
    differing, expected = differences(workspace, rows, test.period)
    assert any(expected.values())
    return [f"{test.name}: {difference}" for difference in differing]


@pytest.mark.parametrize("name", NAMES)
def test_plans_are_short(name: str) -> None:
    for path in HOME.glob(f"{name}/plans/*.yaml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 60, path


def test_the_page_has_every_folder_and_no_other() -> None:
    text = (HOME / "README.md").read_text(encoding="utf-8")
    said = re.findall(r"^\| [^|]+ \| \[([a-z-]+)\]\(\1/\) \|", text, re.MULTILINE)
    assert set(said) == set(NAMES)

"""Generated tests hold every number of the example plans: each that is changed by a unit of its last place fails one.

What no test can fail is held here to mean nothing: it pays everybody of the made company the same, and why stands beside it.
"""

from functools import cache
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, calculate, chosen, front
from engine.trial.build import build_tests
from engine.trial.generate import compose, file_of
from engine.trial.perform import Stage, perform
from engine.trial.plan_test import PlanTest
from engine.trial.touched import touched
from tests.conformance.mutants import Mutant, mutants

PLANS = Path(__file__).parents[2] / "plans"
NAMES = ("export", "key-account", "salesman")

MEANS_NOTHING = {
    ".tiers.0.from": "under the lowest bound `below: same` pays as above it, so where it lies decides nothing",
    "in_force.start": "the calendar begins on the plan's first day; before it there is no pay period",
    "in_force.end": "the calendar ends on the plan's last day; after it there is no pay period",
    "then.0.multiply.by": "`coalesce(contract_months, 0)`: a contract without a length counts as a short one, be it 0 or 1",
}
"""The end of a path → why a change there can't change pay; each is held against the made company too."""


@cache
def company() -> Compiled:
    made = front(PLANS, Diagnostics(), {})
    assert made is not None
    return made


@cache
def generated(name: str) -> tuple[bytes, tuple[PlanTest, ...], tuple[tuple[int, ...], ...]]:
    """The text of a plan's generated tests, the tests, and the lines of the plan that each touches."""
    made = chosen(company(), (name,))
    path = Path(f"{name}/tests/boundaries.yaml")
    text = file_of(path, compose(made).drafts, made).encode()
    built = company_of(dict(company().texts))
    assert built is not None
    tests = build_tests(path, built.workspace, Diagnostics(), text)
    stage, lines = Stage(built), []
    for test in tests:
        done = perform(stage, test, Diagnostics())
        assert done is not None and done.passed
        lines.append(tuple(sorted({point.place.line for point, hit in touched(done.run).items() if hit})))
    return text, tuple(tests), tuple(lines)


def company_of(texts: dict[str, bytes]) -> Compiled | None:
    return front(Path("."), Diagnostics(), {}, texts)


def killed_by(mutant: Mutant, name: str) -> str | None:
    """The test that a mutant fails, or that it is no plan at all; None if it survives."""
    made = company_of({**company().texts, mutant.file: mutant.text})
    if made is None:
        return "check"
    text, tests, lines = generated(name)
    stage, path = Stage(made), Path(f"{name}/tests/boundaries.yaml")
    now = {test.name: test for test in build_tests(path, made.workspace, Diagnostics(), text)}
    near = sorted(
        zip(tests, lines, strict=True), key=lambda each: min((abs(n - mutant.line) for n in each[1]), default=0)
    )
    for test, _ in near:
        done = perform(stage, now[test.name], Diagnostics())
        if done is None or not done.passed:
            return test.name
    return None


def pays_the_same(mutant: Mutant) -> bool:
    """Whether the made company is paid the same by a mutant, in a quarter's months."""
    made = company_of({**company().texts, mutant.file: mutant.text})
    assert made is not None
    for name in ("2026-01", "2026-03", "2026-12"):
        period = company().workspace.calendar.find(name)
        assert period is not None
        ours, theirs = (calculate(each, PLANS, period).outcome.tables["payouts"] for each in (company(), made))
        if not ours.equals(theirs):
            return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_number_that_pays_is_held(name: str) -> None:
    file = f"{name}/comp.yaml"
    told = {str(m): (m, killed_by(m, name)) for m in mutants(file, company().texts[file])}
    assert len(told) >= 14
    survived = [mutant for mutant, by in told.values() if by is None]
    for mutant in survived:
        assert any(mutant.path.endswith(path) for path in MEANS_NOTHING), mutant
        assert pays_the_same(mutant), mutant
    by_tests = [by for _, by in told.values() if by not in (None, "check")]
    assert len(by_tests) + len(survived) == len(told), [str(m) for m, by in told.values() if by == "check"]


@pytest.mark.slow
def test_the_defaults_of_variables_are_held() -> None:
    found = list(mutants("komisi.yaml", company().texts["komisi.yaml"], "variables."))
    assert [mutant.old for mutant in found] == ["0", "0"]
    assert all(killed_by(mutant, "export") for mutant in found)

"""Generated tests hold every number of the example plans: each that is changed by a unit of its last place fails one.

What no test can fail is held here to mean nothing: it pays everybody of the made company the same, and why stands beside it.
"""

from functools import cache
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, calculate, chosen, front
from engine.trial import coverage, coverage_text
from engine.trial.build import build_tests
from engine.trial.generate import compose, file_of
from engine.trial.perform import Stage, Suite, perform
from engine.trial.plan_test import PlanTest
from engine.trial.point import ON
from engine.trial.touched import touched
from tests.conformance.mutants import Mutant, mutants
from tests.documents.examples import DOCUMENT, build, examples, some

PLANS = Path(__file__).parents[2] / "plans"
NAMES = ("export", "key-account", "salesman")

MEANS_NOTHING = {
    ".tiers.0.from: 0 → 1": "under the lowest bound `below: same` pays as above it, so where it lies decides nothing",
    ".tiers.0.from: 0 → -1": "the same",
    "in_force.start: 2026-01-01 → 2025-12-31": "the calendar begins on the plan's first day, so nobody is paid before it",
    "in_force.end: 2026-12-31 → 2027-01-01": "the calendar ends on the plan's last day, so nobody is paid after it",
    "multiply.by: 0 → 1": "`coalesce(contract_months, 0) >= 24`: a contract without a length counts as a short one, be it 0 or 1",
    "multiply.by: 0 → -1": "the same",
}
"""The end of a mutant → why it can't change pay. Each is held against the made company too."""

CHECK = "komisi check"
REFUSED = (".tiers.0.from: 0 → -1",)
"""Mutants that `check` refuses: a bound that is a share of a target is not negative."""


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
        return CHECK
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
    killers = {mutant: killed_by(mutant, name) for mutant in mutants(file, company().texts[file])}
    assert len(killers) >= 26
    for mutant, killer in killers.items():
        if killer is None:
            assert str(mutant).endswith(tuple(MEANS_NOTHING)), f"no test fails: {mutant}"
            assert pays_the_same(mutant), mutant
        assert killer != CHECK or str(mutant).endswith(REFUSED), f"refused: {mutant}"


@pytest.mark.slow
def test_the_defaults_of_variables_are_held() -> None:
    found = list(mutants("komisi.yaml", company().texts["komisi.yaml"], "variables."))
    assert [mutant.old for mutant in found] == ["0", "0"]
    assert all(killed_by(mutant, "export") not in (None, CHECK) for mutant in found)


TIERED = """
  tiered:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: TIERED
    rate:
      mode: marginal
      select: sales_month
      tiers:
        - {from: 0, rate: 1%}
        - {from: 1000000, rate: 2%}
        - {from: 2000000, rate: 3%}
        - {from: 3000000, rate: 4%}
    then:
      - round: {per: earning, mode: half_up}
"""


def test_coverage_names_each_tier_that_no_test_reaches() -> None:
    """The tests of the salesman plan say nothing of a component that was added: all of its tiers are named, by line."""
    file = "salesman/comp.yaml"
    text = company().texts[file].decode() + TIERED
    made = company_of({**company().texts, file: text.encode()})
    assert made is not None
    path = Path("salesman/tests/few.yaml")
    few = (PLANS / "salesman/tests/commission.yaml").read_text().replace("net_amount: 250000000", "net_amount: 1500000")
    suite, stage = Suite(), Stage(made)
    tests = build_tests(path, made.workspace, suite.diagnostics, few.encode())
    outcome = perform(stage, tests[0], suite.diagnostics)
    assert outcome is not None
    suite.outcomes.append(outcome)
    (found,) = [each for each in coverage(made, suite, False) if each.plan == "salesman"]
    missed = {(p.place.line, p.part) for p in found.missed if p.part.startswith("tiered, tier") and "paid" in p.case}
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if "- {from: " in line][-4:]
    assert missed == {(lines[2], "tiered, tier 3 from 2000000"), (lines[3], "tiered, tier 4 from 3000000")}
    assert all(f"{file}:{line}" in coverage_text([found]) for line, _ in missed)


NOT_MADE = {
    "limited-losses": {"a return"},  # of visits, which are 1 each
    "formula-amount": {"a return"},  # only what is over 100 USD is taken
    "everybody": {"it is missing"},  # only a row below 0 says so
    "target-by-line": {"a unit below it", "a unit above it", "it is met"},  # made cases don't sell in two lines at once
    "rate-from-july": {"since from 2026-07-01", "what no row is for"},  # made cases are of one month, and none before the plan
    "attainment": {"a return", "a unit below it", "a unit above it"},
    "scorecard": {"a return", "a unit below it", "a unit above it", "below it"},
    "contest": {"a unit below it"},
    "cap-on-all": {"a unit below it", "a unit above it"},
    "store-year": {
        "a unit below it", "a unit above it", "something paid at it", "cents left over", "it is zero",
        "somebody who came to the group, or left it",
    },
    "store-tiers": {
        "a unit below it", "a unit above it", "cents left over", "it is zero",
        "somebody who came to the group, or left it",
    },
    "best-of-year": {"somebody who came to the group, or left it"},
    "override": {"an earning a level below", "an earning 2 levels below", "something paid at it"},
    "generations": {"managers above those that are looked at"},  # thirteen of them
    "override-generations": {
        "an earning a level below", "an earning 2 levels below", "something paid at it", "a manager who is passed over",
        "managers above those that are looked at",
    },
    "override-across, leaders": {"an earning a level below", "something paid at it"},
    "moved": {"a credit that is moved", "a credit that is taken away"},
    "rule-waived": {"somebody it is waived for"},
    "spiff": {"a unit below it", "a unit above it"},
    "product-attainment": {
        "something paid at it", "a sale on that day", "family goods, reached from 0 %", "family goods, reached from 100 %",
        "family support, reached from 0 %", "family support, reached from 100 %",
    },
}  # fmt: skip
"""Example, with its plan where that has no credits → what tests are not made of yet: bounds that several targets, people or
components move together, tables that a credit reads by a measure, what others earned, and members who come and leave."""

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("name", some(name for name, each in EXAMPLES.items() if each.check is None))
def test_every_plan_of_the_language_reference_has_its_tests(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the language says, tests are made of it; what can't be reached is a digit that no cent comes out at."""
    build(EXAMPLES, name, tmp_path)
    monkeypatch.chdir(tmp_path)
    made = front(Path("."), Diagnostics(), {})
    assert made is not None
    for plan in made.workspace.plans:
        composed = compose(chosen(made, (plan.name,)))
        assert len(composed.drafts) >= (5 if plan.rules else 2)
        missed = {point.case for point in composed.missed} - {"something to round", ON}
        assert missed == NOT_MADE.get(name if plan.rules else f"{name}, {plan.name}", set())

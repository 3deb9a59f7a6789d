"""Run plan tests: each in a run of its own, through the normal pipeline. In: test files. Out: what became of each test."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, Run, back, calculate_from, chosen
from engine.trial.build import build_tests
from engine.trial.difference import Difference, differences
from engine.trial.expected import comparison
from engine.trial.plan_test import PlanTest
from engine.trial.tables import no_rows, reading


@dataclass(frozen=True)
class Outcome:
    """A test that was run: passed if there are no differences, and nothing that it expects was beyond comparing."""

    test: PlanTest
    run: Run
    differences: tuple[Difference, ...]
    mistakes: int = 0
    """What it expects of tables, columns or kinds of values that a run does not have: told, and the rest compared."""

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences and not self.mistakes


@dataclass
class Suite:
    """All tests of some files: what became of them, and what is wrong with the files themselves."""

    outcomes: list[Outcome] = field(default_factory=list)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    @property
    def passed(self) -> bool:
        """Whether every test could be run and passed."""
        return all(outcome.passed for outcome in self.outcomes) and not self.diagnostics.has_errors()


def run_tests(compiled: Compiled, files: Iterable[Path], only: str | None = None) -> Suite:
    """Run the tests of these files; with `only`, those whose name holds it."""
    suite, stage = Suite(), Stage(compiled)
    for file in files:
        for test in build_tests(file, compiled.workspace, suite.diagnostics):
            if only is None or only.lower() in test.name.lower():
                outcome = perform(stage, test, suite.diagnostics)
                suite.outcomes += [outcome] if outcome is not None else []
    return suite


class Stage:
    """The workspace, compiled for one plan at a time; the others still say who is on another plan.

    Plans whose earnings it reads are calculated beside it, from rows of the test like its own.

    Its waivers are of people and days that a test has not: what a plan pays can be tested before and after any of them.
    """

    def __init__(self, compiled: Compiled):
        workspace = compiled.workspace
        handling = replace(workspace.handling, waivers=())
        self._compiled = replace(compiled, workspace=replace(workspace, handling=handling))
        self._of: dict[str, Compiled] = {}

    def of_plan(self, plan: str) -> Compiled:
        """The program of one plan."""
        if plan not in self._of:
            self._of[plan] = chosen(self._compiled, (plan,))
        return self._of[plan]

    def compiled(self, test: PlanTest) -> Compiled:
        """The program of the test's plan, with the variables that the test sets."""
        made = self.of_plan(test.plan)
        if not test.variables:
            return made
        (plan,) = made.workspace.asked
        given = {name: replace(plan.variables[name], default=value) for name, value in test.variables.items()}
        changed = replace(plan, variables={**plan.variables, **given})
        plans = tuple(changed if each is plan else each for each in made.workspace.plans)
        workspace = replace(made.workspace, plans=plans)
        return back(workspace, made.texts, made.folder)


def empty_run(stage: Stage, plan: str) -> Run:
    """A run of one plan with no rows at all, in the first pay period."""
    made = stage.of_plan(plan)
    calendar = made.workspace.calendar
    return calculate_from(made, no_rows(made.workspace), calendar.of_length(made.workspace.pay_period)[0])


def perform(stage: Stage, test: PlanTest, diagnostics: Diagnostics) -> Outcome | None:
    """Run one test; None, and told, where its values don't fit their columns."""
    found = Diagnostics()
    outcome = _performed(stage, test, found)
    for diagnostic in found:
        diagnostics.add(diagnostic)
    return outcome


def _performed(stage: Stage, test: PlanTest, found: Diagnostics) -> Outcome | None:
    made = stage.compiled(test)
    read = reading(made.workspace, test, found)
    if found.has_errors():
        return None
    run = calculate_from(made, read, test.period)
    broken = [identity for identity in run.outcome.identities if not identity.holds]
    assert not broken, f"{test.place.file}:{test.place.line}: {broken[0].name} does not hold for {broken[0].place}"
    compared = [comparison(said, test.plan, run, found) for said in test.output]
    told = [d for c in compared if c is not None for d in differences(c.said, c.expected, c.found, c.keys)]
    return Outcome(test, run, tuple(told), sum(d.severity == "error" for d in found))

"""Cases → the text of test files. In: a workspace, a plan. Out: tests in the order of the plan, each run once by itself.

A made-up participant shares a run with others while cases are looked for; what a test expects is read off a run of its own.
"""

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, Run, calculate_from, chosen
from engine.plan.resolved import Plan
from engine.trial.build import build_tests
from engine.trial.difference import differences
from engine.trial.expected import comparison
from engine.trial.find import FOLDER
from engine.trial.generate.case import Case
from engine.trial.generate.explore import Found, explore
from engine.trial.generate.ground import Ground
from engine.trial.generate.name import name_of, order_of
from engine.trial.generate.outcome import outcome
from engine.trial.perform import Stage, perform
from engine.trial.plan_test import PlanTest
from engine.trial.point import Point
from engine.trial.record_test import NotWritten, text_of_file, write_new
from engine.trial.tables import reading
from engine.trial.touched import touched
from engine.trial.write import Draft

NAME = "boundaries"
WHO = "A"
AT_MOST = 150
"""Tests of one file: more could not be read."""
NOTE = (
    "written by `komisi test --generate`: what the plan pays today at each of its numbers and a unit to either side;"
    " read each figure, keep what is meant, and mend the plan where it is not"
)


@dataclass(frozen=True)
class Written:
    """A plan's new files, how many tests they hold, and the points that none of its generated tests touches, with why."""

    plan: str
    files: tuple[Path, ...]
    tests: int
    missed: Mapping[Point, str]
    there: tuple[Path, ...]
    """Generated files that were there already."""


@dataclass
class Composed:
    """The tests of a plan before they are written."""

    drafts: list[Draft] = field(default_factory=list)
    missed: dict[Point, str] = field(default_factory=dict)


def generate_tests(compiled: Compiled, plans: Sequence[str]) -> list[Written]:
    """Write the tests of these plans. Raises NotWritten, OSError; files of plans before that one are there then."""
    return [_written(compiled, name) for name in plans]


def _written(compiled: Compiled, name: str) -> Written:
    made = chosen(compiled, (name,))
    (plan,) = made.workspace.asked
    there = _there(compiled, plan)
    composed = compose(made, _touched_by(compiled, plan, there))
    files = []
    for at in range(0, len(composed.drafts), AT_MOST):
        path = _free(compiled, plan)
        write_new(path, file_of(path, composed.drafts[at : at + AT_MOST], made))
        files.append(path)
    return Written(name, tuple(files), len(composed.drafts), composed.missed, there)


def compose(made: Compiled, done: frozenset[Point] = frozenset()) -> Composed:
    """Tests for all points of the one plan that are not `done`. Raises NotWritten."""
    ground = Ground(made)
    found = explore(ground)
    composed = Composed(missed={p: why for p, why in found.missed.items() if p not in done})
    chosen_cases = _chosen(found, done, [component.name for component in ground.plan.components])
    drafts = [_draft(ground, case, points) for case, points in chosen_cases.items()]
    (plan,) = made.workspace.asked
    path = Path(plan.file).parent / FOLDER / f"{NAME}.yaml"
    runs = []
    for points, draft, test in zip(chosen_cases.values(), drafts, _built(made, path, drafts), strict=True):
        run = _run(made, test)
        hit = touched(run)
        composed.missed |= {p: "alone, the case that was found does not touch it" for p in points if not hit.get(p)}
        reached = [point for point in points if hit.get(point)]
        if reached:
            runs.append(run)
            composed.drafts.append(replace(draft, output=outcome(run, reached)))
    _check(_built(made, path, composed.drafts), runs)
    return composed


def _chosen(found: Found, done: frozenset[Point], components: Collection[str]) -> dict[Case, list[Point]]:
    """A case per test with the points that it is for, in the order of the plan.

    Points at a number have a test of their own; of the others those that no test touches yet, and says so.
    """
    cases: dict[Case, list[Point]] = {}
    points = sorted((p for p in found.cases if p not in done), key=lambda p: (p not in found.aimed, *order_of(p)))
    for point in points:
        case = found.cases[point]
        told = (c for c, those in cases.items() if point in found.touched[c] and _tells(those, point, components))
        if point in found.aimed or next(told, None) is None:
            cases.setdefault(case, []).append(point)
    return dict(sorted(cases.items(), key=lambda item: order_of(item[1][0])))


def _tells(points: Sequence[Point], point: Point, components: Collection[str]) -> bool:
    """Whether a test for these points shows what happens at another: its component's earning, if it is one's."""
    return point.of not in components or any(p.of == point.of for p in points)


def _draft(ground: Ground, case: Case, points: Sequence[Point]) -> Draft:
    rows = ground.rows(case, WHO)
    for name, source in ground.workspace.sources.items():
        mine = rows.get(name, [])
        key = next((k for k in source.key if (c := source.column(k)) is not None and c.type.dtype == "text"), None)
        if source.role == "transactions" and key is not None and len(mine) > 1 and not any("repeat" in r for r in mine):
            rows[name] = [{key: f"N-{number}", **row} for number, row in enumerate(mine, start=1)]
    return Draft(name_of(points[0]), case.period, rows, {"earnings": []}, _also(points[1:]))


def _also(points: Sequence[Point]) -> str | None:
    return f"also {'; '.join(name_of(point) for point in points)}" if points else None


def file_of(path: Path, drafts: Sequence[Draft], made: Compiled) -> str:
    """The text of a file at `path`; what is sold stands in every row."""
    return text_of_file(path, drafts, NOTE, made, [p.moves for p in Ground(made).plain.values() if p.moves is not None])


def _built(made: Compiled, path: Path, drafts: Sequence[Draft]) -> list[PlanTest]:
    """The tests as they read back from their text."""
    found: list[PlanTest] = []
    for at in range(0, len(drafts), AT_MOST):
        diagnostics = Diagnostics()
        text = file_of(path, drafts[at : at + AT_MOST], made)
        found += build_tests(path, made.workspace, diagnostics, text.encode())
        if diagnostics.has_errors():
            first = next(iter(diagnostics))
            raise NotWritten(f"the tests would be no test file: {first.message}")
    return found


def _run(made: Compiled, test: PlanTest) -> Run:
    found = Diagnostics()
    read = reading(made.workspace, test, found)
    if found.has_errors():
        raise NotWritten(f"the rows of a test would not be rows: {next(iter(found)).message}")
    return calculate_from(made, read, test.period)


def _check(tests: Sequence[PlanTest], runs: Sequence[Run]) -> None:
    """Each test, as it reads back, expects what its run has."""
    for test, run in zip(tests, runs, strict=True):
        found = Diagnostics()
        for said in test.output:
            compared = comparison(said, test.plan, run, found)
            assert compared is not None, f"{test.name}: {[d.message for d in found]}"
            told = differences(compared.said, compared.expected, compared.found, compared.keys)
            assert not told, f"{test.name}: {told[0]}"


# ------------------------------------------------------------------------------------------------------------------ files


def _base(compiled: Compiled, plan: Plan) -> str:
    """The name of a plan's files: with the plan's where several lie in one folder."""
    home = Path(plan.file).parent
    alone = sum(Path(other.file).parent == home for other in compiled.workspace.plans) == 1
    return NAME if alone else f"{NAME}-{plan.name}"


def _there(compiled: Compiled, plan: Plan) -> tuple[Path, ...]:
    """Generated files of the plan that are there."""
    form = re.compile(re.escape(_base(compiled, plan)) + r"(-[0-9]+)?\.yaml")
    folder = Path(plan.file).parent / FOLDER
    return tuple(sorted(path for path in folder.glob("*.yaml") if form.fullmatch(path.name)))


def _free(compiled: Compiled, plan: Plan) -> Path:
    base, folder = _base(compiled, plan), Path(plan.file).parent / FOLDER
    number = 1
    while (path := folder / f"{base}{'' if number == 1 else f'-{number}'}.yaml").exists():
        number += 1
    return path


def _touched_by(compiled: Compiled, plan: Plan, files: Sequence[Path]) -> frozenset[Point]:
    """The points that the tests of some files touch, whether they pass or not. Raises NotWritten."""
    stage, found = Stage(compiled), set[Point]()
    for path in files:
        diagnostics = Diagnostics()
        for test in build_tests(path, compiled.workspace, diagnostics):
            done = perform(stage, test, diagnostics) if test.plan == plan.name else None
            found |= {point for point, hit in touched(done.run).items() if hit} if done is not None else set()
        if diagnostics.has_errors():
            raise NotWritten(
                f"{path} has a mistake: {next(iter(diagnostics)).message}", f"komisi test {shlex.quote(str(path))}"
            )
    return frozenset(found)

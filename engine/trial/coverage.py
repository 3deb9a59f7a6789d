"""What the tests of each plan touch, and what none of them does. In: a suite. Out: the points by plan, as text or data."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from engine.pipeline import Compiled
from engine.trial.perform import Stage, Suite, empty_run
from engine.trial.point import Point
from engine.trial.touched import touched


@dataclass(frozen=True)
class Coverage:
    """One plan: its points in order of their places, each with how many tests touch it."""

    plan: str
    file: str
    points: dict[Point, int]

    @property
    def missed(self) -> list[Point]:
        """The points that no test touches."""
        return [point for point, count in self.points.items() if not count]


def coverage(compiled: Compiled, suite: Suite, whole: bool) -> list[Coverage]:
    """The coverage of all plans of the workspace; where the suite is not `whole`, of those that its tests are of."""
    stage = Stage(compiled)
    tested = {outcome.test.plan for outcome in suite.outcomes}
    found = []
    for plan in compiled.workspace.plans:
        if whole or plan.name in tested:
            counts = dict.fromkeys(touched(empty_run(stage, plan.name)), 0)
            for outcome in suite.outcomes:
                if outcome.test.plan == plan.name:
                    for point, hit in touched(outcome.run).items():
                        counts[point] += hit
            found.append(Coverage(plan.name, plan.file, dict(sorted(counts.items()))))
    return found


def coverage_text(found: list[Coverage]) -> str:
    """What is missed, a line per part of a plan; then the counts."""
    lines: list[str] = []
    for each in found:
        lines += [*_missed(each), ""] if each.missed else []
    width = max((len(each.file) for each in found), default=0)
    for each in found:
        total = len(each.points)
        lines.append(f"{each.file.ljust(width)}  {total - len(each.missed)} of {total} points touched")
    return "\n".join(lines)


def _missed(each: Coverage) -> Iterator[str]:
    yield f"No test of {each.plan} touches"
    grouped = [
        (f"  {place.where}", part, ", ".join(point.case for point in points))
        for (place, part), points in groupby(each.missed, key=lambda point: (point.place, point.part))
    ]
    where, what = (max(len(row[n]) for row in grouped) for n in (0, 1))
    yield from (f"{place.ljust(where)}  {part.ljust(what)}  {cases}" for place, part, cases in grouped)


def coverage_json(found: list[Coverage]) -> list[dict[str, Any]]:
    """The same as data."""
    return [
        {
            "plan": each.plan, "file": each.file, "touched": len(each.points) - len(each.missed),
            "points": [
                {"file": p.place.file, "line": p.place.line, "part": p.part, "case": p.case, "tests": count}
                for p, count in each.points.items()
            ],
        }
        for each in found
    ]  # fmt: skip

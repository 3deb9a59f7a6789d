"""Pay curves: what each component of a plan pays over the value that it depends on, from the lowered program itself.

In: a compiled workspace and a plan of it. One made-up participant per point, all points in one run of the polars backend.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any, Literal

from engine.core.money import EXACT, product
from engine.core.period import Period
from engine.pipeline import Compiled, back
from engine.plan.resolved import Component, Plan
from engine.report.curve import Axis, Bound, Curve, Following, NoCurve, Point
from engine.run.cut import cut
from engine.trial.curve_assumed import assumed, nothing
from engine.trial.curve_bounds import own_bounds
from engine.trial.curve_points import Course, Named, Spot, course, digits_of, spots
from engine.trial.curve_setting import CannotDraw, Setting, setting, years_of
from engine.trial.curve_tables import Example, given, round_amount, tables
from engine.trial.cut import ran

Earned = tuple[Decimal | None, str]
"""What a made-up participant earns over all intervals, or why that is not known."""
Goals = list[tuple[Decimal, Decimal]]
"""Per interval the target of its own, and to date."""


@dataclass(frozen=True)
class Question:
    """Values that a reader wants the figures of, and how much came before them."""

    at: tuple[Named, ...] = ()
    so_far: Decimal | None = None


NO_QUESTION = Question()


def curves(
    compiled: Compiled, plan: Plan, example: Example, question: Question = NO_QUESTION
) -> tuple[Curve | NoCurve, ...]:
    """A curve of each component, or why there is none."""
    return tuple(curve(compiled, plan, component, example, question) for component in plan.components)


def curve(
    compiled: Compiled, plan: Plan, component: Component, example: Example, question: Question = NO_QUESTION
) -> Curve | NoCurve:
    """What a component pays: along its target where it has one, else over the value that varies."""
    try:
        asked = _asked(compiled, plan, component, example)
        asked = replace(asked, bounds=(*asked.bounds, *own_bounds(asked, example)))
        made = back(asked.workspace, compiled.texts, compiled.folder)
        goals = _goals(asked, made, example)
    except CannotDraw as why:
        return NoCurve(component.name, str(why))
    amount = round_amount(asked, asked.unit.dtype == "money", plan.digits)
    everywhere, shown = spots(asked, amount)
    target = _target(asked, goals)
    spotted = [] if question.so_far is not None else [named.spot(asked, target) for named in question.at]
    named = [spot for spot in spotted if spot is not None]
    drawn, everywhere = set(everywhere), sorted({*named, *everywhere})
    courses = {f"{n:06}": course(asked, spot, goals) for n, spot in enumerate(everywhere)}
    earned = _earned(asked, made, courses, example)
    points = {
        spot: _point(asked, spot, courses[who], earned[who]) for who, spot in zip(courses, everywhere, strict=True)
    }
    evenly_last = sorted(points, key=lambda spot: -abs(spot.beside))
    bounds = tuple(_bounds(asked, points))
    figures = sorted({*named, *shown, *_beside(asked, bounds)})
    once = {points[s].value: points[s] for s in evenly_last if s in drawn and (s.at < 0 or points[s].value >= 0)}
    return Curve(
        component=component.name, currency=plan.currency, digits=plan.digits, axis=_axis(asked, goals, example),
        time=asked.span.length, intervals=len(asked.intervals),
        points=tuple(once[value] for value in sorted(once)), bounds=bounds,
        figures=tuple(points[spot] for spot in figures),
        assumed=tuple(assumed(asked, example)), example=amount,
        following=_following(asked, made, goals, example, question),
        nothing="" if any(point.pays != 0 for point in points.values()) else nothing(asked, example),
    )  # fmt: skip


def _target(asked: Setting, goals: Goals) -> Decimal | None:
    """The target that is 100 % on the axis."""
    return (goals[-1][1] if asked.to_date else goals[0][0]) if goals else None


def _following(asked: Setting, made: Compiled, goals: Goals, example: Example, question: Question) -> Following | None:
    """What the second interval pays after what came in the first; None where nothing adds up over them."""
    if question.so_far is None or not asked.to_date or len(asked.intervals) < 2:
        return None
    before, interval = asked.intervals[:2]
    target = goals[1][0] if goals else None
    spotted = [named.spot(asked, target) for named in question.at]
    owns = [_own(spot, target) for spot in spotted if spot is not None]
    courses = {
        f"{n:06}": Course([question.so_far, own], [question.so_far, EXACT.add(question.so_far, own)])
        for n, own in enumerate(owns)
    }
    two = replace(asked, intervals=(before, interval))
    earned = _earned(two, made, courses, example, {interval.name})
    points = (Point(course.to_date[1], course.own[1], *earned[who]) for who, course in courses.items())
    return Following(question.so_far, before, interval, tuple(points))


def _own(spot: Spot, target: Decimal | None) -> Decimal:
    """The value of a place that the reader named."""
    return spot.exact if spot.exact is not None else product(spot.at, target or Decimal(0))


def _asked(compiled: Compiled, plan: Plan, component: Component, example: Example) -> Setting:
    """The setting, in the first fiscal year (and interval) that the participant has a target for, and is on the plan."""
    compiled = _with_example(compiled, example)
    calendar = compiled.workspace.calendar
    years = years_of(plan, calendar)
    named = {time for _, time in example.targets}
    times = [{y.name, *(p.name for p in calendar.parts(y))} for y in years]
    year = next((y for y, those in zip(years, times, strict=True) if named & those), years[0])
    asked = setting(compiled.workspace, plan, component, year)
    if not example.targets and example.participant is None:
        return asked
    mine = {time for target, time in example.targets if asked.against is not None and target == asked.against.target}
    all_of = [p for p in calendar.of_length(component.length) if p.year == year.name]
    having = [
        p for p in all_of if asked.against is None or year.name in mine or {q.name for q in calendar.parts(p)} <= mine
    ]
    if len(asked.intervals) > 1:
        return _with_targets(asked, having)
    there = [p for p in having if example.held(p)] or having
    return replace(asked, span=there[0], intervals=(there[0],)) if there else asked


def _with_example(compiled: Compiled, example: Example) -> Compiled:
    """Where everybody has a number, the example's target stands in its place."""
    if example.target is None:
        return compiled
    amount, targets = example.target, compiled.workspace.targets
    theirs = {
        name: replace(target, everybody=replace(target.everybody, amount=amount))
        for name, target in targets.items()
        if target.everybody is not None
    }
    return replace(compiled, workspace=replace(compiled.workspace, targets={**targets, **theirs}))


def _with_targets(asked: Setting, having: list[Period]) -> Setting:
    """Of a span of several intervals those that have a target, where they follow one another and the whole is not asked for."""
    first_last = [i for i, interval in enumerate(asked.intervals) if interval in having]
    if not first_last or len(first_last) == len(asked.intervals) or (asked.against is not None and asked.against.whole):
        return asked
    if first_last[-1] - first_last[0] + 1 != len(first_last):
        return asked
    kept = tuple(asked.intervals[i] for i in first_last)
    days = replace(asked.year, start=kept[0].start, end=kept[-1].end)
    named = kept[0].name if len(kept) == 1 else f"{kept[0].name} to {kept[-1].name}"
    said = (
        f"Only {named} {'has' if len(kept) == 1 else 'have'} a target: the {asked.span.length} is shown as these alone."
    )
    return replace(asked, year=days, intervals=kept, assumed=(*asked.assumed, said))


def _goals(asked: Setting, made: Compiled, example: Example) -> Goals:
    """The targets of the intervals, from the program's own targets stage. Raises CannotDraw."""
    if asked.against is None:
        return []
    stage = f"targets/{asked.plan.name}.{asked.against.target}"
    program = cut(made.program, [stage], given(asked))
    rows = ran(program, tables(asked, program, {"": Course()}, example), stage)
    found = {row["period"]: row["own"] for row in rows}
    own = [found[interval.name] for interval in asked.intervals]
    if not all(own):
        without = [interval for interval, amount in zip(asked.intervals, own, strict=True) if not amount]
        parts = [part.name for interval in without for part in asked.workspace.calendar.parts(interval)]
        mine = {time for target, time in example.targets if target == asked.against.target}
        none = [part for part in parts if part not in mine]
        some = len(without) < len(own) or len(none) < len(parts)
        names = none if some and none else [interval.name for interval in without]
        times = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        rest = f"; what {asked.span.name} pays needs one for each part of it" if some else ""
        who = example.participant or "the example"
        raise CannotDraw(f"{who} has no target `{asked.against.target}` for {times}{rest}")
    return list(zip(own, accumulate(own, EXACT.add), strict=True))


def _earned(
    asked: Setting, made: Compiled, courses: Mapping[str, Course], example: Example, only: set[str] | None = None
) -> Mapping[str, Earned]:
    """What every made-up participant earns over all intervals, or `only` in some of them: the one run."""
    stage = f"earnings/{asked.plan.name}.{asked.component.name}"
    program = cut(made.program, [stage], given(asked))
    rows = ran(program, tables(asked, program, courses, example), stage)
    names = only or {interval.name for interval in asked.intervals}
    mine: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["period"] in names:
            mine[row["participant"]].append(row)
    return {who: _summed(found) for who, found in mine.items()}


def _summed(rows: Iterable[Mapping[str, Any]]) -> Earned:
    total = Decimal(0)
    for row in rows:
        if row["earning"] is None:
            return None, str(row["cause"])
        total = EXACT.add(total, row["earning"])
    return total, ""


def _point(asked: Setting, spot: Spot, found: Course, earned: Earned) -> Point:
    return Point(spot.at, found.to_date[-1] if asked.to_date else found.own[0], *earned, spot.beside)


def _axis(asked: Setting, goals: Goals, example: Example) -> Axis:
    each = asked.intervals[0].length if len(asked.intervals) > 1 and not asked.to_date else None
    against = asked.against
    return Axis(
        varies=asked.varies, unit=asked.unit, digits=digits_of(asked), each=each,
        target=_target(asked, goals),
        target_name=against.target if against is not None else None,
        whose=example.participant or "an example", period=asked.span,
    )  # fmt: skip


def _bounds(asked: Setting, points: Mapping[Spot, Point]) -> Iterable[Bound]:
    """Each bound with what is paid around it, and whether the pay jumps there."""
    done: set[Decimal] = set()
    for at, of in asked.bounds:
        if at in done:
            continue
        done.add(at)
        around = [points[Spot(at, beside)] for beside in (-2, -1, 0, 1, 2)]
        below, on, above = around[1:4]
        yield Bound(at, "gate" if of == "gate" else "tier", below, on, above, _jumps(asked, around))


STEPPED = ("whole", "step", "each_entered")


def _beside(asked: Setting, bounds: Iterable[Bound]) -> Iterable[Spot]:
    """The unit under each bound where the table goes in steps, and whichever unit lies beyond a jump."""
    for bound in bounds:
        if bound.at > 0 and (bound.jumps == "below" or asked.component.table.mode in STEPPED):
            yield Spot(bound.at, -1)
        if bound.jumps == "above":
            yield Spot(bound.at, 1)


def _jumps(asked: Setting, around: list[Point]) -> Literal["no", "below", "above"]:
    """A jump is a step of one unit that is much more than the steps beside it, and more than rounding explains."""
    pays = [point.pays for point in around]
    if any(pay is None for pay in pays):
        return "no"
    steps = [abs(b - a) for a, b in pairwise(pays) if a is not None and b is not None]
    rounding = len(asked.intervals) * Decimal(2).scaleb(-asked.plan.digits)
    if steps[1] > rounding + 3 * max(steps[0], steps[2] if steps[2] < steps[1] else steps[0]):
        return "below"
    return "above" if steps[2] > rounding + 3 * max(steps[0], steps[1], steps[3]) else "no"

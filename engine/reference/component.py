"""Components: the rate table, then the steps in written order, along the intervals of each participant and segment.

In: what a plan's people, grid, credits, measures and targets came to, and the pay of credits. Out: earnings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from engine.plan.resolved import Budget, Component, Limit, Measure, Plan, ShareOut, TrueUp
from engine.reference.budget import prorated_budget
from engine.reference.credit_pay import CreditPay
from engine.reference.facts import Facts, reading_of, selects_over, targets_of
from engine.reference.group_to_date import interval_before
from engine.reference.interpolated import interpolated
from engine.reference.look_up import looked_up
from engine.reference.measured import Measured
from engine.reference.modifier import (
    Eve,
    Place,
    Stepped,
    acting_together,
    limited_together,
    step_earning,
    stepped,
)
from engine.reference.rate_table import Result, each_entered, look_up, marginal, shared_prize
from engine.reference.scalar import Typed, minus, total
from engine.reference.share_out import CAUSES as OF_POOLS
from engine.reference.share_out import shared_out
from engine.reference.stint import Cell, Key, intervals, starts_again
from engine.reference.target import Reading

CAUSES = (
    "missing_target",
    "zero_target",
    "bounds_fall",
    "below_lowest",
    "above_highest",
    *OF_POOLS,
    "budget_unknown",
    "earlier_interval",
    "no_value",
)


@dataclass(frozen=True)
class Earning:
    """What a component comes to on one grid row. `steps` holds the amount after each step."""

    cell: Cell
    base: Decimal | None
    select: Decimal | None
    reading: Reading
    table: Result
    steps: tuple[Decimal | None, ...]
    earning: Decimal | None
    outcome: str
    cause: str | None


@dataclass
class Interval:
    """An earning being made: the amount so far, the amounts after each step, and why it is null or zero."""

    place: Place
    base: Decimal | None
    select: Decimal | None
    reading: Reading
    table: Result
    amount: Decimal | None
    steps: list[Decimal | None]
    target_causes: list[str] = field(default_factory=list)
    other_causes: list[str] = field(default_factory=list)
    gate_failed: bool = False


def earnings(facts: Facts, component: Component, pays: Sequence[CreditPay]) -> list[Earning]:
    """One earning per grid row of the component's length; steps run along the intervals of each participant, or share a pool."""
    series: list[tuple[list[Interval], dict[int, Eve]]] = []
    for group in intervals([cell for cell in facts.cells if cell.period.length == component.length]):
        if component.basis == "credit":
            rows = [_of_credits(facts, component, cell, pays) for cell in group]
        else:
            rows = [_of_measures(facts, component, cell, cell) for cell in group]
        eves = {
            number: _eve(facts, component, *group[number - 1 : number + 1]) for number in _changes(facts.plan, group)
        }
        series.append((rows, eves))
    for step, *more in acting_together(component.steps):
        if more:
            joint = [each for each in (step, *more) if isinstance(each, Limit)]
            for rows, eves in series:
                amounts, places = [row.amount for row in rows], [row.place for row in rows]
                for outcomes in limited_together(joint, amounts, places, eves):
                    _take(rows, outcomes)
        elif isinstance(step, ShareOut):
            every = [row for rows, _ in series for row in rows]
            amounts, places = [row.amount for row in every], [row.place for row in every]
            _take(every, shared_out(facts.plan, facts.people, step, amounts, places))
        elif isinstance(step, Budget) and step.per == "earning":
            every = [row for rows, _ in series for row in rows]
            amounts, places = [row.amount for row in every], [row.place for row in every]
            _take(every, prorated_budget(step, amounts, places))
        elif isinstance(step, TrueUp) and facts.plan.grown_by(component) is not None:
            for rows, _ in series:
                _take(rows, [_grown(facts, component, step, row) for row in rows])
        elif step.per == "earning":
            for rows, eves in series:
                _take(rows, step_earning(step, [row.amount for row in rows], [row.place for row in rows], eves))
    return [earning for rows, _ in series for earning in _finished(component, rows)]


def _take(rows: Sequence[Interval], outcomes: Sequence[Stepped]) -> None:
    """What a step made of each interval."""
    for row, outcome in zip(rows, outcomes, strict=True):
        row.amount = outcome.amount
        row.steps.append(outcome.amount)
        row.gate_failed = row.gate_failed or outcome.failed
        _blame(row, outcome.cause)


def _of_credits(facts: Facts, component: Component, cell: Cell, pays: Sequence[CreditPay]) -> Interval:
    """The table result is the sum of the credits' own, and the amount after an item per credit that of theirs after it."""
    mine = [pay for pay in pays if pay.cell == cell]
    select = None if component.table.select is None else facts.measures[component.table.select][cell.key].value
    reading = reading_of(facts, component, cell, select)
    count = sum(1 for step in component.steps if step.per == "credit")
    steps: list[Decimal | None]
    if reading.cause is not None:
        result, steps = Result(None, reading.cause), [None] * count
    else:
        causes = [pay.table.cause or pay.cause or "no_value" for pay in mine if pay.pay is None]
        sums = [total(pay.table.result for pay in mine)]
        sums += [total(pay.steps[number] for pay in mine) for number in range(count)]
        cause = min(causes, key=CAUSES.index, default="no_value" if None in sums else None)
        result, steps = Result(sums[0], cause), sums[1:]
    base = total((pay.share.amount for pay in mine), facts.plan.rule(component.base or "").unit.dtype)
    place = Place(cell, _row(facts, component, cell, reading, cell), targets_of(facts, cell))
    row = Interval(place, base, select, reading, result, (result.result, *steps)[-1], list(steps))
    _blame(row, result.cause)
    return row


def _changes(plan: Plan, group: list[Cell]) -> list[int]:
    """Of the intervals that accumulate, those in which a new segment begins, but for the first."""
    if not plan.continues:
        return []
    return [number for number, (one, other) in enumerate(pairwise(group), start=1) if one.stint != other.stint]


def _eve(facts: Facts, component: Component, before: Cell, cell: Cell) -> Eve:
    """The *new* segment's expression at its eve: what the interval before had, by this one's own values."""
    if component.basis == "credit":
        select = component.table.select
        value = None if select is None else facts.measures[select][before.key].value
        reading = reading_of(facts, component, before, value)
        return Eve(None, Place(before, _row(facts, component, before, reading, cell), targets_of(facts, before)))
    interval = _of_measures(facts, component, before, cell)
    for step in component.steps:
        if isinstance(step, TrueUp | ShareOut | Budget):
            break
        if not (isinstance(step, Limit) and step.cumulative):
            interval.amount = step_earning(step, [interval.amount], [interval.place], {})[0].amount
    return Eve(interval.amount, interval.place)


def _grown(facts: Facts, component: Component, step: TrueUp, row: Interval) -> Stepped:
    """What is added since the group's interval before to what its amount to date comes to: all of it in the first."""
    cell, plan = row.place.cell, facts.plan
    since = interval_before(plan, component, step, cell, facts.cells, facts.people)
    if since is None:
        return stepped(row.amount, row.amount)
    names = [name for name in (component.base, component.table.select) if name is not None]
    had: dict[str, Mapping[Key, Measured]] = {}
    for name in names:
        found = facts.measures[name][cell.key]
        without = minus(found.value, found.own, plan.measure(name).unit.dtype)
        had[name] = {**facts.measures[name], cell.key: replace(found, value=without)}
    goals = dict(facts.targets)
    against = component.table.against
    if against is not None and not against.whole:
        goal, over = goals[against.target][cell.key], against.accumulation or ""
        to_date = goal.of_group_until[over][since]
        earlier = replace(goal, of_group=({**goal.of_group[0], over: to_date}, goal.of_group[1]))
        goals[against.target] = {**goals[against.target], cell.key: earlier}
    eve = _of_measures(replace(facts, measures={**facts.measures, **had}, targets=goals), component, cell, cell)
    if row.amount is not None and eve.amount is None:
        return Stepped(None, "earlier_interval")
    return stepped(minus(row.amount, eve.amount), row.amount, eve.amount)


def _of_measures(facts: Facts, component: Component, cell: Cell, valued: Cell) -> Interval:
    """What an interval comes to: the tier is found by the `select` measure, and pays on the `base` measure.

    The participant's own values are those of the row `valued`.
    """
    table = component.table
    base = None if component.base is None else facts.measures[component.base][cell.key].value
    select = None if table.select is None else facts.measures[table.select][cell.key].value
    paid_on = None if component.base is None else Typed(base, facts.plan.measure(component.base).unit.dtype)
    reading = reading_of(facts, component, cell, select)
    row = _row(facts, component, cell, reading, valued)
    over = selects_over(facts.plan, component)
    if table.mode == "marginal":
        assert paid_on is not None
        found = marginal(table, None, paid_on, reading, cell, over, row)
    elif table.mode == "each_entered":
        found = each_entered(table, (select,), reading, cell, over, row)
    elif table.mode == "interpolated":
        assert table.select is not None
        reached = Typed(select, facts.plan.measure(table.select).unit.dtype)
        found = interpolated(table, (reached,), paid_on, reading, cell, over, row)
    else:
        found = look_up(table, select, paid_on, reading, cell, over, row)
    standing = None if table.select is None else facts.measures[table.select][cell.key].standing
    if standing is not None and table.prizes and _ties_share(facts.plan.measure(table.select or "")):
        found = shared_prize(table, found, standing, facts.plan.digits)
    interval = Interval(Place(cell, row, targets_of(facts, cell)), base, select, reading, found, found.result, [])
    _blame(interval, found.cause)
    return interval


def _ties_share(measure: Measure) -> bool:
    return measure.ranking is not None and measure.ranking.ties == "share"


def _finished(component: Component, rows: list[Interval]) -> list[Earning]:
    """Outcome and cause of each interval; a blocked one blocks all later ones of what the component remembers."""
    result: list[Earning] = []
    blocked = False
    cause: str | None
    over = component.remembers
    cells = [row.place.cell for row in rows]
    for before, row in zip([None, *cells], rows, strict=False):
        if over is None or starts_again(row.place.cell, before, over):
            blocked = False
        earning = None if blocked else row.amount
        if earning is None:
            own = row.target_causes + sorted(row.other_causes, key=CAUSES.index)
            cause = own[0] if own else "no_value"
            if blocked and cause == "no_value":
                cause = "earlier_interval"  # what is not known here may be just what that one left unknown
            outcome, blocked = "blocked", True
        else:
            outcome = "zero" if earning == 0 else "paid"
            cause = _why_zero(component, row) if earning == 0 else None
        steps = tuple(row.steps)
        cell, base, select = row.place.cell, row.base, row.select
        result.append(Earning(cell, base, select, row.reading, row.table, steps, earning, outcome, cause))
    return result


def _why_zero(component: Component, row: Interval) -> str:
    """Why nothing is paid, the first that applies: a gate is not met, nothing to pay on, the table gives 0, an item took it."""
    if row.gate_failed:
        return "gate"
    if (row.select if component.base is None else row.base) == 0:
        return "no_credits"
    return "table" if row.table.result == 0 else "modifiers"


def _blame(row: Interval, cause: str | None) -> None:
    """Targets' causes stand in the order of table and gates; the others in the order of `CAUSES`."""
    if cause in ("missing_target", "zero_target"):
        row.target_causes.append(cause)
    elif cause is not None:
        row.other_causes.append(cause)


def _row(facts: Facts, component: Component, cell: Cell, reading: Reading, valued: Cell) -> dict[str, Typed]:
    """Earning place: measures over the component's own period, variables, `target` and `attainment`, look-up tables."""
    plan = facts.plan
    day = valued.end if plan.values_on is not None and plan.values_on.value == "segment_end" else valued.start
    row = {
        measure.name: Typed(facts.measures[measure.name][cell.key].value, measure.unit.dtype)
        for measure in plan.measures
        if measure.name in component.measures
    }
    row |= facts.people.variables(plan, plan.variables, cell.stint.participant, day)
    if component.table.against is not None:
        row |= {"target": Typed(reading.target, reading.unit), "attainment": Typed(reading.attainment, "rate")}
    held = facts.people.in_force(cell.stint.participant, day) or {}
    return row | {table.name: looked_up(table, row, held) for table in plan.tables(component.look_ups)}

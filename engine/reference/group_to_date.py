"""Groups to date: what their members have since the reset, or what each period's members had in that period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.plan.resolved import Component, Measure, Plan, TrueUp
from engine.reference.group import Group, group_of, members
from engine.reference.measured import Measured
from engine.reference.participant import People
from engine.reference.scalar import total
from engine.reference.stint import Cell, Key


def totals_to_date(
    plan: Plan, measure: Measure, cells: Sequence[Cell], people: People, each: Mapping[Key, Measured]
) -> dict[Key, Measured]:
    """A group's total on each row. `follow`: of what today's members have; `stay`: of what was had in it, period by period."""
    assert measure.within is not None and measure.on_move is not None and measure.accumulation is not None
    dtype = measure.unit.dtype
    result = {cell.key: Measured(None, None) for cell in cells}
    had: list[Had] = []
    grouped = members(plan, people, measure.within, cells)
    for group, rows in grouped.items():
        own = total((each[cell.key].own for cell in rows), dtype)
        had.append(Had(group[1], rows[0].period.length, rows[0].period.start, own))
        result |= {cell.key: Measured(own, total((each[c.key].value for c in rows), dtype)) for cell in rows}
    if measure.on_move.value == "follow":
        return result
    for group, rows in grouped.items():
        for cell in rows:
            amounts = (part.amount for part in had if part.counts_for(group, cell, measure.accumulation))
            result[cell.key] = Measured(result[cell.key].own, total(amounts, dtype))
    return result


@dataclass(frozen=True)
class Had:
    """What the members of a group had in one period."""

    group: str
    length: str
    start: date
    amount: Decimal | None

    def counts_for(self, group: Group, cell: Cell, over: str) -> bool:
        """Whether it is part of what the group has on a row: of a period as long, since the reset, up to this one."""
        alike = (self.group, self.length) == (group[1], cell.period.length)
        begun = over == "plan" or self.start >= cell.spans[over][0]  # a plan may begin inside its first period
        return alike and begun and self.start <= cell.period.start


def interval_before(
    plan: Plan, component: Component, true_up: TrueUp, cell: Cell, cells: Sequence[Cell], people: People
) -> date | None:
    """The first day of the interval before of a row's group: its last one that had members; None if there was none.

    Members bring what they had (`follow`): then it is the last one in which some member of today was anywhere, if later.
    """
    within, measure = plan.grown_by(component), plan.measure(component.base or component.table.select or "")
    assert within is not None and measure.on_move is not None
    mine = group_of(plan, people, within, cell)
    earlier = [
        other
        for other in cells
        if other.period.length == component.length
        and other.spans[true_up.accumulation] == cell.spans[true_up.accumulation]
        and other.period.start < cell.period.start
    ]
    starts = [other.period.start for other in earlier if _value(group_of(plan, people, within, other)) == _value(mine)]
    if measure.on_move.value == "follow":
        today = [c for c in cells if c.period == cell.period and group_of(plan, people, within, c) == mine]
        runs = {(member.stint.participant, member.run_key) for member in today}
        starts += [other.period.start for other in earlier if (other.stint.participant, other.run_key) in runs]
    return max(starts, default=None)


def ranked_by(
    plan: Plan, measure: Measure, part: Measure, cells: Sequence[Cell], people: People, each: Mapping[Key, Measured]
) -> dict[Key, Decimal | None]:
    """What participants are ranked by: what they have; or of that only what they had in the group that they are in."""
    if measure.on_move is None or measure.on_move.value == "follow" or part.accumulation is None:
        return {key: made.value for key, made in each.items()}
    assert measure.within is not None
    groups = {cell.key: group_of(plan, people, measure.within, cell) for cell in cells}
    result: dict[Key, Decimal | None] = {}
    for cell in cells:
        mine = groups[cell.key]
        earlier = [
            other
            for other in cells
            if (other.stint.participant, other.run_key, other.period.length)
            == (cell.stint.participant, cell.run_key, cell.period.length)
            and other.spans[part.accumulation] == cell.spans[part.accumulation]
            and other.period.start <= cell.period.start
        ]
        inside = [other for other in earlier if _value(groups[other.key]) == _value(mine)]
        result[cell.key] = total((each[other.key].own for other in inside), part.unit.dtype)
    return result


def _value(group: Group | None) -> str:
    """The group without its period; '' of whoever is in none."""
    return "" if group is None else group[1]

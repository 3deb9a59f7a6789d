"""Groups: who is in which on the day that the plan says, and measures that are the same for all members."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.plan.group import EVERYONE
from engine.plan.resolved import Measure, Plan
from engine.reference.participant import People
from engine.reference.scalar import total
from engine.reference.stint import Cell, Key

Group = tuple[str, str]
"""Period, and the value of the attribute that its members have."""


def group_of(plan: Plan, people: People, within: str, cell: Cell) -> Group | None:
    """The group of a row of the grid; None where its attribute is empty."""
    if within == EVERYONE:
        return cell.period.name, EVERYONE
    early = plan.values_on is not None and plan.values_on.value == "segment_start"
    row = people.in_force(cell.stint.participant, cell.start if early else cell.end)
    value = "" if row is None else row.get(within) or ""
    return (cell.period.name, value) if value else None


def members(plan: Plan, people: People, within: str, cells: Sequence[Cell]) -> dict[Group, list[Cell]]:
    """The rows of each group."""
    found: dict[Group, list[Cell]] = {}
    for cell in cells:
        group = group_of(plan, people, within, cell)
        if group is not None:
            found.setdefault(group, []).append(cell)
    return found


def of_groups(
    plan: Plan, measure: Measure, cells: Sequence[Cell], people: People, each: Mapping[Key, Decimal | None]
) -> dict[Key, Decimal | None]:
    """What a measure of a group comes to on each row; `each`: what the members have."""
    assert measure.within is not None
    result: dict[Key, Decimal | None] = {cell.key: None for cell in cells}
    for rows in members(plan, people, measure.within, cells).values():
        if measure.aggregate == "headcount":
            value: Decimal | None = Decimal(len({cell.stint.participant for cell in rows}))
        else:
            value = total((each[cell.key] for cell in rows), measure.unit.dtype)
        result |= {cell.key: value for cell in rows}
    return result

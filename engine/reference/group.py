"""Groups: who is in which on the day that the plan says, and measures that are the same for all members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.core import money
from engine.plan.group import EVERYONE, UNPLACED, Ranking
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


@dataclass(frozen=True)
class Standing:
    """Where a row stands in its group: the place, how many have it, and the how manieth of them it is by participant."""

    place: Decimal | None
    tied: int
    turn: int


def standings(
    plan: Plan, measure: Measure, cells: Sequence[Cell], people: People, each: Sequence[Mapping[Key, Decimal | None]]
) -> dict[Key, Standing]:
    """Places by a measure, of equal ones by the next; who does not reach what is asked stands behind all, unplaced.

    What is not known of one member makes all places unknown.
    """
    ranking = measure.ranking
    assert measure.within is not None and ranking is not None
    result = {cell.key: Standing(None, 1, 1) for cell in cells}
    near = [plan.measure(part).near for part in measure.parts]
    for rows in members(plan, people, measure.within, cells).values():
        values = {
            cell.key: tuple(_compared(of[cell.key], n) for of, n in zip(each, near, strict=True)) for cell in rows
        }
        if any(value is None for found in values.values() for value in found):
            continue
        for cell in rows:
            mine = values[cell.key]
            entered = _enters(ranking, mine[0])
            among = [other for other in rows if _enters(ranking, values[other.key][0]) == entered]
            better = [other for other in among if _before(ranking, values[other.key], mine)]
            alike = sorted((o.stint.participant, o.stint.start) for o in among if values[o.key] == mine)
            place = Decimal(len(better) + 1) if entered else Decimal(UNPLACED)
            result[cell.key] = Standing(place, len(alike), alike.index((cell.stint.participant, cell.stint.start)) + 1)
    return result


def _compared(value: Decimal | None, near: bool) -> Decimal | None:
    return value if value is None or not near else money.rounded(value, "half_even", money.BOUND_PLACES)


def _enters(ranking: Ranking, value: Decimal | None) -> bool:
    if ranking.at_least is None or value is None:
        return True
    return value >= ranking.at_least.value if ranking.descending else value <= ranking.at_least.value


def _before(ranking: Ranking, one: tuple[Decimal | None, ...], other: tuple[Decimal | None, ...]) -> bool:
    """Whether the first value that differs is the better one."""
    for mine, theirs in zip(one, other, strict=True):
        if mine != theirs and mine is not None and theirs is not None:
            return (mine > theirs) == ranking.descending
    return False

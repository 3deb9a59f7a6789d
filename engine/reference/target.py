"""Targets per grid row: own, to date and of the whole accumulation; and what a place that reads one gets from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.core import money
from engine.core.period import Calendar, Period
from engine.plan.resolved import Against, Spread, Target
from engine.reference.participant import Record
from engine.reference.scalar import Typed, divided, plus, total
from engine.reference.stint import Cell, Key, days, intervals, starts_again


@dataclass(frozen=True)
class Targets:
    """The target of one grid row: the interval's own, and by accumulation to date and of the whole. None: missing."""

    own: Decimal | None
    to_date: Mapping[str, Decimal | None]
    whole: Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Reading:
    """A target as a place reads it for a value. `special`: missing or zero; `cause`: and its policy is to block."""

    target: Decimal | None = None
    attainment: Decimal | None = None
    special: bool = False
    cause: str | None = None
    unit: str = "money"
    """The target's dtype."""


NO_TARGET = Reading()


def targets(target: Target, rows: list[Record], cells: list[Cell], calendar: Calendar) -> dict[Key, Targets]:
    """calc "Targets": every grid row's targets, the to-date one running along the intervals of its group."""
    amounts = {(row["participant"], row[target.given]): row["amount"] for row in rows if row["amount"] >= 0}
    found: dict[Key, Targets] = {}
    for group in intervals(cells):
        so_far: dict[str, Decimal | None] = {}
        values = _parts(target, amounts, group[0].stint.participant, calendar)
        for before, cell in zip([None, *group], group, strict=False):
            own = _sum(target, values, calendar.parts(cell.period), cell.start, cell.end)
            for over in cell.spans:
                earlier = Decimal(0) if starts_again(cell, before, over) else so_far[over]
                so_far[over] = plus(earlier, own, target.unit.dtype)
            whole = {over: _whole(target, values, cell, over, calendar.of_length("quarter")) for over in cell.spans}
            found[cell.key] = Targets(own, dict(so_far), whole)
    return found


def _whole(
    target: Target, values: Mapping[Period, Decimal | None], cell: Cell, over: str, quarters: Sequence[Period]
) -> Decimal | None:
    """The target of all of an accumulation, as far as the segment goes: of a quarter or year, or of the plan's days."""
    first, last = cell.spans[over]
    if over == "quarter" and not any((q.start, q.end) == (first, last) for q in quarters):
        return None  # a longer period, which nothing reads by the quarter
    parts = [p for p in values if p.end >= first and p.start <= last]
    return _sum(target, values, parts, max(cell.stint.start, first), min(cell.stint.end, last))


def read(against: Against, found: Targets, value: Decimal | None, unit: str) -> Reading:
    """calc "Against(t)": the target in the stated reach; missing and zero by their policies (semantics 1)."""
    over = against.accumulation
    target = found.own if over is None else (found.whole if against.whole else found.to_date)[over]
    if target is not None and target != 0:
        ratio = divided(Typed(value, unit), Typed(target, unit)).value
        assert ratio is None or isinstance(ratio, Decimal)
        return Reading(target, ratio, unit=unit)
    policy = against.missing if target is None else against.zero
    if policy.value == "block":
        return Reading(target, None, True, "missing_target" if target is None else "zero_target", unit)
    return Reading(target, Decimal(1) if policy.value == "full" else Decimal(0), True, unit=unit)


def _sum(
    target: Target,
    values: Mapping[Period, Decimal | None],
    parts: Sequence[Period],
    start: date,
    end: date,
) -> Decimal | None:
    """calc "Own target": Σ over the shortest periods, each prorated to its overlap with start..end if so stated."""
    found: list[Decimal | None] = []
    for part in parts:
        value = values[part]
        if target.prorate:
            overlap = days(max(part.start, start), min(part.end, end))
            if overlap <= 0:
                continue
            if value is not None:
                value = money.quotient(money.product(value, Decimal(overlap)), Decimal(part.days))
        found.append(value)
    return total(found, target.unit.dtype)


def _parts(
    target: Target, amounts: dict[tuple[str, str], Decimal], participant: str, calendar: Calendar
) -> dict[Period, Decimal | None]:
    """The participant's target of each shortest period."""
    shortest = calendar.of_length(calendar.shortest)
    years = {name: [p for p in shortest if p.year == name] for name in dict.fromkeys(p.year for p in shortest)}
    return {
        part: _part(target, amounts, participant, year, number)
        for year in years.values()
        for number, part in enumerate(year, start=1)
    }


def _part(
    target: Target, amounts: dict[tuple[str, str], Decimal], participant: str, year: list[Period], number: int
) -> Decimal | None:
    """calc "Targets": the own amount of the year's part `number`; or the year's, spread so that the parts sum to it exactly."""
    part = year[number - 1]
    if target.spread is None:
        return amounts.get((participant, part.name))
    amount = amounts.get((participant, part.year))
    if amount is None:
        return None
    reached, before = (_up_to(target.spread, amount, year, count) for count in (number, number - 1))
    assert reached is not None and before is not None
    return money.EXACT.subtract(reached, before)


def _up_to(spread: Spread, amount: Decimal, year: list[Period], count: int) -> Decimal | None:
    """What the year's first `count` parts have of it: their shares, their days of the year's, or so many of all."""
    if spread.by == "shares":
        return money.product(amount, sum(spread.shares[:count], Decimal(0)))
    if spread.by == "calendar_days":
        reached, whole = (sum(part.days for part in parts) for parts in (year[:count], year))
    else:
        reached, whole = count, len(year)
    return money.quotient(money.product(amount, Decimal(reached)), Decimal(whole))

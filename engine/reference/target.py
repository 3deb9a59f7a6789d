"""Targets per grid row: own, to date and of the whole accumulation; and what a place that reads one gets from it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.core import money
from engine.core.period import Calendar, Period
from engine.plan.resolved import Against, Spread, Target
from engine.reference.participant import Record
from engine.reference.scalar import Typed, divided, plus, total
from engine.reference.stint import Cell, Key, days, intervals


@dataclass(frozen=True)
class Targets:
    """The target of one grid row, in its three reaches. None: missing."""

    own: Decimal | None
    to_date: Decimal | None
    whole: Decimal | None


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
        so_far: Decimal | None = Decimal(0)
        for cell in group:
            year = [p for p in calendar.of_length(calendar.shortest) if p.year_start == cell.period.year_start]
            values = {
                part: _part(target, amounts, cell.stint.participant, year, number)
                for number, part in enumerate(year, start=1)
            }
            own = _sum(target, values, calendar.parts(cell.period), cell.start, cell.end)
            whole = _sum(target, values, year, cell.year_from, min(cell.stint.end, cell.period.year_end))
            so_far = plus(so_far, own, target.unit.dtype)
            found[cell.key] = Targets(own, so_far, whole)
    return found


def read(against: Against, found: Targets, value: Decimal | None, unit: str) -> Reading:
    """calc "Against(t)": the target in the stated reach; missing and zero by their policies (semantics 1)."""
    target = found.own if not against.to_date else found.whole if against.whole else found.to_date
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
    values: dict[Period, Decimal | None],
    parts: list[Period] | tuple[Period, ...],
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

"""Measures of earlier periods: of one before, or what is taken of several of them."""

from dataclasses import replace
from decimal import Decimal

from engine.core.period import Calendar
from engine.plan.earlier import Earlier
from engine.plan.resolved import Measure
from engine.reference.measured import Measured, Measures
from engine.reference.scalar import Typed, divided, total
from engine.reference.scope import looked_back_to
from engine.reference.stint import Cell, Key, intervals, starts_again


def previous(
    measure: Measure, calendar: Calendar, cells: list[Cell], reached: list[Cell], found: Measures
) -> dict[Key, Measured]:
    """What it was in one earlier period, if the segment holds that time wholly; else what the policy says."""
    wholly = {cell.key for cell in reached if cell.days(measure.accumulation) == cell.period_days(measure.accumulation)}
    assert measure.no_previous is not None and measure.back is not None
    none = None if measure.no_previous.value == "block" else Decimal(0)
    nowhere = Measured(none, none, (none is None, none is None))
    result: dict[Key, Measured] = {}
    for cell in cells:
        earlier = looked_back_to(calendar, cell.period, measure.back)
        key = None if earlier is None else (cell.stint.participant, earlier.name, cell.stint.start)
        there = found[measure.parts[0]][key] if key is not None and key in wholly else None
        result[cell.key] = nowhere if there is None else replace(there, nothing=(False, False))
    return result


def of_earlier(
    measure: Measure, earlier: Earlier, cells: list[Cell], reached: list[Cell], found: Measures
) -> dict[Key, Measured]:
    """What is taken of the periods before, or with this one, since something began or of the last so many of them."""
    blocks = measure.no_previous is not None and measure.no_previous.value == "block"
    wanted, result = {cell.key for cell in cells}, dict[Key, Measured]()
    for group in intervals([cell for cell in reached if cell.period.length in measure.lengths]):
        seen: list[tuple[bool, Decimal | None]] = []
        for before, cell in zip([None, *group], group, strict=False):
            if earlier.since is not None and starts_again(cell, before, earlier.since):
                seen = []
            counts = earlier.partial or cell.days(None) == cell.period_days(None)
            this = (counts, found[measure.parts[0]][cell.key].value)
            among = [*seen, this] if earlier.with_present else seen
            values = [value for held, value in (among[-earlier.last :] if earlier.last else among) if held]
            if cell.key in wanted:
                few = len(values) < (earlier.last or 1) if earlier.complete else not values
                value = None if None in values or (few and blocks) else Decimal(0)
                if not few:
                    value = _taken(earlier.take, values, measure.unit.dtype)
                result[cell.key] = Measured(value, value, (few and blocks, few and blocks))
            seen.append(this)
    return result


def _taken(take: str, values: list[Decimal | None], dtype: str) -> Decimal | None:
    """One that is not known could be the best, and is a part of any average."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if take == "sum":
        return total(known, dtype)
    if take != "average":
        return max(known) if take == "highest" else min(known)
    average = divided(Typed(total(known, dtype), dtype), Typed(Decimal(len(known)), "quantity")).value
    assert average is None or isinstance(average, Decimal)
    return average

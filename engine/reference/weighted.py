"""Weighted measures: what each part counts, times its weight, added up; a missing part as the plan says."""

from collections.abc import Sequence
from decimal import Decimal

from engine.core import money
from engine.plan.measure import Weighted
from engine.plan.resolved import Measure
from engine.reference.measured import Measured, Measures
from engine.reference.scalar import bounded, plus
from engine.reference.stint import Cell, Key

Part = tuple[Decimal | None, bool]
"""A part's value, and whether there is nothing to make it of."""


def weighted(measure: Measure, cells: list[Cell], found: Measures) -> dict[Key, Measured]:
    """The value on each row, and that of the interval's own."""
    result: dict[Key, Measured] = {}
    for cell in cells:
        parts = [found[part][cell.key] for part in measure.parts]
        own, nothing_own = _whole(measure, [(part.own, part.nothing[0]) for part in parts])
        value, nothing = _whole(measure, [(part.value, part.nothing[1]) for part in parts])
        result[cell.key] = Measured(own, value, (nothing_own, nothing))
    return result


def _whole(measure: Measure, parts: Sequence[Part]) -> Part:
    """All parts together. One that is not known makes the whole unknown; one that is missing does what is said of it."""
    if any(value is None and not missing for value, missing in parts):
        return None, False
    unit = measure.unit.dtype
    points: Decimal | None = Decimal(0)
    there = Decimal(0)
    for part, (value, missing) in zip(measure.weighted, parts, strict=True):
        said = part.missing.value if missing and part.missing is not None else ""
        if said == "block":
            return None, True
        if not missing:
            assert value is not None
            points = plus(points, bounded(money.product(part.weight, _counts(part, value)), unit), unit)
        if said != "redistribute":
            there += part.weight
    if there == measure.out_of:
        return points, False
    if there == 0:
        return None, True
    points = None if points is None else bounded(money.product(points, measure.out_of), unit)
    return (None if points is None else bounded(money.quotient(points, there), unit)), False


def _counts(part: Weighted, value: Decimal) -> Decimal:
    """Not more than the cap, not less than the floor."""
    if part.cap is not None and value > part.cap.value:
        value = part.cap.value
    return part.floor.value if part.floor is not None and value < part.floor.value else value

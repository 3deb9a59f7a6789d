"""What a generated test is called: the part of the plan, and what happens there, in the words of `--coverage`."""

from engine.core.money import plain
from engine.trial.point import ABOVE, BELOW, Point

SIDES = {BELOW: "below", ABOVE: "above", "below it": "below", "above it": "above"}
ORDER = ("something paid at it", "below it", BELOW, "exactly on it", ABOVE, "above it")
"""Cases of one part in the order in which one reads them."""


def name_of(point: Point) -> str:
    """`commission, tier 2 from 80% of target: 1 IDR below it`."""
    side = SIDES.get(point.case)
    unit = f"{plain(point.unit)} {point.currency}".rstrip()
    return f"{point.part}: {point.case if side is None else f'{unit} {side} it'}"


def order_of(point: Point) -> tuple[object, ...]:
    """By place in the plan, then below, on, above."""
    rank = ORDER.index(point.case) if point.case in ORDER else len(ORDER)
    return point.place, point.part, rank, point.case

"""A point of a plan that a test can touch: a side of a bound, a gate that is met, a day on which something begins."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.core.span import Span
from engine.ir.types import Type

ON, BELOW = "exactly on it", "a unit below it"


@dataclass(frozen=True, order=True)
class Point:
    """`part` is the part of the plan at `place`; `case` is what may happen there."""

    place: Span
    part: str
    case: str


Found = Iterator[tuple[Point, bool]]
"""Points, each with whether the tables of a run touch it."""


def unit_of(type_: Type, digits: int) -> Decimal:
    """The least step by which people count values of a type: a cent, a piece, a percent."""
    if type_.dtype == "money":
        return Decimal(1).scaleb(-digits)
    return Decimal(1) if type_.dtype == "quantity" else Decimal("0.01")


def at_bound(place: Span, part: str, pairs: Iterable[tuple[Decimal, Decimal]], unit: Decimal) -> Found:
    """Both sides of a bound, from pairs of a value and the bound that it was compared with."""
    apart = {bound - value for value, bound in pairs}
    yield Point(place, part, ON), Decimal(0) in apart
    yield Point(place, part, BELOW), any(0 < distance <= unit for distance in apart)

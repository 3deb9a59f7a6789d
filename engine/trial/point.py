"""A point of a plan that a test can touch: a side of a bound, a gate that is met, a day on which something begins."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from engine.core.span import Span
from engine.ir.types import Type

ON, BELOW, ABOVE = "exactly on it", "a unit below it", "a unit above it"
ONE = Decimal(1)


@dataclass(frozen=True, order=True)
class Point:
    """`part` is the part of the plan at `place`; `case` is what may happen there."""

    place: Span
    part: str
    case: str
    apart: tuple[Decimal, ...] = field(default=(), compare=False)
    """How far the values of this run lie below what they are compared with there: what a test would have to add."""
    unit: Decimal = field(default=ONE, compare=False)
    """The least step of such a value."""
    currency: str = field(default="", compare=False)
    """Of a value that is money."""
    of: str = field(default="", compare=False)
    """The component or rule that it is a point of; nothing for the plan's own."""


Found = Iterator[tuple[Point, bool]]
"""Points, each with whether the tables of a run touch it."""


def unit_of(type_: Type, digits: int) -> Decimal:
    """The least step by which people count values of a type: a cent, a piece, a percent, a day."""
    if type_.dtype == "money":
        return Decimal(1).scaleb(-digits)
    return ONE if type_.dtype in ("quantity", "date") else Decimal("0.01")


def at_bound(
    place: Span, part: str, pairs: Iterable[tuple[Decimal, Decimal]], unit: Decimal, currency: str | None = None
) -> Found:
    """A bound and a unit to either side of it, from pairs of a value and the bound that it was compared with."""
    apart = tuple(sorted({bound - value for value, bound in pairs}))
    yield Point(place, part, BELOW, apart, unit, currency or ""), any(0 < distance <= unit for distance in apart)
    yield Point(place, part, ON, apart, unit, currency or ""), Decimal(0) in apart
    yield Point(place, part, ABOVE, apart, unit, currency or ""), any(-unit <= distance < 0 for distance in apart)


def at_limit(
    place: Span, part: str, pairs: Iterable[tuple[Decimal, Decimal]], unit: Decimal, currency: str | None = None
) -> Found:
    """What a cap or floor leaves alone and what it doesn't, from pairs of an amount and the limit that it met."""
    apart = tuple(sorted({limit - amount for amount, limit in pairs}))
    yield Point(place, part, "below it", apart, unit, currency or ""), any(distance > 0 for distance in apart)
    yield Point(place, part, ON, apart, unit, currency or ""), Decimal(0) in apart
    yield Point(place, part, "above it", apart, unit, currency or ""), any(distance < 0 for distance in apart)


def any_row(frame: pl.DataFrame, condition: pl.Expr) -> bool:
    """Whether there is a row for which it holds."""
    return frame.filter(condition).height > 0

"""What the implementations of scalar functions are made from: a compiled call, constants, and the bounds of a type."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import polars as pl

from engine.backends.polars.schema import DECIMAL, dtype_of
from engine.core.money import PLACES
from engine.ir.expr import Call, Lit
from engine.ir.types import QUANTITY, RATE, Type, limit_of, money


@dataclass(frozen=True)
class Term:
    """A call's compiled arguments, the call itself, its type, and theirs."""

    args: tuple[pl.Expr, ...]
    call: Call
    type: Type
    types: tuple[Type, ...]

    def literal(self, index: int) -> object:
        """The value of an argument that must be a literal."""
        arg = self.call.args[index]
        assert isinstance(arg, Lit), f"argument {index + 1} of {self.call.fn} is not a literal"
        return arg.value


@lru_cache(4096)
def column(name: str, new: str | None = None) -> pl.Expr:
    """A column by name; with a `new` one, under that."""
    return pl.col(name) if new in (None, name) else pl.col(name).alias(new)


def columns(names: Iterable[str]) -> list[pl.Expr]:
    """Columns by name: Polars makes one of a text each time."""
    return [column(name) for name in names]


@lru_cache(4096)
def literal(value: object, type_: Type) -> pl.Expr:
    """A constant of a type."""
    return pl.lit(value, dtype=dtype_of(type_))


@lru_cache(4096)
def number(value: Decimal | int) -> pl.Expr:
    """A 12-place constant."""
    return pl.lit(Decimal(value), dtype=DECIMAL)


@lru_cache(64)
def nothing(dtype: pl.DataType) -> pl.Expr:
    """The null of a dtype."""
    return pl.lit(None, dtype=dtype)


BOUNDS = {
    each.dtype: pl.Decimal(limit.adjusted() + PLACES, PLACES)
    for each in (money(None), RATE, QUANTITY)
    if (limit := limit_of(each)) is not None
}
"""By numeric dtype, the decimals that have no more digits than its bounds."""


def bounded(value: pl.Expr, type_: Type) -> pl.Expr:
    """The value, or null where it leaves the bounds of its type, which is where it has more digits than they."""
    bound = BOUNDS.get(type_.dtype)
    return value if bound is None else value.cast(bound, strict=False).cast(DECIMAL)

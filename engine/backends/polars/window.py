"""Windows as Polars expressions: one small function per aggregate, each inside a single `over` in the given order.

The argument is a column by now (`hoist.py`). A null comes first in an order, ascending or descending.
"""

from collections.abc import Callable

import polars as pl

from engine.backends.polars.hoist import HIDDEN
from engine.backends.polars.scalar import day_number
from engine.backends.polars.term import bounded, literal
from engine.ir.expr import Over, Ref
from engine.ir.infer import type_of
from engine.ir.program import Schema
from engine.ir.types import Type, zero_of

NUMBER = f"{HIDDEN}number"
"""The number of a row, where rows are known to ascend and a window's order ends so: numbers are compared sooner than texts."""


def window(over: Over, schema: Schema, order: tuple[str, ...] = ()) -> pl.Expr:
    """The column of a window over rows of `schema`, which ascend by the columns `order` if there are any."""
    assert isinstance(over.arg, Ref), "the argument of a window is not a column"
    value = WINDOWS[over.fn](pl.col(over.arg.name), over.frame, schema[over.arg.name])
    return bounded(_over(value, over, schema, order), type_of(over, schema))


def ends_in(over: Over, order: tuple[str, ...]) -> bool:
    """Whether the order of a window ends in that of its rows."""
    return bool(order) and over.order[-len(order) :] == tuple((name, False) for name in order)


def _numbered(over: Over, schema: Schema, order: tuple[str, ...]) -> list[pl.Expr]:
    """What comes before in the order, then the row's number; a day and a number are one number, and null is before all days."""
    first, number = [name for name, _ in over.order[: -len(order)]], pl.col(NUMBER)
    if len(first) == 1 and schema[first[0]].dtype == "date":
        return [day_number(pl.col(first[0])).fill_null(-MOST_ROWS >> 2) * MOST_ROWS + number.cast(pl.Int64)]
    return [*map(pl.col, first), number]


MOST_ROWS = 1 << 32


def _over(value: pl.Expr, over: Over, schema: Schema, order: tuple[str, ...]) -> pl.Expr:
    if over.frame == "partition":
        return value.over(list(over.by)) if over.by else value
    if ends_in(over, order) and not any(descending for _, descending in over.order):
        return value.over(list(over.by) or None, order_by=_numbered(over, schema, order))
    directions = {descending for _, descending in over.order}
    if len(directions) == 1:
        keys = [pl.col(name) for name, _ in over.order]
    else:
        keys = [_turned(name, schema[name]) if descending else pl.col(name) for name, descending in over.order]
    descending = directions == {True}
    return value.over(list(over.by) or None, order_by=keys, descending=descending)


def _turned(name: str, type_: Type) -> pl.Expr:
    """A key that ascends where the column descends: `over` has one direction for all its keys."""
    column = pl.col(name)
    if type_.is_numeric or type_.dtype == "integer":
        return -column
    if type_.dtype == "date":
        return -day_number(column)
    return -column.rank("dense").cast(pl.Int64)


def _sum(value: pl.Expr, frame: str, type_: Type) -> pl.Expr:
    """Null once a null is in the frame; 0 over no rows."""
    zero = literal(zero_of(type_), type_)
    if frame == "partition":
        return pl.when(value.null_count() == 0).then(value.sum())
    total, nulls = value.fill_null(zero).cum_sum(), value.is_null().cast(pl.Int64).cum_sum()
    if frame == "running_before":
        total, nulls = total.shift(1, fill_value=zero), nulls.shift(1, fill_value=0)
    return pl.when(nulls == 0).then(total)


def _count(value: pl.Expr, frame: str, type_: Type) -> pl.Expr:
    true = value.fill_null(False).cast(pl.Int64)
    if frame == "partition":
        return true.sum()
    total = true.cum_sum()
    return total.shift(1, fill_value=0) if frame == "running_before" else total


def _any(value: pl.Expr, frame: str, type_: Type) -> pl.Expr:
    return _count(value, frame, type_) > 0


def _min(value: pl.Expr, frame: str, type_: Type) -> pl.Expr:
    return value.min() if frame == "partition" else _so_far(value.cum_min(), frame)


def _max(value: pl.Expr, frame: str, type_: Type) -> pl.Expr:
    return value.max() if frame == "partition" else _so_far(value.cum_max(), frame)


def _so_far(value: pl.Expr, frame: str) -> pl.Expr:
    """Nulls are left out: where a row has none, the extreme of the rows before stands."""
    filled = value.forward_fill()
    return filled.shift(1) if frame == "running_before" else filled


def _value(value: pl.Expr, frame: str, type_: Type) -> pl.Expr:
    return value.shift(1)


WINDOWS: dict[str, Callable[[pl.Expr, str, Type], pl.Expr]] = {
    "sum": _sum, "count": _count, "any": _any, "min": _min, "max": _max, "value": _value,
}  # fmt: skip

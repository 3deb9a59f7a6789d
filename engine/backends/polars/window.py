"""Windows as Polars expressions: one small function per aggregate, each inside a single `over` in the given order.

The argument is a column by now (`hoist.py`). A null comes first in an order, ascending or descending.
"""

from collections.abc import Callable

import polars as pl

from engine.backends.polars.scalar import day_number
from engine.backends.polars.term import bounded, literal
from engine.ir.expr import Over, Ref
from engine.ir.infer import type_of
from engine.ir.program import Schema
from engine.ir.types import Type, zero_of


def window(over: Over, schema: Schema) -> pl.Expr:
    """The column of a window over rows of `schema`."""
    assert isinstance(over.arg, Ref), "the argument of a window is not a column"
    value = WINDOWS[over.fn](pl.col(over.arg.name), over.frame, schema[over.arg.name])
    return bounded(_over(value, over, schema), type_of(over, schema))


def _over(value: pl.Expr, over: Over, schema: Schema) -> pl.Expr:
    if over.frame == "partition":
        return value.over(list(over.by)) if over.by else value
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

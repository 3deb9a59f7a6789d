"""Folds as Polars expressions: a value that is made from the one before it, for all groups at a time.

Rows are taken in layers: the first row of each group, then the second, … Groups stand in the order of their size, so that the
groups of a layer are the first ones of the layer before, and nothing has to be looked up. A layer costs the same however
many groups it has; a group of a million rows would cost a million layers, so folds run over periods, not over credits.
"""

from collections.abc import Sequence

import polars as pl

from engine.backends.polars.hoist import HIDDEN, hoisted, layers
from engine.backends.polars.scalar import typed
from engine.backends.polars.schema import dtype_of
from engine.ir.expr import Fold
from engine.ir.infer import inside, type_of
from engine.ir.program import Schema
from engine.ir.table import Def
from engine.ir.walk import refs

PLACE, ORDINAL, SIZE, FIRST, NEXT = (f"{HIDDEN}{name}" for name in ("place", "ordinal", "size", "first", "next"))


def folded(fold: Fold, schema: Schema) -> pl.Expr:
    """The column of a fold over rows of `schema`."""
    read = sorted(refs(fold))
    batches = _batches(fold, {name: schema[name] for name in read})
    dtype = dtype_of(type_of(fold, schema))
    start = pl.Series(fold.before, [fold.start.value], dtype=dtype)

    def run(rows: pl.Series) -> pl.Series:
        return _run(fold, rows.struct.unnest(), batches, start)

    return pl.struct(read).map_batches(run, return_dtype=dtype)


def _batches(fold: Fold, schema: Schema) -> list[list[pl.Expr]]:
    """`next` as columns, those that it is made of before it."""
    known = dict(inside(fold, schema))
    found = []
    for layer in layers(hoisted([Def(NEXT, fold.next)])):
        made = [(name, *typed(expr, known)) for name, expr in layer]
        found.append([column.alias(name) for name, column, _ in made])
        known |= {name: type_ for name, _, type_ in made}
    return found


def _run(fold: Fold, rows: pl.DataFrame, batches: Sequence[Sequence[pl.Expr]], start: pl.Series) -> pl.Series:
    """The value of each row, in the order of the rows."""
    if rows.height == 0:
        return start.clear()
    by: list[str | pl.Expr] = [*fold.by] or [pl.lit(0)]
    rows = rows.with_row_index(PLACE).sort(
        [name for name, _ in fold.order], descending=[down for _, down in fold.order], nulls_last=False
    )
    rows = rows.with_columns(
        pl.int_range(pl.len()).over(by).alias(ORDINAL),
        pl.len().over(by).alias(SIZE),
        pl.col(PLACE).first().over(by).alias(FIRST),
    ).sort(ORDINAL, SIZE, FIRST, descending=[False, True, False])
    heights = rows.group_by(ORDINAL).len().sort(ORDINAL)["len"].to_list()
    before, offset, found = start.new_from_index(0, heights[0]), 0, []
    for height in heights:
        layer = rows.slice(offset, height).with_columns(before.head(height))
        for batch in batches:
            layer = layer.with_columns(batch)
        before = layer[NEXT].alias(fold.before)
        found.append(before)
        offset += height
    return rows.select(PLACE).with_columns(pl.concat(found)).sort(PLACE)[fold.before]

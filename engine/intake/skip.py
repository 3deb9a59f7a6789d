"""Rows that are none of a source's: totals and remarks of an export, as its `skip_rows` says.

It is decided on the texts as they stand, trimmed and in NFC, before any of them is a value, alike in every kind of source.
In: records of texts. Out: a column that says by which item a row is skipped; of skipped rows, their code in the log.
"""

from collections.abc import Callable

import polars as pl

from engine.plan.workspace import Cell, Source
from engine.record.reading import LIKE_A_ROW, SKIPPED

SKIP = "~skip"
"""Internal column: the number of the item by which a row is skipped, null where it is a row as any other."""
Of = Callable[[str], pl.Expr]
"""A column's name → something of it."""


def skip_of(source: Source, text: Of, empty: Of) -> list[pl.Expr]:
    """The column, where the source skips rows. `text`: a cell's text, `empty`: whether nothing stands in the cell."""
    if not source.skip:
        return []
    items = [
        pl.when(pl.all_horizontal(_holds(cell, text, empty).fill_null(False) for cell in skip)).then(pl.lit(number))
        for number, skip in enumerate(source.skip)
    ]
    return [pl.coalesce(pl.lit(None, pl.Int32), *items).alias(SKIP)]


def _holds(cell: Cell, text: Of, empty: Of) -> pl.Expr:
    if cell.text is None:
        return empty(cell.column.text)
    found = text(cell.column.text)
    return found == cell.text if cell.whole else found.str.starts_with(cell.text)


def column_of(source: Source) -> pl.Expr:
    """The first column that the item names by which a row is skipped."""
    return _by_item(source, lambda cell: pl.lit(cell.column.text))


def found_in(source: Source) -> pl.Expr:
    """What stands there."""
    return _by_item(source, lambda cell: pl.lit("") if cell.text is None else pl.col(cell.column.text).cast(pl.String))


def _by_item(source: Source, of: Callable[[Cell], pl.Expr]) -> pl.Expr:
    items = (pl.when(pl.col(SKIP) == number).then(of(skip[0])) for number, skip in enumerate(source.skip))
    return pl.coalesce(pl.lit(None, pl.String), *items)


def code_of(source: Source) -> pl.Expr:
    """The code of a skipped row: whether it could be one to read, for all that the item by which it is skipped does not say.

    It could where what tells rows apart can be read of it, but for columns of the item; a transaction has a day, a participant
    and an amount, too.
    """
    wanted, like = [*source.row_key], pl.lit(False)
    amount = pl.lit(True)
    if source.role == "transactions":
        wanted += [name for name in (source.date, source.participant) if name is not None]
        numbers = [c for c in source.columns if c.type.is_numeric and c.name not in (*source.key, source.version)]
        money = [c for c in numbers if c.type.dtype == "money"]
        amount = pl.any_horizontal(pl.lit(False), *(pl.col(f"={c.name}").fill_null(0) != 0 for c in money or numbers))
    for number, skip in enumerate(source.skip):
        said = {cell.column.text for cell in skip}
        others = [name for name in wanted if name not in said and source.column(name) is not None]
        whole = pl.all_horizontal(pl.col(f"={name}").is_not_null() for name in others) if others else pl.lit(False)
        like = like | ((pl.col(SKIP) == number) & whole)
    return pl.when(like & amount).then(pl.lit(LIKE_A_ROW)).otherwise(pl.lit(SKIPPED))

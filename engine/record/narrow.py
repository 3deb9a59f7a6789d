"""Decimals on the disk: as few digits as hold a column's values, so that most take 8 bytes; read back with all 38 digits.

Parquet keeps a decimal of up to 18 digits as one integer, which is written and read in a third of the time. Nothing is rounded:
a column that doesn't fit stays as wide as it was.
"""

import polars as pl

from engine.core.money import PLACES

WIDE = pl.Decimal(38, PLACES)
DIGITS = 18
FEWER = (PLACES, 9, 6, 4, 2, 0)
"""Places that are tried, the most first: most columns fit at once, and then nothing is calculated."""


def narrowed(table: pl.DataFrame) -> pl.DataFrame:
    """The same values, each decimal column as narrow as it can be."""
    return table.with_columns(_narrow(column) for column in table.iter_columns() if column.dtype == WIDE)


def widened(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The same values, each decimal column as the engine calculates with it."""
    return frame.with_columns(pl.selectors.decimal().cast(WIDE))


def _narrow(column: pl.Series) -> pl.Series:
    for places in FEWER:
        narrow = column.cast(pl.Decimal(DIGITS, places), strict=False)
        if narrow.null_count() > column.null_count():
            continue  # too large for so many places
        if places == PLACES or narrow.cast(WIDE).equals(column):
            return narrow
    return column

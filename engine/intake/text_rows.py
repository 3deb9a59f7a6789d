"""Records of texts → their values. In: text columns. Out: the same with `=name`, a value, and `!name`, what is wrong with it."""

import polars as pl

from engine.intake.csv_rows import RawRows
from engine.intake.parse import NOT_A_NUMBER, cleaned, problem, typed
from engine.plan.workspace import Source


def typed_rows(raw: RawRows, source: Source) -> RawRows:
    """The rows of a text file with the value and the fault of each column."""
    plain = pl.col("record").str.len_bytes() == pl.col("record").str.len_chars()
    parts = [
        raw.rows.filter(which).with_columns(cleaned(column, ascii).alias(column.name) for column in source.columns)
        for which, ascii in ((plain, True), (~plain, False))
    ]
    texts = pl.concat(part for part in parts if part.height) if raw.rows.height else parts[0]
    rows = texts.with_columns(
        [problem(column, source.records == "quoted").alias(f"!{column.name}") for column in source.columns]
        + [typed(column).alias(f"={column.name}") for column in source.columns]
    )
    lost = [  # whatever the patterns say: a text without a value is never taken for an empty one
        pl.when(pl.col(c.name).is_not_null() & pl.col(f"={c.name}").is_null())
        .then(pl.coalesce(f"!{c.name}", pl.lit(NOT_A_NUMBER)))
        .otherwise(pl.col(f"!{c.name}"))
        .alias(f"!{c.name}")
        for c in source.columns
    ]
    return RawRows(rows.with_columns(lost).sort("row"), raw.bad, raw.read)

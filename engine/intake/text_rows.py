"""Records of texts → their values. In: text columns. Out: the same with `=name`, a value, and `!name`, what is wrong with it.

A reader that finds something which is no text says so in a column beside it (`?name`, a code): then there is no value. Which
texts nobody wrote stands in another (`#name`): those that it has made of a number itself, and what stands for an empty one.
"""

import polars as pl

from engine.intake.beside import RECORD
from engine.intake.csv_rows import RawRows
from engine.intake.parse import NOT_A_NUMBER, cleaned, problem, trimmed, typed
from engine.intake.skip import skip_of
from engine.plan.workspace import Source

NOT_TEXT = "X003"


def fault_name(column: str) -> str:
    """The column in which a reader says what is wrong with a text."""
    return f"?{column}"


def number_name(column: str) -> str:
    """The column that says which texts of a number nobody wrote."""
    return f"#{column}"


def recorded(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Rows that are no lines of text, with their record written out; and what cost a line its row in a CSV costs it here."""
    parts = [pl.format("{}={}", pl.lit(c.header), pl.col(c.name).fill_null("")) for c in source.columns]
    rows = rows.with_columns(pl.concat_str(parts, separator=", ").str.slice(0, 10_000).alias(RECORD))
    broken = [c.name for c in source.columns if rows[c.name].str.contains("[\\x00\ufffd]").any()]
    faults = [
        pl.coalesce(
            pl.col(fault_name(name)) if fault_name(name) in rows.columns else pl.lit(None, pl.String),
            pl.when(pl.col(name).str.contains("[\\x00\ufffd]")).then(pl.lit(NOT_TEXT)),
        ).alias(fault_name(name))
        for name in broken
    ]
    return rows.with_columns(faults)


def _skip_of(rows: pl.DataFrame, source: Source, ascii: bool) -> list[pl.Expr]:
    """Which rows are skipped: what nothing stands for is empty, and a cell that is no text is not."""

    def empty(name: str) -> pl.Expr:
        told = pl.col(fault_name(name)).is_null() if fault_name(name) in rows.columns else pl.lit(True)
        return trimmed(name, ascii).is_null() & told

    return skip_of(source, lambda name: trimmed(name, ascii), empty)


def _filled(rows: pl.DataFrame, source: Source, ascii: bool) -> list[pl.Expr]:
    """Of columns of numbers in which something stands for an empty text: which of them nobody wrote."""
    filled = [(number_name(c.name), c.name) for c in source.columns if c.type.is_numeric and c.on_empty is not None]
    return [
        (trimmed(name, ascii).is_null() | (pl.col(flag) if flag in rows.columns else pl.lit(False))).alias(flag)
        for flag, name in filled
    ]


def typed_rows(raw: RawRows, source: Source) -> RawRows:
    """The rows of a text file with the value and the fault of each column."""
    plain = pl.col(RECORD).str.len_bytes() == pl.col(RECORD).str.len_chars()
    parts = [
        raw.rows.filter(which).with_columns(
            *(cleaned(column, ascii).alias(column.name) for column in source.columns),
            *_filled(raw.rows, source, ascii),
            *_skip_of(raw.rows, source, ascii),
        )
        for which, ascii in ((plain, True), (~plain, False))
    ]
    texts = pl.concat(part for part in parts if part.height) if raw.rows.height else parts[0]
    rows = texts.with_columns(
        [problem(column, source).alias(f"!{column.name}") for column in source.columns]
        + [typed(column).alias(f"={column.name}") for column in source.columns]
    )
    told = [c.name for c in source.columns if fault_name(c.name) in rows.columns]
    if told:
        no_value = [
            pl.when(pl.col(fault_name(name)).is_null()).then(pl.col(f"={name}")).alias(f"={name}") for name in told
        ]
        rows = rows.with_columns(
            no_value + [pl.coalesce(fault_name(name), f"!{name}").alias(f"!{name}") for name in told]
        )
    lost = [  # whatever the patterns say: a text without a value is never taken for an empty one
        pl.when(pl.col(c.name).is_not_null() & pl.col(f"={c.name}").is_null())
        .then(pl.coalesce(f"!{c.name}", pl.lit(NOT_A_NUMBER)))
        .otherwise(pl.col(f"!{c.name}"))
        .alias(f"!{c.name}")
        for c in source.columns
    ]
    return RawRows(rows.with_columns(lost).sort("row"), raw.bad, raw.read)

"""A Parquet file → typed columns under the source's names.

Exact types pass as they are; a float never becomes money, a rate or a quantity.
"""

from pathlib import Path

import polars as pl

from engine.intake.csv_rows import BAD, RawRows
from engine.intake.parse import (
    BAD_TEXT,
    DECIMAL,
    EMPTY,
    NOT_A_DATE,
    TOO_LARGE,
    bad_text,
    day_in_bounds,
    out_of_bounds,
)
from engine.intake.rejects import IntakeError
from engine.intake.skip import skip_of
from engine.plan.workspace import Column, Source

MANY_ROWS, MOST_ROWS_A_BYTE = 1_000_000, 100
"""A file of more rows than the first may have as many in each of its bytes; rows with a key take a byte or more."""


def parquet_rows(path: Path, name: str, source: Source, first: int = 0, count: int | None = None) -> RawRows:
    """The rows: for each column what was found (`name`), its value (`=name`) and the code of what is wrong (`!name`).

    All of them, or `count` rows after the `first`.
    """
    try:
        frame = scanned(path, name)
        schema = frame.collect_schema()
        found = {column.name: _found(column, schema, name, source) for column in source.columns}
        rows = frame.slice(first, count).select(expr.alias(n) for n, expr in found.items()).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        why = " ".join(str(error).split())[:200]
        raise IntakeError("X002", name, f"can't be read as Parquet: {why}", "export the file again") from None
    rows = rows.with_columns(_trimmed(rows[c.name]) for c in source.columns if rows.schema[c.name] == pl.String)
    values = [_value(column).alias(f"={column.name}") for column in source.columns]
    problems = [_problem(column, source).alias(f"!{column.name}") for column in source.columns]
    skipped = skip_of(source, lambda name: pl.col(name).cast(pl.String), lambda name: pl.col(name).is_null())
    rows = rows.with_row_index("row", first + 1).with_columns(
        pl.col("row").cast(pl.Int64), *values, *problems, *skipped
    )
    return RawRows(rows, pl.DataFrame(schema=BAD), rows.height)


def scanned(path: Path, name: str) -> pl.LazyFrame:
    """The file, if it has not far more rows than its bytes can hold: equal values are stored once, however often they stand."""
    frame = pl.scan_parquet(path, glob=False)
    rows, size = frame.select(pl.len()).collect().item(), path.stat().st_size
    if rows > max(MANY_ROWS, MOST_ROWS_A_BYTE * size):
        message = f"it has {rows:,} rows in {size:,} bytes"
        raise IntakeError("X032", name, message, "no export is made like this; export the file again")
    return frame


def _found(column: Column, schema: pl.Schema, name: str, source: Source) -> pl.Expr:
    """The file's column, if its type holds such values exactly."""
    found = schema.get(column.header)
    if found is None:
        raise IntakeError(
            "X006", name, f"no column `{column.header}`; the file has {', '.join(f'`{n}`' for n in list(schema)[:20])}",
            f"correct `from:` of column `{column.name}` in source `{source.name}`",
        )  # fmt: skip
    value, dtype = pl.col(column.header), column.type.dtype
    exact = isinstance(found, pl.Decimal) and found.scale <= 12
    if column.type.is_numeric and (exact or found.is_integer()):
        return value
    if dtype == "text" and (found == pl.String or isinstance(found, (pl.Categorical, pl.Enum)) or found.is_integer()):
        return value.cast(pl.String)
    if (dtype == "date" and found == pl.Date) or (dtype == "bool" and found == pl.Boolean):
        return value
    if dtype == "date" and isinstance(found, pl.Datetime) and found.time_zone is None:
        return value.dt.date()
    why = "binary fractions can't hold money exactly" if found.is_float() else f"{dtype} is not stored so"
    raise IntakeError(
        "X015", name, f"column `{column.header}` is {found}; {why}",
        "store numbers as Decimal (12 places at most) or integers, dates as Date, texts as String",
    )  # fmt: skip


def _trimmed(text: pl.Series) -> pl.Series:
    """A text trimmed and normalised, null if nothing is left; ASCII is normal already, and normalising is slow."""
    if not (text.str.len_bytes() == text.str.len_chars()).all():
        text = text.str.normalize("NFC")
    text = text.str.strip_chars()
    gone = text.str.len_bytes() == 0
    return text.set(gone, None) if gone.any() else text


def _value(column: Column) -> pl.Expr:
    """The value; null where it is out of bounds."""
    value = pl.col(column.name)
    if column.type.is_numeric:
        exact = pl.when(~out_of_bounds(value, column)).then(value).otherwise(None).cast(DECIMAL, strict=False)
        return exact if column.on_empty is None else pl.when(value.is_null()).then(column.on_empty).otherwise(exact)
    if column.type.dtype == "date":
        return day_in_bounds(value)
    return value if column.on_empty is None else value.fill_null(pl.lit(str(column.on_empty)))


def _problem(column: Column, source: Source) -> pl.Expr:
    """The code of what is wrong with a value, null where it is fine."""
    value = pl.col(column.name)
    optional = column.type.nullable or column.on_empty is not None
    empty = pl.when(value.is_null()).then(pl.lit(None if optional else EMPTY, pl.String))
    if column.type.is_numeric:
        return empty.when(out_of_bounds(value, column)).then(pl.lit(TOO_LARGE))
    if column.type.dtype == "date":
        return empty.when(day_in_bounds(value).is_null()).then(pl.lit(NOT_A_DATE))
    if column.type.dtype == "text":
        return empty.when(bad_text(column, source)).then(pl.lit(BAD_TEXT))
    return empty.otherwise(pl.lit(None, pl.String))

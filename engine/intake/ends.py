"""The smallest and the largest value of a column of a file: by size or by time, read as the source reads it.

In: texts, the column that reads them if one does, what they look like. Out: the two, as they stand in the file.
"""

from collections.abc import Iterator

import polars as pl

from engine.core.span import Span
from engine.intake.parse import typed
from engine.ir.types import DtypeName, Type
from engine.plan.workspace import Column

LONGEST = 40
TEXT = "text"
NOWHERE = Span("", 0, 0, 0, 0)
FORMS: dict[str, tuple[DtypeName, str, str | None, str]] = {
    "number": ("money", ".", None, "%Y-%m-%d"),
    "number, as 1,200.50": ("money", ".", ",", "%Y-%m-%d"),
    "number, as 1.200,50": ("money", ",", ".", "%Y-%m-%d"),
    "day, as 31.12.2026": ("date", ".", None, "%d.%m.%Y"),
}
"""How what is mapped to no column is read, by what it looks like; the rest stands in alphabetical order."""


def ends(filled: pl.Series, looks: str, column: Column | None, as_said: bool) -> tuple[str | None, str | None]:
    """The smallest and the largest text. `as_said`: numbers and days are written as the source says, as in a CSV."""
    for form in _forms(looks, column, as_said):
        named = pl.DataFrame({TEXT: filled})
        values = named.with_columns(typed(form).alias("value")).drop_nulls().sort("value", TEXT)[TEXT]
        if values.len():
            return str(values[0])[:LONGEST], str(values[-1])[:LONGEST]
    if filled.is_empty():
        return None, None
    return str(filled.min())[:LONGEST], str(filled.max())[:LONGEST]


def _forms(looks: str, column: Column | None, as_said: bool) -> Iterator[Column]:
    """The source's own, of a number or day; else what it looks like. None, where texts are texts."""
    if column is not None and (column.type.is_numeric or column.type.dtype == "date"):
        own = (column.decimal_mark, column.thousands, column.date_format) if as_said else (".", None, "%Y-%m-%d")
        yield _column(column.type, *own)
    if looks in FORMS:
        dtype, mark, thousands, day = FORMS[looks]
        yield _column(Type(dtype), mark, thousands, day)


def _column(type_: Type, mark: str, thousands: str | None, day: str) -> Column:
    return Column(TEXT, TEXT, type_, NOWHERE, None, day, thousands, mark)

"""Numbers that are read as a thousandth of what they may be: `500.000`, where nobody said what its point stands between.

In: the texts of a file's columns. Out: of each column of a source that looks so throughout, how many values, and the first.
A column that says its mark of thousands is not asked, nor what a workbook or a database holds as a number.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from engine.core.money import ISO_DIGITS
from engine.intake.text_rows import number_name
from engine.plan.workspace import Column, Source
from engine.record.misread import MISREADS

PLACES = 3
"""Digits between two marks of thousands."""
FEW = 3
"""So many values and more are no chance; of money in a currency that never has so many places, one is enough."""
FINE = [currency for currency, digits in ISO_DIGITS.items() if digits >= PLACES]
Look = dict[str, Any]
"""Of a column of a file: values with a mark that look `otherwise`, `grouped` ones; of these `rows` are read, and which first."""


def looks_of(source: Source, rows: pl.DataFrame, name: str) -> list[Look]:
    """What the numbers of a file look like, which is called `name`."""
    return [
        {"column": column.name, "file": name, **look}
        for column in source.columns
        if _asked(column) and rows.schema[column.name] == pl.String
        for look in _look(column, rows)
    ]


def misreads_of(source: Source, looks: Iterable[Look]) -> pl.DataFrame:
    """The columns of a source that may be misread, by what its files look like, in the order of reading."""
    by_column: dict[str, list[Look]] = {}
    for look in looks:
        by_column.setdefault(look["column"], []).append(look)
    found = []
    for column in source.columns:
        mine = by_column.get(column.name, [])
        enough = sum(look["grouped"] for look in mine) >= _least(column)
        first = next((look for look in mine if look["rows"]), None)
        if enough and first is not None and not any(look["otherwise"] for look in mine):
            rows = sum(look["rows"] for look in mine)
            found.append({**first, "source": source.name, "rows": rows})
    return pl.DataFrame([{name: row[name] for name in MISREADS} for row in found], schema=MISREADS)


def _asked(column: Column) -> bool:
    """Whether it can be meant otherwise: of three places in a currency that has them nothing can be told."""
    return column.type.is_numeric and column.thousands is None and column.type.currency not in FINE


def _least(column: Column) -> int:
    return 1 if ISO_DIGITS.get(column.type.currency or "", PLACES) < PLACES else FEW


def _look(column: Column, rows: pl.DataFrame) -> Iterator[Look]:
    text, value = pl.col(column.name), pl.col(f"={column.name}")
    mark = re.escape(column.decimal_mark)
    grouped = text.str.contains(rf"^-?[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{{PLACES}}})+$")
    asked = text.str.contains(column.decimal_mark, literal=True)
    if number_name(column.name) in rows.columns:
        asked = asked & ~pl.col(number_name(column.name))
    if column.currency_column is not None:
        asked = asked & ~pl.col(f"={column.currency_column}").is_in(FINE).fill_null(False)
    read = asked & grouped & value.is_not_null()
    first = [pl.col(name).filter(read).first() for name in ("row", column.name, f"={column.name}")]
    counts = rows.select(
        (asked & ~grouped).sum().alias("otherwise"), (asked & grouped).sum().alias("grouped"), read.sum().alias("rows"),
        *(part.alias(name) for part, name in zip(first, ("row", "found", "value"), strict=True)),
    )  # fmt: skip
    yield from (look for look in counts.to_dicts() if look["otherwise"] or look["grouped"])

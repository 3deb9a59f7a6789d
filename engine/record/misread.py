"""Columns of which each decimal mark may stand between thousands, as a run keeps them, and what is said of one.

In: a row of the table. Out: a sentence. The log of a run, `komisi sources check` and `komisi check --data` tell it alike.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from engine.core.money import plain
from engine.core.unseen import seen

MISREAD = "misread"
"""The table, where there is such a column."""
MISREADS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String, "file": pl.String, "row": pl.Int64, "column": pl.String, "found": pl.String,
    "value": pl.Decimal(38, 12), "rows": pl.Int64,
}  # fmt: skip
"""`rows`: how many values look so; the others are of the first of them, `found` and the `value` that it is read as."""
MAYBE = "X060"
OTHER = {".": ",", ",": "."}


def no_misreads() -> pl.DataFrame:
    """The table without a row."""
    return pl.DataFrame(schema=MISREADS)


def maybe_misread(row: Mapping[str, Any]) -> str:
    """What looks so, what it is read as, and what to write in either case."""
    mark = "." if "." in row["found"] else ","
    called = "point" if mark == "." else "comma"
    which = "the one value" if row["rows"] == 1 else f"each of the {row['rows']:,} values"
    column, found = seen(row["column"], 60), seen(row["found"], 40)
    between = f'`decimal_mark: "{OTHER[mark]}", thousands: "{mark}"`'
    return (
        f"`{column}`: {which} with a {called} has three digits after it: `{found}` is read as {plain(row['value'])};"
        f' if thousands are meant, say {between} of the column, if decimals, `thousands: "{OTHER[mark]}"`'
    )

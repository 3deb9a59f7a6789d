"""Two tables that say the same, row by row of a key: the first row and column in which they differ."""

from collections.abc import Sequence

import polars as pl

from engine.explain.finding import Findings, key_text

OTHER = "~other"


def check_cells(
    findings: Findings, place: str, keys: Sequence[str], stored: pl.DataFrame, other: pl.DataFrame, message: str
) -> bool:
    """Whether the tables are the same, rows in any order; if not, one finding says where. A key stands in one row only."""
    if stored.equals(other):
        return True
    for column in dict.fromkeys((*stored.columns, *other.columns)):
        old, new = stored.schema.get(column), other.schema.get(column)
        if old != new:
            findings.add(place, f"{message}: the column has another type", "", column, old, new)
            return False
    names = list(keys)
    said = f"{stored.height:,} rows", f"{other.height:,} rows"
    for rows, where in (
        (other.join(stored, on=names, how="anti", nulls_equal=True), "the row is missing"),
        (stored.join(other, on=names, how="anti", nulls_equal=True), "the row should not be there"),
        (stored.filter(pl.struct(names).is_duplicated()), "the row is there more than once"),
    ):
        if rows.height:
            first = rows.sort(names).row(0, named=True)
            findings.add(place, f"{message}: {where}", _called(names, first), "", *said)
            return False
    both = stored.join(other, on=names, how="inner", suffix=OTHER, nulls_equal=True)
    columns = [column for column in stored.columns if column not in names]
    differs = [pl.col(column).ne_missing(pl.col(f"{column}{OTHER}")) for column in columns]
    wrong = both.filter(pl.any_horizontal(differs)) if differs else both.clear()
    if not wrong.height:
        return True
    row = wrong.sort(names).row(0, named=True)
    column = next(column for column in columns if row[column] != row[f"{column}{OTHER}"])
    more = f" ({wrong.height:,} rows of this table differ)" if wrong.height > 1 else ""
    findings.add(place, message + more, _called(names, row), column, row[column], row[f"{column}{OTHER}"])
    return False


def _called(names: list[str], row: dict[str, object]) -> str:
    return key_text(tuple(names), tuple(row[name] for name in names))

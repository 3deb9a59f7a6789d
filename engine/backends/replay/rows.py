"""A table in plain Python: a list per column, and ways to pick, group and order its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.ir.program import Schema

Values = list[Any]
Columns = Mapping[str, Values]


@dataclass(frozen=True)
class ReplayTable:
    """Columns of equal length with the types of their values: Decimal, date, str, bool, int, or None."""

    columns: dict[str, Values]
    schema: Schema

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values()), []))

    def rows(self, names: Sequence[str]) -> list[tuple[Any, ...]]:
        """The values of some columns, row by row; without columns as many empty rows."""
        return list(zip(*(self.columns[name] for name in names), strict=True)) if names else [()] * self.height


def table_of(columns: Columns, schema: Schema) -> ReplayTable:
    """A table of just the columns that `schema` names, in its order."""
    return ReplayTable({name: list(columns[name]) for name in schema}, schema)


def picked(values: Values, rows: Sequence[int | None]) -> Values:
    """The values at these rows; None where there is no row."""
    return [None if row is None else values[row] for row in rows]


def grouped(table: ReplayTable, by: Sequence[str], rows: Sequence[int]) -> dict[tuple[Any, ...], list[int]]:
    """Rows by the values they have in `by`, each group in the order of `rows`. Nulls are one value."""
    keys = table.rows(by)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        groups.setdefault(keys[row], []).append(row)
    return groups


def ordered(table: ReplayTable, order: Sequence[tuple[str, bool]]) -> list[int]:
    """All rows in a total order of (column, descending). A null comes first either way."""
    rows = list(range(table.height))
    for name, descending in reversed(order):
        values = table.columns[name]
        keys = [((value is None) == descending, value) for value in values]
        rows.sort(key=keys.__getitem__, reverse=descending)
    return rows


def known_keys(table: ReplayTable, names: Sequence[str]) -> list[tuple[Any, ...] | None]:
    """Join keys, row by row; None for one that has a null in it, which never matches."""
    return [None if None in key else key for key in table.rows(names)]

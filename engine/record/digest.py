"""Digests of tables: over their columns' values, rows in key order, so that neither row order nor file layout can change them.

Of a column are taken: its name's length, a colon, its name and the letter of its type, the number of rows (8 bytes), and three
sha256: of the numbers of the rows that are null (8 bytes each, from 0); of the values, those of nulls zero or empty; of what
the values leave out. Integers have 8 bytes, days since 1970-01-01 have 4, truth has 1. The value of a text is its length in bytes
(4); it leaves out all texts, one after another. Decimals are whole units of the twelfth place, of which the values have the lower
8 bytes; where that is not all of it, they leave out the row's number and the upper 8 bytes. Numbers are little-endian.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import polars as pl
from nanoarrow import c_array_stream

from engine.backends.key_order import ordered
from engine.core import fingerprint
from engine.core.money import PLACES

PROVENANCE = ("file", "row", "record", "waived_in")
"""Where a row stood, or what waives it: part of the run digest by way of fingerprints, never of the result digest."""

SLICE_ROWS = 1_000_000
"""Of so many rows texts are put together at once."""

AT_ONCE = 2
"""Tables that are read at once: hashing leaves the other processors free."""


def table_digest(table: pl.DataFrame, keys: Iterable[str], leave_out: Iterable[str] = PROVENANCE) -> str:
    """Hex sha256 of a table. `keys` order the rows; ties are ordered by all other columns."""
    out = set(leave_out)
    columns = [name for name in table.columns if name not in out]
    return standing_digest(ordered(table.select(columns), [key for key in keys if key in columns]))


def standing_digest(table: pl.DataFrame, leave_out: Iterable[str] = ()) -> str:
    """Hex sha256 of a table, its rows as they stand."""
    digest = TableDigest(table.schema, leave_out)
    digest.add(table)
    return digest.hex()


def table_digests(
    tables: Mapping[str, tuple[pl.DataFrame, Iterable[str]]], leave_out: Iterable[str] = PROVENANCE
) -> dict[str, str]:
    """The digests of several tables, each with its keys."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        prints = threads.map(lambda found: table_digest(found[0], found[1], leave_out), tables.values())
        return dict(zip(tables, prints, strict=True))


class TableDigest:
    """The digest of a table that comes in pieces, in the order of its rows."""

    def __init__(self, schema: Mapping[str, pl.DataType], leave_out: Iterable[str] = ()):
        out = set(leave_out)
        self._columns = {name: _ColumnDigest(name, dtype) for name, dtype in schema.items() if name not in out}

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows, after those before."""
        for name, column in self._columns.items():
            column.add(rows.get_column(name))

    def hex(self) -> str:
        """The digest of all rows taken."""
        return hashlib.sha256(b"".join(column.done() for column in self._columns.values())).hexdigest()


class _ColumnDigest:
    def __init__(self, name: str, dtype: pl.DataType):
        assert not isinstance(dtype, pl.Decimal) or dtype.scale == PLACES, f"`{name}` has other places"
        self.letter, self.fill, self.width = LAYOUTS[type(dtype)]
        self.name, self.nulls, self.values, self.left_out = name, hashlib.sha256(), hashlib.sha256(), hashlib.sha256()
        self.rows = 0

    def add(self, column: pl.Series) -> None:
        if column.null_count():
            _take(self.nulls, _numbers(column.is_null(), self.rows), 8)
            column = column.fill_null(self.fill)
        match self.letter:
            case b"t":
                _take(self.values, column.str.len_bytes(), self.width)
                for start in range(0, len(column), SLICE_ROWS):
                    self.left_out.update(column.slice(start, SLICE_ROWS).str.join("").cast(pl.Binary).item())
            case b"n":
                self._take_decimals(column.to_physical())
            case b"b":
                _take(self.values, column.cast(pl.UInt8), self.width)
            case _:
                _take(self.values, column, self.width)
        self.rows += len(column)

    def _take_decimals(self, units: pl.Series) -> None:
        lower = units.cast(pl.Int64, strict=False)
        if lower.null_count():
            uppers = units // UPPER
            long, lower = lower.is_null(), (units - uppers * UPPER).cast(pl.UInt64)
            rows, left = _numbers(long, self.rows), uppers.filter(long).cast(pl.Int64)
            _take(self.left_out, pl.select(pl.concat_list(rows, left).explode()).to_series(), 8)
        _take(self.values, lower, self.width)

    def done(self) -> bytes:
        name = self.name.encode()
        head = b"%d:%s%s" % (len(name), name, self.letter) + self.rows.to_bytes(8, "little")
        return head + self.nulls.digest() + self.values.digest() + self.left_out.digest()


LAYOUTS: Mapping[type[pl.DataType], tuple[bytes, Any, int]] = {
    pl.String: (b"t", "", 4), pl.Int64: (b"i", 0, 8), pl.Date: (b"d", date(1970, 1, 1), 4), pl.Boolean: (b"b", False, 1),
    pl.Decimal: (b"n", 0, 8),
}  # fmt: skip
"""The letter of a type, what stands for null, and the bytes of a value (of a text, of its length)."""

UPPER = pl.Series([1 << 64], dtype=pl.Int128)


def _numbers(of: pl.Series, first: int) -> pl.Series:
    """The numbers of the rows that are true, the first one's being `first`."""
    return of.arg_true().cast(pl.Int64) + first


def _take(digest: "hashlib._Hash", column: pl.Series, width: int) -> None:
    """The values of a column without nulls, as they lie in memory."""
    for array in c_array_stream(column):
        view = array.view()
        values = memoryview(view.buffer(1)).cast("B")
        digest.update(values[view.offset * width : (view.offset + len(array)) * width])


def kept_digests(inputs: Mapping[str, pl.DataFrame], beside: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Digests of what a run keeps with file and row: its input rows, and `beside` the results its log and identities."""
    tables = {f"inputs/{name}": table for name, table in sorted(inputs.items())}
    tables |= {f"tables/{name}": table for name, table in sorted(beside.items())}
    return {name: kept_digest(name, table) for name, table in tables.items()}


def kept_digest(name: str, table: pl.DataFrame) -> str:
    """The digest of such a table, provenance included: input rows as they stand, others as in the result digest."""
    if name.startswith("inputs/"):
        return standing_digest(table)
    return table_digest(table, [column for column in table.columns if column not in PROVENANCE], ())


def result_digest(digests: Mapping[str, str]) -> str:
    """One digest for all result and trace tables: of their names and digests, in the order of names."""
    return fingerprint.of_pairs(sorted(digests.items()))


def run_digest(made_from: Mapping[str, Any], tables: Mapping[str, str], kept: Mapping[str, str]) -> str:
    """The digest that an approval binds: of what a run was made from, its results, and the rows that it keeps."""
    made, digests = json.dumps(made_from, sort_keys=True), (result_digest(tables), result_digest(kept))
    return fingerprint.of_pairs([("kept", digests[1]), ("made_from", made), ("result", digests[0])])

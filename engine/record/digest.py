"""Digests of tables: over canonical text, rows in key order, so that neither row order nor file layout can change them.

The canonical text of a table is its column names and, row by row, every value as text (decimals as whole units of the
twelfth place, dates as days since 1970-01-01, truth as true/false, null as an empty unquoted field while texts are
quoted), one row a line.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.core.money import PLACES

PROVENANCE = ("file", "row", "record")
"""Where a row stood: part of the run digest by way of the files' fingerprints, never of the result digest."""

KEPT = ("file", "row")
"""The order of input rows. Those that agree in it, and tables without, are in the order of all columns."""

SLICE_ROWS = 200_000


def table_digest(table: pl.DataFrame, keys: Iterable[str], leave_out: Iterable[str] = PROVENANCE) -> str:
    """Hex sha256 of a table's canonical text. `keys` order the rows; ties are ordered by all other columns."""
    out = set(leave_out)
    columns = [name for name in table.columns if name not in out]
    rows = ordered(table.select(columns), [key for key in keys if key in columns])
    units = rows.select(_units(name, dtype) for name, dtype in rows.schema.items())
    digest = hashlib.sha256()
    for start in range(0, max(units.height, 1), SLICE_ROWS):
        text = io.BytesIO()
        units.slice(start, SLICE_ROWS).write_csv(text, include_header=start == 0, quote_style="non_numeric")
        digest.update(text.getbuffer())
    return digest.hexdigest()


def _units(name: str, dtype: pl.DataType) -> pl.Expr:
    """Decimals in units of their last place and dates in days: as exact, and half the time to write out."""
    if not isinstance(dtype, pl.Decimal):
        return pl.col(name).to_physical() if dtype == pl.Date else pl.col(name)
    assert dtype.scale == PLACES, f"`{name}` has {dtype.scale} places"
    return pl.col(name).to_physical()


def ordered(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The rows in the order of the keys, then of all other columns; a run's tables are in that order already."""
    if table.height < 2 or not table.columns or (keys and _ascends(table, keys)):
        return table
    return table.sort([*keys, *(name for name in table.columns if name not in keys)], nulls_last=True)


def _ascends(table: pl.DataFrame, keys: list[str]) -> bool:
    """Whether each row's key is greater than that of the row before; then no tie is left to order."""
    greater = pl.lit(False)
    for name in reversed(keys):
        here, before = pl.col(name), pl.col(name).shift(1)
        greater = (here > before) | ((here == before) & greater)
    return bool(table.lazy().select(greater.slice(1).all(ignore_nulls=False)).collect().item() is True)


def kept_digests(inputs: Mapping[str, pl.DataFrame], beside: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Digests of what a run keeps with file and row: its input rows, and `beside` the results its log and identities."""
    rows = {f"inputs/{name}": kept_digest(f"inputs/{name}", table) for name, table in sorted(inputs.items())}
    return rows | {f"tables/{name}": kept_digest(f"tables/{name}", table) for name, table in sorted(beside.items())}


def kept_digest(name: str, table: pl.DataFrame) -> str:
    """The digest of such a table, provenance included: input rows as they stand in files, others as in the result digest."""
    keys = KEPT if name.startswith("inputs/") else [column for column in table.columns if column not in PROVENANCE]
    return table_digest(table, keys, ())


def result_digest(digests: Mapping[str, str]) -> str:
    """One digest for all result and trace tables: of their names and digests, in the order of names."""
    return fingerprint.of_pairs(sorted(digests.items()))


def run_digest(made_from: Mapping[str, Any], tables: Mapping[str, str], kept: Mapping[str, str]) -> str:
    """The digest that an approval binds: of what a run was made from, its results, and the rows that it keeps."""
    made, digests = json.dumps(made_from, sort_keys=True), (result_digest(tables), result_digest(kept))
    return fingerprint.of_pairs([("kept", digests[1]), ("made_from", made), ("result", digests[0])])

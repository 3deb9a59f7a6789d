"""Skipped rows are such as the plans say: else what should have been refused, and would hold somebody, is told as a total."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings
from engine.explain.remade import Remade
from engine.plan.workspace import Cell, Skip, Source
from engine.record.reading import NOT_ROWS, REJECTED

Row = Mapping[str, Any]


def check_skipped(reader: Reader, remade: Remade, findings: Findings) -> None:
    """Each of them fits an item of its source's `skip_rows`, as far as the log and what could be read of the row say."""
    log = reader.frame(REJECTED)
    skipped = pl.DataFrame() if log is None else log.filter(pl.col("code").is_in(NOT_ROWS))
    for name in sorted(skipped["source"].unique()) if skipped.height else ():
        source, readable = remade.workspace.needed.get(name), reader.frame(f"{REJECTED}/{name}")
        rows = skipped.filter(pl.col("source") == name)
        findings.count("skipped rows", rows.height)
        known = {} if readable is None else {(r["file"], r["row"]): r for r in readable.iter_rows(named=True)}
        for row in rows.iter_rows(named=True):
            values = known.get((row["file"], row["row"]), {})
            if source is None or not any(_fits(remade, source, skip, row, values) for skip in source.skip):
                message = "the source's `skip_rows` names no such row"
                findings.add(f"inputs/{REJECTED}.parquet", message, f"{row['file']}:{row['row']}", "code")


def _fits(remade: Remade, source: Source, skip: Skip, row: Row, values: Row) -> bool:
    """Whether an item may be the one: its first column is in the log as a text, all as far as they could be read."""
    first = skip[0]
    if row["column"] != first.column.text or not _is(first, row["found"] or None):
        return False
    return not values or all(
        _may_be(remade, source, cell, values) for cell in skip
    )  # of a line that is no record nothing was read


def _may_be(remade: Remade, source: Source, cell: Cell, values: Row) -> bool:
    """What is left of a cell: the value of the item's text, or what stands for an empty one; how a number began is not known.

    What a workbook or a database has there may be told as no value, whatever its text is.
    """
    column, value = source.column(cell.column.text), values.get(cell.column.text)
    if column is None:
        return False
    if cell.text is None:
        return bool(value == column.on_empty)
    if value is None and (source.format == "xlsx" or source.database is not None):
        return True
    if cell.whole:
        return value in remade.values(source, column, cell.text)
    return column.type.dtype != "text" or _is(cell, value)


def _is(cell: Cell, text: str | None) -> bool:
    if cell.text is None or text is None:
        return text is None and cell.text is None
    return text == cell.text if cell.whole else text.startswith(cell.text)

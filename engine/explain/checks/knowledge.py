"""Rows that don't count because of what is known: each is outdated by another of the run, and none that counts is.

In: accepted and rejected rows of sources that say when a row was recorded, or in which version. Counted row by row, from
the tables alone.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from engine.explain.checks.columns import Reader
from engine.explain.checks.manifest import as_of
from engine.explain.finding import Findings
from engine.explain.remade import Remade
from engine.plan.workspace import Source
from engine.record.reading import NOT_ROWS, REJECTED

SUPERSEDED, WITHDRAWN, LATER, UNSURE = "X023", "X024", "X025", "X050"
NOT_REFUSED = (SUPERSEDED, WITHDRAWN, LATER, UNSURE, "X012", "X016", "X018", *NOT_ROWS)
"""Codes of rows that another one decides about: they may replace none."""
Row = dict[str, Any]


def check_knowledge(reader: Reader, remade: Remade, findings: Findings) -> None:
    """Every source that dates or numbers what it knows."""
    day, workspace = as_of(reader.record.manifest), remade.workspace
    log = reader.frame(REJECTED)
    for name, source in sorted(workspace.needed.items()):
        counting, others = reader.frame(f"source/{name}"), reader.frame(f"{REJECTED}/{name}")
        if log is None or counting is None or others is None or (source.version is None and source.recorded is None):
            continue
        entries = log.filter(pl.col("source") == name).select("file", "row", "code", "key")
        codes = {(file, row): code for file, row, code, _ in entries.iter_rows()}
        unkeyed = {(file, row) for file, row, _, key in entries.iter_rows() if key is None}
        rejected = [(codes.get((row["file"], row["row"])), row) for row in others.iter_rows(named=True)]
        findings.count("outdated rows", sum(code in (SUPERSEDED, WITHDRAWN, LATER) for code, _ in rejected))
        refused = [
            row for code, row in rejected if code not in NOT_REFUSED and (row["file"], row["row"]) not in unkeyed
        ]
        rows = [(None, row) for row in counting.iter_rows(named=True)] + rejected
        for code, row, column, message in (*_wrong(source, day, rows), *_unsure(source, rows, refused)):
            place = f"inputs/{REJECTED if code else 'source'}/{name}.parquet"
            findings.add(place, message, f"{row['file']}:{row['row']}", column)


def _wrong(
    source: Source, day: date | None, rows: list[tuple[str | None, Row]]
) -> Iterator[tuple[str | None, Row, str, str]]:
    """Rows, by the code of why they don't count if they don't, with the column and the reason for which they should, or not."""
    if source.recorded is not None:
        for code, row in rows:
            late = day is not None and row[source.recorded] is not None and row[source.recorded] > day
            if code is None and late:
                yield code, row, source.recorded, "it was not known yet"
            if code == LATER and not late:
                yield code, row, source.recorded, "it was known already"
    if source.version is None:
        return
    highest: dict[tuple[Any, ...], Decimal] = {}
    keyed = [(tuple(row.get(name) for name in source.row_key), code, row) for code, row in rows]
    for key, code, row in keyed:
        if code in (None, SUPERSEDED, WITHDRAWN, UNSURE):
            highest[key] = max(highest.get(key, row[source.version]), row[source.version])
    for key, code, row in keyed:
        last = row[source.version] == highest.get(key)
        if code in (None, WITHDRAWN, UNSURE) and not last:
            yield code, row, source.version, "a later version of it is there"
        if code == SUPERSEDED and last:
            yield code, row, source.version, "no later version of it is there"
        back = source.withdrawn is not None and bool(row[source.withdrawn])
        if code in (None, WITHDRAWN) and back != (code == WITHDRAWN):
            yield code, row, source.withdrawn or "", "it is taken back" if back else "nothing takes it back"


def _unsure(
    source: Source, rows: list[tuple[str | None, Row]], refused: list[Row]
) -> Iterator[tuple[str | None, Row, str, str]]:
    """Rows that count though a refused one may replace them, and the other way round; an open start is none of both."""
    if source.version is None or any(name == "start" for name in source.row_key):
        return
    last: dict[tuple[Any, ...], Decimal | None] = {}
    for row in refused:
        key, version = tuple(row.get(name) for name in source.row_key), row[source.version]
        known = last.get(key, version)
        last[key] = None if version is None or known is None else max(known, version)
    for code, row in rows:
        key = tuple(row.get(name) for name in source.row_key)
        bound = last.get(key)
        unsure = key in last and (bound is None or row[source.version] is None or bound >= row[source.version])
        if code is None and unsure:
            yield code, row, source.version, "a refused row may replace it"
        if code == UNSURE and not unsure:
            yield code, row, source.version, "no refused row can replace it"

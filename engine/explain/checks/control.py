"""Control totals: what was found is counted again from the run's accepted and rejected rows, and each file has all of its own."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from engine.core.money import EXACT
from engine.core.period import Period
from engine.explain.checks.columns import Reader
from engine.explain.checks.manifest import CONTROLS, files_read
from engine.explain.checks.rows import check_rows
from engine.explain.finding import Findings
from engine.explain.remade import Remade
from engine.plan.file_pattern import period_of
from engine.plan.workspace import ROWS, Control, Source
from engine.record.controls import NO_CONTROL, NOT_ONE, NOT_READ, UNREADABLE, UNUSED, absent_of
from engine.record.reading import CONTROL, NOT_ROWS, REJECTED

KEY = ("source", "file", "total")
Row = dict[str, Any]


def check_control(reader: Reader, remade: Remade, period: Period, findings: Findings) -> None:
    """Each total's `found`, and that none is missing: of those that the plans state, of each file that was read, of each period.

    What a control file `stated` came with the files, so a line of it about a file that the run did not read can't be missed here.
    """
    stating = {name: source for name, source in remade.workspace.needed.items() if source.control is not None}
    periods = remade.periods(period)
    stored = reader.stored(CONTROL) if stating else None
    if stored is None:
        return
    manifest = reader.record.manifest
    files, names = files_read(manifest), files_read(manifest, CONTROLS)
    fresh: list[Row] = []
    for name, source in stating.items():
        control = source.control
        assert control is not None
        rows = [row for row in stored.iter_rows(named=True) if row["source"] == name]
        if control.path is None:
            fresh += _written(reader, name, dict(control.totals), rows)
        else:
            fresh += _of_files(reader, source, control, rows, files.get(name, []), names.get(name, []), periods)
    findings.count("control totals", len(fresh))
    check_rows(findings, CONTROL, KEY, stored, pl.DataFrame(fresh, stored.schema, orient="row"))


def _written(reader: Reader, source: str, totals: Mapping[str, Decimal], rows: list[Row]) -> list[Row]:
    """Totals of all files together, which the plans state."""
    columns = dict.fromkeys(rows[0]) if rows else {}
    return [
        {**columns, "source": source, "total": total, "stated": stated, "found": _found(reader, source, None, total)}
        for total, stated in totals.items()
    ]


def _of_files(
    reader: Reader,
    source: Source,
    control: Control,
    rows: list[Row],
    files: list[str],
    names: list[str],
    periods: tuple[str, ...],
) -> list[Row]:
    """Totals of control files: of each file that was read those that it should have, periods without one, what else is told."""
    totals = (ROWS, *(name.text for name in control.sums))
    told: dict[tuple[str | None, str], Row] = {(row["file"], row["total"]): row for row in reversed(rows)}
    absent = absent_of(control.path or "", names, periods)
    fresh = [{"source": source.name, **row} for row in absent.values()]
    for file in files:
        lacking = absent.get(period_of(source, file, periods) or "")
        for total in totals:
            row = {"source": source.name, "file": file, "total": total, **told.get((file, total), {})}
            row["found"] = _found(reader, source.name, file, total)
            if lacking is not None and (row.get("control") is None or row.get("fault") == NO_CONTROL):
                row |= lacking
            elif row.get("fault") not in (None, UNREADABLE, NOT_ONE):
                row["fault"] = None
            fresh.append(row)
    return fresh + [row for row in rows if row["file"] not in files and _is_fault(row, totals, names)]


def _is_fault(row: Row, totals: tuple[str, ...], names: list[str]) -> bool:
    """Whether a row that is of no file that was read can be: a fault of one of the control files."""
    if row["found"] is not None or row["control"] not in names:
        return False
    if row["file"] is not None:
        return bool(row["fault"] == NOT_READ) and row["total"] in totals
    return bool(row["fault"] == UNUSED) or (row["fault"] == UNREADABLE and row["total"] is None)


def _found(reader: Reader, source: str, file: str | None, total: str) -> Decimal | None:
    """Rows, or the sum of a column, over what was accepted and what was rejected; what the source skips is none of them."""
    accepted, readable, log = (reader.frame(name) for name in (f"source/{source}", f"{REJECTED}/{source}", REJECTED))
    if accepted is None or readable is None or log is None:
        return None
    log = log.filter(pl.col("source") == source)
    skip = pl.col("code").is_in(NOT_ROWS)
    rejected = log.filter(~skip).unique(["file", "row"])
    readable = readable.join(log.filter(skip), on=["file", "row"], how="anti")
    tables = [accepted, rejected] if total == ROWS else [accepted, readable]
    result = Decimal(0)
    for table in tables:
        mine = table if file is None else table.filter(pl.col("file") == file)
        values = [Decimal(mine.height)] if total == ROWS else mine[total].drop_nulls().to_list()
        for value in values:
            result = EXACT.add(result, value)
    return result

"""Control totals: what was found is counted again from the run's accepted and rejected rows."""

from decimal import Decimal

import polars as pl

from engine.core.money import EXACT
from engine.explain.checks.columns import Reader
from engine.explain.checks.rows import check_rows
from engine.explain.finding import Findings
from engine.explain.remade import Remade
from engine.plan.workspace import ROWS
from engine.record.reading import CONTROL, REJECTED


def check_control(reader: Reader, remade: Remade, findings: Findings) -> None:
    """Each total's `found`, and that no total that a source states in the plans is missing. `stated` came with the files."""
    stating = {name: source.control for name, source in remade.workspace.needed.items() if source.control is not None}
    stored = reader.stored(CONTROL) if stating else None
    if stored is None:
        return
    fresh = []
    for source, file, total, stated, _ in stored.iter_rows():
        written = dict(control.totals) if (control := stating.get(source)) is not None else {}
        fresh.append((source, file, total, written.get(total, stated), _found(reader, source, file, total)))
    for name, control in stating.items():
        told = {total for source, _, total, *_ in fresh if source == name}
        missing = {ROWS, *(each.text for each in control.sums)} if control.path is not None else dict(control.totals)
        fresh += [(name, None, total, None, None) for total in sorted(set(missing) - told)]
    findings.count("control totals", len(fresh))
    check_rows(findings, CONTROL, ("source", "file", "total"), stored, pl.DataFrame(fresh, stored.schema, orient="row"))


def _found(reader: Reader, source: str, file: str | None, total: str) -> Decimal | None:
    """Rows, or the sum of a column, over what was accepted and what was rejected."""
    accepted, readable, log = (reader.frame(name) for name in (f"source/{source}", f"{REJECTED}/{source}", REJECTED))
    if accepted is None or readable is None or log is None:
        return None
    rejected = log.filter(pl.col("source") == source).unique(["file", "row"])
    tables = [accepted, rejected] if total == ROWS else [accepted, readable]
    result = Decimal(0)
    for table in tables:
        mine = table if file is None else table.filter(pl.col("file") == file)
        values = [Decimal(mine.height)] if total == ROWS else mine[total].drop_nulls().to_list()
        for value in values:
            result = EXACT.add(result, value)
    return result

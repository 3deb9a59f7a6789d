"""run: a program and its inputs → the tables of one pay period, its exceptions and its identities."""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from engine.core.period import Period
from engine.core.progress import doing
from engine.ir.program import Program
from engine.plan.resolved import ResolvedWorkspace
from engine.record import Draft, collected, scanned
from engine.record.reading import Reading
from engine.run.exceptions import exceptions, with_status
from engine.run.execute import execute, execute_by_parts
from engine.run.identities import Identity, identities
from engine.run.scope import scope_of, scope_tables, shortest_in_scope

__all__ = ["Identity", "Outcome", "exceptions", "run", "scope_of", "scope_tables", "shortest_in_scope"]


@dataclass(frozen=True)
class Outcome:
    """What came of a pay period.

    `inputs`: what the program read, and the rejected rows; `tables` as it made them (payouts with their status); the log;
    the identities.
    """

    inputs: Mapping[str, pl.DataFrame]
    tables: Mapping[str, pl.DataFrame]
    exceptions: pl.DataFrame
    identities: list[Identity]


def run(
    workspace: ResolvedWorkspace, program: Program, period: Period, read: Reading, draft: Draft | None = None
) -> Outcome:
    """Calculate one pay period from what intake read; into a draft, or in memory."""
    inputs = {**scope_tables(workspace, period), **read.tables}
    kept = {**inputs, **read.kept()}
    tables: MutableMapping[str, pl.DataFrame] = {}
    if draft is not None:
        tables = draft.tables
        draft.inputs.update(kept)
    everything = ChainMap(tables, inputs, draft.inputs if draft is not None else {})
    if draft is not None and read.ranges:
        execute_by_parts(program, inputs, read.ranges, draft)
    else:
        execute(program, inputs, tables)
    doing("writing the exception log and adding up the identities")
    with ThreadPoolExecutor(1) as beside:  # both only read, and neither keeps the processors busy
        adding = beside.submit(identities, workspace, everything, read.files)
        log, found = exceptions(workspace, program, everything, read), adding.result()
    due = collected(scanned(tables, "earnings").filter(pl.col("in_pay_period")))
    tables["payouts"] = with_status(tables["payouts"], log, due)
    return Outcome(kept, tables, log, found)

"""intake: the files of all sources → typed tables, the log of rejected rows, and a count per file. No money is computed here."""

from pathlib import Path

import polars as pl

from engine.intake.files import missing_among
from engine.intake.rejects import IntakeError, empty
from engine.intake.source import SourceRead, read_source
from engine.plan.resolved import ResolvedWorkspace
from engine.record.reading import Reading

__all__ = ["IntakeError", "SourceRead", "intake", "missing_among", "read_source"]


def intake(workspace: ResolvedWorkspace, root: Path, periods: tuple[str, ...]) -> Reading:
    """Read every source that the workspace's plans need, for a run over the shortest `periods`.

    Raises `IntakeError` for a file that can't be read at all.
    """
    needed = {workspace.participants.name: workspace.participants, **workspace.sources}
    reads = {name: read_source(source, root, periods) for name, source in sorted(needed.items())}
    return Reading(
        {f"source/{name}": read.rows for name, read in reads.items()},
        pl.concat([empty(), *(read.rejects for read in reads.values())]),
        tuple(file for read in reads.values() for file in read.files),
        {name: read.doubtful for name, read in reads.items()},
        tuple((name, period) for name, read in reads.items() for period in read.missing),
    )

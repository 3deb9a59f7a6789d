"""intake: the files of all sources → typed tables, the log of rejected rows, and a count per file. No money is computed here."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from engine.core.progress import doing
from engine.intake.csv_rows import BAD, RawRows
from engine.intake.files import in_reading_order, missing_among, missing_periods
from engine.intake.large import read_large, shelved
from engine.intake.rejects import IntakeError
from engine.intake.rejects import empty as no_rejects
from engine.intake.reread import Reread, reread, values_of
from engine.intake.source import SourceRead, faults, read_rows, read_source
from engine.plan.resolved import ResolvedWorkspace
from engine.record import Draft
from engine.record.controls import CONTROLS
from engine.record.misread import no_misreads
from engine.record.reading import Reading

__all__ = [
    "IntakeError",
    "RawRows",
    "Reread",
    "SourceRead",
    "combined",
    "faults",
    "in_reading_order",
    "intake",
    "missing_among",
    "missing_periods",
    "no_bad_rows",
    "no_controls",
    "no_rejects",
    "read_rows",
    "read_source",
    "reread",
    "shelved",
    "values_of",
]


def intake(
    workspace: ResolvedWorkspace, root: Path, periods: tuple[str, ...], as_of: date | None = None,
    draft: Draft | None = None,
) -> Reading:  # fmt: skip
    """Read every source that the workspace's plans need, for a run over the shortest `periods`, as known on `as_of`.

    With a draft, what is too large to hold is put there. Raises `IntakeError` for a file that can't be read at all.
    """
    needed = workspace.needed
    reads: dict[str, SourceRead] = {}
    for number, (name, source) in enumerate(sorted(needed.items()), start=1):
        rows = sum(file.read for read in reads.values() for file in read.files)
        doing(f"reading {name}, source {number} of {len(needed)} · {rows:,} rows so far")
        large = None if draft is None else read_large(source, root, periods, as_of, draft)
        reads[name] = large or read_source(source, root, periods, as_of)
    return combined(reads)


def combined(reads: Mapping[str, SourceRead]) -> Reading:
    """What all sources came to, by name."""
    return Reading(
        {f"source/{name}": read.rows for name, read in reads.items() if read.ranges is None},
        pl.concat([no_rejects(), *(read.rejects for read in reads.values())]),
        tuple(file for read in reads.values() for file in read.files),
        {name: read.doubtful for name, read in reads.items()},
        tuple((name, period) for name, read in reads.items() for period in read.missing),
        pl.concat([no_controls(), *(read.controls for read in reads.values())]),
        {f"source/{name}": read.ranges for name, read in reads.items() if read.ranges is not None},
        {name: read.control_files for name, read in reads.items() if read.control_files},
        pl.concat([no_misreads(), *(read.misread for _, read in sorted(reads.items()))]),
    )


def no_controls() -> pl.DataFrame:
    """For rows at hand: no export says anything of itself."""
    return pl.DataFrame(schema=CONTROLS)


def no_bad_rows() -> pl.DataFrame:
    """For rows at hand: there are no lines that are no records."""
    return pl.DataFrame(schema=BAD)

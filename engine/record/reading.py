"""What reading the sources came to: the noun that `intake` makes and `run` takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from engine.backends.ranges import Ranges
from engine.record.misread import MISREAD

REJECTED = "rejected"
"""The table of all rejected rows; `rejected/<source>` has the columns of a source's that could be read."""

SKIPPED, LIKE_A_ROW = "X057", "X058"
NOT_ROWS = (SKIPPED, LIKE_A_ROW)
"""Codes of rows that a source skips: they stand among the rejected ones, and are counted by themselves."""

CONTROL = "control"
"""The table of control totals, where a source states some."""


@dataclass(frozen=True)
class FileRead:
    """One input file: what was in it, and what became of its rows."""

    source: str
    file: str
    fingerprint: str
    read: int
    accepted: int
    rejected: int
    skipped: int = 0


@dataclass(frozen=True)
class Reading:
    """`tables`: `source/<name>` → accepted rows; `rejects`: one log for all sources; `files`: every file that was read.

    `doubtful`: by source, the rejected (and skipped) rows of which some columns could be read, typed, with `file` and `row`.
    `missing`: source and period, where a source that has its files by period has none for it. `controls`: control totals,
    stated and found; `control_files`: by source the sha256 of each file that states some. `misread`: columns of numbers that
    may be read as a thousandth of what they are.
    """

    tables: dict[str, pl.DataFrame]
    rejects: pl.DataFrame
    files: tuple[FileRead, ...]
    doubtful: dict[str, pl.DataFrame]
    missing: tuple[tuple[str, str], ...] = ()
    controls: pl.DataFrame = field(default_factory=pl.DataFrame)
    ranges: Mapping[str, Ranges] = field(default_factory=dict)
    control_files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    misread: pl.DataFrame = field(default_factory=pl.DataFrame)

    def kept(self) -> dict[str, pl.DataFrame]:
        """The rejected rows, the control totals and what may be misread as input tables of a run, so that its log can be
        made again from it alone."""
        beside = {CONTROL: self.controls, MISREAD: self.misread}
        told = {name: table for name, table in beside.items() if table.height}
        return {REJECTED: self.rejects} | {f"{REJECTED}/{name}": rows for name, rows in self.doubtful.items()} | told


def reading_of(
    tables: Mapping[str, pl.DataFrame], sources: tuple[str, ...], missing: tuple[tuple[str, str], ...]
) -> Reading:
    """What was read, from the tables of a run; those of its sources that are not among them stand elsewhere."""
    accepted = {name: tables[name] for name in (f"source/{name}" for name in sources) if name in tables}
    doubtful = {name: tables[f"{REJECTED}/{name}"] for name in sources}
    controls, misread = (tables[name] if name in tables else pl.DataFrame() for name in (CONTROL, MISREAD))
    return Reading(accepted, tables[REJECTED], (), doubtful, missing, controls, misread=misread)

"""What reading the sources came to: the noun that `intake` makes and `run` takes."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class FileRead:
    """One input file: what was in it, and what became of its rows."""

    source: str
    file: str
    fingerprint: str
    read: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class Reading:
    """`tables`: `source/<name>` → accepted rows; `rejects`: one log for all sources; `files`: every file that was read.

    `doubtful`: by source, the rejected rows of which some columns could be read, typed, with `file` and `row`.
    `missing`: source and period, where a source that has its files by period has none for it.
    """

    tables: dict[str, pl.DataFrame]
    rejects: pl.DataFrame
    files: tuple[FileRead, ...]
    doubtful: dict[str, pl.DataFrame]
    missing: tuple[tuple[str, str], ...] = ()

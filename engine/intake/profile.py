"""What is there: the files of a source with all their columns, and what became of its rows. Nothing is calculated from it.

In: a source. Out: per file what each column holds and looks like, mapped or not; of the source as a whole what was refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from engine.core.period import Period
from engine.intake.csv_rows import csv_rows
from engine.intake.database.rows import database_rows, named
from engine.intake.ends import ends
from engine.intake.files import files_of, shown
from engine.intake.header import EVERY
from engine.intake.parquet_rows import scanned
from engine.intake.rejects import IntakeError
from engine.intake.source import SourceRead, read_source
from engine.intake.xlsx_rows import xlsx_rows
from engine.plan.workspace import Column, Source

LOOKS = {
    "day, as 2026-03-31": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "day with a time": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}",
    "day, as 31.12.2026": r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$",
    "day, as 31/12/2026 or 12/31/2026": r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$",
    "digits, some with leading noughts": r"^0[0-9]+$",
    "number": r"^-?[0-9]+(\.[0-9]+)?$",
    "number, as 1,200.50": r"^-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?$",
    "number, as 1.200,50": r"^-?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)?$",
    "true or false": r"^(?i)(true|false|yes|no)$",
}
"""What texts look like, the narrower first."""
MOSTLY = 0.9


@dataclass(frozen=True)
class ColumnProfile:
    """One column of a file. `column`: the source's that reads it, if one does. `but`: how many values look otherwise."""

    header: str
    column: Column | None
    looks_like: str
    but: int
    empty: int
    distinct: int
    smallest: str | None
    largest: str | None


@dataclass(frozen=True)
class FileProfile:
    """One file, or table of a database. `missing`: columns of the source that it lacks; `trouble` why it can't be read."""

    file: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    missing: tuple[Column, ...]
    trouble: IntakeError | None = None


@dataclass(frozen=True)
class SourceProfile:
    """One source: its files, and as far as they can be read what became of their rows."""

    source: Source
    files: tuple[FileProfile, ...]
    read: SourceRead | None
    trouble: IntakeError | None
    days: tuple[date, date] | None
    """The first and the last day of accepted rows."""
    by_period: tuple[tuple[str, int], ...]
    """Of transactions: how many rows are dated in each of the shortest periods asked for."""
    idle: tuple[tuple[bool, str], ...] = ()
    """Rows of targets that count for nobody, words of plans that no transaction has: whether a run is held by it, a sentence."""

    def of_any_time(self) -> "SourceProfile":
        """The same, where nobody asks for a certain period: then none is missing."""
        read = None if self.read is None else replace(self.read, missing=())
        return replace(self, read=read, by_period=())


def profile(source: Source, root: Path, periods: tuple[Period, ...]) -> SourceProfile:
    """Look at a source, its files for some of the calendar's shortest periods."""
    names = tuple(period.name for period in periods)
    files: tuple[FileProfile, ...] = ()
    read, trouble = None, None
    try:
        files = tuple(_files(source, root, names))
        read = read_source(source, root, names)
    except IntakeError as error:
        read, trouble = _but_for_control(source, root, names), error
    if read is None:
        return SourceProfile(source, files, None, trouble, None, ())
    dated = read.rows[source.date] if source.date is not None else None
    days = None if dated is None or dated.is_empty() else (dated.min(), dated.max())
    counts = () if dated is None else tuple((p.name, dated.is_between(p.start, p.end).sum()) for p in periods)
    return SourceProfile(source, files, read, trouble, days, counts)  # type: ignore[arg-type]  # days are days


def _but_for_control(source: Source, root: Path, names: tuple[str, ...]) -> SourceRead | None:
    """A source whose control file can't be read, without it; None where it is its own files that can't."""
    try:
        return read_source(replace(source, control=None), root, names) if source.control is not None else None
    except IntakeError:
        return None


def _files(source: Source, root: Path, periods: tuple[str, ...]) -> Iterable[FileProfile]:
    if source.database is not None:
        path = root / source.database.path if source.database.path else None
        yield _file(source, named(source.database), path)
        return
    for path in files_of(source, root, periods):
        yield _file(source, shown(path, root), path)


def _file(source: Source, name: str, path: Path | None) -> FileProfile:
    try:
        rows, read = _everything(source, name, path)
    except IntakeError as error:
        return FileProfile(name, 0, (), (), error)
    headers = {column.removeprefix(EVERY): column for column in rows.columns if column.startswith(EVERY)}
    ours: dict[str, Column] = {}
    for column in source.columns:
        ours.setdefault(column.header, column)
    as_said = source.database is None and source.format != "parquet"
    columns = tuple(_column(header, rows[name], ours.get(header), as_said) for header, name in headers.items())
    missing = tuple(column for header, column in ours.items() if header not in headers)
    return FileProfile(name, read, columns, missing)


def _everything(source: Source, name: str, path: Path | None) -> tuple[pl.DataFrame, int]:
    """All columns of a file as texts, and how many rows there are."""
    if source.database is not None:
        raw = database_rows(source, path, every=True)[0]
        return raw.rows, raw.read
    assert path is not None
    if source.format == "parquet":
        frame = _parquet(path, name)
        texts = frame.select(pl.col(c).cast(pl.String, strict=False).alias(EVERY + c) for c in frame.columns)
        return texts, frame.height
    raw = (xlsx_rows if source.format == "xlsx" else csv_rows)(path, name, source, every=True)
    return raw.rows, raw.read


def _parquet(path: Path, name: str) -> pl.DataFrame:
    try:
        return scanned(path, name).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        why = " ".join(str(error).split())[:200]
        raise IntakeError("X002", name, f"can't be read as Parquet: {why}", "export the file again") from None


def _column(header: str, values: pl.Series, column: Column | None, as_said: bool) -> ColumnProfile:
    texts = values.str.strip_chars()
    filled = texts.filter(texts.is_not_null() & (texts != ""))
    looks, but = _looks(filled)
    low, high = ends(filled, looks, column, as_said)
    return ColumnProfile(
        header, column, looks, but, values.len() - filled.len(), filled.n_unique(), low, high
    )  # fmt: skip


def _looks(filled: pl.Series) -> tuple[str, int]:
    """What the texts look like, and how many don't."""
    if filled.is_empty():
        return "empty", 0
    best, most = "text", 0
    for looks, pattern in LOOKS.items():
        count = int(filled.str.contains(pattern).sum())
        if count > most:
            best, most = looks, count
    return (best, filled.len() - most) if most >= MOSTLY * filled.len() else ("text", 0)

"""A source of transactions that is too large to hold: typed a slice of a file at a time, judged a range of keys at a time.

In: its Parquet files. Out: what `source` makes of a small one, but for the accepted rows: they go to the draft's shelf of inputs.
Whether a row is doubled, corrected or withdrawn is known from the rows of its key, and these lie in one range.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from engine.backends.ranges import Ranges, chosen
from engine.core import fingerprint
from engine.core.progress import doing
from engine.intake.beside import UNKEYED
from engine.intake.control import counted, totals
from engine.intake.files import files_of, missing_periods, shown
from engine.intake.parquet_rows import parquet_rows, scanned
from engine.intake.rejects import IntakeError
from engine.intake.source import (
    FileRows,
    SourceRead,
    accepted_columns,
    counted_files,
    cut,
    in_places,
    judged_rows,
    known,
    state_of,
)
from engine.plan.workspace import Source
from engine.record import Draft

MOST_ROWS = 6_000_000
"""So many transactions are held at once, and no more."""
PART_ROWS = 2_500_000
"""A slice of a file, and a range of keys, have about so many."""
SAMPLES = 500
"""So many keys of a slice say where the ranges begin."""


def read_large(
    source: Source, root: Path, periods: tuple[str, ...], as_of: date | None, draft: Draft
) -> SourceRead | None:
    """Read the files of a source, and put its accepted rows on the shelf of inputs; None where they are not too many to hold.

    Raises `IntakeError`.
    """
    if source.format != "parquet" or source.role != "transactions" or source.database is not None:
        return None
    paths = {shown(path, root): path for path in files_of(source, root, periods)}
    if not _is_large(paths):
        return None
    large = _Large(source, paths, as_of, draft)
    ranges = large.spooled()
    large.judge(ranges)
    said = totals(source, root, periods, large.found)
    readable = pl.concat([large.faulty.drop(UNKEYED), *large.doubtful, *large.skipped])
    rejects, doubtful = in_places(pl.concat(large.rejects), readable)
    files = counted_files(source, large.files, rejects)
    empty = pl.DataFrame(schema=draft.inputs.scan(large.name).collect_schema())
    missing = missing_periods(source, root, periods)
    return SourceRead(empty, rejects, doubtful, files, missing, said.table, ranges, said.prints)


def shelved(source: Source, rows: pl.LazyFrame, draft: Draft) -> Ranges | None:
    """Put accepted rows, as a run keeps them, on the shelf of inputs in parts; None where they are not too many to hold."""
    count = rows.select(pl.len()).collect().item()
    if source.role != "transactions" or count <= MOST_ROWS:
        return None
    starts = range(0, count, PART_ROWS)
    keys = rows.select(source.key)
    cuts = tuple(keys.slice(start, 1).collect().row(0) for start in starts if start > 0)
    parts = (rows.slice(start, PART_ROWS).collect() for start in starts)
    draft.inputs.put_parts(f"source/{source.name}", rows.collect_schema(), parts)
    return Ranges(source.key, cuts)


def _is_large(paths: Mapping[str, Path]) -> bool:
    """Whether the files of a source have too many rows to hold. A file that can't be read is told of when it is read."""
    try:
        rows = [int(scanned(path, name).select(pl.len()).collect().item()) for name, path in paths.items()]
    except (OSError, pl.exceptions.PolarsError):
        return False
    return sum(rows) > MOST_ROWS


class _Large:
    """What is gathered while the slices, and then the ranges, go by."""

    def __init__(self, source: Source, paths: Mapping[str, Path], as_of: date | None, draft: Draft):
        self.source, self.paths, self.as_of, self.draft = source, paths, as_of, draft
        self.name = f"source/{source.name}"
        self.rejects: list[pl.DataFrame] = []
        self.read_faulty: list[pl.DataFrame] = []
        self.doubtful: list[pl.DataFrame] = []
        self.skipped: list[pl.DataFrame] = []
        self.files: dict[str, tuple[str, int]] = {}
        self.found: dict[str, dict[str, Decimal]] = {}
        self.keys: list[pl.DataFrame] = []
        self.good = 0

    def spooled(self) -> Ranges:
        """Put the rows whose every column could be read on the spool, as they come; and choose ranges by their keys."""
        slices = self._slices()
        first = next(slices)
        self.draft.spool.put_parts(self.name, first.schema, _chained(first, slices), statistics=True)
        return chosen(pl.concat(self.keys), -(-self.good // PART_ROWS))

    def _slices(self) -> Iterator[pl.DataFrame]:
        for name, path in self.paths.items():
            before = state_of(path, name)
            rows = scanned(path, name).select(pl.len()).collect().item()
            for start in range(0, max(rows, 1), PART_ROWS):
                doing(
                    f"reading {self.source.name} · {start + sum(read for _, read in self.files.values()):,} rows so far"
                )
                yield self._taken(cut(name, "", parquet_rows(path, name, self.source, start, PART_ROWS), self.source))
            self.files[name] = (fingerprint.of_file(path), rows)
            if state_of(path, name) != before:
                message = "the file changed while it was read"
                raise IntakeError("X002", name, message, "run again when its export has ended")

    def _taken(self, read: FileRows) -> pl.DataFrame:
        """A slice's good rows; what else there is to know of it is noted."""
        self.rejects.append(known(self.source, read, self.as_of))
        self.read_faulty.append(read.doubtful)
        self.skipped.append(read.skipped)
        if self.source.control is not None:
            there = self.found.setdefault(read.name, {})
            for total, value in counted(self.source, read.read - read.skipped.height, read.good, read.doubtful).items():
                there[total] = there.get(total, Decimal(0)) + value
        keys = read.good.select(self.source.key)
        self.keys.append(keys.gather_every(max(1, PART_ROWS // SAMPLES)))
        self.good += keys.height
        return read.good

    def judge(self, ranges: Ranges) -> None:
        """Judge the spooled rows of each range, and put the accepted ones on the shelf of inputs."""
        parts = self._judged(ranges)
        first = next(parts)
        self.draft.inputs.put_parts(self.name, first.schema, _chained(first, parts))
        del self.draft.spool[self.name]

    @property
    def faulty(self) -> pl.DataFrame:
        """The rows of which not every column could be read."""
        return pl.concat(self.read_faulty)

    def _judged(self, ranges: Ranges) -> Iterator[pl.DataFrame]:
        faulty = self.faulty
        for part in range(ranges.count):
            doing(f"judging {self.source.name} · part {part + 1} of {ranges.count}")
            rows = self.draft.spool.scan(self.name).filter(ranges.inside(part)).collect()
            accepted, doubtful, late = judged_rows(self.source, rows, faulty, self.as_of)
            self.rejects.append(late)
            self.doubtful.append(doubtful)
            yield accepted.select(accepted_columns(self.source, accepted.columns))


def _chained(first: pl.DataFrame, others: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    yield first
    yield from others

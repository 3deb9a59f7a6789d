"""A run that is being made: its tables go to the disk as they are made, into a hidden folder that becomes the run.

So memory holds the tables that are still read, not all that there are, and they are written and fingerprinted while the next
ones are calculated. The folder gets its name when everything is in it (`write.finish`); until then it is nobody's run.
"""

import errno
import os
import re
import shutil
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
from polars.io.plugins import register_io_source

from engine.record.digest import PROVENANCE, TableDigest, standing_digest, table_digest
from engine.record.layout import Layout
from engine.record.leftovers import claimed, clear, release
from engine.record.narrow import narrowed, widened
from engine.record.room import Room

FOLDER_MODE, FILE_MODE = 0o700, 0o600
SPOOL = "spool"
GROUP_ROWS = 65_536
NOTHING_LEFT_OUT = Layout()
AT_ONCE = min(os.cpu_count() or 2, 4)
"""Tables that are written at once, beside what is calculated."""


class Shelf(MutableMapping[str, pl.DataFrame]):
    """Tables in a folder, as Parquet: a mapping that reads each when it is asked for. One thread puts, others may ask beside it.

    `digest` is that of a table put whole, `running` one that takes a table part by part; a shelf without has no digests.
    What a table repeats of others may stand on the shelf `beside`. By its `layout` a table that is put whole is written, and
    read; one that is put by parts is written as it is.
    """

    def __init__(
        self, folder: Path, digest: Callable[[str, pl.DataFrame], str] | None = None,
        running: Callable[[str, pl.Schema], TableDigest] | None = None, layout: Layout = NOTHING_LEFT_OUT,
        beside: "Shelf | None" = None,
    ):  # fmt: skip
        self.folder, self._layout, self._beside = folder, layout, beside
        self._digest, self._running = digest, running
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._room = Room()
        self._written: dict[str, Future[str]] = {}
        self._ends: dict[str, list[int]] = {}

    def __setitem__(self, name: str, table: pl.DataFrame) -> None:
        """Write a table, in the background; a later one of the name replaces it. What goes wrong is told to who asks next.

        A view is not written.
        """
        if name in self._layout.views:
            return
        self._settle(name)
        written = self._layout.written(name, table)
        size = int(written.estimated_size())
        self._room.take(size)
        done = self._written[name] = self._threads.submit(self._put, name, written)
        done.add_done_callback(lambda _: self._room.give(size))

    def _settle(self, name: str) -> None:
        """Wait for an earlier table of the name: two that are written into one file at once leave what is of neither."""
        if name in self._written:
            self._written[name].result()

    def _put(self, name: str, table: pl.DataFrame) -> str:
        put_table(self._place(name), table)
        return self._digest(name, table) if self._digest is not None else ""

    def put_parts(self, name: str, schema: pl.Schema, parts: Iterable[pl.DataFrame], statistics: bool = False) -> None:
        """Write a table part by part, as it is made; its parts can be read again. Raises OSError where the disk is full.

        `statistics` of its columns help whoever asks for few of its rows. It replaces an earlier one of the name.
        """
        self._settle(name)
        digest = self._running(name, schema) if self._running is not None else None
        ends: list[int] = []

        def taken() -> Iterator[pl.DataFrame]:
            with ThreadPoolExecutor(1) as hashing:
                waiting: Future[None] | None = None
                for part in parts:
                    ends.append(part.height + (ends[-1] if ends else 0))
                    if waiting is not None:
                        waiting.result()
                    waiting = hashing.submit(digest.add, part) if digest is not None else None
                    yield part

        put_parts(self._place(name), schema, taken(), statistics)
        done: Future[str] = Future()
        done.set_result(digest.hex() if digest is not None else "")
        self._written[name], self._ends[name] = done, ends

    def part(self, name: str, number: int) -> pl.LazyFrame:
        """A part of a table that was put by parts; one beyond them has no rows."""
        ends = [0, *self._ends[name]]
        if number + 1 >= len(ends):
            return self.scan(name).limit(0)
        return self.scan(name).slice(ends[number], ends[number + 1] - ends[number])

    def put_pieces(self, name: str, parts: Iterable[list[pl.DataFrame]]) -> None:
        """Write a table whose parts, as they are made, are cut into pieces of other parts: the n-th of each is of the n-th."""
        folder = self.folder / name
        make_folder(folder, self.folder.parent)
        for made, pieces in enumerate(parts):
            for number, piece in enumerate(pieces):
                put_table(folder / f"{number}.{made}.parquet", piece)
        done: Future[str] = Future()
        done.set_result("")
        self._written[name] = done

    def pieces(self, name: str, number: int) -> pl.LazyFrame:
        """All pieces of one of these parts."""
        every = sorted((self.folder / name).glob(f"{number}.*.parquet"))
        return pl.concat([widened(pl.scan_parquet(path, glob=False)) for path in every])

    def _place(self, name: str) -> Path:
        path = self._path(name)
        make_folder(path.parent, self.folder.parent)
        return path

    def digests(self) -> dict[str, str]:
        """The digest of each table, in the order of names. Raises OSError where the disk did not take one."""
        return {name: self._written[name].result() for name in sorted(self._written)}

    def scan(self, name: str, columns: Collection[str] | None = None) -> pl.LazyFrame:
        """A table, lazily, or some of its columns. Raises KeyError, and OSError where the disk did not take it."""
        if self._beside is not None and name not in self and name in self._beside:
            return self._beside.scan(name, columns)
        return self._layout.whole(name, self._scan_written, self.scan, columns)

    def _scan_written(self, name: str) -> pl.LazyFrame:
        self._written[name].result()
        return widened(pl.scan_parquet(self._path(name), glob=False))

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.scan(name).collect()

    def __delitem__(self, name: str) -> None:
        self._written.pop(name).result()
        self._ends.pop(name, None)
        if self._path(name).exists():
            self._path(name).unlink()
        else:
            shutil.rmtree(self.folder / name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __contains__(self, name: object) -> bool:
        return name in self._written or name in self._layout.views

    def paths(self) -> dict[str, Path]:
        """Where each table is. Raises OSError where the disk did not take one."""
        return {name: self._path(name) for name in self.digests()}

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def close(self) -> None:
        """Wait for what is being written; what still waits is not."""
        self._threads.shutdown(cancel_futures=True)


class Draft:
    """The hidden folder of a run that is being made under `out`, with shelves for its inputs and its tables.

    By the `layout` tables are written, and in the order of their keys they are put. On `spool` stands what is needed only while
    the run is made. A context: what is left of it at the end is removed. Raises OSError where it can't be made.
    """

    def __init__(self, out: Path, layout: Layout):
        self.out, self._new = out, not out.exists()
        out.mkdir(parents=True, exist_ok=True)
        clear(out)
        self.folder, self._lock = claimed(out)
        self.inputs = Shelf(
            self.folder / "inputs", lambda _, table: standing_digest(table), lambda _, schema: TableDigest(schema)
        )
        self.tables = Shelf(
            self.folder / "tables",
            lambda name, table: standing_digest(table, PROVENANCE) if name in layout.keys else table_digest(table, ()),
            lambda name, schema: TableDigest(schema, (*PROVENANCE, *layout.left_out.get(name, ()))),
            layout,
            self.inputs,
        )
        self.spool = Shelf(self.folder / SPOOL)

    def cleared(self) -> None:
        """Without what was needed only on the way."""
        self.spool.clear()
        shutil.rmtree(self.spool.folder, ignore_errors=True)

    def moved(self, folder: Path) -> None:
        """The folder has another name now; the tables are read from there."""
        self.inputs.folder, self.tables.folder = folder / "inputs", folder / "tables"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for shelf in (self.inputs, self.tables, self.spool):
            shelf.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        release(self._lock)
        if self._new and not any(self.out.iterdir()):
            self.out.rmdir()


def make_folder(path: Path, root: Path) -> None:
    """A folder below `root`, that nobody else may read."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    while path != root:
        os.chmod(path, FOLDER_MODE)
        path = path.parent


def _as_system_error(error: pl.exceptions.ComputeError, path: Path) -> Exception:
    """What the system says, out of what Polars wraps it in; of the end of a file nothing is left but that it was not taken."""
    found = re.search(r"(?P<said>[^:]+) \(os error (?P<number>[0-9]+)\)", str(error))
    if found is not None:
        return OSError(int(found["number"]), found["said"].strip(), str(path))
    if "transport error" in str(error):
        return OSError(errno.EIO, "the disk did not take all of it, it may be full", str(path))
    return error


def put_table(path: Path, frame: pl.DataFrame) -> None:
    """Write a table. Raises OSError where the disk does not take it."""
    try:
        narrowed(frame).write_parquet(path, compression="lz4", statistics=False, row_group_size=GROUP_ROWS)
    except pl.exceptions.ComputeError as error:
        raise _as_system_error(error, path) from None
    os.chmod(path, FILE_MODE)


def put_parts(path: Path, schema: pl.Schema, parts: Iterator[pl.DataFrame], statistics: bool) -> None:
    """Write a table of which one part is held at a time. Raises what making one raises, and OSError where the disk is full."""

    here = copy_context()  # of whoever listens to what is done: Polars asks from a thread of its own

    def source(
        columns: list[str] | None, where: pl.Expr | None, rows: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        assert columns is None and where is None and rows is None, "all of it is asked for"
        while (part := here.run(next, parts, None)) is not None:
            if part.height:
                yield part

    frame = register_io_source(source, schema=schema)
    try:
        frame.sink_parquet(
            path, compression="lz4", statistics=statistics, row_group_size=GROUP_ROWS, maintain_order=True,
        )  # fmt: skip
    except pl.exceptions.ComputeError as error:
        raise _as_system_error(error, path) from None
    os.chmod(path, FILE_MODE)


def scanned(tables: Mapping[str, pl.DataFrame], name: str, columns: Collection[str] | None = None) -> pl.LazyFrame:
    """A table, lazily, or some of its columns: of a shelf only what is asked for is read, and put back."""
    held = tables.maps if isinstance(tables, ChainMap) else [tables]
    for each in held:
        if name in each:
            if isinstance(each, Shelf):
                return each.scan(name, columns)
            return each[name].lazy() if columns is None else each[name].lazy().select(columns)
    raise KeyError(name)


def collected(rows: pl.LazyFrame) -> pl.DataFrame:
    """What a query finds in tables that may not fit into memory, where it is not much itself."""
    return rows.collect(engine="streaming")

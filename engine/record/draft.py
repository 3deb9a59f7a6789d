"""A run that is being made: its tables go to the disk as they are made, into a hidden folder that becomes the run.

So memory holds the tables that are still read, not all that there are, and they are written and fingerprinted while the next
ones are calculated. The folder gets its name when everything is in it (`write.finish`); until then it is nobody's run.
"""

import errno
import os
import re
import shutil
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore
from types import TracebackType
from typing import Self

import polars as pl

from engine.record.leftovers import claimed, clear, release

FOLDER_MODE, FILE_MODE = 0o700, 0o600
AT_ONCE = 2
"""Tables that are written at once. So many more may wait in memory."""


class Shelf(MutableMapping[str, pl.DataFrame]):
    """Tables in a folder, as Parquet: a mapping that reads each when it is asked for. For one thread that puts and asks."""

    def __init__(self, folder: Path, digest: Callable[[str, pl.DataFrame], str]):
        self.folder = folder
        self._digest = digest
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._free = Semaphore(2 * AT_ONCE)
        self._written: dict[str, Future[str]] = {}

    def __setitem__(self, name: str, table: pl.DataFrame) -> None:
        """Write a table, in the background; a later one of the name replaces it. What goes wrong is told to who asks next."""
        if name in self._written:
            self._written[name].result()
        self._free.acquire()
        self._written[name] = self._threads.submit(self._put, name, table)

    def _put(self, name: str, table: pl.DataFrame) -> str:
        try:
            path = self._path(name)
            make_folder(path.parent, self.folder.parent)
            put_table(path, table)
            return self._digest(name, table)
        finally:
            self._free.release()

    def digests(self) -> dict[str, str]:
        """The digest of each table, in the order of names. Raises OSError where the disk did not take one."""
        return {name: self._written[name].result() for name in sorted(self._written)}

    def scan(self, name: str) -> pl.LazyFrame:
        """A table, lazily. Raises KeyError, and OSError where the disk did not take it."""
        self._written[name].result()
        return pl.scan_parquet(self._path(name), glob=False)

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.scan(name).collect()

    def __delitem__(self, name: str) -> None:
        self._written.pop(name).result()
        self._path(name).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __contains__(self, name: object) -> bool:
        return name in self._written

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

    A context: what is left of it at the end is removed. Raises OSError where it can't be made.
    """

    def __init__(
        self, out: Path, digest: Callable[[str, pl.DataFrame], str], input_digest: Callable[[str, pl.DataFrame], str]
    ):
        self.out, self._new = out, not out.exists()
        out.mkdir(parents=True, exist_ok=True)
        clear(out)
        self.folder, self._lock = claimed(out)
        self.inputs = Shelf(self.folder / "inputs", input_digest)
        self.tables = Shelf(self.folder / "tables", digest)

    def moved(self, folder: Path) -> None:
        """The folder has another name now; the tables are read from there."""
        self.inputs.folder, self.tables.folder = folder / "inputs", folder / "tables"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for shelf in (self.inputs, self.tables):
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
        frame.rechunk().write_parquet(
            path, compression="zstd", compression_level=1, statistics=False, row_group_size=250_000
        )
    except pl.exceptions.ComputeError as error:
        raise _as_system_error(error, path) from None
    os.chmod(path, FILE_MODE)


def scanned(tables: Mapping[str, pl.DataFrame], name: str) -> pl.LazyFrame:
    """A table, lazily: of a shelf only the columns and rows that are asked for are read."""
    held = tables.maps if isinstance(tables, ChainMap) else [tables]
    for each in held:
        if name in each:
            return each.scan(name) if isinstance(each, Shelf) else each[name].lazy()
    raise KeyError(name)

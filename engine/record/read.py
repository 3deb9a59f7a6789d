"""Open a run: by folder, by a unique prefix of its id, or by period (`latest:2026-03`), as the receipts beside the runs say."""

import json
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from engine.core.diagnostic import closest
from engine.core.json_text import read_json
from engine.ir.program import Program
from engine.ir.serial import program_from_json
from engine.record.layout import Layout
from engine.record.narrow import widened
from engine.record.same import MANIFEST

RECEIPTS = "receipts.jsonl"
SHOWN = 5
"""So many ids of runs stand in a message."""
LATEST, PREVIOUS = "latest", "previous"
UNREADABLE = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What reading a damaged table comes to."""
WORDS = (LATEST, PREVIOUS)
"""What names a run of a period: the newest, and the newest but that one."""


class RecordError(Exception):
    """There is no such run, or it can't be read. The message says what to do."""


class NotRun(RecordError):
    """No run of a period is there. It may be none of the calendar, so what to do says whoever knows that."""

    def __init__(self, runs: Path, word: str, period: str):
        super().__init__(f"no run of {period} in {runs}")
        self.word, self.period = word, period


@dataclass(frozen=True)
class Record:
    """A run on disk. Nothing is held in memory but the manifest."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The run's id."""
        return str(self.manifest["run"])

    @property
    def period(self) -> str:
        """The pay period that was run."""
        return str(self.manifest["period"])

    @property
    def as_of(self) -> str | None:
        """The day whose knowledge it was made from; None where it was all that was known."""
        options = self.manifest.get("options")
        return str(options["as_of"]) if isinstance(options, dict) and "as_of" in options else None

    @property
    def trial(self) -> str | None:
        """What makes it a trial, as it was asked for: some plans only, or what was known on a day. None: it is of all."""
        options = self.manifest.get("options")
        said = options if isinstance(options, dict) else {}
        plans = [f"--plan {name}" for name in str(said.get("plans") or "").split(",") if name]
        return " ".join([*plans, *([] if self.as_of is None else [f"--as-of {self.as_of}"])]) or None

    def program(self) -> Program:
        """The program that made it. Raises RecordError where it is missing or can't be read."""
        try:
            return program_from_json(self._text("program.json"))
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
            said = f"{type(error).__name__}: {str(error)[:200]}"
            raise RecordError(f"{self.folder.name}/program.json can't be read: {said}") from None

    def plan_texts(self) -> dict[str, bytes]:
        """The workspace's files as they were, by path within the workspace."""
        base = self.folder / "plans"
        return {p.relative_to(base).as_posix(): p.read_bytes() for p in sorted(base.rglob("*")) if p.is_file()}

    def has(self, name: str) -> bool:
        """Whether the run holds a table of that name (an input or a stage)."""
        return self._path(name) is not None or name in self.layout.views

    def names(self) -> Iterator[str]:
        """All stage tables that are written, in order of name."""
        base = self.folder / "tables"
        yield from sorted(p.relative_to(base).with_suffix("").as_posix() for p in base.rglob("*.parquet"))

    def input_names(self) -> Iterator[str]:
        """All input tables, in order of name."""
        base = self.folder / "inputs"
        yield from sorted(p.relative_to(base).with_suffix("").as_posix() for p in base.rglob("*.parquet"))

    @cached_property
    def layout(self) -> Layout:
        """What is left out of its tables; nothing, where its program can't be read."""
        try:
            return Layout.of(self.program())
        except (RecordError, ValueError, KeyError, TypeError, AttributeError, AssertionError, StopIteration):
            return Layout()

    def scan(self, name: str, columns: Collection[str] | None = None) -> pl.LazyFrame:
        """A table as it was made, lazily, or some of its columns. Raises RecordError where it is missing."""
        try:
            return self.layout.whole(name, self.written, self.scan, columns)
        except UNREADABLE as error:
            raise self._unreadable(name, error) from None

    def written(self, name: str) -> pl.LazyFrame:
        """What of a table stands in its file, lazily. Raises RecordError where it is missing."""
        path = self._path(name)
        if path is None:
            raise RecordError(f"{self.folder.name}: table `{name}` is missing; the run is damaged, take it from a copy")
        return widened(pl.scan_parquet(path, glob=False))

    def table(self, name: str) -> pl.DataFrame:
        """A table. Raises RecordError where it is missing or can't be read."""
        try:
            return self.scan(name).collect()
        except UNREADABLE as error:
            raise self._unreadable(name, error) from None

    def _unreadable(self, name: str, error: BaseException) -> RecordError:
        return RecordError(f"{self.folder.name}: table `{name}` can't be read: {str(error)[:200]}")

    def _path(self, name: str) -> Path | None:
        for folder in ("tables", "inputs"):
            path = self.folder / folder / f"{name}.parquet"
            if path.is_file():
                return path
        return None

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise RecordError(f"{self.folder.name}/{name} can't be read: {said}") from None


def open_record(folder: Path) -> Record:
    """The run in a folder. Raises RecordError."""
    try:
        manifest = read_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{folder} is not a run: it has no {MANIFEST}") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise RecordError(f"{folder}/{MANIFEST} can't be read: {error}") from None
    if not isinstance(manifest, dict) or "run" not in manifest or "period" not in manifest:
        raise RecordError(f"{folder}/{MANIFEST} is not the manifest of a run")
    return Record(folder, manifest)


def find(runs: Path, name: str) -> Record:
    """The run that `RUN` names: a folder, a unique prefix of an id, `latest:PERIOD` or `previous:PERIOD`. Raises RecordError."""
    word, _, period = name.partition(":")
    if word in WORDS:
        if not period:
            raise RecordError(f"`{word}` of which pay period? `{word}:2026-03`, for example")
        return _of_period(runs, word, period)
    folder = Path(name)
    if (folder / MANIFEST).is_file() or ("/" in name and not folder.is_dir()):
        return open_record(folder)
    ids = sorted(p.name for p in runs.iterdir() if (p / MANIFEST).is_file()) if runs.is_dir() else []
    fitting = [each for each in ids if each.startswith(name)]
    if len(fitting) == 1:
        return open_record(runs / fitting[0])
    if fitting:
        raise RecordError(f"several runs in {runs} begin with `{name}`: {_some(fitting)}; give more of the id")
    if name in periods_run(runs):
        raise RecordError(
            f"`{name}` is a pay period, of which there may be several runs: `latest:{name}` is the newest"
        )
    inside = sorted(p.name for p in folder.iterdir() if (p / MANIFEST).is_file()) if folder.is_dir() else []
    if inside:
        raise RecordError(f"`{name}` is the folder of several runs, not one of them: name one of {_some(inside)}")
    near = closest(word, WORDS)
    if near and not folder.is_dir():
        raise RecordError(f"no run in {runs} begins with `{name}`: did you mean `{near}:{period or 'PERIOD'}`?")
    known = f"there are {_some(ids)}" if ids else "there are no runs yet: `komisi run PERIOD` makes one"
    if folder.is_dir():
        raise RecordError(f"the folder `{name}` is not a run: it has no {MANIFEST}; in {runs} {known}")
    raise RecordError(f"no run in {runs} begins with `{name}`; {known}")


def _some(ids: list[str]) -> str:
    """The first ids, and how many more there are."""
    return ", ".join(ids[:SHOWN]) + (f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else "")


def _of_period(runs: Path, word: str, period: str) -> Record:
    """The newest run of a period, or the newest but that one; trials only where there is no other."""
    made = dict.fromkeys(receipt["run"] for receipt in reversed(receipts(runs)) if receipt["period"] == period)
    if not made:
        return _without_receipt(runs, word, period)
    latest = _newest(runs, made)
    if word == LATEST:
        return open_record(runs / latest)
    others = [name for name in made if name != latest]
    if not others:
        raise RecordError(f"there is only one run of {period} in {runs}: `latest:{period}`")
    return open_record(runs / _newest(runs, others))


def _without_receipt(runs: Path, word: str, period: str) -> Record:
    """The run of a period that no receipt names, as folders that were copied from elsewhere: the only one, trials aside."""
    made = [name for name, of in _unreceipted(runs).items() if of == period]
    if not made:
        raise NotRun(runs, word, period)
    whole = [name for name in made if not _is_trial(runs / name)] or made
    if len(whole) > 1 or word != LATEST:
        count = f"{len(made)} run" + ("s" if len(made) > 1 else "")
        raise RecordError(
            f"{runs} has {count} of {period}, {_some(made)}, and which is the newest "
            f"says {runs / RECEIPTS}, which does not name them; copy it with the runs, or name one by its id"
        )
    return open_record(runs / whole[0])


def _unreceipted(runs: Path) -> dict[str, str]:
    """The runs that no receipt names, each with its period."""
    named = {receipt["run"] for receipt in receipts(runs)}
    folders = sorted(runs.iterdir()) if runs.is_dir() else []
    found = {}
    for folder in folders:
        if folder.name not in named and (folder / MANIFEST).is_file():
            with suppress(RecordError):
                found[folder.name] = open_record(folder).period
    return found


def periods_run(runs: Path) -> frozenset[str]:
    """The periods that have a run."""
    return frozenset(receipt["period"] for receipt in receipts(runs)) | frozenset(_unreceipted(runs).values())


def _newest(runs: Path, names: Iterable[str]) -> str:
    """The first that is no trial; else the first. One that can't be read is none: whoever opens it is told."""
    several = list(names)
    return next((name for name in several if not _is_trial(runs / name)), several[0])


def _is_trial(folder: Path) -> bool:
    try:
        return open_record(folder).trial is not None
    except RecordError:
        return False


def receipts(runs: Path) -> list[dict[str, str]]:
    """The receipts of the runs that are there, oldest first, each with when it was; a line that is no receipt is passed over."""
    path = runs / RECEIPTS
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        try:
            receipt = json.loads(line)
        except ValueError:
            continue
        if isinstance(receipt, dict) and (runs / str(receipt.get("run")) / MANIFEST).is_file():
            found.append({name: str(receipt.get(name, "")) for name in ("run", "period", "at")})
    return found


def add_receipt(runs: Path, receipt: dict[str, str]) -> None:
    """Append who ran what when. Outside every digest: a run is the same whoever makes it.

    A line that was cut off, when the disk was full or the machine went down, does not take the next one with it.
    """
    path = runs / RECEIPTS
    new = not path.exists()
    with path.open("ab+") as file:
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
        cut = file.read(1) not in (b"", b"\n")
        file.write((b"\n" if cut else b"") + json.dumps(receipt, sort_keys=True).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if new:
        path.chmod(0o600)

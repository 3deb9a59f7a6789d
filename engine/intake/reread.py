"""The source files of a run read again, long after it: are they still what the run says it read?"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.intake.control import control_source, totals_in
from engine.intake.database.rows import as_written, named
from engine.intake.files import files_of, in_reading_order, located, shown
from engine.intake.parse import typed
from engine.intake.rejects import IntakeError
from engine.intake.source import SourceRead, read_database, read_files
from engine.plan.workspace import ROWS, Column, Database, Source


@dataclass(frozen=True)
class Reread:
    """One source. `prints`: sha256 of each file of the run, None where it is not there; `new`: files that the run did not read.

    `read` is what the files that are there came to; None, and `trouble` says why, where they can't be read. Of its control files
    the same: their sha256, and the control totals as they state them, which nothing is `found` for here.
    """

    prints: dict[str, str | None]
    new: tuple[str, ...]
    read: SourceRead | None
    trouble: str = ""
    control_prints: dict[str, str | None] = field(default_factory=dict)
    controls: pl.DataFrame | None = None


def reread(
    source: Source, folder: Path, names: Iterable[str], periods: tuple[str, ...], as_of: date | None,
    control_names: Iterable[str] = (),
) -> Reread:  # fmt: skip
    """Read the files that a run calls by `names`, from the workspace's folder or one with copies; its control files too."""
    names = list(names)
    again = _files_again(source, folder, names, periods, as_of)
    controlled = source.control is not None and source.control.path is not None
    return _with_controls(again, source, folder, names, periods, list(control_names)) if controlled else again


def _with_controls(
    again: Reread, source: Source, folder: Path, names: list[str], periods: tuple[str, ...], control_names: list[str]
) -> Reread:
    """The control files read again, against the files that the run read."""
    assert source.control is not None
    places = {name: located(folder, name) for name in control_names}
    there = {name: path for name, path in places.items() if path is not None}
    prints = {name: fingerprint.of_file(path) if path is not None else None for name, path in places.items()}
    new = _new(control_source(source), folder, set(places), periods)
    again = replace(again, control_prints=prints, new=(*again.new, *new))
    if len(there) < len(places):
        return again
    found = dict.fromkeys(names, dict.fromkeys((ROWS, *(name.text for name in source.control.sums))))
    try:
        return replace(again, controls=totals_in(source, there, periods, found).table)
    except IntakeError as error:
        return replace(again, trouble=again.trouble or f"{error.where}: {error.message}")


def _files_again(
    source: Source, folder: Path, names: list[str], periods: tuple[str, ...], as_of: date | None
) -> Reread:
    """The files of a source that a run calls by `names`."""
    if source.database is not None:
        return _again(source, source.database, folder, as_of)
    places = {name: located(folder, name) for name in in_reading_order(source, names, periods)}
    there = {name: path for name, path in places.items() if path is not None}
    prints = {name: fingerprint.of_file(path) if path is not None else None for name, path in places.items()}
    new = _new(source, folder, set(places), periods)
    try:
        return Reread(prints, new, read_files(source, there, as_of) if there else None)
    except IntakeError as error:
        return Reread(prints, new, None, f"{error.where}: {error.message}")


def _again(source: Source, database: Database, folder: Path, as_of: date | None) -> Reread:
    """A source in a database: what it has today, if it can still be reached."""
    path = None if database.path is None else located(folder, database.path)
    if database.path is not None and path is None:
        return Reread({named(database): None}, (), None)
    try:
        read = read_database(source, path, as_of)
    except IntakeError as error:
        return Reread({}, (), None, f"{error.where}: {error.message}")
    return Reread({file.file: file.fingerprint for file in read.files}, (), read)


def _new(source: Source, folder: Path, known: set[str], periods: tuple[str, ...]) -> tuple[str, ...]:
    """Files that a run would read today, seen from the workspace's folder, and did not read then."""
    try:
        found = {shown(path, folder) for path in files_of(source, folder, periods)}
    except IntakeError:
        return ()
    return tuple(sorted(found - known)) if found & known else ()


def values_of(source: Source, column: Column, text: str) -> set[Any]:
    """What a text may have been read as, None where it is no value: of a database also as that writes numbers and days itself."""
    forms = [column]
    if source.database is not None:
        forms += [as_written(column, "number"), as_written(column, "date")]
    return {pl.DataFrame({form.name: [text]}).select(typed(form)).item() for form in forms}

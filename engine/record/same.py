"""Whether the run that stands in a folder already is the one that would be written there."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.core.json_text import read_json
from engine.record.digest import table_digest
from engine.record.draft import Draft
from engine.record.narrow import widened

MANIFEST = "manifest.json"


class DamagedRun(Exception):
    """A run with this id is there, and is not what it was when it was written. Nothing was written over it."""

    def __init__(self, folder: Path, what: str):
        super().__init__(f"a run with this id is there already, and it is damaged: {folder.as_posix()}: {what}")
        self.folder = folder


def text_files(
    program_json: str, plan_texts: Mapping[str, bytes], sheets: Mapping[str, pl.DataFrame]
) -> dict[str, bytes]:
    """The files of a run that are text, by path within it."""
    plans = {f"plans/{name}": text for name, text in sorted(plan_texts.items())}
    tables = {f"{name}.csv": frame.write_csv().encode() for name, frame in sorted(sheets.items())}
    return {**plans, **tables, "program.json": program_json.encode()}


def check_same(folder: Path, manifest: Mapping[str, Any], texts: Mapping[str, bytes], draft: Draft) -> None:
    """Compare the run in a folder with the one that a draft would become. Raises DamagedRun with the first difference."""
    tables = {
        f"{shelf.folder.name}/{name}.parquet": path
        for shelf in (draft.inputs, draft.tables)
        for name, path in shelf.paths().items()
    }
    for found in _differences(folder, manifest, texts, tables):
        raise DamagedRun(folder, found)


def _differences(
    folder: Path, manifest: Mapping[str, Any], texts: Mapping[str, bytes], tables: Mapping[str, Path]
) -> Iterator[str]:
    try:
        stated = read_json((folder / MANIFEST).read_text(encoding="utf-8"))
        files = stated.pop("files")
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {MANIFEST}
        yield from (f"{name} is missing" for name in sorted({*texts, *tables} - there))
        yield from (f"{name} was added" for name in sorted(there - {*texts, *tables}))
        for name in sorted(there):
            if fingerprint.of_file(folder / name) != files.get(name):
                yield f"{name} was changed (sha256)"
        if stated != json.loads(json.dumps(manifest)) or set(files) != there:
            yield f"{MANIFEST} says something else than this run"
        yield from (f"{name} was changed" for name, data in texts.items() if (folder / name).read_bytes() != data)
        yield from (f"{name} was changed" for name, path in tables.items() if not _equal(folder / name, path))
    except (OSError, ValueError, KeyError, AttributeError, pl.exceptions.PolarsError) as error:
        yield f"it can't be read: {str(error)[:200]}"


def _equal(path: Path, fresh: Path) -> bool:
    """The same rows; in whatever order, where they don't stand as they would be written."""
    if fingerprint.of_file(path) == fingerprint.of_file(fresh):
        return True
    stored, made = (widened(pl.scan_parquet(each, glob=False)).collect() for each in (path, fresh))
    return stored.schema == made.schema and table_digest(stored, (), ()) == table_digest(made, (), ())

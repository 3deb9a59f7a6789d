"""Whether the run that stands in a folder already is the one that would be written there."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.record.digest import table_digest

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


def check_same(
    folder: Path,
    manifest: Mapping[str, Any],
    program_json: str,
    plan_texts: Mapping[str, bytes],
    inputs: Mapping[str, pl.DataFrame],
    tables: Mapping[str, pl.DataFrame],
    sheets: Mapping[str, pl.DataFrame],
) -> None:
    """Compare the run in a folder with the one that would be written. Raises DamagedRun with the first difference."""
    texts = text_files(program_json, plan_texts, sheets)
    frames = {
        f"{kind}/{name}.parquet": frame
        for kind, some in (("inputs", inputs), ("tables", tables))
        for name, frame in some.items()
    }
    for found in _differences(folder, manifest, texts, frames):
        raise DamagedRun(folder, found)


def _differences(
    folder: Path, manifest: Mapping[str, Any], texts: Mapping[str, bytes], frames: Mapping[str, pl.DataFrame]
) -> Iterator[str]:
    try:
        stated = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = stated.pop("files")
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {MANIFEST}
        yield from (f"{name} is missing" for name in sorted({*texts, *frames} - there))
        yield from (f"{name} was added" for name in sorted(there - {*texts, *frames}))
        for name in sorted(there):
            if fingerprint.of_file(folder / name) != files.get(name):
                yield f"{name} was changed (sha256)"
        if stated != json.loads(json.dumps(manifest)) or set(files) != there:
            yield f"{MANIFEST} says something else than this run"
        yield from (f"{name} was changed" for name, data in texts.items() if (folder / name).read_bytes() != data)
        yield from (f"{name} was changed" for name, frame in frames.items() if not _equal(folder / name, frame))
    except (OSError, ValueError, KeyError, AttributeError, pl.exceptions.PolarsError) as error:
        yield f"it can't be read: {str(error)[:200]}"


def _equal(path: Path, frame: pl.DataFrame) -> bool:
    """The same rows; in whatever order, where they don't stand as they would be written."""
    stored = pl.read_parquet(path, glob=False)
    if stored.equals(frame):
        return True
    return stored.schema == frame.schema and table_digest(stored, (), ()) == table_digest(frame, (), ())

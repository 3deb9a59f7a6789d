"""Write a run: into a hidden folder beside its place, which takes its name only when everything is in it.

<out>/<id>/   manifest.json  program.json  plans/…  inputs/<table>.parquet  tables/<stage>.parquet
              payouts.csv  earnings.csv  exceptions.csv  identities.csv
"""

import errno
import json
import os
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.record.same import MANIFEST, check_same, text_files

FOLDER_MODE, FILE_MODE = 0o700, 0o600
AT_ONCE = 2
"""Files that are written or read at once."""


@dataclass(frozen=True)
class Written:
    """Where a run is, and whether it was there before."""

    folder: Path
    id: str
    existed: bool


def write(
    out: Path,
    run_id: str,
    manifest: Mapping[str, Any],
    program_json: str,
    plan_texts: Mapping[str, bytes],
    inputs: Mapping[str, pl.DataFrame],
    tables: Mapping[str, pl.DataFrame],
    sheets: Mapping[str, pl.DataFrame],
) -> Written:
    """Write one run. A run with this id that is there already is left as it is, once it is found to be the same.

    The same means: exactly these files, each as the manifest there says (sha256); that manifest says what this one does;
    and the tables, sheets, plans and program have this content. Raises DamagedRun where that is not so, and OSError where
    the disk does not take the run; then nothing is left behind.
    """
    place = out / run_id
    parts = (manifest, program_json, plan_texts, inputs, tables, sheets)
    if (place / MANIFEST).is_file():
        check_same(place, *parts)
        return Written(place, run_id, True)
    if place.exists():
        raise OSError(errno.EEXIST, "something that is not a whole run is in its place, remove it", str(place))
    out.mkdir(parents=True, exist_ok=True)
    part = out / f".{run_id}.{os.getpid()}.part"
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(mode=FOLDER_MODE)
        _fill(part, *parts)
        _sync(part)
        os.rename(part, place)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError) and (place / MANIFEST).is_file():  # another process was first with the same run
            check_same(place, *parts)
            return Written(place, run_id, True)
        raise
    return Written(place, run_id, False)


def _fill(
    part: Path,
    manifest: Mapping[str, Any],
    program_json: str,
    plan_texts: Mapping[str, bytes],
    inputs: Mapping[str, pl.DataFrame],
    tables: Mapping[str, pl.DataFrame],
    sheets: Mapping[str, pl.DataFrame],
) -> None:
    for name, data in text_files(program_json, plan_texts, sheets).items():
        _put(part / name, data, part)
    frames = {part / "inputs" / f"{name}.parquet": frame for name, frame in inputs.items()}
    frames |= {part / "tables" / f"{name}.parquet": frame for name, frame in tables.items()}
    for path in frames:
        _folder(path.parent, part)
    paths = sorted(path for path in part.rglob("*") if path.is_file())
    with ThreadPoolExecutor(AT_ONCE) as threads:
        paths += threads.map(_put_table, frames.keys(), frames.values())
        prints = threads.map(fingerprint.of_file, sorted(paths))
        files = {path.relative_to(part).as_posix(): found for path, found in zip(sorted(paths), prints, strict=True)}
    document = json.dumps({**manifest, "files": files}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    _put(part / MANIFEST, document.encode(), part)


def _put_table(path: Path, frame: pl.DataFrame) -> Path:
    try:
        frame.rechunk().write_parquet(
            path, compression="zstd", compression_level=1, statistics=False, row_group_size=250_000
        )
    except pl.exceptions.ComputeError as error:  # so Polars wraps what the system says
        found = re.search(r"(?P<said>[^:]+) \(os error (?P<number>[0-9]+)\)", str(error))
        if found is None:
            raise
        raise OSError(int(found["number"]), found["said"].strip(), str(path)) from None
    os.chmod(path, FILE_MODE)
    return path


def _put(path: Path, data: bytes, root: Path) -> None:
    _folder(path.parent, root)
    path.write_bytes(data)
    os.chmod(path, FILE_MODE)


def _folder(path: Path, root: Path) -> None:
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    while path != root:
        os.chmod(path, FOLDER_MODE)
        path = path.parent


def _sync(part: Path) -> None:
    """Have the disk take the files before the folder gets its name."""
    for path in part.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

"""Finish a run: what its draft lacks still, and then the folder takes its name. A run exists whole or not at all.

<out>/<id>/   manifest.json  program.json  plans/…  inputs/<table>.parquet  tables/<stage>.parquet
              payouts.csv  earnings.csv  exceptions.csv  identities.csv
"""

import errno
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.core.progress import doing
from engine.record.draft import AT_ONCE, FILE_MODE, Draft, make_folder
from engine.record.same import MANIFEST, check_same, text_files


@dataclass(frozen=True)
class Written:
    """Where a run is, the digest that an approval binds, and whether it was there before."""

    folder: Path
    id: str
    run_digest: str
    existed: bool


def finish(
    draft: Draft,
    run_id: str,
    manifest: Mapping[str, Any],
    program_json: str,
    plan_texts: Mapping[str, bytes],
    sheets: Mapping[str, pl.DataFrame],
) -> Written:
    """Make the run of a draft whose tables are complete. A run with this id that is there already stays, if it is the same.

    The same means: exactly these files, each as the manifest there says (sha256); that manifest says what this one does;
    and the tables, sheets, plans and program have this content. Raises DamagedRun where that is not so, and OSError where
    the disk does not take the run.
    """
    place, texts = draft.out / run_id, text_files(program_json, plan_texts, sheets)
    if place.exists():
        return _found(draft, place, run_id, manifest, texts)
    doing("writing the run")
    _fill(draft, manifest, texts)
    _sync(draft.folder)
    try:
        os.rename(draft.folder, place)
    except OSError:
        if not (place / MANIFEST).is_file():
            raise
        return _found(draft, place, run_id, manifest, texts)  # another process was first with the same run
    _sync_folders(draft.out)
    draft.moved(place)
    return Written(place, run_id, manifest["run_digest"], False)


def _found(draft: Draft, place: Path, run_id: str, manifest: Mapping[str, Any], texts: Mapping[str, bytes]) -> Written:
    """The run that is there already."""
    if not (place / MANIFEST).is_file():
        raise OSError(errno.EEXIST, "something that is not a whole run is in its place, remove it", str(place))
    check_same(place, manifest, texts, draft)
    draft.moved(place)
    return Written(place, run_id, manifest["run_digest"], True)


def _fill(draft: Draft, manifest: Mapping[str, Any], texts: Mapping[str, bytes]) -> None:
    part = draft.folder
    for name, data in texts.items():
        _put(part / name, data, part)
    paths = sorted(path for path in part.rglob("*") if path.is_file())
    with ThreadPoolExecutor(AT_ONCE) as threads:
        prints = threads.map(fingerprint.of_file, paths)
        files = {path.relative_to(part).as_posix(): found for path, found in zip(paths, prints, strict=True)}
    document = json.dumps({**manifest, "files": files}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    _put(part / MANIFEST, document.encode(), part)


def _put(path: Path, data: bytes, root: Path) -> None:
    make_folder(path.parent, root)
    path.write_bytes(data)
    os.chmod(path, FILE_MODE)


def _sync(part: Path) -> None:
    """Have the disk take files and folders before the folder gets its name."""
    folders = [part]
    for path in part.rglob("*"):
        if path.is_file():
            _sync_one(path)
        else:
            folders.append(path)
    _sync_folders(*folders)


def _sync_folders(*folders: Path) -> None:
    """Have the disk take the names in them, where the system can say so."""
    for folder in folders if os.name == "posix" else ():
        _sync_one(folder)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

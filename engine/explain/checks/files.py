"""Every file that the manifest names is there and has its fingerprint, and there is no other."""

from pathlib import Path, PurePosixPath
from typing import Any

from engine.core import fingerprint
from engine.explain.finding import Findings
from engine.record import Record

MANIFEST = "manifest.json"


def check_files(record: Record, findings: Findings) -> None:
    """Compare the folder with the manifest."""
    stated = record.manifest.get("files")
    if not isinstance(stated, dict):
        findings.add(MANIFEST, "it doesn't say which files the run has", column="files")
        return
    there = {path.relative_to(record.folder).as_posix() for path in record.folder.rglob("*") if not path.is_dir()}
    for name in sorted(stated):
        findings.count("files")
        if not _inside(name):
            findings.add(name, "the manifest names a file outside the run")
        elif name not in there:
            findings.add(name, "the file is missing", stored="missing", recomputed=stated[name])
        else:
            _compare(record.folder / name, name, stated[name], findings)
    for name in sorted(there - set(stated) - {MANIFEST}):
        findings.add(name, "the manifest doesn't name this file: it was added after the run")


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _compare(path: Path, name: str, stated: Any, findings: Findings) -> None:
    if path.is_symlink():
        findings.add(name, "it is a link to another file, not a file of the run")
        return
    try:
        found = fingerprint.of_file(path)
    except OSError as error:
        findings.add(name, f"it can't be read: {error.strerror or error}")
        return
    if found != stated:
        findings.add(name, "its bytes were changed after the run (sha256)", stored=stated, recomputed=found)

"""Every file that the manifest names is there and has its fingerprint, and there is no other."""

import json
from pathlib import Path, PurePosixPath
from typing import Any

from engine.core import fingerprint
from engine.explain.finding import Findings
from engine.record import Record

MANIFEST = "manifest.json"
DERIVED = frozenset({"run", "tables", "result_digest", "run_digest", "rows", "identities", "files"})
"""What a run came to; all else in the manifest is what it was made from, and its id is the fingerprint of that."""
NEEDED = ("period", "workspace", "options", "engine", "inputs", "plans", "program")


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


def check_manifest(record: Record, findings: Findings) -> None:
    """The run's id is the fingerprint of what it says it was made from; so are the plans' and the program's."""
    manifest = record.manifest
    missing = [name for name in NEEDED if name not in manifest]
    for name in missing:
        findings.add(MANIFEST, "it lacks what the run was made from", column=name)
    if missing:
        return
    made_from = json.dumps({name: value for name, value in manifest.items() if name not in DERIVED}, sort_keys=True)
    _same(findings, "run", manifest["run"], fingerprint.of_text(made_from)[:16])
    pairs = [("made_from", made_from), ("result", str(manifest.get("result_digest")))]
    _same(findings, "run_digest", manifest.get("run_digest"), fingerprint.of_pairs(pairs))
    texts = {name: fingerprint.of_bytes(data) for name, data in record.plan_texts().items()}
    stated = manifest["plans"] if isinstance(manifest["plans"], dict) else {}
    for name in sorted({*texts, *stated}):
        _same(findings, f"plans/{name}", stated.get(name), texts.get(name))
    program = record.folder / "program.json"
    _same(findings, "program", manifest["program"], fingerprint.of_file(program) if program.is_file() else None)


def _same(findings: Findings, column: str, stored: Any, recomputed: Any) -> None:
    findings.count("manifest entries")
    if stored != recomputed:
        findings.add(MANIFEST, "it is not the fingerprint of what the run holds", "", column, stored, recomputed)

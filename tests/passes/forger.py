"""A forger: changes what stands in a run, then writes every fingerprint and digest anew."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.explain.checks.manifest import CAME_TO
from engine.record import Record, kept_digests, open_record, result_digest, run_digest, table_digest
from engine.record.narrow import widened

Change = Callable[[pl.DataFrame], pl.DataFrame]


def change(folder: Path, table: str, how: Change) -> None:
    """Change a table of a run, no more."""
    places = (folder / kind / f"{table}.parquet" for kind in ("tables", "inputs"))
    path = next(place for place in places if place.exists())
    frame = widened(pl.scan_parquet(path, glob=False)).collect()
    path.unlink()
    how(frame).write_parquet(path)


def put(column: str, value: Any, **key: Any) -> Change:
    """Another value in the one row with that key."""

    def how(frame: pl.DataFrame) -> pl.DataFrame:
        here = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(wanted)) for name, wanted in key.items())
        assert frame.filter(here).height == 1, frame.filter(here)
        changed = pl.when(here).then(pl.lit(value, frame.schema[column])).otherwise(pl.col(column))
        return frame.with_columns(changed.alias(column))

    return how


def entry(folder: Path, *path: str, value: Any) -> None:
    """Another value of an entry of the manifest; None takes it out."""
    manifest = json.loads((folder / "manifest.json").read_text())
    inner = manifest
    for name in path[:-1]:
        inner = inner[name]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    (folder / "manifest.json").write_text(json.dumps(manifest))


def line(folder: Path, file: str, old: str, new: str) -> None:
    """Another text in a file."""
    text = (folder / file).read_bytes().decode()
    assert text.count(old) == 1, text.count(old)
    (folder / file).write_bytes(text.replace(old, new).encode())


def written(record: Record, name: str) -> pl.DataFrame:
    """A table as its file has it."""
    return record.written(name).collect()


def reseal(folder: Path) -> None:
    """All fingerprints and digests of the manifest, from what now stands in the run."""
    manifest = json.loads((folder / "manifest.json").read_text())
    record = open_record(folder)
    files = {p.relative_to(folder).as_posix(): fingerprint.of_file(p) for p in folder.rglob("*") if p.is_file()}
    manifest["files"] = {name: files[name] for name in sorted(files) if name != "manifest.json"}
    manifest["plans"] = {name: fingerprint.of_bytes(text) for name, text in record.plan_texts().items()}
    manifest["program"] = fingerprint.of_file(folder / "program.json")
    names = [name for name in record.names() if name != "identities"]
    manifest["tables"] = {name: table_digest(written(record, name), record.layout.keys.get(name, ())) for name in names}
    manifest["result_digest"] = result_digest(manifest["tables"])
    inputs, beside = record.input_names(), ("exceptions", "identities")
    manifest["kept"] = kept_digests(*({name: record.table(name) for name in some} for some in (inputs, beside)))
    made_from = {name: value for name, value in manifest.items() if name not in CAME_TO}
    manifest["run"] = fingerprint.of_text(json.dumps(made_from, sort_keys=True))[:16]
    manifest["run_digest"] = run_digest(made_from, manifest["tables"], manifest["kept"])
    (folder / "manifest.json").write_text(json.dumps(manifest))

"""The digest of every table, and of the run, is the one that the manifest states; and the one that was given by hand."""

from typing import Any

from engine.explain.checks.columns import Reader
from engine.explain.checks.manifest import CAME_TO
from engine.explain.finding import Findings
from engine.ir.program import Program
from engine.record import Record, kept_digest, result_digest, run_digest, table_digest


def check_digests(reader: Reader, program: Program, findings: Findings) -> None:
    """Recompute all digests. Of a table that doesn't hold, the manifest may state that of what it should be."""
    _tables(reader, program, findings)
    _kept(reader, findings)
    manifest = reader.record.manifest
    tables, kept = (manifest.get(name) for name in ("tables", "kept"))
    if not isinstance(tables, dict) or not isinstance(kept, dict):
        return
    said, found = (manifest.get(name) for name in ("result_digest", "run_digest"))
    message = "it is not the digest of the tables' digests"
    if (result := result_digest(_texts(tables))) != said:
        findings.add("manifest.json", message, "", "result_digest", said, result)
    if (run := _run_digest(manifest, tables, kept)) != found:
        findings.add("manifest.json", message, "", "run_digest", found, run)


def check_given(record: Record, given: str, findings: Findings) -> None:
    """The run digest that somebody has approved is that of the digests which the manifest states, and were recomputed."""
    findings.count("digests")
    tables, kept = (record.manifest.get(name) for name in ("tables", "kept"))
    known = isinstance(tables, dict) and isinstance(kept, dict)
    found = _run_digest(record.manifest, tables, kept) if known else None
    if found != given:
        message = f"it is {found}, and {given} was given: this is another run than the one that was approved"
        findings.add("manifest.json", message, "", "run_digest")


def _run_digest(manifest: Any, tables: Any, kept: Any) -> str:
    made_from = {name: value for name, value in manifest.items() if name not in CAME_TO}
    return run_digest(made_from, _texts(tables), _texts(kept))


def _texts(digests: Any) -> dict[str, str]:
    return {str(name): str(digest) for name, digest in digests.items()}


def _kept(reader: Reader, findings: Findings) -> None:
    """Of the input rows, the log and the identities. Those that could not be read have a finding already."""
    stated = reader.record.manifest.get("kept")
    if not isinstance(stated, dict):
        return
    names = {name: f"inputs/{name}" for name in reader.record.input_names()}
    names |= {name: f"tables/{name}" for name in ("exceptions", "identities")}
    frames = {name: (reader.stored(name), reader.replaced.get(name)) for name in names}
    for name, place in names.items():
        prints = [kept_digest(place, frame) for frame in frames[name] if frame is not None and frame.width]
        findings.count("digests")
        if prints and stated.get(place) not in prints:
            findings.add(
                "manifest.json",
                "it is not the digest of the table",
                "",
                f"kept / {place}",
                stated.get(place),
                prints[-1],
            )
    for place in sorted(set(stated) - set(names.values())):
        findings.add("manifest.json", "the run has no such table", "", f"kept / {place}")


def _tables(reader: Reader, program: Program, findings: Findings) -> None:
    stated = reader.record.manifest.get("tables")
    if not isinstance(stated, dict):
        return
    stages = {stage.name: stage for stage in program.stages}
    names = {*(stage.name for stage in program.stages if stage.written), "exceptions"}
    for name in sorted(names):
        keys, out = (stages[name].keys, stages[name].left_out) if name in stages else ((), ())
        frames = (reader.stored(name), reader.replaced.get(name))
        known = [frame.drop(out, strict=False) for frame in frames if frame is not None and frame.width]
        digests = [table_digest(frame, keys) for frame in known]
        findings.count("digests")
        if digests and stated.get(name) not in digests:
            message = "it is not the digest of the table"
            findings.add("manifest.json", message, "", f"tables / {name}", stated.get(name), digests[-1])
    for name in sorted(set(stated) - names):
        findings.add("manifest.json", "the program makes no such table", "", f"tables / {name}")

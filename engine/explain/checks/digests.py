"""The digest of every table, and of all of them, is the one that the manifest states."""

from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings
from engine.ir.program import Program
from engine.record import result_digest, table_digest


def check_digests(reader: Reader, program: Program, findings: Findings) -> None:
    """Recompute all digests. Of a table that doesn't hold, the manifest may state that of what it should be."""
    stated = reader.record.manifest.get("tables")
    if not isinstance(stated, dict):
        return
    keys = {stage.name: stage.keys for stage in program.stages}
    names = {*(stage.name for stage in program.stages if stage.kept), "exceptions"}
    for name in sorted(names):
        frames = (reader.stored(name), reader.replaced.get(name))
        digests = [table_digest(frame, keys.get(name, ())) for frame in frames if frame is not None and frame.width]
        findings.count("digests")
        if digests and stated.get(name) not in digests:
            message = "it is not the digest of the table"
            findings.add("manifest.json", message, "", f"tables / {name}", stated.get(name), digests[-1])
    for name in sorted(set(stated) - names):
        findings.add("manifest.json", "the program makes no such table", "", f"tables / {name}")
    said = reader.record.manifest.get("result_digest")
    found = result_digest({str(name): str(digest) for name, digest in stated.items()})
    if found != said:
        message = "it is not the digest of the tables' digests"
        findings.add("manifest.json", message, "", "result_digest", said, found)

"""The digest of every table, and of all of them, is the one that the manifest states."""

from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings
from engine.ir.program import Program
from engine.record import Record, result_digest, table_digest


def check_digests(record: Record, reader: Reader, program: Program, findings: Findings) -> None:
    """Recompute all digests."""
    stated = record.manifest.get("tables")
    if not isinstance(stated, dict):
        findings.add("manifest.json", "it doesn't state the tables' digests", column="tables")
        return
    keys = {stage.name: stage.keys for stage in program.stages}
    digests: dict[str, str] = {}
    for name in sorted({*(stage.name for stage in program.stages if stage.kept), "exceptions"}):
        frame = reader.frame(name)
        if frame is None:
            continue
        digests[name] = table_digest(frame, keys.get(name, ()))
        findings.count("digests")
        if digests[name] != stated.get(name):
            message = "the table's digest is not the one in the manifest"
            findings.add(name, message, "", "", stated.get(name), digests[name])
    for name in sorted(set(stated) - set(digests)):
        findings.add(name, "the manifest states a digest of a table that is not there")
    found, said = result_digest(digests), record.manifest.get("result_digest")
    if found != said:
        message = "the result digest is not that of the tables"
        findings.add("manifest.json", message, "", "result_digest", said, found)

"""Verify a run: recompute every traced value from the run's own files, and say the first thing of each kind that doesn't hold.

Trusts nothing that stands in the run: fingerprints may be forged, so values are recomputed whatever those say.
"""

from collections.abc import Callable
from typing import Any

from engine.explain.checks.columns import Reader
from engine.explain.checks.digests import check_digests
from engine.explain.checks.files import check_files, check_manifest
from engine.explain.checks.grains import check_grains
from engine.explain.checks.identities import check_identities
from engine.explain.checks.log import check_log
from engine.explain.checks.program import Recompile, check_program, stored_program
from engine.explain.checks.sheets import check_sheets
from engine.explain.checks.stages import check_stages
from engine.explain.finding import Finding, Findings, Verification
from engine.record import Record


def verify(record: Record, recompile: Recompile) -> Verification:
    """All checks of a run. `recompile` makes the program from the texts of its plans, None if they have mistakes."""
    findings = Findings()
    _tried(findings, "manifest.json", lambda: check_files(record, findings))
    _tried(findings, "manifest.json", lambda: check_manifest(record, findings))
    program = stored_program(record, findings)
    compiled = _tried(findings, "program.json", lambda: check_program(record, program, recompile, findings))
    used = program or compiled
    if used is None:
        return findings.verification()
    _tried(findings, "tables/", lambda: check_stages(record, used, findings))
    reader = Reader(record, Findings())
    _tried(findings, "tables/", lambda: check_grains(reader, used, findings))
    _tried(findings, "identities", lambda: check_identities(reader, used, findings))
    _tried(findings, "exceptions", lambda: check_log(reader, used, findings))
    _tried(findings, "sheets", lambda: check_sheets(record, reader, findings))
    _tried(findings, "manifest.json", lambda: check_digests(record, reader, used, findings))
    return _once(findings, reader)


def _tried(findings: Findings, place: str, check: Callable[[], Any]) -> Any:
    """A check's result. A run may be damaged in any way: what a check can't cope with is a finding, never a traceback."""
    try:
        return check()
    except Exception as error:
        findings.add(place, f"it can't be checked: {type(error).__name__}: {str(error)[:200]}")
        return None


def _once(findings: Findings, reader: Reader) -> Verification:
    """The findings, with those of tables that only the later checks read, each table told once."""
    told = {finding.place for finding in findings.found}
    late = {finding.place: finding for finding in reader.findings.found if finding.place not in told}
    return Verification((*findings.found, *late.values()), dict(findings.checked))


def verification_json(found: Verification) -> dict[str, Any]:
    """The outcome as data."""
    return {"ok": found.ok, "checked": dict(found.checked), "findings": [_entry(finding) for finding in found.findings]}


def _entry(finding: Finding) -> dict[str, str]:
    names = ("place", "row", "column", "stored", "recomputed", "message")
    return {name: getattr(finding, name) for name in names if getattr(finding, name)}


def verification_text(found: Verification) -> str:
    """The outcome as lines: each finding with its place, and what was checked."""
    lines = []
    for finding in found.findings:
        place = " · ".join(part for part in (finding.place, finding.row, finding.column) if part)
        lines.append(f"{place}: {finding.message}")
        if finding.stored or finding.recomputed:
            lines.append(f"  stored {finding.stored or 'nothing'}, recomputed {finding.recomputed or 'nothing'}")
    counts = ", ".join(f"{number:,} {what}" for what, number in found.checked.items())
    verdict = "The run holds" if found.ok else f"{len(found.findings)} finding{'s' if len(found.findings) > 1 else ''}"
    return "\n".join([*lines, f"{verdict}: checked {counts}."])

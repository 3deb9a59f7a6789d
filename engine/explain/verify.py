"""Verify a run: recompute every traced value from the run's own files, and say the first thing of each kind that doesn't hold.

Trusts nothing that stands in the run: fingerprints may be forged, so values are recomputed whatever those say.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from engine.core.money import ISO_DIGITS
from engine.core.progress import doing
from engine.explain.checks.columns import Reader
from engine.explain.checks.control import check_control
from engine.explain.checks.digests import check_digests, check_given
from engine.explain.checks.files import check_files
from engine.explain.checks.grains import check_grains
from engine.explain.checks.identities import check_identities
from engine.explain.checks.knowledge import check_knowledge
from engine.explain.checks.log import check_log
from engine.explain.checks.manifest import CAME_TO, MANIFEST, check_fingerprints, check_manifest
from engine.explain.checks.program import check_program
from engine.explain.checks.scope import check_period, check_scope
from engine.explain.checks.sheets import check_sheets
from engine.explain.checks.skipped import check_skipped
from engine.explain.checks.sources import check_sources
from engine.explain.checks.stages import check_stages
from engine.explain.finding import Finding, Findings, Verification
from engine.explain.remade import Recompile
from engine.ir.program import Program
from engine.record import Layout, Record

SHOWN = 3
"""So many findings of one place are printed; of the rest it is said how many there are."""
UNPROVED = """\
Not proved: that this is the run that was approved. {} could have been changed together with all that \
follows from them, and their digests. `--digest` with the run digest that was approved proves it."""
WHOLE = "Its plans, rows (rejected ones too), control totals, exception log and period"
AFTER_SOURCES = """\
Its rows are those of the source files, its control totals those of the control files; its plans, exception log and period"""


def verify(
    record: Record, recompile: Recompile, digest: str | None = None, sources: Path | None = None
) -> Verification:
    """All checks of a run. `recompile` makes workspace and program from the texts of its plans, None if they have mistakes.

    `digest`: the run digest that somebody has approved. `sources`: a folder with the source files, to be read again.

    Each check reads the tables as they should be, as far as those before it could tell: what is wrong is said once.
    """
    findings = Findings()
    reader = Reader(record, findings)
    _tried(findings, MANIFEST, lambda: check_files(record, findings))
    _tried(findings, MANIFEST, lambda: check_fingerprints(record, findings))
    if digest is not None:
        _tried(findings, MANIFEST, lambda: check_given(record, digest, findings))
    made = _tried(findings, "program.json", lambda: check_program(record, recompile, findings))
    program, remade = made if made is not None else (None, None)
    stated = str(record.manifest.get("run_digest"))
    said = partial(Verification, run_digest=stated, run=record.id, period=record.period)
    if program is None:
        return said(tuple(findings.found), dict(findings.checked))
    reader.layout = Layout.of(program)
    period = None
    if remade is not None:
        period = _tried(findings, MANIFEST, lambda: check_period(reader, remade, findings))
    if remade is not None and period is not None:
        _tried(findings, "scope", lambda: check_scope(reader, remade, period, findings))
    if remade is not None and period is not None and sources is not None:
        _tried(findings, MANIFEST, lambda: check_sources(reader, remade, period, sources, findings))
    _tried(findings, MANIFEST, lambda: check_manifest(reader, program, remade, findings))
    if remade is not None:
        _tried(findings, "inputs/", lambda: check_knowledge(reader, remade, findings))
        _tried(findings, "inputs/", lambda: check_skipped(reader, remade, findings))
    if remade is not None and period is not None:
        _tried(findings, "inputs/", lambda: check_control(reader, remade, period, findings))
    _tried(findings, "tables/", lambda: check_stages(reader, program, findings))
    _tried(findings, "exceptions", lambda: check_log(reader, program, remade, period, findings))
    _tried(findings, "tables/", lambda: check_grains(reader, program, findings))
    _tried(findings, "identities", lambda: check_identities(reader, program, findings))
    paid = record.period if period is None else period.name
    digits = remade.workspace.currencies if remade is not None else ISO_DIGITS
    _tried(findings, "sheets", lambda: check_sheets(reader, digits, paid, findings))
    _tried(findings, MANIFEST, lambda: check_digests(reader, program, findings))
    unproved = "" if digest is not None else UNPROVED.format(WHOLE if sources is None else AFTER_SOURCES)
    found = _in_order(findings.found, program)
    return said(found, dict(findings.checked), tuple(findings.follow), unproved=unproved)


def _tried(findings: Findings, place: str, check: Callable[[], Any]) -> Any:
    """A check's result. A run may be damaged in any way: what a check can't cope with is a finding, never a traceback."""
    doing(f"checking {place}")
    try:
        return check()
    except Exception as error:
        findings.add(place, f"it can't be checked: {type(error).__name__}: {str(error)[:200]}")
        return None


def _in_order(found: list[Finding], program: Program) -> tuple[Finding, ...]:
    """From cause to effect: what the run was made from, its tables in the order of the program, what they came to."""
    tables = [*program.inputs, *(stage.name for stage in program.stages), "exceptions", "identities"]
    rank = {name: number for number, name in enumerate(tables, start=1)}

    def order(finding: Finding) -> int:
        if finding.place == MANIFEST:
            return len(rank) + 2 if finding.column.partition(" / ")[0] in CAME_TO else 0
        bare = finding.place.removeprefix("tables/").removeprefix("inputs/").removesuffix(".parquet")
        first = finding.place == "program.json" or finding.place.startswith("plans/")
        return 0 if first else rank.get(bare, len(rank) + 1)

    return tuple(sorted(found, key=order))


def verification_json(found: Verification) -> dict[str, Any]:
    """The outcome as data."""
    findings = [_entry(finding) for finding in found.findings]
    return {
        "ok": found.ok, "run": found.run, "period": found.period, "run_digest": found.run_digest,
        "checked": dict(found.checked), "findings": findings, "follow": list(found.follow), "unproved": found.unproved,
    }  # fmt: skip


def _entry(finding: Finding) -> dict[str, str]:
    names = ("place", "row", "column", "stored", "recomputed", "message")
    return {name: getattr(finding, name) for name in names if getattr(finding, name)}


def verification_text(found: Verification) -> str:
    """The outcome as lines: each finding with its place, and what was checked."""
    lines = []
    printed: Counter[str] = Counter()
    whole = Counter(finding.place for finding in found.findings)
    for finding in found.findings:
        printed[finding.place] += 1
        if printed[finding.place] > SHOWN:
            continue
        place = " · ".join(part for part in (finding.place, finding.row, finding.column) if part)
        lines.append(f"{place}: {finding.message}")
        if finding.stored or finding.recomputed:
            lines.append(f"  stored {finding.stored or 'nothing'}, recomputed {finding.recomputed or 'nothing'}")
        if printed[finding.place] == SHOWN < whole[finding.place]:
            lines.append(f"  and {whole[finding.place] - SHOWN:,} more in {finding.place}")
    if found.follow:
        lines.append(f"What is made from these figures repeats them: {', '.join(found.follow)}")
    counts = ", ".join(f"{number:,} {what}" for what, number in found.checked.items())
    run, many = f"{found.run} of {found.period}", len(found.findings)
    verdict = f"Run {run} holds" if found.ok else f"{many} finding{'s' if many > 1 else ''} in run {run}"
    return "\n".join([*lines, f"{verdict}: checked {counts}.", *(_known(found) if found.ok else ())])


def _known(found: Verification) -> list[str]:
    """Which run it is that holds, and what that does not say."""
    approved = "" if found.unproved else ", as approved"
    return [f"Run digest {found.run_digest}{approved}", *([found.unproved] if found.unproved else [])]

"""Every pass, in order, on one screen: a folder of plans → diagnostics; and with data → a run on disk.

load → resolve → typecheck → review → lower → (verify the program) → intake → run → record
"""

import gc
import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.core.diagnostic import Diagnostics
from engine.core.period import Period

if TYPE_CHECKING:
    from polars import DataFrame

    from engine.explain import Remade, Verification
    from engine.ir.program import Program
    from engine.plan.resolved import ResolvedWorkspace
    from engine.record import Draft, Record, Written
    from engine.record.reading import FileRead, Reading
    from engine.run import Outcome

UNREAD = ("N007", "N010", "N011")
"""Warnings of what nothing reads: where a name is wrong, its reader is only misspelt."""

UNNAMED = ("N079",)
"""Warnings of files that nothing names: an error may come of that, and tells it with its place."""

JUMPS = ("R001", "R002", "R003", "R004", "R005", "R006")
"""Warnings of what is paid: where a percentage has lost its sign, they only follow."""

DEPENDENCIES = ("polars", "PyYAML", "jsonschema", "simpleeval")
"""Those whose version may change a figure or a message; a run names them."""


@dataclass(frozen=True)
class Compiled:
    """A workspace that has no mistakes left, with the program that computes it and the texts that it was made from."""

    workspace: "ResolvedWorkspace"
    program: "Program"
    texts: Mapping[str, bytes]
    folder: str

    @cached_property
    def program_text(self) -> str:
        """The program as it is stored."""
        from engine.ir.serial import program_to_json

        return program_to_json(self.program)


def check(
    root: Path,
    diagnostics: Diagnostics,
    sources: dict[str, str],
    stored: Mapping[str, bytes] | None = None,
    texts: dict[str, bytes] | None = None,
) -> "ResolvedWorkspace | None":
    """The workspace in `root`, whole. None if a mistake stops it; `diagnostics` then says which, in all files at once.

    `sources` receives the files' texts by displayed name, `texts` their bytes; with `stored` texts nothing is read from
    the disk. All that a plan can do wrong is told by these passes: the next ones only translate.
    """
    from engine.load import load
    from engine.resolve import resolve
    from engine.review import review
    from engine.typecheck import typecheck

    workspace = load(root, diagnostics, sources, stored, texts)
    resolved = resolve(workspace, diagnostics) if workspace is not None else None
    typed = typecheck(resolved, diagnostics) if resolved is not None else None
    if typed is not None:
        review(typed, diagnostics)
    diagnostics.forget(UNREAD)
    if diagnostics.has_errors():
        diagnostics.drop(UNNAMED)
    diagnostics.forget(JUMPS, after=("T070", "T074"))
    return None if diagnostics.has_errors() else typed


def front(
    root: Path, diagnostics: Diagnostics, sources: dict[str, str], stored: Mapping[str, bytes] | None = None
) -> Compiled | None:
    """Compile the workspace in `root`; as `check`, and its program."""
    texts: dict[str, bytes] = {}
    typed = check(root, diagnostics, sources, stored, texts)
    if typed is None:
        return None
    return back(typed, texts, "." if stored is not None else Path(os.path.relpath(root)).as_posix())


def back(workspace: "ResolvedWorkspace", texts: Mapping[str, bytes], folder: str) -> Compiled:
    """Lower a resolved workspace to its program; `folder` is what its files' displayed names begin with."""
    from engine.ir.relocate import relocated
    from engine.ir.verify import verify
    from engine.lower import lower

    program = relocated(lower(workspace), folder)
    verify(program)
    return Compiled(workspace, program, texts, folder)


def chosen(made: Compiled, plans: Collection[str]) -> Compiled:
    """The workspace with only these plans; the others still say who is on another plan.

    Plans whose earnings they read are calculated beside them, and not paid.
    """
    from engine.plan.across import read_by, unpaid

    every = (*made.workspace.plans, *made.workspace.others)
    read = read_by(made.workspace.plans, plans)
    mine = tuple(p if p.name in plans else unpaid(p) for p in made.workspace.plans if p.name in read)
    others = tuple(plan for plan in every if plan.name not in read)
    beside = tuple(plan.name for plan in mine if plan.name not in plans)
    return back(replace(made.workspace, plans=mine, others=others, beside=beside), made.texts, made.folder)


def read(
    compiled: Compiled, root: Path, period: Period, as_of: date | None = None, draft: "Draft | None" = None
) -> "Reading":
    """What the sources have for one pay period, as known on a day. Raises `intake.IntakeError` for a file that can't be read.

    Sources that are too large to hold are put on the shelves of a draft.
    """
    from engine.intake import intake
    from engine.run import shortest_in_scope

    return intake(compiled.workspace, root, shortest_in_scope(compiled.workspace, period), as_of, draft)


def calculate(
    compiled: Compiled, root: Path, period: Period, as_of: date | None = None, draft: "Draft | None" = None
) -> "Run":
    """Read the sources and compute one pay period from what was known on `as_of`, or is known now; into a draft, or in memory.

    Raises `intake.IntakeError` for a file that can't be read. As of a day only where the workspace's `undated` names no source.
    """
    return calculate_from(compiled, read(compiled, root, period, as_of, draft), period, draft)


def calculate_from(compiled: Compiled, reading: "Reading", period: Period, draft: "Draft | None" = None) -> "Run":
    """Compute one pay period from rows at hand: those of files, or those that a plan test has made."""
    from engine.run import run

    outcome = run(compiled.workspace, compiled.program, period, reading, draft)
    return Run(compiled, period, reading.files, outcome, reading.control_files)


@dataclass(frozen=True)
class Run:
    """A calculated pay period, in memory."""

    compiled: Compiled
    period: Period
    files: tuple["FileRead", ...]
    outcome: "Outcome"
    control_files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By source the sha256 of each file that states control totals."""

    def digests(self) -> dict[str, str]:
        """Digest of each result and trace table, without provenance."""
        from engine.record import Layout, table_digests

        layout = Layout.of(self.compiled.program)
        tables = {**self.outcome.tables, "exceptions": self.outcome.exceptions}
        written = {n: layout.written(n, table) for n, table in sorted(tables.items()) if n not in layout.views}
        return table_digests({name: (table, layout.keys.get(name, ())) for name, table in written.items()})

    def manifest(self, options: Mapping[str, str], draft: "Draft | None" = None) -> dict[str, Any]:
        """What the run was made from and what it came to; its `run` is the fingerprint of all it read and with what.

        Where it was put into a draft, that has the digests already.
        """
        from importlib.metadata import version

        from engine.core import fingerprint
        from engine.record import kept_digests, result_digest, run_digest
        from engine.run.identities import as_table

        made_from: dict[str, Any] = {
            "period": self.period.name,
            "workspace": self.compiled.workspace.name,
            "currencies": dict(self.compiled.workspace.currencies),
            "options": dict(options),
            "engine": version("komisi"),
            "dependencies": {name: version(name) for name in DEPENDENCIES},
            "inputs": self._by_file(lambda f: {"sha256": f.fingerprint}),
            "plans": {name: fingerprint.of_bytes(text) for name, text in sorted(self.compiled.texts.items())},
            "program": fingerprint.of_text(self.compiled.program_text),
        }
        if self.control_files:
            made_from["controls"] = {
                name: {file: {"sha256": print_} for file, print_ in files.items()}
                for name, files in self.control_files.items()
            }
        run_id = fingerprint.of_text(json.dumps(made_from, sort_keys=True))[:16]
        beside = {"exceptions": self.outcome.exceptions, "identities": as_table(self.outcome.identities)}
        tables = self.digests() if draft is None else draft.tables.digests()
        tables.pop("identities", None)  # they are kept, and no result
        inputs = self.outcome.inputs if draft is None else {}
        kept = kept_digests(inputs, beside)
        if draft is not None:
            kept |= {f"inputs/{name}": digest for name, digest in draft.inputs.digests().items()}
        return {
            **made_from,
            "run": run_id,
            "tables": tables,
            "kept": kept,
            "result_digest": result_digest(tables),
            "run_digest": run_digest(made_from, tables, kept),
            "rows": self._by_file(
                lambda f: {"read": f.read, "accepted": f.accepted, "rejected": f.rejected, "skipped": f.skipped}
            ),
            "identities": {"checked": len(self.outcome.identities), "failed": sum(not i.holds for i in self.outcome.identities)},
        }  # fmt: skip

    def _by_file(self, entry: Callable[["FileRead"], dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
        """An entry for each reading of a file, by source and file: two sources may read one file."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for file in self.files:
            found.setdefault(file.source, {})[file.file] = entry(file)
        return found


def options(plans: Collection[str], as_of: date | None) -> dict[str, str]:
    """What was asked of a run, as its manifest keeps it."""
    return {"plans": ",".join(plans)} | ({} if as_of is None else {"as_of": as_of.isoformat()})


def draft(compiled: Compiled, out: Path) -> "Draft":
    """A place under `out` for a run that is to be calculated."""
    from engine.record import Draft, Layout

    return Draft(out, Layout.of(compiled.program))


def save(run: Run, out: Path, options: Mapping[str, str]) -> "Written":
    """Write a run that was calculated in memory to `out`. Raises as `finish`."""
    with draft(run.compiled, out) as fresh:
        fresh.inputs.update(run.outcome.inputs)
        fresh.tables.update(run.outcome.tables)
        return finish(run, fresh, options)


def finish(run: Run, draft: "Draft", options: Mapping[str, str]) -> "Written":
    """Make a run of the draft that it was calculated into.

    Raises OSError where the disk does not take it, record.DamagedRun where a run with its id is there and is not what it
    was, and AssertionError for a run whose identities don't hold: a defect of
    ours, which must not be paid from.
    """
    broken = [identity for identity in run.outcome.identities if not identity.holds]
    assert not broken, f"{broken[0].name} does not hold for {broken[0].place}: {broken[0].left} and {broken[0].right}"
    from engine.record import collected, scanned
    from engine.record import finish as finished
    from engine.record.sheets import sheets
    from engine.run.identities import as_table

    draft.tables["exceptions"] = run.outcome.exceptions
    draft.tables["identities"] = as_table(run.outcome.identities)
    manifest = run.manifest(options, draft)
    draft.cleared()
    due = collected(scanned(draft.tables, "earnings").filter("in_pay_period"))
    others = {name: draft.tables[name] for name in ("payouts", "exceptions", "identities")}
    opened = sheets({**others, "earnings": due}, run.compiled.workspace.currencies, run.period.name)
    return finished(draft, manifest["run"], manifest, run.compiled.program_text, run.compiled.texts, opened)


def prove(record: "Record", digest: str | None = None, sources: Path | None = None) -> "Verification":
    """Verify a run from its own files, the plans recompiled from the copies it holds.

    With the run `digest` that somebody approved it must be that run; the `sources` are a folder with the source files.
    """
    from engine.explain import verify

    collecting = gc.isenabled()
    gc.disable()  # replayed tables are lists without cycles, and walking millions of them is a sixth of the time
    try:
        return verify(record, lambda texts: remade(texts, plans_asked_for(record)), digest, sources)
    finally:
        if collecting:
            gc.enable()


def plans_asked_for(record: "Record") -> list[str]:
    """The plans that a run was made with, none where it was all of them."""
    options = record.manifest.get("options")
    plans = str(options.get("plans", "")) if isinstance(options, dict) else ""
    return [name for name in plans.split(",") if name]


def pay_period_before(record: "Record") -> str | None:
    """The pay period before that of a run, by the calendar of the plans that it keeps; None where it has none."""
    from engine.load import load

    workspace = load(Path("."), Diagnostics(), None, record.plan_texts())
    period = workspace.calendar.find(record.period) if workspace is not None else None
    before = workspace.calendar.before(period) if workspace is not None and period is not None else None
    return before.name if before is not None else None


def owners_in(record: "Record") -> list[str]:
    """Who owns exceptions by the komisi.yaml that a run keeps."""
    from engine.load import load

    workspace = load(Path("."), Diagnostics(), None, record.plan_texts())
    return [] if workspace is None else list(dict.fromkeys(each.owner for each in workspace.handling.owners))


def remade(texts: Mapping[str, bytes], plans: Collection[str] = ()) -> "Remade | None":
    """What plan texts make, all of them or only `plans`, and what follows from it; None if they have mistakes."""
    from engine.explain import Remade, Sources
    from engine.intake import combined, reread, values_of
    from engine.record.reading import reading_of
    from engine.run import exceptions, scope_tables, shortest_in_scope

    compiled = front(Path("."), Diagnostics(), {}, texts)
    if compiled is None:
        return None
    made = chosen(compiled, plans) if plans else compiled
    workspace = made.workspace
    needed = workspace.needed

    def log(period: Period, tables: Mapping[str, "DataFrame"], files: Mapping[str, list[str]]) -> "DataFrame":
        missing = missing_files(workspace, period, tables, files)
        return exceptions(workspace, made.program, tables, reading_of(tables, tuple(sorted(needed)), missing))

    def sources(
        period: Period, folder: Path, files: Mapping[str, list[str]], control_files: Mapping[str, list[str]], as_of: date | None
    ) -> Sources:  # fmt: skip
        periods = shortest_in_scope(workspace, period)
        found = {
            name: reread(source, folder, files.get(name, ()), periods, as_of, control_files.get(name, ()))
            for name, source in sorted(needed.items())
        }
        reading = combined({name: again.read for name, again in found.items() if again.read is not None})
        return Sources(
            {name: again.prints for name, again in found.items()},
            {**reading.tables, **reading.kept()},
            tuple((name, file) for name, again in found.items() for file in again.new),
            {name: again.trouble for name, again in found.items() if again.trouble},
            {name: again.control_prints for name, again in found.items()},
            {name: again.controls for name, again in found.items() if again.controls is not None},
        )

    def scope(period: Period) -> Mapping[str, "DataFrame"]:
        return scope_tables(workspace, period)

    periods = partial(shortest_in_scope, workspace)
    return Remade(workspace, made.program, frozenset(made.texts), scope, log, sources, periods, values_of)


def missing_files(
    workspace: "ResolvedWorkspace", period: Period, tables: Mapping[str, "DataFrame"], files: Mapping[str, list[str]]
) -> tuple[tuple[str, str], ...]:
    """Source and period, where a source that has its files by period had none for it, by the names of those that were read."""
    from engine.intake import missing_among
    from engine.run import shortest_in_scope

    missing: list[tuple[str, str]] = []
    for name, source in sorted(workspace.needed.items()):
        found = missing_among(source, files.get(name, ()), shortest_in_scope(workspace, period))
        if found is None:  # nothing in the run can tell: as the log has it
            logged = tables["exceptions"].filter(code="X021", source=name)
            found = tuple(logged["period"].to_list())
        missing += ((name, each) for each in found)
    return tuple(missing)

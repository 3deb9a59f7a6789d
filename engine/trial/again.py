"""A run calculated again, held against the one that is stored: the same bytes, the same figures, or where they differ.

A difference is that of another version of komisi; where there is none, the stored files were changed after the run. What was
calculated again is a run on disk too, so that both are read the same way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.core import fingerprint
from engine.core.diagnostic import Diagnostics
from engine.explain.checks.cells import check_cells
from engine.explain.checks.manifest import CAME_TO, CONTROLS, files_read
from engine.explain.checks.rows import check_rows
from engine.explain.finding import Finding, Findings
from engine.intake import in_reading_order, shelved
from engine.ir.serial import program_to_json
from engine.pipeline import Compiled, Run, calculate_from, chosen, draft, finish, front, missing_files, plans_asked_for
from engine.plan.workspace import Source
from engine.record import Draft, Layout, Record, RecordError, Written, open_record, run_digest
from engine.record.reading import FileRead, reading_of
from engine.record.same import MANIFEST
from engine.record.sheets import MONEY
from engine.run import shortest_in_scope
from engine.trial.again_sheets import MESSAGE as CHANGED
from engine.trial.again_sheets import check_sheet

PROGRAM = "program.json"
MESSAGE = "this version calculates another value"


@dataclass(frozen=True)
class Again:
    """What came of it. `digests`: the run digest as it was, and as it is with the versions of then.

    `versions`: name, then, now, of what differs. `files`: those whose bytes differ. `findings`: the first row and column of
    each table that differs.
    """

    digests: tuple[str, str]
    versions: tuple[tuple[str, str, str], ...] = ()
    files: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    count: int = field(default=0)
    """How many files were compared."""

    @property
    def same(self) -> bool:
        """Whether the run came out to the same digest, and its files say so too."""
        return self.digests[0] == self.digests[1] and not self.findings


def again(record: Record) -> Again:
    """Calculate a run again and compare. Raises RecordError where that can't be done."""
    try:
        with TemporaryDirectory() as folder:
            return compared(record, recalculated(record, Path(folder)).folder)
    except RecordError:
        raise
    except Exception as error:  # a run may be damaged in any way
        said = f"{type(error).__name__}: {str(error)[:200]}"
        raise RecordError(f"what it was made from is damaged ({said})") from None


def recalculated(record: Record, out: Path) -> Written:
    """A run calculated again, from its own plans and rows, and written to `out`. Raises RecordError where that can't be done."""
    compiled = _compiled(record)
    with draft(compiled, out) as fresh:
        return finish(_calculated(record, compiled, fresh), fresh, dict(record.manifest["options"]))


def _calculated(record: Record, compiled: Compiled, fresh: Draft) -> Run:
    workspace, period = compiled.workspace, compiled.workspace.calendar.find(record.period)
    if period is None:
        raise RecordError(f"its plans have no pay period `{record.period}`")
    needed, names = workspace.needed, files_read(record.manifest)
    parts = {f"source/{name}": shelved(source, record.scan(f"source/{name}"), fresh) for name, source in needed.items()}
    ranges = {name: found for name, found in parts.items() if found is not None}
    tables = {name: record.table(name) for name in [*record.input_names(), "exceptions"] if name not in ranges}
    missing = missing_files(workspace, period, tables, names)
    reading = reading_of(tables, tuple(sorted(needed)), missing)
    try:
        files = _files(record, needed, names, shortest_in_scope(workspace, period))
        stated = {
            name: {file: entry["sha256"] for file, entry in files.items()}
            for name, files in record.manifest.get(CONTROLS, {}).items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordError(f"its {MANIFEST} lacks {error}") from None
    reading = replace(reading, files=files, ranges=ranges, control_files=stated)
    return calculate_from(compiled, reading, period, fresh)


def _compiled(record: Record) -> Compiled:
    """The plans of a run, compiled by this version."""
    diagnostics = Diagnostics()
    whole = front(Path("."), diagnostics, {}, record.plan_texts())
    if whole is None:
        first = next(iter(diagnostics))
        said = f"[{first.code}] {first.span.where}: {first.message}"
        raise RecordError(f"its plans have mistakes for this version of komisi: {said}")
    asked = plans_asked_for(record)
    return chosen(whole, asked) if asked else whole


def _files(
    record: Record, needed: Mapping[str, Source], names: Mapping[str, list[str]], periods: tuple[str, ...]
) -> tuple[FileRead, ...]:
    """The files that were read, with their fingerprints and counts, in the order of reading."""
    prints, rows = record.manifest["inputs"], record.manifest["rows"]
    return tuple(
        FileRead(name, file, prints[name][file]["sha256"], **rows[name][file])
        for name, source in sorted(needed.items())
        for file in in_reading_order(source, names.get(name, ()), periods)
    )


def compared(record: Record, folder: Path) -> Again:
    """The stored run beside the one that was calculated again and written to `folder`."""
    fresh = open_record(folder)
    stated, made = record.manifest, fresh.manifest
    versions = tuple(_versions(stated, made))
    then = {name: stated.get(name) for name in ("engine", "dependencies")}
    made_from = {name: value for name, value in {**made, **then}.items() if name not in CAME_TO}
    digests = str(stated.get("run_digest")), run_digest(made_from, made["tables"], made["kept"])
    names = {
        path.relative_to(base).as_posix()
        for base in (record.folder, folder)
        for path in base.rglob("*")
        if path.is_file()
    }
    files = tuple(name for name in sorted(names) if _print(record.folder / name) != _print(folder / name))
    if versions:  # the manifest names them
        files = tuple(name for name in files if name != MANIFEST)
    findings = Findings()
    if digests[0] != digests[1] or files:
        _missing(record.folder, folder, findings)
        readable = _readable(record, fresh, digests[0] == digests[1], findings)
        _tables(readable, fresh, bool(versions), findings)
        _sheets(record.folder, folder, files, bool(versions), findings)
        if not findings.found and digests[0] != digests[1]:
            _entries(stated, made, findings)
    return Again(digests, versions, files, tuple(findings.found), len(names))


@dataclass(frozen=True)
class _ByOther(Record):
    """A run whose own program can't be read: that of `other` says what is left out of its tables."""

    other: Record

    @cached_property
    def layout(self) -> Layout:
        """That of the other run."""
        return self.other.layout


def _readable(record: Record, fresh: Record, same: bool, findings: Findings) -> Record:
    """The stored run; by the program of the one which was calculated again, if its own isn't what the `same` digest covers."""
    try:
        if not same or program_to_json(record.program()) == program_to_json(fresh.program()):
            return record
        findings.add(PROGRAM, CHANGED)
    except RecordError as error:
        if (record.folder / PROGRAM).exists():
            findings.add(PROGRAM, str(error).removeprefix(f"{record.folder.name}/{PROGRAM}").strip())
    return _ByOther(record.folder, record.manifest, fresh)


def _missing(stored: Path, made: Path, findings: Findings) -> None:
    """Files that the run has no more; of tables it is told where they are compared."""
    for path in sorted(made.rglob("*")):
        name = path.relative_to(made)
        if path.is_file() and path.suffix != ".parquet" and not (stored / name).is_file():
            findings.add(name.as_posix(), "the file is missing")


def _sheets(stored: Path, made: Path, files: tuple[str, ...], versions: bool, findings: Findings) -> None:
    """The first row of each file that people pay from which says otherwise; what another version's table says is told there."""
    told = {finding.place for finding in findings.found if versions}
    for name in MONEY:
        if f"{name}.csv" in files and name not in told and (stored / f"{name}.csv").is_file():
            check_sheet(name, stored / f"{name}.csv", made / f"{name}.csv", findings)


def _print(path: Path) -> str | None:
    return fingerprint.of_file(path) if path.is_file() else None


def _versions(stated: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The engine and what it stands on, where it is not what it was."""
    now: Mapping[str, Any] = {"komisi": made["engine"], **made["dependencies"]}
    dependencies = stated.get("dependencies")
    then = {"komisi": stated.get("engine"), **(dependencies if isinstance(dependencies, dict) else {})}
    for name in dict.fromkeys((*then, *now)):
        if then.get(name) != now.get(name):
            yield name, str(then.get(name, "none")), str(now.get(name, "none"))


def _tables(record: Record, fresh: Record, versions: bool, findings: Findings) -> None:
    """The first row and column of each table that differs, in the order of the calculation. `versions`: another one made it."""
    stages = {stage.name: stage.keys for stage in fresh.program().stages if stage.written}
    have, made = {*record.names(), *record.input_names()}, {*fresh.names(), *fresh.input_names()}
    order = [*sorted(fresh.input_names()), *stages, "exceptions", "identities"]
    for name in [*order, *sorted(have - set(order))]:
        if name not in have or name not in made:
            new = "this table is new in this version" if versions else "the table is missing"
            findings.add(name, "this version makes no such table" if name in have else new)
            continue
        try:
            stored, made_again = record.table(name), fresh.table(name)
        except RecordError as error:
            findings.add(name, str(error).removeprefix(f"{record.folder.name}: "))
            continue
        if name in stages:
            check_cells(findings, name, stages[name], stored, made_again, MESSAGE if versions else CHANGED)
        else:
            check_rows(findings, name, made_again.columns[:2], stored, made_again)


def _entries(stated: Mapping[str, Any], made: Mapping[str, Any], findings: Findings) -> None:
    """Entries of the manifest that differ though no table does: what it says it was made from."""
    for name in sorted({*stated, *made} - {"files", "engine", "dependencies", "run", "run_digest"}):
        then, now = stated.get(name), made.get(name)
        if isinstance(then, Mapping) and isinstance(now, Mapping):
            others = [key for key in sorted({*then, *now}) if then.get(key) != now.get(key)]
            told = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
            if others:
                findings.add(MANIFEST, f"it is not what this run comes to: {told}", "", name)
        elif then != now:
            findings.add(MANIFEST, "it is not what this run comes to", "", name, str(then), str(now))

"""The manifest says what the run's own files say: what follows from plans and tables is compared, entry by entry."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings
from engine.explain.remade import Remade
from engine.ir.program import Program
from engine.plan.file_pattern import PERIOD
from engine.record import Record
from engine.record.misread import MISREAD
from engine.record.reading import CONTROL, NOT_ROWS, REJECTED

MANIFEST = "manifest.json"
CAME_TO = frozenset({"run", "tables", "kept", "result_digest", "run_digest", "rows", "identities", "files"})
"""What a run came to; all else in the manifest is what it was made from, and its id is the fingerprint of that."""
MADE_FROM = (
    "period", "workspace", "currencies", "options", "engine", "dependencies", "inputs", "plans", "program",
)  # fmt: skip
CONTROLS = "controls"
"""The entry for control files, which only runs of workspaces with some have: it is of what a run was made from too."""
ABSENT = "no such entry"
PLANS = 5
"""So many files of plans are named where any of them may have been changed."""
TOP = {MANIFEST, "program.json", "payouts.csv", "earnings.csv", "exceptions.csv", "identities.csv"}


def check_fingerprints(record: Record, findings: Findings) -> None:
    """Plans and program have the fingerprints that the manifest says; the run's id is that of all it says it was made from."""
    manifest = record.manifest
    for name in (*MADE_FROM, *sorted(CAME_TO)):
        if name not in manifest:
            findings.add(MANIFEST, "it lacks this entry", column=name)
    for name in sorted(set(manifest) - CAME_TO - {*MADE_FROM, CONTROLS}):
        findings.add(MANIFEST, "no run has such an entry", column=name)
    made_from = json.dumps({name: value for name, value in manifest.items() if name not in CAME_TO}, sort_keys=True)
    texts = {name: fingerprint.of_bytes(data) for name, data in record.plan_texts().items()}
    program = record.folder / "program.json"
    expected = {
        "plans": texts,
        "program": fingerprint.of_file(program) if program.is_file() else None,
    }
    compare_entries(manifest, expected, "it is not the fingerprint of what the run holds", findings)
    _named(record, fingerprint.of_text(made_from)[:16], findings)


def _named(record: Record, id_: str, findings: Findings) -> None:
    """The run's id is what its manifest comes to, and its folder's name. What of that no figure shows can only be listed."""
    findings.count("manifest entries")
    if record.id != id_:
        plans = sorted(f"plans/{name}" for name in record.plan_texts())
        more = f" and {len(plans) - PLANS} more" if len(plans) > PLANS else ""
        message = (
            "it is not the fingerprint of what the manifest says the run was made from. If nothing else is found, what was"
            f" changed shows in no figure: a comment in {', '.join(plans[:PLANS])}{more}; or, in the manifest, the `sha256`"
            " of a source file (`--sources DIR` compares those), `engine` or `dependencies`"
        )
        findings.add(MANIFEST, message, "", "run", record.id, id_)
    folder = record.folder.resolve().name
    if folder != record.id:
        message = f"the folder is called `{folder}`, and holds run {record.id}: it was renamed, or stands in the place of another"
        findings.add(MANIFEST, message, "", "run")


def check_manifest(reader: Reader, program: Program, remade: Remade | None, findings: Findings) -> None:
    """What plans and tables say: workspace, currencies, the plans asked for, files, and the rows of each."""
    manifest = reader.record.manifest
    _known_files(reader.record, program, remade, findings)
    if remade is not None:
        workspace = remade.workspace
        said = {"workspace": workspace.name, "currencies": dict(workspace.currencies)}
        compare_entries(manifest, {**said, "options": _options(manifest, remade)}, "the plans say otherwise", findings)
        _control_files(manifest, remade, findings)
    rows = _rows(reader, program)
    files = {
        source: {file: {"sha256": _sha256(manifest, source, file)} for file in counts}
        for source, counts in rows.items()
    }
    compare_entries(manifest, {"inputs": files}, "it isn't what the run's rows were read from", findings)
    compare_entries(manifest, {"rows": rows}, "it counts other rows than the run has", findings)


def _known_files(record: Record, program: Program, remade: Remade | None, findings: Findings) -> None:
    """No run has other files than these, whatever its manifest says."""
    inputs = {
        *program.inputs,
        CONTROL,
        MISREAD,
        REJECTED,
        *(name.replace("source", REJECTED, 1) for name in program.inputs),
    }
    for path in sorted(path for path in record.folder.rglob("*") if not path.is_dir()):
        name = path.relative_to(record.folder).as_posix()
        kind, _, rest = name.partition("/")
        if kind == "inputs" and rest.removesuffix(".parquet") not in inputs:
            findings.add(name, "the program reads no such table")
        elif kind == "plans" and remade is not None and rest not in remade.files:
            findings.add(name, "the workspace reads no such file")
        elif not rest and name not in TOP:
            findings.add(name, "no run has such a file")


def _control_files(manifest: Mapping[str, Any], remade: Remade, findings: Findings) -> None:
    """Each source whose plans say that a file states its totals has one, unless it is one of periods; no other source has."""
    stated = files_read(manifest, CONTROLS)
    paths = {
        name: each.control.path
        for name, each in remade.workspace.needed.items()
        if each.control is not None and each.control.path is not None
    }
    for source in sorted(name for name, path in paths.items() if not stated.get(name) and PERIOD not in path):
        findings.add(
            MANIFEST, "the plans say that a control file states its totals", "", f"{CONTROLS} / {source}", ABSENT
        )
    files = {
        source: {file: {"sha256": _sha256(manifest, source, file, CONTROLS)} for file in stated[source]}
        for source in sorted(paths.keys() & stated.keys())
    }
    compare_entries(
        manifest,
        {CONTROLS: files} if files or CONTROLS in manifest else {},
        "it isn't what the run's control totals were read from",
        findings,
    )


def files_read(manifest: Mapping[str, Any], entry: str = "inputs") -> dict[str, list[str]]:
    """Names of the files that a manifest says were read, by source; or of the control files."""
    inputs = manifest.get(entry)
    known = inputs.items() if isinstance(inputs, dict) else ()
    return {source: sorted(files) for source, files in known if isinstance(files, dict)}


def _rows(reader: Reader, program: Program) -> dict[str, dict[str, dict[str, int]]]:
    """Rows read = accepted + rejected + skipped by source and file; a file without any is known by the manifest alone."""
    stated, rejected = files_read(reader.record.manifest), reader.frame(REJECTED)
    lost, skipped = Counter[Any](), Counter[Any]()
    if rejected is not None:
        skip = pl.col("code").is_in(NOT_ROWS)
        lost.update(rejected.filter(~skip).select("source", "file").iter_rows())
        skipped.update(rejected.filter(skip).select("source", "file").iter_rows())
    found: dict[str, dict[str, dict[str, int]]] = {}
    for source in (name.removeprefix("source/") for name in program.inputs if name.startswith("source/")):
        frame = reader.frame(f"source/{source}")
        taken = Counter(frame["file"].to_list() if frame is not None else [])
        others = {file for name, file in (*lost, *skipped) if name == source}
        counts = {
            file: (taken[file], lost[source, file], skipped[source, file])
            for file in {*taken, *others, *stated.get(source, ())}
        }
        found[source] = {
            file: {"accepted": count[0], "read": sum(count), "rejected": count[1], "skipped": count[2]}
            for file, count in sorted(counts.items())
        }
    return found


def _sha256(manifest: Mapping[str, Any], source: str, file: str, entry: str = "inputs") -> str:
    """The fingerprint as stated, if it has the form of one: the source file itself is not in the run."""
    try:
        stated = manifest[entry][source][file]["sha256"]
    except (KeyError, TypeError):
        return "a fingerprint"
    fine = isinstance(stated, str) and len(stated) == 64 and not set(stated) - set("0123456789abcdef")
    return stated if fine else "a fingerprint"


def _options(manifest: Mapping[str, Any], remade: Remade) -> dict[str, str]:
    """What was asked for: plans, all of which may be named or not; and the day whose knowledge counts, if one is stated."""
    stated = manifest.get("options")
    stated = stated if isinstance(stated, dict) else {}
    day = as_of(manifest)
    known = {} if day is None or remade.workspace.undated else {"as_of": day.isoformat()}
    names = ",".join(sorted(plan.name for plan in remade.workspace.asked))
    some = remade.workspace.others or remade.workspace.beside
    return {"plans": names if some or stated.get("plans") == names else ""} | known


def as_of(manifest: Mapping[str, Any]) -> date | None:
    """The day whose knowledge a manifest says was used."""
    options = manifest.get("options")
    try:
        return date.fromisoformat(options["as_of"]) if isinstance(options, dict) and "as_of" in options else None
    except (TypeError, ValueError):
        return None


def compare_entries(stated: Mapping[str, Any], expected: Mapping[str, Any], message: str, findings: Findings) -> None:
    """Entries that differ, or are on one side only, in order."""
    have = dict(_leaves({name: stated[name] for name in expected if name in stated}))
    should = dict(_leaves(expected))
    findings.count("manifest entries", len(should))
    for path in dict.fromkeys((*should, *have)):
        old, new = have.get(path, ABSENT), should.get(path, ABSENT)
        if (old, type(old)) != (new, type(new)):
            findings.add(MANIFEST, message, "", " / ".join(path), old, new)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and (value or not path):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    else:
        yield path, value

"""The input rows that a run keeps are those of the source files: their fingerprints, and each row read again; and its control
totals those of the control files."""

from pathlib import Path

import polars as pl

from engine.core.period import Period
from engine.explain.checks.cells import check_cells
from engine.explain.checks.columns import Reader
from engine.explain.checks.manifest import CONTROLS, MANIFEST, as_of, files_read
from engine.explain.checks.rows import check_rows
from engine.explain.finding import Findings
from engine.explain.remade import Remade, Sources
from engine.record.misread import MISREAD, no_misreads
from engine.record.reading import CONTROL, REJECTED

NAMED = ("file", "row")
MESSAGE = "the source file says otherwise than the row that the run keeps"


def check_sources(reader: Reader, remade: Remade, period: Period, folder: Path, findings: Findings) -> None:
    """Read the source files in a folder again and compare. A row of a file that is not there can't be compared."""
    manifest = reader.record.manifest
    sources = remade.reread(period, folder, files_read(manifest), files_read(manifest, CONTROLS), as_of(manifest))
    _prints(reader, sources, folder, findings)
    _controls(reader, sources, findings)
    for source, trouble in sources.trouble.items():
        findings.add(f"source/{source}", f"the source files can't be read again: {trouble}")
    _misread(reader, sources, findings)
    for name, fresh in sources.tables.items():
        stored = reader.stored(name) if name != MISREAD else None
        if stored is None:
            continue
        source = name.rpartition("/")[2]
        here = [file for prints in sources.prints.values() for file, found in prints.items() if found is not None]
        if name == REJECTED:
            stored = stored.filter(pl.col("file").is_in(here) & ~pl.col("source").is_in(list(sources.trouble)))
            check_rows(findings, name, ("source", *NAMED), stored, fresh)
            continue
        here = [file for file, found in sources.prints[source].items() if found is not None]
        findings.count("rows read again", fresh.height)
        stored = stored.filter(pl.col("file").is_in(here))
        if name.startswith(REJECTED):
            check_rows(findings, name, NAMED, stored, fresh)
        else:
            check_cells(findings, name, NAMED, stored, fresh, MESSAGE)


def _controls(reader: Reader, sources: Sources, findings: Findings) -> None:
    """What the control files state; what was found is counted from the run's own rows (`check_control`)."""
    fresh = [table.drop("found") for table in sources.controls.values()]
    stored = reader.stored(CONTROL) if fresh else None
    if stored is not None:
        stored = stored.filter(pl.col("source").is_in(list(sources.controls))).drop("found", strict=False)
        check_rows(findings, CONTROL, ("source", "file", "total"), stored, pl.concat(fresh))


def _misread(reader: Reader, sources: Sources, findings: Findings) -> None:
    """What may be misread is a matter of all files of a source, so it is held against those that are all there."""
    whole = [
        name for name, prints in sources.prints.items() if None not in prints.values() and name not in sources.trouble
    ]
    tables = [sources.tables.get(MISREAD), reader.stored(MISREAD) if reader.record.has(MISREAD) else None]
    fresh, stored = (
        no_misreads() if table is None else table.filter(pl.col("source").is_in(whole)) for table in tables
    )
    check_rows(findings, MISREAD, ("source", "column"), stored, fresh)


def _prints(reader: Reader, sources: Sources, folder: Path, findings: Findings) -> None:
    for entry, by_source in (("inputs", sources.prints), (CONTROLS, sources.control_prints)):
        what = "control" if entry == CONTROLS else "source"
        for source, prints in by_source.items():
            for file, found in prints.items():
                findings.count(f"{what} files")
                path = f"{entry} / {source} / {file} / sha256"
                said = reader.record.manifest[entry][source][file].get("sha256")
                if found is None:
                    findings.add(
                        MANIFEST, f"the {what} file is not in {folder.as_posix()}", "", path, said, "no such file"
                    )
                elif found != said:
                    message = f"the {what} file is not the one that was read: it, or the run, was changed"
                    findings.add(MANIFEST, message, "", path, said, found)
    for source, file in sources.new:
        findings.add(MANIFEST, "the sources have a file that the run did not read", "", f"inputs / {source} / {file}")

"""Every stage recomputed by `replay` from the run's own tables, and compared with what is stored, cell by cell.

Stage by stage: what no later stage reads is let go. A stage is replayed from what the tables before it should be, so a
wrong cell is found where it stands, not in everything that was made from it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from engine.backends.polars.schema import schema_of_columns
from engine.backends.replay import ReplayTable, replay_stage
from engine.core.progress import doing
from engine.explain.checks.columns import Reader
from engine.explain.checks.rows import differences
from engine.explain.finding import Finding, Findings, finding, key_text
from engine.explain.stages import parts
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project
from engine.ir.walk import refs, scans

OTHERS = frozenset({"exceptions", "identities"})
"""Tables of a run that are not stages of its program."""
Key = tuple[Any, ...]


@dataclass(frozen=True)
class _View:
    """A table as the run holds it, and as it should be: the same object where it holds."""

    stored: ReplayTable | None
    true: ReplayTable | None


def check_stages(reader: Reader, program: Program, findings: Findings) -> None:
    """Replay every stage and compare the kept ones."""
    schemas = program_schemas(program)
    last = {name: index for index, stage in enumerate(program.stages) for name in scans(stage.table)}
    read = _names_read(program)
    views: dict[str, _View] = {}
    for name in program.inputs:
        stored = reader.table(name, schemas[name], read)
        true = reader.table(name, schemas[name], read, stored=False) if name in reader.replaced else stored
        views[name] = _View(stored if stored is not None else true, true)
    for index, stage in enumerate(program.stages):
        doing(f"calculating again · table {index + 1} of {len(program.stages)}, {stage.name}")
        views[stage.name] = _checked(stage, schemas[stage.name], views, reader, findings)
        for name in [name for name in views if last.get(name, -1) <= index]:
            del views[name]
    made = {stage.name for stage in program.stages if stage.written} | OTHERS
    for name in sorted(set(reader.record.names()) - made):
        findings.add(name, "the program makes no such table")


def _names_read(program: Program) -> frozenset[str]:
    """Every column name that some stage reads: input columns that none reads need not be in memory."""
    found: set[str] = set()
    for stage in program.stages:
        for part in parts(stage.table):
            match part:
                case Filter():
                    found |= refs(part.where)
                case Extend():
                    found = found.union(*(refs(made.expr) for made in part.defs))
                case Project():
                    found |= {old for _, old in part.columns}
                case Join():
                    found |= {name for pair in part.on for name in pair} | {old for _, old in part.take}
                case AsOf():
                    found |= {name for pair in part.on for name in pair} | {old for _, old in part.take}
                    found |= {part.at, part.start, part.end}
                case Aggregate():
                    found = found.union(part.by, *(refs(agg.arg) for agg in part.aggs))
                case _:
                    pass
    return frozenset(found)


def _checked(stage: Stage, schema: Schema, views: Mapping[str, _View], reader: Reader, findings: Findings) -> _View:
    """Replay a stage from what it should read. Where the stored one differs, but is what the stored ones before it give,
    it is no finding of its own: it follows."""
    written = reader.written(stage.name, schema, stage.left_out) if stage.written else None
    read = {name: views.get(name, _View(None, None)) for name in scans(stage.table)}
    fresh = _replayed(stage, {name: view.true for name, view in read.items()}, findings)
    if fresh is None:
        stored = reader.table(stage.name, schema, gaps=True) if stage.written else None
        return _View(stored, stored)
    findings.count("stages")
    as_stored = None
    if any(view.stored is not view.true for view in read.values()):
        as_stored = _replayed(stage, {name: view.stored for name, view in read.items()}, Findings())
    if not stage.written:
        return _View(as_stored or fresh, fresh)
    if written is not None:
        findings.count("cells", written.height * len(written.columns))
        found = compare(stage, written, fresh)
        if not found:
            whole = _whole(stage, written, fresh) or fresh
            return _View(whole, whole)
        if as_stored is not None and not compare(stage, written, as_stored):
            findings.follow.append(stage.name)
        else:
            findings.found.extend(found)
    reader.replaced[stage.name] = pl.DataFrame(fresh.columns, schema=schema_of_columns(schema)).sort(stage.keys)
    if written is None:
        return _View(fresh, fresh)
    return _View(
        _whole(stage, written, as_stored or fresh) or reader.table(stage.name, schema, gaps=True) or fresh, fresh
    )


def _whole(stage: Stage, written: ReplayTable, made: ReplayTable) -> ReplayTable | None:
    """A stored table, with what is left out of it as it was made again; None where that has other rows."""
    if len(written.columns) == len(made.columns):
        return written
    if written.rows(stage.keys) != made.rows(stage.keys):
        return None
    return ReplayTable({name: written.columns.get(name, values) for name, values in made.columns.items()}, made.schema)


def _replayed(stage: Stage, read: Mapping[str, ReplayTable | None], findings: Findings) -> ReplayTable | None:
    """The stage from these tables; None, with a finding, if it can't be made, and None if one of them isn't known."""
    known = {name: table for name, table in read.items() if table is not None}
    if len(known) < len(read):
        return None
    try:
        return replay_stage(stage, known)
    except Exception as error:
        said = str(error)[:200] or type(error).__name__
        findings.add(stage.name, f"it can't be recomputed from the run's tables: {said}")
        return None


def compare(stage: Stage, stored: ReplayTable, fresh: ReplayTable) -> list[Finding]:
    """Rows by key, then cells: the first row and column, in the order of keys, that does not hold, and how many."""
    stored_keys, fresh_keys = stored.rows(stage.keys), fresh.rows(stage.keys)
    partner: list[int | None] = list(range(stored.height))
    found: list[Finding] = []
    aligned = stored_keys == fresh_keys
    if not aligned:
        place = {key: index for index, key in enumerate(fresh_keys)}
        partner = [place.get(key) for key in stored_keys]
        found = _rows(stage, stored, fresh)
    wrong: dict[int, str] = {}
    cells = 0
    for name in stored.columns:
        new = fresh.columns[name]
        if aligned and stored.columns[name] == new:  # most columns: lists are compared faster than their items
            continue
        for row, (old, other) in enumerate(zip(stored.columns[name], partner, strict=True)):
            if other is not None and old != new[other]:
                wrong.setdefault(row, name)
                cells += 1
    if wrong:
        row = min(wrong, key=lambda index: _order(stored_keys[index]))
        other, column = partner[row], wrong[row]
        assert other is not None
        several = f"{cells:,} cells in {len(wrong):,} row{'s' if len(wrong) > 1 else ''} of this table differ"
        found.append(finding(
            stage.name, "the value is not what its formula gives" + (f" ({several})" if cells > 1 else ""),
            key_text(stage.keys, stored_keys[row]), column, stored.columns[column][row], fresh.columns[column][other],
        ))  # fmt: skip
    return found


def _rows(stage: Stage, stored: ReplayTable, fresh: ReplayTable) -> list[Finding]:
    """Rows whose keys are missing, too many, twice, or another's."""
    columns = [*stage.keys, *(name for name in stored.columns if name not in stage.keys)]
    have, should = Counter(stored.rows(stage.keys)), Counter(fresh.rows(stage.keys))
    sides = []
    for table in (stored, fresh):
        keys, rows = table.rows(stage.keys), table.rows(columns)
        sides.append([row for key, row in zip(keys, rows, strict=True) if have[key] != should[key]])
    said = f"{stored.height:,} rows", f"{fresh.height:,} rows"
    found = differences(stage.name, stage.keys, columns, *sides)
    return [each if each.column else replace(each, stored=said[0], recomputed=said[1]) for each in found]


def _order(key: Key) -> Any:
    return tuple((value is not None, 0 if value is None else value) for value in key)

"""Every stage recomputed by `replay` from the run's own tables, and compared with what is stored, cell by cell.

Stage by stage: what no later stage reads is let go. A stage reads the stored tables before it where they are sound, so a
wrong cell is found where it stands, not in everything that was made from it.
"""

from typing import Any

from engine.backends.replay import ReplayTable, replay_stage
from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings, key_text
from engine.explain.stages import parts
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project
from engine.ir.walk import refs, scans
from engine.record import Record

OTHERS = frozenset({"exceptions", "identities"})
"""Tables of a run that are not stages of its program."""
Key = tuple[Any, ...]


def check_stages(record: Record, program: Program, findings: Findings) -> None:
    """Replay every stage and compare the kept ones."""
    schemas, reader = program_schemas(program), Reader(record, findings)
    last = {name: index for index, stage in enumerate(program.stages) for name in scans(stage.table)}
    read = _names_read(program)
    tables: dict[str, ReplayTable | None] = {}
    for name in program.inputs:
        tables[name] = reader.table(name, schemas[name], read)
    for index, stage in enumerate(program.stages):
        tables[stage.name] = _checked(stage, schemas[stage.name], tables, reader, findings)
        for name in [name for name in tables if last.get(name, -1) <= index]:
            del tables[name]
    made = {stage.name for stage in program.stages if stage.kept} | OTHERS
    for name in sorted(set(record.names()) - made):
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


def _checked(
    stage: Stage, schema: Schema, tables: dict[str, ReplayTable | None], reader: Reader, findings: Findings
) -> ReplayTable | None:
    """The table that later stages read: the stored one, or the recomputed one where nothing sound is stored."""
    stored = reader.table(stage.name, schema) if stage.kept else None
    read = {name: tables.get(name) for name in scans(stage.table)}
    known = {name: table for name, table in read.items() if table is not None}
    if len(known) < len(read):
        return stored
    try:
        fresh = replay_stage(stage, known)
    except Exception as error:
        findings.add(
            stage.name, f"it can't be recomputed from the run's tables: {str(error)[:200] or type(error).__name__}"
        )
        return stored
    findings.count("stages")
    if stored is None:
        return fresh
    findings.count("cells", stored.height * len(schema))
    compare(stage, stored, fresh, findings)
    return stored


def compare(stage: Stage, stored: ReplayTable, fresh: ReplayTable, findings: Findings) -> None:
    """Rows by key, then cells: the first row and column, in the order of keys, that does not hold, and how many."""
    stored_keys, fresh_keys = stored.rows(stage.keys), fresh.rows(stage.keys)
    partner: list[int | None] = list(range(stored.height))
    if stored_keys != fresh_keys:
        place = {key: index for index, key in enumerate(fresh_keys)}
        partner = [place.get(key) for key in stored_keys]
        _rows(stage, stored_keys, fresh_keys, findings)
    wrong: dict[int, str] = {}
    cells = 0
    for name in stored.columns:
        new = fresh.columns[name]
        for row, (old, other) in enumerate(zip(stored.columns[name], partner, strict=True)):
            if other is not None and old != new[other]:
                wrong.setdefault(row, name)
                cells += 1
    if wrong:
        row = min(wrong, key=lambda index: _order(stored_keys[index]))
        other, column = partner[row], wrong[row]
        assert other is not None
        rows = f"{cells:,} cell{'s' if cells > 1 else ''} in {len(wrong):,} row{'s' if len(wrong) > 1 else ''}"
        findings.add(
            stage.name, f"the value is not what its formula gives ({rows} of this table differ)",
            key_text(stage.keys, stored_keys[row]), column, stored.columns[column][row], fresh.columns[column][other],
        )  # fmt: skip


def _rows(stage: Stage, stored: list[Key], fresh: list[Key], findings: Findings) -> None:
    """Keys that are missing, too many, or twice."""
    have, should = set(stored), set(fresh)
    if len(have) < len(stored):
        seen: set[Key] = set()
        twice = {key for key in stored if key in seen or seen.add(key)}  # type: ignore[func-returns-value]
        _row(stage, twice, "the row is there more than once", findings, len(stored), len(have))
    _row(stage, should - have, "the row is missing", findings, len(stored), len(fresh))
    _row(stage, have - should, "the row should not be there", findings, len(stored), len(fresh))


def _row(stage: Stage, keys: set[Key], message: str, findings: Findings, stored: int, recomputed: int) -> None:
    if keys:
        more = f" ({len(keys):,} rows)" if len(keys) > 1 else ""
        first = key_text(stage.keys, min(keys, key=_order))
        findings.add(stage.name, message + more, first, "", f"{stored:,} rows", f"{recomputed:,} rows")


def _order(key: Key) -> Any:
    return tuple((value is not None, 0 if value is None else value) for value in key)

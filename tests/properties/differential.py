"""polars(lower(plan)) against reference(plan): the same tables, row by row and cell by cell, to the last digit."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import polars as pl

from engine.backends.polars import compile_program
from engine.core.period import Period
from engine.ir.program import Program
from engine.ir.verify import verify
from engine.lower import lower
from engine.plan.resolved import ResolvedWorkspace
from engine.reference import reference
from engine.run.scope import scope_tables
from tests.properties.generate import coverage, generate

Rows = Mapping[str, list[dict[str, Any]]]
Results = dict[str, list[dict[str, Any]]]
POLARS: dict[str, pl.DataType | type[pl.DataType]] = {
    "money": pl.Decimal(38, 12), "rate": pl.Decimal(38, 12), "quantity": pl.Decimal(38, 12), "integer": pl.Int64,
    "date": pl.Date, "text": pl.String, "bool": pl.Boolean,
}  # fmt: skip


def inputs_of(program: Program, workspace: ResolvedWorkspace, tables: Rows, period: Period) -> dict[str, pl.DataFrame]:
    """Rows as typed tables: the sources', and the scope's."""
    frames = scope_tables(workspace, period)
    for name, schema in program.inputs.items():
        if name.startswith("source/"):
            typed = {column: POLARS[type_.dtype] for column, type_ in schema.items()}
            rows = [{column: row.get(column) for column in typed} for row in tables.get(name, [])]
            frames[name] = pl.DataFrame(rows, schema=typed, orient="row")
    return frames


def in_columns(program: Program, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """All kept stages, by the polars backend."""
    keep = [stage.name for stage in program.stages if stage.kept]
    lazy = {name: frame.lazy() for name, frame in frames.items() if name in program.inputs}
    return compile_program(program).run(lazy, keep)


def differences(workspace: ResolvedWorkspace, tables: Rows, period: Period) -> tuple[list[str], Results]:
    """What the two implementations do not agree on, empty if nothing; and the results of the reference."""
    expected, program = reference(workspace, tables, period), lower(workspace)
    verify(program)  # as before each run
    return compared(program, workspace, tables, period, expected), expected


def compared(
    program: Program, workspace: ResolvedWorkspace, tables: Rows, period: Period, expected: Results
) -> list[str]:
    """Where a program of the workspace comes to something else than expected."""
    found = in_columns(program, inputs_of(program, workspace, tables, period))
    keys = {stage.name: stage.keys for stage in program.stages}
    told = [f"{name}: not among the polars tables" for name in sorted(expected) if name not in found and expected[name]]
    for name in sorted(set(expected) & set(found)):
        differing = _compared(expected[name], found[name].to_dicts(), keys[name])
        told += [f"{name}: {difference}" for difference in differing]
    return told


@dataclass
class Examined:
    """What a block of generated cases came to."""

    told: list[str] = field(default_factory=list)
    """What differed."""
    counts: Counter[str] = field(default_factory=Counter)
    """Constructs and events, how often."""
    cases: Counter[str] = field(default_factory=Counter)
    """The same, in how many workspaces."""
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Two constructs of one workspace, in how many of them."""
    plans: int = 0

    def add(self, other: "Examined") -> None:
        """Take what another block came to."""
        self.told += other.told
        self.plans += other.plans
        self.counts += other.counts
        self.cases += other.cases
        self.pairs += other.pairs


def examined(seeds: range) -> Examined:
    """A block of generated cases, by both interpreters."""
    block = Examined()
    for seed in seeds:
        workspace, tables, period = generate(seed)
        try:
            differing, expected = differences(workspace, tables, period)
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
        block.told += [f"seed {seed}: {difference}" for difference in differing[:3]]
        found = coverage(workspace, tables, expected)
        block.counts += found
        block.cases.update(found.keys())
        nothing: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        block.pairs.update(combinations(sorted(coverage(workspace, nothing, nothing)), 2))
        block.plans += len(workspace.plans)
    return block


def _compared(expected: list[dict[str, Any]], found: list[dict[str, Any]], keys: tuple[str, ...]) -> list[str]:
    ours, theirs = _by_key(found, keys), _by_key(expected, keys)
    told = [f"row {key} only in the reference" for key in sorted(set(theirs) - set(ours))]
    told += [f"row {key} only in polars" for key in sorted(set(ours) - set(theirs))]
    if len(found) != len(ours) or len(expected) != len(theirs):
        told.append(
            f"doubled keys: {len(found)} rows, {len(ours)} keys in polars; {len(expected)}, {len(theirs)} in the reference"
        )
    for key in sorted(set(ours) & set(theirs)):
        mine = ours[key]
        for column, value in theirs[key].items():
            if column not in mine:
                if value is None or column.startswith(("whole_", "quarter_", "year_", "plan_", "group_")):
                    continue  # nobody reads it
                told.append(f"column {column} only in the reference")
                return told
            if value is None and column in ("before", "after", "base", "select", "tier"):
                continue  # no running total, no target
            if not _same(value, mine[column]) and (value or "") != mine[column]:
                told.append(f"{key} {column}: reference {value!r}, polars {mine[column]!r}")
    return told


def _by_key(rows: list[dict[str, Any]], keys: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(_text(row[key]) for key in keys): row for row in rows}


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _same(left: Any, right: Any) -> bool:
    if left == right:
        return True
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return left is not None and right is not None and Decimal(left) == Decimal(right)
    return bool(left == right)

"""A part of a program: the stages that some stages need, down to those whose tables are given as inputs instead."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from engine.backends.polars import compile_program
from engine.backends.polars.schema import schema_of_columns
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema, Stage
from engine.ir.walk import scans

Rows = Sequence[Mapping[str, Any]]


def cut(program: Program, keep: Collection[str], given: Collection[str]) -> Program:
    """The program that makes `keep`; what it reads of `given` stages is input."""
    wanted, stages = set(keep), list[Stage]()
    for stage in reversed(program.stages):
        if stage.name in wanted and stage.name not in given:
            stages.append(stage)
            wanted.update(scans(stage.table))
    known, made = program_schemas(program), {stage.name for stage in stages}
    inputs = {name: known[name] for name in sorted(wanted - made)}
    return Program(inputs, tuple(reversed(stages)))


def ran(program: Program, tables: Mapping[str, pl.DataFrame | Rows], keep: str) -> list[dict[str, Any]]:
    """The rows of one stage, by the polars backend; a table that is not given has no rows."""
    frames = {name: _frame(tables.get(name, ()), schema) for name, schema in program.inputs.items()}
    return compile_program(program).run(frames, [keep])[keep].to_dicts()


def _frame(table: pl.DataFrame | Rows, schema: Schema) -> pl.LazyFrame:
    if isinstance(table, pl.DataFrame):
        return table.lazy()
    return pl.DataFrame({n: [row[n] for row in table] for n in schema}, schema=schema_of_columns(schema)).lazy()


def blank(schema: Schema, day: date) -> dict[str, Any]:
    """A row that says nothing: null where a column may be, else 0, an empty text, `day`."""
    nothing = {"text": "", "date": day, "bool": False, "integer": 0}
    return {n: None if t.nullable else nothing.get(t.dtype, Decimal(0)) for n, t in schema.items()}

"""A part of a program, run on tables as they are given: rows that somebody made up, or a table of a run."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from engine.backends.polars import compile_program
from engine.backends.polars.schema import schema_of_columns
from engine.ir.program import Program, Schema

Rows = Sequence[Mapping[str, Any]]


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

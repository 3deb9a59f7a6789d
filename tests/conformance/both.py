"""Both backends on the same tables: what one says, the other must say, to the last digit and whatever the row order.

The stand-alone verifier is a third: it gets the program and the rows as texts, as they stand in a pack.
"""

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from engine.backends.polars import compile_program
from engine.backends.polars.schema import schema_of_columns
from engine.backends.replay import replay_stage, table_of
from engine.core.money import EXACT
from engine.ir.expr import Expr
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema, Stage
from engine.ir.serial import program_from_json, program_to_json
from engine.ir.table import Def, Extend, Scan, Table
from engine.ir.types import INTEGER
from engine.ir.verify import verify
from engine.record import verifier
from engine.record.pack import table_text

Data = Mapping[str, Any]
"""Columns, each a list of values."""


def program_of(table: Table, schemas: Mapping[str, Schema], keys: tuple[str, ...]) -> Program:
    """A program of one stage, sound and the same after it was stored."""
    program = Program(schemas, (Stage("result", "test", table, keys),))
    verify(program)
    assert program_from_json(program_to_json(program)) == program
    return program


def evaluate(table: Table, schemas: Mapping[str, Schema], data: Mapping[str, Data], key: str) -> list[dict[str, Any]]:
    """The rows that both backends give, in order of the column `key`; asserts that they are the same."""
    program = program_of(table, schemas, (key,))
    frames = {n: pl.DataFrame(dict(data[n]), schema=schema_of_columns(s)) for n, s in schemas.items()}
    replayed = replay_stage(program.stages[0], {n: table_of(dict(data[n]), s) for n, s in schemas.items()})
    same(
        alone(program, frames),
        [dict(zip(replayed.columns, row, strict=True)) for row in replayed.rows([*replayed.columns])],
    )
    found: list[dict[str, Any]] = []
    for reverse in (False, True):
        lazy = {n: (f.reverse() if reverse else f).lazy() for n, f in frames.items()}
        result = compile_program(program).run(lazy, ["result"])["result"]
        found = result.to_dicts()
        assert list(result.columns) == list(replayed.columns)
        same(found, [dict(zip(replayed.columns, row, strict=True)) for row in replayed.rows(list(replayed.columns))])
    return sorted(found, key=lambda row: (row[key] is not None, row[key]))


def alone(program: Program, frames: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """The rows that the stand-alone verifier gives."""
    document = json.loads(program_to_json(program))
    tables = {
        name: verifier.read_table(table_text(frame).decode(), {n: t.dtype for n, t in program.inputs[name].items()})
        for name, frame in frames.items()
    }
    made = verifier.made(document["stages"][0]["table"], tables)
    schema = program_schemas(program)[program.stages[0].name]
    assert made.kinds == {name: type_.dtype for name, type_ in schema.items()}
    rows = [dict(zip(made.columns, row, strict=True)) for row in made.rows(made.columns)]
    return [{name: _decimal(value, schema[name].is_numeric) for name, value in row.items()} for row in rows]


def _decimal(value: Any, numeric: bool) -> Any:
    return Decimal(value).scaleb(-12, EXACT) if numeric and value is not None else value


def same(left: list[dict[str, Any]], right: list[dict[str, Any]]) -> None:
    """The same rows, counted, in any order."""
    a, b = Counter(tuple(r.items()) for r in left), Counter(tuple(r.items()) for r in right)
    only_left, only_right = list((a - b).elements()), list((b - a).elements())
    assert not only_left and not only_right, f"polars only: {only_left[:3]}\nreplay only: {only_right[:3]}"


def values(expr: Expr, schema: Schema, data: Data, rows: int = 1) -> list[Any]:
    """An expression over rows, in their order."""
    height = len(next(iter(data.values()))) if data else rows
    table = Extend(Scan("rows"), (Def("result.value", expr),))
    numbered = {"rows": {"n": INTEGER, **schema}}
    found = evaluate(table, numbered, {"rows": {"n": list(range(height)), **data}}, "n")
    return [row["result.value"] for row in found]


def decimals(*texts: str | None) -> list[Decimal | None]:
    """Decimals of texts; None stays."""
    return [None if text is None else Decimal(text) for text in texts]

"""Generated plans × tables: the stand-alone verifier comes to what the Polars backend comes to, stage by stage."""

import json

import pytest

from engine.ir.infer import program_schemas
from engine.ir.serial import program_to_json
from engine.lower import lower
from engine.record import verifier
from engine.record.pack import table_text

from .differential import in_columns, inputs_of
from .generate import generate


def disagreed(seed: int) -> list[str]:
    """The stages that differ, each with a row of either side."""
    workspace, tables, period = generate(seed)
    program = lower(workspace)
    kinds = {name: {n: str(t.dtype) for n, t in schema.items()} for name, schema in program_schemas(program).items()}
    frames = inputs_of(program, workspace, tables, period)
    found = in_columns(program, frames)
    made = {name: verifier.read_table(table_text(frames[name]).decode(), kinds[name]) for name in program.inputs}
    told = []
    for stage in json.loads(program_to_json(program))["stages"]:
        name = stage["name"]
        made[name] = verifier.made(stage["table"], made)
        assert made[name].kinds == kinds[name], name
        if name in found:
            theirs = verifier.read_table(table_text(found[name]).decode(), kinds[name])
            ours, others = (sorted(table.rows(kinds[name]), key=str) for table in (made[name], theirs))
            if ours != others:
                told.append(
                    f"seed {seed}: {name}: {next(pair for pair in zip(ours, others, strict=False) if pair[0] != pair[1])}"
                )
    return told


@pytest.mark.parametrize("first", [0, 5])
def test_a_few(first: int) -> None:
    assert [each for seed in range(first, first + 5) for each in disagreed(seed)] == []


@pytest.mark.slow
def test_many() -> None:
    assert [each for seed in range(1000, 1150) for each in disagreed(seed)] == []

"""What the backend does to be fast changes no table: shared stages, columns left away, known orders, numbers for texts, and joins
and sums that come in another order."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
import pytest

import engine.backends.key_order as key_order
import engine.backends.polars.table as nodes
from engine.backends.key_order import ordered
from engine.backends.polars import checked_inputs, compile_program
from engine.backends.polars.few_first import few_first
from engine.backends.polars.interleaved import interleaves
from engine.backends.polars.shared import SHARED, shared
from engine.backends.polars.table import Tables
from engine.ir.in_order import order_of, stands_in
from engine.ir.infer import program_schemas
from engine.ir.program import Program
from engine.ir.table import Aggregate, AsOf, Join
from engine.lower import lower
from tests.properties.differential import inputs_of
from tests.properties.generate import generate

MERGES = 139
"""In this workspace several groups that were added up before a join are one after it."""


def plainly(program: Program, inputs: dict[str, pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    """Every stage by itself, node by node, from whole tables, sorted by its keys; nothing is known beforehand."""
    schemas, frames = program_schemas(program), dict(inputs)
    found: dict[str, pl.DataFrame] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "_can_come_after", lambda table, tables: None)
        patch.setattr(nodes, "_chain", lambda table: [table])
        for stage in program.stages:
            table = Tables(frames, schemas).frame(stage.table).collect()
            found[stage.name] = ordered(table, list(stage.keys)) if stage.kept else table
            frames[stage.name] = found[stage.name].lazy()
    return found


@contextmanager
def seen(came: set[str]) -> Iterator[None]:
    """Which nodes were made in another order meanwhile."""
    before, latest = nodes._before_join, nodes._latest

    def summed(table: Aggregate, join: Join, tables: Tables) -> pl.LazyFrame:
        came.add("sums before joins")
        return before(table, join, tables)

    def looked_up(chain: list[AsOf], tables: Tables) -> pl.LazyFrame:
        came.update({"joins of one day"} if len(chain) > 1 else ())
        return latest(chain, tables)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "_before_join", summed)
        patch.setattr(nodes, "_latest", looked_up)
        yield


def compared(seed: int) -> set[str]:
    """A generated workspace both ways; what of the ways to be fast came up."""
    workspace, tables, period = generate(seed)
    program = lower(workspace)
    lazy = {name: frame.lazy() for name, frame in inputs_of(program, workspace, tables, period).items()}
    inputs = checked_inputs(program, {name: lazy[name] for name in program.inputs})
    wanted, made = plainly(program, inputs), compile_program(program)
    kept, came = [stage for stage in program.stages if stage.kept], set[str]()
    with seen(came):
        found = made.run(lazy, [stage.name for stage in kept])
    assert not [name for name, table in found.items() if not table.equals(wanted[name])], f"seed {seed}"
    some: dict[str, pl.DataFrame] = {}
    columns = {s.name: [c for c in made.schemas[s.name] if c not in s.left_out] for s in kept if s.written}
    made.run_into(some, lazy, columns)
    different = [
        name for name, each in columns.items() if not some[name].select(each).equals(wanted[name].select(each))
    ]
    assert not different, f"seed {seed}"
    keys = {stage.name: stage.keys for stage in kept}
    together = shared(program, made.schemas)
    came |= {"few first"} if few_first(program) != program else set()
    came |= {"shared"} if any(stage.name.startswith(SHARED) for stage in together.stages) else set()
    came |= {"interleaves"} if any(interleaves(stage, keys) for stage in kept) else set()
    came |= {"known order"} if any(stands_in(stage.table, stage.keys, keys) for stage in kept) else set()
    return came


def test_generated_workspaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_order, "SMALL", 0)
    came = set[str]().union(*(compared(seed) for seed in (*range(12), MERGES)))
    other = {"few first", "sums before joins", "joins of one day"}
    assert came == {"shared", "interleaves", "known order"} | other


@pytest.mark.slow
def test_many_generated_workspaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_order, "SMALL", 0)
    for seed in range(300):
        compared(seed)


def test_known_orders_hold() -> None:
    """Rows stand as the program says that they do, without being sorted."""
    looked = 0
    for seed in range(6):
        workspace, tables, period = generate(seed)
        program = lower(workspace)
        lazy = {name: frame.lazy() for name, frame in inputs_of(program, workspace, tables, period).items()}
        inputs = checked_inputs(program, {name: lazy[name] for name in program.inputs})
        found, schemas = plainly(program, inputs), program_schemas(program)
        frames = {**inputs, **{name: table.lazy() for name, table in found.items()}}
        keys = {stage.name: stage.keys for stage in program.stages if stage.kept}
        for stage in program.stages:
            order = order_of(stage.table, keys)
            if order and found[stage.name].height > 1:
                rows = Tables(frames, schemas).frame(stage.table).collect().select(order)
                assert rows.equals(rows.sort(order)) and rows.is_unique().all(), f"seed {seed}, {stage.name}"
                looked += 1
    assert looked > 20

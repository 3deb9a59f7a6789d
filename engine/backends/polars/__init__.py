"""The Polars backend: a Program and its input tables → the tables of the stages that are kept.

Stage by stage: a stage that is kept, or read more than once, is collected and stands as a table for those that read it;
any other is part of the query of its only reader. So nothing is calculated twice, and no query grows with the program
(`collect_all` on lazy frames of all kept stages took 7 times as long: it does not find what they share).
"""

from collections import Counter
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass

import polars as pl

from engine.backends.key_order import in_order, seen_to_ascend, stays
from engine.backends.polars.hoist import HIDDEN
from engine.backends.polars.interleaved import interleaved, interleaves
from engine.backends.polars.pruned import pruned
from engine.backends.polars.schema import checked
from engine.backends.polars.shared import shared
from engine.backends.polars.table import Tables
from engine.core.progress import doing
from engine.ir.in_order import order_of, stands_in
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema, Stage
from engine.ir.walk import scans

__all__ = ["Compiled", "checked_inputs", "compile_program"]


@dataclass(frozen=True)
class Compiled:
    """A program that is ready to run on any inputs of its schemas. Inputs hold bounded values."""

    program: Program
    schemas: Mapping[str, Schema]

    def run(self, tables: Mapping[str, pl.LazyFrame], keep: Collection[str]) -> dict[str, pl.DataFrame]:
        """The tables of the stages to keep, in the order of their keys."""
        found: dict[str, pl.DataFrame] = {}
        self.run_into(found, tables, {name: list(self.schemas[name]) for name in keep})
        return {name: found[name] for name in keep}

    def run_into(
        self, into: MutableMapping[str, pl.DataFrame], tables: Mapping[str, pl.LazyFrame],
        keep: Mapping[str, Collection[str]],
    ) -> None:  # fmt: skip
        """Put tables of the same into a mapping, each as it is made, with at least those columns that are to be kept of it."""
        frames = checked_inputs(self.program, {name: tables[name] for name in self.program.inputs})
        together = shared(self.program, self.schemas)
        stages, schemas = pruned(together, program_schemas(together, self.schemas), keep)
        readers = Counter(name for stage in stages for name in scans(stage.table))
        keys: dict[str, tuple[str, ...]] = {}
        for number, stage in enumerate(stages, start=1):
            doing(f"calculating · table {number} of {len(stages)}, {stage.name.lstrip(HIDDEN)}")
            before = Tables(frames, schemas, keys)
            if stage.name in keep:
                into[stage.name], keys[stage.name] = table, _ = _in_order(stage, before)
                frames[stage.name] = table.lazy()
            elif readers[stage.name] > 1:
                table, keys[stage.name] = _as_it_is(stage, before)
                frames[stage.name] = table.lazy()
            else:
                frames[stage.name] = _frame(stage, before)
                keys[stage.name] = order_of(stage.table, keys)
            readers.subtract(scans(stage.table))
            for name in [name for name in scans(stage.table) if readers[name] <= 0]:
                frames.pop(name, None)


Found = tuple[pl.DataFrame, tuple[str, ...]]
"""A table, and the columns by which its rows are known to ascend."""


def _frame(stage: Stage, tables: Tables) -> pl.LazyFrame:
    return checked(stage.name, tables.frame(stage.table), tables.schemas[stage.name])


def _collected(stage: Stage, tables: Tables) -> pl.DataFrame:
    """The table of a stage; its columns are looked at when it is there, which is free."""
    return checked(stage.name, tables.frame(stage.table).collect(), tables.schemas[stage.name])


def _as_it_is(stage: Stage, tables: Tables) -> Found:
    """The table of a stage in the order in which it is made."""
    table, found, keys = _collected(stage, tables), order_of(stage.table, tables.keys), list(stage.keys)
    if not found and set(keys) <= set(table.columns) and seen_to_ascend(table, keys):
        found = stage.keys
    return table, found


def _in_order(stage: Stage, tables: Tables) -> Found:
    """The table of a stage in the order of its keys."""
    keys, known = list(stage.keys), order_of(stage.table, tables.keys)
    if interleaves(stage, tables.keys):
        return interleaved(stage, tables.frames, tables.schemas), stage.keys
    table = _collected(stage, tables)
    if stands_in(stage.table, stage.keys, tables.keys) and stays(table, keys):
        return table, known or stage.keys
    table, unique = in_order(table, keys)
    return table, stage.keys if unique else ()


def checked_inputs(program: Program, tables: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    """Inputs with the columns and types that a program has of them."""
    return {
        name: checked(name, frame.select(list(program.inputs[name])), program.inputs[name])
        for name, frame in tables.items()
    }


def compile_program(program: Program) -> Compiled:
    """Type all stages of a program."""
    return Compiled(program, program_schemas(program))

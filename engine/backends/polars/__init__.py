"""The Polars backend: a Program and its input tables → the tables of the stages that are kept.

Stage by stage: a stage that is kept, or read more than once, is collected and stands as a table for those that read it;
any other is part of the query of its only reader. So nothing is calculated twice, and no query grows with the program
(`collect_all` on lazy frames of all kept stages took 7 times as long: it does not find what they share).
"""

from collections import Counter
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass

import polars as pl

from engine.backends.key_order import ordered
from engine.backends.polars.schema import checked
from engine.backends.polars.table import Tables
from engine.core.progress import doing
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema
from engine.ir.walk import needed, scans

__all__ = ["Compiled", "checked_inputs", "compile_program"]


@dataclass(frozen=True)
class Compiled:
    """A program that is ready to run on any inputs of its schemas. Inputs hold bounded values."""

    program: Program
    schemas: Mapping[str, Schema]

    def run(self, tables: Mapping[str, pl.LazyFrame], keep: Collection[str]) -> dict[str, pl.DataFrame]:
        """The tables of the stages to keep, in the order of their keys."""
        found: dict[str, pl.DataFrame] = {}
        self.run_into(found, tables, keep)
        return {name: found[name] for name in keep}

    def run_into(
        self, into: MutableMapping[str, pl.DataFrame], tables: Mapping[str, pl.LazyFrame], keep: Collection[str]
    ) -> None:
        """Put the same into a mapping, each table as it is made."""
        frames = checked_inputs(self.program, {name: tables[name] for name in self.program.inputs})
        stages = needed(self.program, frozenset(keep))
        readers = Counter(name for stage in stages for name in scans(stage.table))
        for number, stage in enumerate(stages, start=1):
            doing(f"calculating · table {number} of {len(stages)}, {stage.name}")
            frame = self._stage(stage.name, frames)
            if stage.name in keep or readers[stage.name] > 1:
                table = frame.collect()
                if stage.name in keep:
                    table = ordered(table, list(stage.keys))
                    into[stage.name] = table
                frame = table.lazy()
            frames[stage.name] = frame
            readers.subtract(scans(stage.table))
            for name in [name for name in scans(stage.table) if readers[name] <= 0]:
                frames.pop(name, None)

    def _stage(self, name: str, frames: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
        stage = self.program.stage(name)
        return checked(name, Tables(frames, self.schemas).frame(stage.table), self.schemas[name])


def checked_inputs(program: Program, tables: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    """Inputs with the columns and types that a program has of them."""
    return {
        name: checked(name, frame.select(list(program.inputs[name])), program.inputs[name])
        for name, frame in tables.items()
    }


def compile_program(program: Program) -> Compiled:
    """Type all stages of a program."""
    return Compiled(program, program_schemas(program))

"""A stage of a Program recomputed in plain Python from the tables it reads: the second implementation that judges the first.

In: a stage, and the stored tables. Out: its table. Nothing here knows Polars, so what the two agree on is no shared bug.
"""

from collections.abc import Mapping

from engine.backends.replay.rows import ReplayTable, table_of
from engine.backends.replay.table import replayed
from engine.ir.program import Program, Stage

__all__ = ["ReplayTable", "replay_program", "replay_stage", "table_of"]


def replay_stage(stage: Stage, tables: Mapping[str, ReplayTable]) -> ReplayTable:
    """The table of one stage; `tables` has every input and stage that it reads."""
    return replayed(stage.table, tables)


def replay_program(program: Program, inputs: Mapping[str, ReplayTable]) -> dict[str, ReplayTable]:
    """The tables of all stages, each from those that were replayed before."""
    tables = dict(inputs)
    for stage in program.stages:
        tables[stage.name] = replay_stage(stage, tables)
    return {stage.name: tables[stage.name] for stage in program.stages}

"""A program without the columns that nobody reads: those that a run leaves out are not made where no later stage needs them."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from engine.ir.columns_read import columns_read
from engine.ir.only import only
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import Project, Union


def pruned(
    program: Program, schemas: Mapping[str, Schema], keep: Mapping[str, Collection[str]]
) -> tuple[tuple[Stage, ...], dict[str, Schema]]:
    """The stages that are kept or read, with just the columns to `keep` of each and those that later ones read; and schemas."""
    wanted = {name: set(columns) for name, columns in keep.items()}
    stages: list[Stage] = []
    found: dict[str, Schema] = dict(program.inputs)
    for stage in reversed(program.stages):
        columns = tuple((name, name) for name in schemas[stage.name] if name in wanted.get(stage.name, ()))
        if not columns:
            continue  # nobody reads it
        names = [name for name, _ in columns]
        table = only(stage.table, names)
        if not isinstance(table, Union) and (len(columns) < len(schemas[stage.name]) or table != stage.table):
            table = Project(table, columns)
        columns_read(table, names, wanted)
        stages.append(replace(stage, table=table))
        found[stage.name] = {name: schemas[stage.name][name] for name in names}
    return tuple(reversed(stages)), found

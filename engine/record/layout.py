"""What of a run's tables is written, and how they are whole again when they are read: the one place where columns are put back.

A column that only repeats another one, a table before, or one value is left out on the disk, and so is a table that only repeats
others, a *view* (`ir/left_out.py`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

import polars as pl

from engine.backends.polars.scalar import compiled
from engine.backends.polars.table import Tables
from engine.backends.polars.term import literal
from engine.ir.columns_read import columns_read
from engine.ir.in_order import stands_in
from engine.ir.infer import program_schemas
from engine.ir.left_out import Back, Constant, Copy, Joined, LeftOut, Made, left_out
from engine.ir.only import only
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import Project
from engine.ir.walk import refs

Read = Callable[[str, Collection[str]], pl.LazyFrame]
"""Reads some columns of a table by its name."""


@dataclass(frozen=True)
class Layout:
    """The tables of a program: their keys, their columns in order, what is left out of each, and the views."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    views: Mapping[str, Stage] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program) -> Self:
        """The layout of a program's tables."""
        keys = {stage.name: stage.keys for stage in program.stages}
        views = {stage.name: stage for stage in program.stages if stage.view}
        return cls(keys, program_schemas(program), left_out(program), views)

    def written(self, name: str, table: pl.DataFrame) -> pl.DataFrame:
        """A table without what is left out."""
        return table.drop(self.left_out.get(name, ()), strict=False)

    def whole(
        self, name: str, written: Callable[[str], pl.LazyFrame], read: Read, wanted: Collection[str] | None = None
    ) -> pl.LazyFrame:
        """A table as it was made, from what is `written` of it; or its `wanted` columns, rows in any order (`read` others)."""
        if name in self.views:
            return self._view(self.views[name], read, wanted)
        frame = written(name)
        there = frame.collect_schema().names()
        lacking = {column: back for column, back in self.left_out.get(name, {}).items() if column not in there}
        if not lacking:
            return frame if wanted is None else frame.select(wanted)
        if wanted is not None:
            needed = _needed(wanted, lacking)
            lacking = {column: back for column, back in lacking.items() if column in needed}
        for column, back in lacking.items():
            if column not in there:
                frame, more = _with(frame, column, back, lacking, read, self.schemas[name])
                there = [*there, *more]
        if wanted is not None:
            return frame.select(wanted)
        made = self.schemas[name]
        return frame.select([*(column for column in made if column in there), *(c for c in there if c not in made)])

    def _view(self, stage: Stage, read: Read, wanted: Collection[str] | None) -> pl.LazyFrame:
        """A table that is put together of others, whole in the order of its keys."""
        columns = tuple(self.schemas[stage.name]) if wanted is None else tuple(wanted)
        table, needed = Project(only(stage.table, columns), tuple((c, c) for c in columns)), dict[str, set[str]]()
        columns_read(table, columns, needed)
        schemas = {
            name: {column: type_ for column, type_ in self.schemas[name].items() if column in columns}
            for name, columns in needed.items()
        }
        frames = {name: read(name, tuple(schema)) for name, schema in schemas.items()}
        frame = Tables(frames, schemas, self.keys).frame(table)
        if wanted is not None:
            return frame
        return frame if stands_in(stage.table, stage.keys, self.keys) else frame.sort(stage.keys)


def _needed(wanted: Iterable[str], lacking: LeftOut) -> set[str]:
    """These columns, and what they are put back from."""
    found: set[str] = set()
    todo = list(wanted)
    while todo:
        column = todo.pop()
        if column not in found:
            found.add(column)
            match lacking.get(column):
                case Copy(of):
                    todo.append(of)
                case Joined(_, on):
                    todo += (own for own, _ in on)
                case Made(expr):
                    todo += refs(expr)
                case _:
                    pass
    return found


def _with(
    frame: pl.LazyFrame, column: str, back: Back, lacking: LeftOut, read: Read, schema: Schema
) -> tuple[pl.LazyFrame, list[str]]:
    """A frame with a column, and with all that come from the same row of another table; and the names of these."""
    if isinstance(back, Copy):
        return frame.with_columns(pl.col(back.column).alias(column)), [column]
    if isinstance(back, Constant):
        return frame.with_columns(literal(back.value, back.type).alias(column)), [column]
    if isinstance(back, Made):
        return frame.with_columns(compiled(back.expr, schema).alias(column)), [column]
    takes = {
        name: each.column
        for name, each in lacking.items()
        if isinstance(each, Joined) and (each.table, each.on) == (back.table, back.on)
    }
    keys = {f"~{there}": there for _, there in back.on}
    other = read(back.table, tuple(dict.fromkeys((*keys.values(), *takes.values()))))
    joined = frame.join(
        other.select(pl.col(there).alias(name) for name, there in {**keys, **takes}.items()),
        left_on=[own for own, _ in back.on], right_on=list(keys), how="left", validate="m:1", maintain_order="left",
    )  # fmt: skip
    return joined, list(takes)

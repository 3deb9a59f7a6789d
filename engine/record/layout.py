"""What of a run's tables is written, and how they are whole again when they are read: the one place where columns are put back.

A column that only repeats another one, a table before, or one value is left out on the disk (`ir/left_out.py`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

import polars as pl

from engine.backends.polars.term import literal
from engine.ir.infer import program_schemas
from engine.ir.left_out import Back, Constant, Copy, Joined, LeftOut, left_out
from engine.ir.program import Program

Read = Callable[[str, Collection[str]], pl.LazyFrame]
"""Reads some columns of a table by its name."""


@dataclass(frozen=True)
class Layout:
    """The tables of a program: their keys, their columns in order, and what is left out of each."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program) -> Self:
        """The layout of a program's tables."""
        columns = {name: tuple(schema) for name, schema in program_schemas(program).items()}
        return cls({stage.name: stage.keys for stage in program.stages}, columns, left_out(program))

    def written(self, name: str, table: pl.DataFrame) -> pl.DataFrame:
        """A table without what is left out."""
        return table.drop(self.left_out.get(name, ()), strict=False)

    def whole(self, name: str, frame: pl.LazyFrame, read: Read, wanted: Collection[str] | None = None) -> pl.LazyFrame:
        """A table as it was made, from what of it was written; or the `wanted` columns of it."""
        there = frame.collect_schema().names()
        lacking = {column: back for column, back in self.left_out.get(name, {}).items() if column not in there}
        if not lacking:
            return frame if wanted is None else frame.select(wanted)
        if wanted is not None:
            needed = _needed(wanted, lacking)
            lacking = {column: back for column, back in lacking.items() if column in needed}
        for column, back in lacking.items():
            if column not in there:
                frame, more = _with(frame, column, back, lacking, read)
                there = [*there, *more]
        if wanted is not None:
            return frame.select(wanted)
        made = self.columns[name]
        return frame.select([*(column for column in made if column in there), *(c for c in there if c not in made)])


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
                case _:
                    pass
    return found


def _with(frame: pl.LazyFrame, column: str, back: Back, lacking: LeftOut, read: Read) -> tuple[pl.LazyFrame, list[str]]:
    """A frame with a column, and with all that come from the same row of another table; and the names of these."""
    if isinstance(back, Copy):
        return frame.with_columns(pl.col(back.column).alias(column)), [column]
    if isinstance(back, Constant):
        return frame.with_columns(literal(back.value, back.type).alias(column)), [column]
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

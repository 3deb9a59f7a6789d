"""Runs a program over inputs that lie in parts: memory holds one part of a large table, and what is small.

In: whole inputs, inputs in parts on a shelf, two shelves to put tables on. Out: the tables that a run over whole inputs makes,
row by row. Tables that are large stand on the shelves and are read from there again, part by part.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

import polars as pl

from engine.backends.key_order import ordered
from engine.backends.polars.hoist import HIDDEN
from engine.backends.polars.schema import checked, schema_of_columns
from engine.backends.polars.steps import Step, steps
from engine.backends.polars.table import Tables, combined, finished, partial
from engine.backends.ranges import Ranges
from engine.core.progress import doing
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema
from engine.ir.table import Aggregate
from engine.ir.walk import needed, scans

Part = Callable[[int], pl.LazyFrame]
"""A part of a table, by its number."""

GROUP, PIECES = f"{HIDDEN}group", f"{HIDDEN}pieces"
FOLD = 4
"""Aggregates of parts are put together when they are so many times as long as they were after the last time."""


class Shelf(Protocol):
    """Where tables are put and read again by their parts."""

    def __setitem__(self, name: str, table: pl.DataFrame, /) -> None:
        """Put a table, whole."""

    def put_parts(self, name: str, schema: pl.Schema, parts: Iterable[pl.DataFrame]) -> None:
        """Put a table part by part, as it is made."""

    def part(self, name: str, number: int) -> pl.LazyFrame:
        """A part of a table that was put so."""

    def put_pieces(self, name: str, parts: Iterable[list[pl.DataFrame]]) -> None:
        """Put a table whose parts, as they are made, are cut into pieces of other parts: the n-th of each is of the n-th."""

    def pieces(self, name: str, number: int) -> pl.LazyFrame:
        """All pieces of one of these parts."""

    def __contains__(self, name: object, /) -> bool:
        """Whether a table is there."""

    def __delitem__(self, name: str, /) -> None:
        """Take a table away."""


@dataclass
class ByParts:
    """`whole` inputs and stages by name; `parts` of those that lie in parts, `ranges` of the inputs among them.

    `kept` takes the stages to keep, `spool` what is needed only on the way.
    """

    program: Program
    keep: Collection[str]
    whole: dict[str, pl.LazyFrame]
    parts: dict[str, Part]
    ranges: Mapping[str, Ranges]
    kept: Shelf
    spool: Shelf
    count: int = field(init=False)
    schemas: Mapping[str, Schema] = field(init=False)
    readers: Counter[str] = field(default_factory=Counter)
    deferred: dict[str, Step] = field(default_factory=dict)
    """Steps that are made when their only reader is."""

    @classmethod
    def of(
        cls, program: Program, keep: Collection[str], whole: dict[str, pl.LazyFrame], ranges: Mapping[str, Ranges],
        given: Shelf, kept: Shelf, spool: Shelf,
    ) -> Self:  # fmt: skip
        """Inputs in parts stand on the shelf `given`."""

        def part(name: str) -> Part:
            wanted = list(program.inputs[name])
            return lambda number: checked(name, given.part(name, number).select(wanted), program.inputs[name])

        return cls(program, keep, whole, {name: part(name) for name in ranges}, ranges, kept, spool)

    def run(self) -> None:
        """Make the stages, in order."""
        keys = {name: each.keys for name, each in self.ranges.items()}
        self.count = max(each.count for each in self.ranges.values())
        todo = steps(self.program, needed(self.program, frozenset(self.keep)), keys)
        self.schemas = program_schemas(Program(self.program.inputs, tuple(step.stage for step in todo)))
        self.readers.update(name for step in todo for name in scans(step.stage.table))
        for number, step in enumerate(todo, start=1):
            doing(f"calculating · table {number} of {len(todo)}, {step.stage.name.lstrip(HIDDEN)}")
            MAKERS[step.how](self, step)
            if step.stage.name not in self.deferred:
                self._has_read(step)

    def _has_read(self, step: Step) -> None:
        """Let go of what nothing reads any more."""
        read = scans(step.stage.table)
        self.readers.subtract(read)
        for name in read:
            if self.readers[name] <= 0:
                before = self.deferred.pop(name, None)
                self._drop(name)
                if before is not None:
                    self._has_read(before)

    def _drop(self, name: str) -> None:
        self.whole.pop(name, None)
        self.parts.pop(name, None)
        for spooled in (name, f"{name}{PIECES}"):
            if spooled in self.spool:
                del self.spool[spooled]

    def part(self, step: Step, number: int) -> pl.LazyFrame:
        """A part of a step's table."""
        return self._frame(step, self._frames(step, number))

    def _frames(self, step: Step, number: int) -> dict[str, pl.LazyFrame]:
        read = set(scans(step.stage.table))
        return {name: self.parts[name](number) if name in self.parts else self.whole[name] for name in read}

    def _frame(self, step: Step, frames: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
        name = step.stage.name
        return checked(name, Tables(frames, self.schemas).frame(step.stage.table), self.schemas[name])

    def all_parts(self, step: Step) -> Iterator[pl.DataFrame]:
        """The parts of a step's table, one after another."""
        return (self.part(step, number).collect() for number in range(self.count))

    def make_whole(self, step: Step) -> None:
        """From whole tables."""
        name = step.stage.name
        frame = self._frame(step, self.whole)
        if name in self.keep or self.readers[name] > 1:
            frame = self._held(step, frame.collect())
        self.whole[name] = frame

    def _held(self, step: Step, table: pl.DataFrame) -> pl.LazyFrame:
        if step.stage.name in self.keep:
            table = ordered(table, list(step.stage.keys))
            self.kept[step.stage.name] = table
        return table.lazy()

    def make_gathered(self, step: Step) -> None:
        """Part by part, then whole."""
        self.whole[step.stage.name] = self._held(step, pl.concat(self.all_parts(step)))

    def make_first(self, step: Step) -> None:
        """From whole tables, as the first part."""
        table = self._frame(step, self.whole).collect().lazy()
        self.parts[step.stage.name] = lambda number: table if number == 0 else table.limit(0)

    def make_combined(self, step: Step) -> None:
        """An aggregate: of each part, and then of these."""
        table = step.stage.table
        assert isinstance(table, Aggregate)
        found: pl.DataFrame | None = None
        height = 0
        for number in range(self.count):
            rows = partial(table, Tables(self._frames(step, number), self.schemas)).collect()
            found = rows if found is None else pl.concat([found, rows])
            if found.height > FOLD * height:
                found = combined(table, found.lazy()).collect()
                height = found.height
        assert found is not None
        done = finished(table, combined(table, found.lazy()), self.schemas[step.stage.name])
        self.whole[step.stage.name] = done.collect().lazy()

    def make_parts(self, step: Step) -> None:
        """Part by part, in the order of its keys."""
        name = step.stage.name
        if name not in self.keep and self.readers[name] == 1:
            self.parts[name] = lambda number: self.part(step, number)
            self.deferred[name] = step
            return
        keys = list(step.stage.keys)
        self._put(name, (ordered(rows, keys) for rows in self.all_parts(step)))

    def _put(self, name: str, parts: Iterable[pl.DataFrame]) -> None:
        shelf = self.kept if name in self.keep else self.spool
        shelf.put_parts(name, schema_of_columns(self.schemas[name]), parts)
        self.parts[name] = lambda number: shelf.part(name, number)

    def make_grouped(self, step: Step) -> None:
        """Part by part, then in groups of rows that agree in some columns."""
        group = (pl.struct(step.by).hash(0) % self.count).cast(pl.UInt32)
        self.parts[step.stage.name] = self._again(
            step, (_split(rows, group, self.count) for rows in self.all_parts(step))
        )

    def _again(self, step: Step, parts: Iterator[list[pl.DataFrame]]) -> Part:
        """Rows put into other parts: each part made is cut into a piece for each."""
        name, spool = f"{step.stage.name}{PIECES}", self.spool
        spool.put_pieces(name, parts)
        return lambda number: spool.pieces(name, number)

    def make_sorted(self, step: Step) -> None:
        """Part by part, then in the ranges of an input's key and in the order of the stage's."""
        name, keys, ranges = step.stage.name, list(step.stage.keys), self.ranges[step.by[0]]
        empty = [pl.DataFrame(schema=schema_of_columns(self.schemas[name]))] * (self.count - ranges.count)
        again = self._again(step, (ranges.parted(rows.sort(keys), keys) + empty for rows in self.all_parts(step)))
        self._put(name, (ordered(again(number).collect(), keys) for number in range(self.count)))
        del self.spool[f"{name}{PIECES}"]


def _split(rows: pl.DataFrame, group: pl.Expr, count: int) -> list[pl.DataFrame]:
    """The rows of each group, in turn."""
    rows = rows.with_columns(group.alias(GROUP)).sort(GROUP)
    sizes = dict(rows.group_by(GROUP).len().iter_rows())
    found, start = [], 0
    for number in range(count):
        found.append(rows.slice(start, sizes.get(number, 0)).drop(GROUP))
        start += sizes.get(number, 0)
    return found


MAKERS: Mapping[str, Callable[[ByParts, Step], None]] = {
    "whole": ByParts.make_whole, "parts": ByParts.make_parts, "sorted": ByParts.make_sorted,
    "grouped": ByParts.make_grouped, "combined": ByParts.make_combined, "gathered": ByParts.make_gathered,
    "first": ByParts.make_first,
}  # fmt: skip
"""How each kind of step is made."""

"""A run as an explanation reads it: its program, its tables row by row, its plan lines, its currencies' digits."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import polars as pl

from engine.core.money import ISO_DIGITS
from engine.core.span import Span
from engine.explain.formula import Figures, Row, in_names
from engine.explain.node import Node, Worked
from engine.explain.number import worked
from engine.explain.stages import definitions
from engine.ir.expr import Value
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import Def
from engine.ir.types import TEXT, Type
from engine.record import Record, RecordError

Rows = list[dict[str, Any]]


class Tables:
    """The tables of one run, a few rows at a time."""

    def __init__(self, record: Record):
        self.record = record
        self.program: Program = record.program()
        self.schemas: dict[str, Schema] = program_schemas(self.program)
        self.stages: dict[str, Stage] = {stage.name: stage for stage in self.program.stages}
        self._definitions: dict[str, dict[str, Def]] = {}
        self._listed: set[tuple[Any, ...]] = set()
        self._nodes: dict[tuple[Any, ...], Node] = {}

    @cached_property
    def digits(self) -> dict[str, int]:
        """Digits after the point of each currency: as the workspace has them, else as ISO 4217 does."""
        stated = self.record.manifest.get("currencies")
        return {**ISO_DIGITS, **(stated if isinstance(stated, dict) else {})}

    def rows(self, name: str, **where: Value) -> Rows:
        """The rows of a table that have these values, in the table's order."""
        frame = self.record.scan(name)
        for column, value in where.items():
            frame = frame.filter(pl.col(column).is_null() if value is None else pl.col(column) == value)
        return self.collected(name, frame)

    @staticmethod
    def collected(name: str, frame: pl.LazyFrame) -> Rows:
        """The rows of a query on a table. Raises RecordError where the table can't be read."""
        try:
            found: Rows = frame.collect().to_dicts()
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise RecordError(
                f"table `{name}` of the run can't be read ({str(error)[:120]}): `komisi verify`"
            ) from None
        return found

    def row(self, name: str, **where: Value) -> dict[str, Any] | None:
        """The one row that has these values, if it is there."""
        return next(iter(self.rows(name, **where)), None)

    def named(self, prefix: str) -> Iterable[Stage]:
        """The stages whose name begins so, in the program's order."""
        return [stage for stage in self.program.stages if stage.name.startswith(prefix)]

    def figures(self, name: str, row: Row, beside: Iterable[Row] = ()) -> Figures:
        """The figures of a row of a table."""
        return Figures(row, self.types(name, row), self.digits, beside)

    def types(self, name: str, row: Row) -> dict[str, Type]:
        """Types of a table's columns on one row: money by column takes the currency that the row names."""
        return {column: self._on_row(type_, row) for column, type_ in self.schemas[name].items()}

    @staticmethod
    def _on_row(type_: Type, row: Row) -> Type:
        currency = row.get("currency")
        if type_.dtype == "money" and type_.currency is None and isinstance(currency, str):
            return Type("money", currency, type_.nullable)
        return type_

    def listed(self, *what: Any) -> bool:
        """Whether a list was in the tree before; from now on it is."""
        before = what in self._listed
        self._listed.add(what)
        return before

    def once(self, of: tuple[Any, ...], make: Callable[[], Node]) -> Node:
        """The one node of something that several read, so that measures of measures are not made over and over."""
        if of not in self._nodes:
            self._nodes[of] = make()
        return self._nodes[of]

    def definitions(self, name: str) -> dict[str, Def]:
        """All definitions of a stage by name."""
        if name not in self._definitions:
            self._definitions[name] = definitions(self.stages[name].table)
        return self._definitions[name]

    def value(self, table: str, column: str, row: Row) -> Worked:
        """A stored value in both styles."""
        return worked(row[column], self.types(table, row).get(column, TEXT), self.digits)

    def unit(self, table: str, column: str, row: Row) -> str:
        """What stands behind a value: its currency."""
        return self.types(table, row).get(column, TEXT).currency or ""


def says(made: Def) -> str:
    """What the plan says of a definition: its formula, or the expression in names."""
    return made.formula if made.formula is not None else in_names(made.expr)


def place(span: Span | None) -> str | None:
    """`file:line` as the workspace has it; the run keeps a copy under `plans/`."""
    return None if span is None else span.where


def stands(row: Row) -> str | None:
    """`file:row` of a source row."""
    return f"{row['file']}:{row['row']}" if row.get("file") is not None else None

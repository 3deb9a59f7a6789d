"""The rows of a table that a stage reads: its conditions, followed by `replay` on just the rows at hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.backends.replay import ReplayTable, replay_stage
from engine.ir.expr import Expr
from engine.ir.program import Stage
from engine.ir.table import Def, Extend, Filter, Project, Scan, Table
from engine.ir.types import INTEGER, Type
from engine.ir.walk import refs, tables_in

ROW = "~row"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Selection:
    """A table, and what stands between it and its reader: conditions, and definitions that they read."""

    table: str
    steps: tuple[Filter | Extend, ...]

    def kept(self, rows: Rows, types: Mapping[str, Type]) -> Rows:
        """Those of some rows of the table that the reader sees."""
        if not rows:
            return []
        schema = {name: type_ for name, type_ in types.items() if name in rows[0]} | {ROW: INTEGER}
        columns = {name: [row[name] for row in rows] for name in schema if name != ROW}
        table: Table = Scan(self.table)
        for step in self.steps:
            table = Filter(table, step.where) if isinstance(step, Filter) else Extend(table, step.defs)
        given = ReplayTable({**columns, ROW: list(range(len(rows)))}, schema)
        return [
            rows[index]
            for index in replay_stage(Stage("asked", "asked", table, (ROW,)), {self.table: given}).columns[ROW]
        ]

    @property
    def defs(self) -> tuple[Def, ...]:
        """The definitions among its steps."""
        return tuple(made for step in self.steps if isinstance(step, Extend) for made in step.defs)

    @property
    def words(self) -> str:
        """The conditions of the plan among its steps."""
        return " and ".join(made.formula for made in self.defs if made.formula)

    def reads(self) -> frozenset[str]:
        """Columns of the table that its conditions depend on."""
        made = {each.name: each.expr for each in self.defs}

        def followed(expr: Expr) -> frozenset[str]:
            return frozenset().union(*(followed(made[n]) if n in made else {n} for n in refs(expr)))

        return frozenset().union(*(followed(step.where) for step in self.steps if isinstance(step, Filter)))


def selections(table: Table, prefix: str) -> Iterator[Selection]:
    """Every selection from tables whose name begins with `prefix` in a table expression, each once."""
    found: list[Selection] = []
    _collect(table, prefix, found)
    yield from (each for index, each in enumerate(found) if each not in found[:index])


def _collect(table: Table, prefix: str, found: list[Selection]) -> None:
    steps: list[Filter | Extend] = []
    inner = table
    while isinstance(inner, Filter | Extend | Project):
        if not isinstance(inner, Project):
            steps.insert(0, inner)
        inner = inner.input
    if not isinstance(inner, Scan):
        for part in tables_in(inner):
            _collect(part, prefix, found)
    elif inner.name.startswith(prefix):
        bare = (Filter(Scan(""), s.where) if isinstance(s, Filter) else Extend(Scan(""), s.defs) for s in steps)
        found.append(Selection(inner.name, tuple(bare)))

"""One column of a row as a node: its value, its formula with names and with figures, its plan line, the variables it reads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.explain.formula import Figures
from engine.explain.look_up import look_up_node
from engine.explain.measure import variable_node
from engine.explain.node import Node, Worked
from engine.explain.remark import remark_nodes
from engine.explain.tables import Rows, Tables, place, says
from engine.ir.expr import Case, Expr, Fold, Lit, Over
from engine.ir.table import Def
from engine.ir.walk import children as inside
from engine.ir.walk import refs

CHOSEN = frozenset({"input", "rate", "select"})
"""Kinds of figures whose formula is the plan's own and may choose."""


@dataclass(frozen=True)
class Line:
    """A row of a stage, with the rows that its windows may look at."""

    tables: Tables
    name: str
    row: dict[str, Any]
    beside: Rows = field(default_factory=list)

    @property
    def made(self) -> dict[str, Def]:
        """The stage's definitions."""
        return self.tables.definitions(self.name)

    @property
    def figures(self) -> Figures:
        """The row's figures."""
        return self.tables.figures(self.name, self.row, self.beside)

    def shown(self, column: str) -> Worked:
        """A stored value."""
        return self.tables.value(self.name, column, self.row)

    def unit(self, column: str) -> str:
        """Its currency."""
        return self.tables.unit(self.name, column, self.row)

    def key(self) -> dict[str, Any]:
        """The row of the grid that it stands on."""
        return {name: self.row[name] for name in ("participant", "period", "segment")}


def column_node(
    line: Line,
    column: str,
    kind: str,
    title: str,
    about: str = "",
    children: tuple[Node, ...] = (),
    made: Def | None = None,
) -> Node:
    """A column with what it was made from; `made` instead of its own definition where that just points to another."""
    made = made or line.made.get(column)
    shown, unit = line.shown(column), line.unit(column)
    if made is None:
        return Node(kind, title, shown, unit, about, children=children)
    said = chosen_by(line, column) if made is line.made.get(column) else ()
    chosen = kind in CHOSEN and not column.endswith(".met")
    if not about and chosen and any(isinstance(part, Case) for part in _parts(made.expr)):
        about = _with(line, made)
    if line.row[column] is None and _known(line, made):
        about = about or "there is no such number: a division by 0, or out of the bounds of its type"
    return Node(
        kind, title, shown, unit, about, _formula(made, column), figures_of(line, made, shown), _inputs(line, made),
        place(made.span), made.note, children=(*said, *children, *variables_of(line, made)),
    )  # fmt: skip


def _known(line: Line, made: Def) -> bool:
    """Whether all that a definition reads is there."""
    read = refs(made.expr)
    return all(line.row.get(name) is not None for name in read) and not any(
        isinstance(p, Over | Fold) for p in _parts(made.expr)
    )


def figures_of(line: Line, made: Def, shown: Worked | None = None) -> Worked | None:
    """The definition with figures; None where that says no more than the value itself."""
    if any(name.endswith(".sum") for name in refs(made.expr)):
        return None
    worked = line.figures.worked(made.expr)
    return None if worked == shown else worked


def _parts(expr: Expr) -> Iterator[Expr]:
    yield expr
    for inner in inside(expr):
        yield from _parts(inner)


def _with(line: Line, made: Def) -> str:
    """What a choice was made on: `with contract_months = 36`."""
    read = [
        f"{name} = {line.shown(name).grouped}"
        for name in sorted(refs(made.expr))
        if name in line.row and "." not in name
    ]
    return f"with {', '.join(read)}" if read else ""


def chosen_by(line: Line, column: str) -> tuple[Node, ...]:
    """The choices of the plan that decided a column. In a list of credits, what all of them obey is said once."""
    made, figures = line.made.get(column), line.figures
    if not line.name.startswith("credit_pay/"):
        return remark_nodes(made, figures)
    once = not line.tables.listed("chosen", line.name, column)
    return remark_nodes(made, figures, always=once)


def is_constant(made: Def | None) -> bool:
    """Whether a definition is just a number of the plan."""
    return made is None or not refs(made.expr) or isinstance(made.expr, Lit)


def _formula(made: Def, column: str) -> str:
    """The plan's words, without the prefix of the modifier that they belong to."""
    prefix = column.rpartition(".")[0] or column
    return says(made).replace(f"{prefix}.", "")


def _inputs(line: Line, made: Def) -> dict[str, str]:
    return {name: line.shown(name).plain for name in sorted(refs(made.expr)) if name in line.row}


def variables_of(line: Line, made: Def) -> tuple[Node, ...]:
    """The variables and look-up tables that a definition reads."""
    wanted = [name for name in sorted(refs(made.expr)) if name in line.row]
    places = [(line.tables, line.name, name, line.row) for name in wanted]
    found = (look_up_node(*each) or variable_node(*each) for each in places)
    return tuple(node for node in found if node is not None)

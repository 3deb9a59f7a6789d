"""Remarks: what the plan says beside a figure (a choice that decided it, a note), each with its place.

In: remarks of a definition or table, and a row. Out: a node for each that holds on the row.
"""

from collections.abc import Collection

from engine.explain.formula import Figures
from engine.explain.node import Node
from engine.explain.tables import Tables, place
from engine.ir.remark import Remark
from engine.ir.table import Def
from engine.ir.walk import scans


def remark_nodes(made: Def | None, figures: Figures, always: bool = True) -> tuple[Node, ...]:
    """The choices that decided a column on a row; and, with `always`, those that every row obeys."""
    if made is None:
        return ()
    return tuple(remark_node(remark) for remark in made.remarks if holds(remark, figures, always))


def holds(remark: Remark, figures: Figures, always: bool = True) -> bool:
    """Whether a remark is about a row; what the row does not know, it is not about."""
    if remark.when is None:
        return always
    try:
        return figures.value(remark.when) is True
    except LookupError:
        return False


def remark_node(remark: Remark) -> Node:
    """A remark with its plan line and note."""
    return Node("choice", remark.words, span=place(remark.span), note=remark.note)


def table_remarks(tables: Tables, *names: str, columns: Collection[str] | None = None, **row: str) -> tuple[Node, ...]:
    """What the plan says of whole tables, once in a tree; with the key of a row, also what it says of that row.

    `columns`: of single columns only what it says of these.
    """
    found: list[Node] = []
    for name in dict.fromkeys(names):
        remarks = tables.program.remarks.get(name, ())
        values = (tables.row(name, **row) if remarks and row else None) or {}
        figures = tables.figures(name, values) if values else Figures({}, {}, tables.digits)
        about = [r for r in remarks if columns is None or r.column is None or r.column in columns]
        found += [remark_node(r) for r in about if holds(r, figures) and not tables.listed("remark", name, r)]
    return tuple(found)


def inputs_of(tables: Tables, stage: str) -> tuple[str, ...]:
    """The sources that a stage reads itself."""
    return tuple(name for name in scans(tables.stages[stage].table) if name.startswith("source/"))

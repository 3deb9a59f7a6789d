"""A program whose places are named by paths within the workspace, so that it is the same from whichever folder it is compiled."""

from dataclasses import replace

from engine.core.span import Span
from engine.ir.program import Program
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union


def relocated(program: Program, folder: str) -> Program:
    """The program with `folder/` taken off the front of every file name."""
    if folder in ("", "."):
        return program
    prefix = folder.rstrip("/") + "/"
    stages = (replace(s, table=_table(s.table, prefix), span=_span(s.span, prefix)) for s in program.stages)
    return Program(program.inputs, tuple(stages))


def _span(span: Span | None, prefix: str) -> Span | None:
    return span if span is None else replace(span, file=span.file.removeprefix(prefix))


def _table(table: Table, prefix: str) -> Table:
    match table:
        case Scan():
            return table
        case Extend():
            defs = tuple(replace(d, span=_span(d.span, prefix)) for d in table.defs)
            return Extend(_table(table.input, prefix), defs)
        case Filter() | Project() | Aggregate():
            return replace(table, input=_table(table.input, prefix))
        case Join() | AsOf():
            return replace(table, left=_table(table.left, prefix), right=_table(table.right, prefix))
        case Union():
            return Union(tuple(_table(each, prefix) for each in table.inputs))

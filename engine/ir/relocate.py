"""A program whose places are named by paths within the workspace, so that it is the same from whichever folder it is compiled."""

import os
from dataclasses import replace
from pathlib import Path

from engine.core.span import Span
from engine.ir.program import Program
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union


def relocated(program: Program, folder: str) -> Program:
    """The program with its places as paths from `folder` on; both are paths from the current folder."""
    if folder in ("", "."):
        return program
    stages = (replace(s, table=_table(s.table, folder), span=_span(s.span, folder)) for s in program.stages)
    return Program(program.inputs, tuple(stages))


def _span(span: Span | None, folder: str) -> Span | None:
    return span if span is None else replace(span, file=Path(os.path.relpath(span.file, folder)).as_posix())


def _table(table: Table, folder: str) -> Table:
    match table:
        case Scan():
            return table
        case Extend():
            defs = tuple(replace(d, span=_span(d.span, folder)) for d in table.defs)
            return Extend(_table(table.input, folder), defs)
        case Filter() | Project() | Aggregate():
            return replace(table, input=_table(table.input, folder))
        case Join() | AsOf():
            return replace(table, left=_table(table.left, folder), right=_table(table.right, folder))
        case Union():
            return Union(tuple(_table(each, folder) for each in table.inputs))

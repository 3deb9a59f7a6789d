"""A program whose places are named by paths within the workspace, so that it is the same from whichever folder it is compiled."""

import os
from dataclasses import replace
from pathlib import Path

from engine.core.span import Span
from engine.ir.program import Program
from engine.ir.remark import Remark
from engine.ir.table import Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union


def relocated(program: Program, folder: str) -> Program:
    """The program with its places as paths from `folder` on; both are paths from the current folder."""
    if folder in ("", "."):
        return program
    stages = (replace(s, table=_table(s.table, folder), span=_span(s.span, folder)) for s in program.stages)
    remarks = {name: _remarks(said, folder) for name, said in program.remarks.items()}
    return Program(program.inputs, tuple(stages), remarks)


def _span(span: Span | None, folder: str) -> Span | None:
    if span is None:
        return None
    file = Path(os.path.relpath(span.file, folder)).as_posix()
    return replace(span, file=file, via=tuple((_there(each, folder), words) for each, words in span.via))


def _there(span: Span, folder: str) -> Span:
    found = _span(span, folder)
    assert found is not None
    return found


def _remarks(remarks: tuple[Remark, ...], folder: str) -> tuple[Remark, ...]:
    return tuple(replace(remark, span=_span(remark.span, folder)) for remark in remarks)


def _def(made: Def, folder: str) -> Def:
    return replace(made, span=_span(made.span, folder), remarks=_remarks(made.remarks, folder))


def _table(table: Table, folder: str) -> Table:
    match table:
        case Scan():
            return table
        case Extend():
            return Extend(_table(table.input, folder), tuple(_def(made, folder) for made in table.defs))
        case Filter() | Project() | Aggregate():
            return replace(table, input=_table(table.input, folder))
        case Join() | AsOf():
            return replace(table, left=_table(table.left, folder), right=_table(table.right, folder))
        case Union():
            return Union(tuple(_table(each, folder) for each in table.inputs))

"""A program without conditions that it answers itself: where a column is true in every row, or false, nothing is asked of it.

In: a program. Out: the same stages, each value made by the branch that can come. A component without a qualifying level, say, is
lowered as one with it, of which it is known that nobody has it.
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.ir.expr import Call, Case, Expr, Lit, Ref
from engine.ir.program import Program
from engine.ir.table import AsOf, Def, Extend, Filter, Join, Project, Table
from engine.ir.types import BOOL
from engine.ir.walk import rebuilt, with_tables

Known = dict[str, Lit]
"""Columns that are true in all rows, or false in all."""

TRUE, FALSE = Lit(True, BOOL), Lit(False, BOOL)


def settled(program: Program) -> Program:
    """The same stages, as far as they settle conditions themselves."""
    return replace(program, stages=tuple(replace(stage, table=_settled(stage.table)[0]) for stage in program.stages))


def _settled(table: Table) -> tuple[Table, Known]:
    match table:
        case Filter():
            inner, known = _settled(table.input)
            return Filter(inner, told(table.where, known)), known
        case Extend():
            return _extended(table)
        case Project():
            inner, known = _settled(table.input)
            return Project(inner, table.columns), {new: known[old] for new, old in table.columns if old in known}
        case Join() | AsOf():
            left, known = _settled(table.left)
            taken = {new for new, _ in table.take}
            made = replace(table, left=left, right=_settled(table.right)[0])
            return made, {name: value for name, value in known.items() if name not in taken}
        case _:
            return with_tables(table, lambda inner: _settled(inner)[0]), {}


def _extended(table: Extend) -> tuple[Table, Known]:
    inner, known = _settled(table.input)
    defs: list[Def] = []
    for each in table.defs:
        value = told(each.expr, known)
        defs.append(each if value is each.expr else replace(each, expr=value))
        if isinstance(value, Lit) and value in (TRUE, FALSE):
            known[each.name] = value
        else:
            known.pop(each.name, None)
    return Extend(inner, tuple(defs)), known


def told(expr: Expr, known: Mapping[str, Lit]) -> Expr:
    """An expression, as far as what is known tells its value."""
    if isinstance(expr, Ref):
        return known.get(expr.name, expr)
    match rebuilt(expr, lambda inner: told(inner, known)):
        case Case() as made:
            return _chosen(made)
        case Call("not", (Lit(bool(value)),)):
            return FALSE if value else TRUE
        case Call("and", args) as made:
            return _joined(made, args, stops=FALSE, goes=TRUE)
        case Call("or", args) as made:
            return _joined(made, args, stops=TRUE, goes=FALSE)
        case Call("coalesce", (Lit(value) as first, *_)) if value is not None:
            return first
        case made:
            return made


def _chosen(case: Case) -> Expr:
    """A choice without the branches that can't come, or those after one that always does."""
    branches: list[tuple[Expr, Expr]] = []
    for condition, value in case.branches:
        if condition == TRUE:
            return replace(case, branches=tuple(branches), otherwise=value) if branches else value
        if condition != FALSE:
            branches.append((condition, value))
    if not branches:
        return case.otherwise
    return case if len(branches) == len(case.branches) else replace(case, branches=tuple(branches))


def _joined(call: Call, args: tuple[Expr, ...], stops: Lit, goes: Lit) -> Expr:
    if stops in args:
        return stops
    left = tuple(arg for arg in args if arg != goes)
    if not left:
        return goes
    if len(left) == len(args):
        return call
    return left[0] if len(left) == 1 else replace(call, args=left)

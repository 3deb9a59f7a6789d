"""Ways to plant a bug in a lowered program: workspace in, wrong program out.

Three of them: lower a workspace that says something else (a policy that the lowering would have ignored), patch a piece of the
lowering, or rewrite definitions and tables of the program that it made.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from engine.ir.expr import Expr
from engine.ir.program import Program
from engine.ir.table import Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.walk import rebuilt
from engine.lower import (
    lower,
)
from engine.plan.resolved import (
    Plan,
    ResolvedWorkspace,
)

Bug = Callable[[ResolvedWorkspace], Program]
Tables = Callable[[str, Table], Table]


def misread(change: Callable[[Plan], Plan]) -> Bug:
    """The lowering reads plans as if they said something else."""
    return lambda workspace: lower(replace(workspace, plans=tuple(change(plan) for plan in workspace.plans)))


def patched(*patches: tuple[Any, str, Any]) -> Bug:
    """Pieces of the lowering are others."""

    def bug(workspace: ResolvedWorkspace) -> Program:
        with pytest.MonkeyPatch.context() as patch:
            for module, name, value in patches:
                patch.setattr(module, name, value)
            return lower(workspace)

    return bug


def rewritten(change: Tables) -> Bug:
    """Every table expression is what `change(stage, table)` makes of it, from the inside out."""

    def bug(workspace: ResolvedWorkspace) -> Program:
        program = lower(workspace)
        stages = (replace(s, table=_within(s.table, partial(change, s.name))) for s in program.stages)
        return Program(program.inputs, tuple(stages), program.remarks)

    return bug


def _within(table: Table, change: Callable[[Table], Table]) -> Table:
    match table:
        case Scan():
            return change(table)
        case Filter() | Extend() | Project() | Aggregate():
            return change(replace(table, input=_within(table.input, change)))
        case Join() | AsOf():
            return change(replace(table, left=_within(table.left, change), right=_within(table.right, change)))
        case Union(inputs):
            return change(Union(tuple(_within(inner, change) for inner in inputs)))


def defined(change: Callable[[str, Def], Expr]) -> Bug:
    """Every definition has the expression that `change(stage, definition)` gives."""

    def tables(stage: str, table: Table) -> Table:
        if not isinstance(table, Extend):
            return table
        return replace(table, defs=tuple(replace(d, expr=change(stage, d)) for d in table.defs))

    return rewritten(tables)


def expressed(where: Callable[[str, str], bool], change: Callable[[Expr], Expr]) -> Bug:
    """`change` is made everywhere inside the definitions that `where(stage, name)` picks."""

    def deep(expr: Expr) -> Expr:
        return change(rebuilt(expr, deep))

    return defined(lambda stage, d: deep(d.expr) if where(stage, d.name) else d.expr)

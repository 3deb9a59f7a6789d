"""Walks over expressions and tables: what each reads, and an expression rebuilt with its parts replaced."""

from collections.abc import Callable, Collection
from dataclasses import replace
from operator import is_

from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.program import Program, Stage
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union

READ = "~read"
"""Where a node remembers what it reads: most passes ask."""


def refs(expr: Expr) -> frozenset[str]:
    """Names that an expression reads."""
    found: frozenset[str] | None = expr.__dict__.get(READ)
    if found is None:
        found = expr.__dict__[READ] = _refs(expr)
    return found


def _refs(expr: Expr) -> frozenset[str]:
    match expr:
        case Ref(name):
            return frozenset({name})
        case Lit():
            return frozenset()
        case Call(_, args):
            return frozenset().union(*(refs(arg) for arg in args))
        case Case(branches, otherwise):
            return refs(otherwise).union(*(refs(c) | refs(v) for c, v in branches))
        case Over():
            return refs(expr.arg) | frozenset(expr.by) | {name for name, _ in expr.order}
        case Fold():
            return refs(expr.next) - {expr.before} | frozenset(expr.by) | {name for name, _ in expr.order}


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one."""
    match expr:
        case Ref() | Lit():
            return ()
        case Call():
            return expr.args
        case Case():
            return (*(part for branch in expr.branches for part in branch), expr.otherwise)
        case Over():
            return (expr.arg,)
        case Fold():
            return (expr.start, expr.next)


def rebuilt(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with each direct child replaced by `change(child)`, in the order of `children`; itself, if none changes."""
    match expr:
        case Ref() | Lit():
            return expr
        case Fold():
            following = change(expr.next)
            return expr if following is expr.next else replace(expr, next=following)
    parts = children(expr)
    made = tuple([change(part) for part in parts])
    if all(map(is_, made, parts)):
        return expr
    match expr:
        case Call():
            return Call(expr.fn, made, expr.at)
        case Case():
            return Case(tuple(zip(made[:-1:2], made[1::2], strict=True)), made[-1], expr.at)
        case Over():
            return Over(expr.fn, made[0], expr.by, expr.order, expr.frame, expr.at)


def tables_in(table: Table) -> tuple[Table, ...]:
    """The tables directly inside one."""
    match table:
        case Scan():
            return ()
        case Filter() | Extend() | Project() | Aggregate():
            return (table.input,)
        case Join() | AsOf():
            return (table.left, table.right)
        case Union():
            return table.inputs


def with_tables(table: Table, change: Callable[[Table], Table]) -> Table:
    """The table with each one directly inside replaced by `change` of it; itself, if none changes."""
    parts = tables_in(table)
    made = tuple([change(part) for part in parts])
    if all(map(is_, made, parts)):
        return table
    match table:
        case Filter() | Extend() | Project() | Aggregate():
            return replace(table, input=made[0])
        case Join() | AsOf():
            return replace(table, left=made[0], right=made[1])
        case _:
            return Union(made)


def scans(table: Table) -> tuple[str, ...]:
    """Names of the inputs and stages that a table reads, as often as it reads them."""
    if isinstance(table, Scan):
        return (table.name,)
    return tuple(name for inner in tables_in(table) for name in scans(inner))


def needed(program: Program, keep: Collection[str]) -> tuple[Stage, ...]:
    """The stages that `keep` needs, themselves included, in the program's order."""
    wanted = set(keep)
    found: list[Stage] = []
    for stage in reversed(program.stages):
        if stage.name in wanted:
            found.append(stage)
            wanted.update(scans(stage.table))
    return tuple(reversed(found))

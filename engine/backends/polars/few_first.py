"""A program in which tables of participants are joined with each other before many rows are joined with them.

In: a program. Out: the same stages. A credit looks up its segment, and by that its row of the grid, and its target: of ten
thousand participants these are few rows, of a million credits they were three times a million.
"""

from dataclasses import replace

from engine.backends.polars.hoist import HIDDEN
from engine.ir.program import Program
from engine.ir.table import Join, Project, Scan, Table
from engine.ir.walk import with_tables


def few_first(program: Program) -> Program:
    """The same stages, with such joins put together."""
    few = frozenset(stage.name for stage in program.stages if stage.keys[:2] == ("participant", "period"))
    return replace(program, stages=tuple(replace(s, table=_together(s.table, few)) for s in program.stages))


def _together(table: Table, few: frozenset[str]) -> Table:
    table = with_tables(table, lambda inner: _together(inner, few))
    if isinstance(table, Join) and isinstance(table.left, Join) and _finds_more(table.left, table, few):
        return _first(table.left, table)
    return table


def _finds_more(inner: Join, outer: Join, few: frozenset[str]) -> bool:
    """Whether `outer` is joined by what `inner` has found, and by nothing else of the rows."""
    taken, on = {new for new, _ in inner.take}, {left for left, _ in inner.on}
    by = {left for left, _ in outer.on}
    plain = not inner.many and not outer.many and (inner.how, outer.how) in PAIRS
    return plain and bool(by & taken) and by <= taken | on and _is_few(inner.right, few)


PAIRS = (("inner", "inner"), ("inner", "left"), ("left", "left"))
"""How two joins may be made so that it does not matter which comes first."""


def _is_few(table: Table, few: frozenset[str]) -> bool:
    match table:
        case Scan(name):
            return name in few
        case Project():
            return _is_few(table.input, few)
        case Join():
            return _is_few(table.left, few) and not table.many
        case _:
            return False


def _first(inner: Join, outer: Join) -> Join:
    """Rows, joined with what the tables of both are together."""
    of = dict(inner.on) | dict(inner.take)
    hidden = {old: f"{HIDDEN}{old}" for old in (*(right for _, right in inner.on), *(old for _, old in inner.take))}
    narrow = Project(inner.right, tuple((new, old) for old, new in hidden.items()))
    on = tuple((hidden[of[left]], right) for left, right in outer.on)
    both = Join(narrow, outer.right, on, outer.take, outer.how)
    take = (*((new, hidden[old]) for new, old in inner.take), *((new, new) for new, _ in outer.take))
    return replace(inner, right=both, on=tuple((left, hidden[right]) for left, right in inner.on), take=take)

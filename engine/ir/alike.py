"""A program in which no row is asked the same twice: of columns that are made alike, the first is made and the others repeat it.

In: a program. Out: the same stages, with definitions that only name another column. Credit rules that take the same transactions
by the same conditions, or exchange the same values at the same rates, say so each for itself.
"""

from dataclasses import replace

from engine.ir.expr import Expr, Fold, Lit, Over, Ref
from engine.ir.program import Program
from engine.ir.table import Def, Extend, Table
from engine.ir.walk import children, rebuilt, with_tables

NUMBER = "~{}"
"""Stands for what the definition of that number makes, whatever its name is."""


def made_once(program: Program) -> Program:
    """The same stages; where two definitions of a row are alike, the later one is the name of the other."""
    return replace(program, stages=tuple(replace(stage, table=_once(stage.table)) for stage in program.stages))


def _once(table: Table) -> Table:
    table = with_tables(table, _once)
    return Extend(table.input, _firsts(table.defs)) if isinstance(table, Extend) and len(table.defs) > 1 else table


def _firsts(defs: tuple[Def, ...]) -> tuple[Def, ...]:
    made: dict[Expr, int] = {}
    stands: dict[str, Ref] = {}
    found: list[Def] = []
    for number, each in enumerate(defs):
        first, means = number, Ref(NUMBER.format(number))
        if isinstance(each.expr, Ref):
            means = _meant(each.expr, stands)
        elif not isinstance(each.expr, Lit) and not _looks_around(each.expr):
            first = made.setdefault(_in_numbers(each.expr, stands), number)
            means = Ref(NUMBER.format(first))
        name = defs[first].name
        repeats = first < number and stands[name] == means
        found.append(replace(each, expr=Ref(name)) if repeats else each)
        stands[each.name] = means
    return tuple(found)


def _meant(ref: Ref, stands: dict[str, Ref]) -> Ref:
    """What a name stands for: a definition's number, or a column that was there before."""
    return stands.get(ref.name, ref)


def _in_numbers(expr: Expr, stands: dict[str, Ref]) -> Expr:
    """An expression that names definitions by their numbers: equal ones make the same of every row."""
    if isinstance(expr, Ref):
        return _meant(expr, stands)
    return rebuilt(expr, lambda inner: _in_numbers(inner, stands))


def _looks_around(expr: Expr) -> bool:
    """Whether it reads other rows."""
    return isinstance(expr, Over | Fold) or any(_looks_around(inner) for inner in children(expr))

"""Which names a formula reads, with the place of each."""

from collections.abc import Iterator

from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.plan.formula import Formula


def names_in(*formulas: Formula) -> frozenset[str]:
    """The names that the formulas read."""
    return frozenset(ref.name for formula in formulas for ref in refs_in(formula.expr))


def refs_in(expr: Expr) -> Iterator[Ref]:
    """Every reference in an expression, from left to right."""
    match expr:
        case Ref():
            yield expr
        case Lit():
            return
        case Call():
            for arg in expr.args:
                yield from refs_in(arg)
        case Case():
            for condition, value in expr.branches:
                yield from refs_in(value)
                yield from refs_in(condition)
            yield from refs_in(expr.otherwise)
        case Over() | Fold():
            raise AssertionError("windows are made by passes, never by a plan")

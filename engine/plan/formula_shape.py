"""What the shape of a formula says of its value: that it adds up as what it is made of does, that it is a share of a target.

In: an expression, and which of its names are such. Out: whether it is one, whatever the values.
"""

from collections.abc import Mapping, Set

from engine.ir.expr import Call, Case, Expr, Lit, Ref
from engine.ir.walk import refs

KEPT = ("add", "sub", "neg", "abs", "min", "max", "coalesce")
"""Functions that make a share of shares."""


def adds_up(expr: Expr, totals: Mapping[str, bool]) -> bool:
    """Whether of two parts it comes together to what it is of the whole.

    `totals`: measure → whether it does itself. A sum of such, times what is no measure; not one with a constant beside it.
    """
    match expr:
        case Ref():
            return totals.get(expr.name, False)
        case Call("add" | "sub" | "neg"):
            return all(adds_up(arg, totals) for arg in expr.args)
        case Call("mul", (left, right)):
            return any(
                adds_up(one, totals) and _is_constant(other, totals) for one, other in ((left, right), (right, left))
            )
        case Call("div", (left, right)):
            return adds_up(left, totals) and _is_constant(right, totals)
        case _:
            return False


def _is_constant(expr: Expr, measures: Mapping[str, bool]) -> bool:
    return not refs(expr) & measures.keys()


def has_fixed(expr: Expr, measures: Set[str], fixed: Set[str]) -> bool:
    """Whether an amount stands in it that does not grow with any measure: `sales - 1000`, `1 if sales > 500 else 0`.

    `measures` are the names that are some, `fixed` those of them that hold such an amount themselves.
    """

    def alone(part: Expr) -> bool:
        return not refs(part) & measures and not (isinstance(part, Lit) and part.value == 0)

    def holds(part: Expr) -> bool:
        return alone(part) or has_fixed(part, measures, fixed)

    match expr:
        case Ref():
            return expr.name in fixed
        case Call("add" | "sub" | "min" | "max"):
            return any(holds(arg) for arg in expr.args)
        case Call("neg" | "abs" | "div"):
            return has_fixed(expr.args[0], measures, fixed)
        case Call("mul"):
            return all(holds(arg) for arg in expr.args) and bool(refs(expr) & measures)
        case Case():
            return any(holds(value) for value in (*(value for _, value in expr.branches), expr.otherwise))
        case _:
            return False


def is_share(expr: Expr, shares: Set[str]) -> bool:
    """Whether an expression comes to a share of a target; `shares` are names that do."""
    match expr:
        case Ref():
            return expr.name in shares
        case Case():
            return any(is_share(each, shares) for each in (*(value for _, value in expr.branches), expr.otherwise))
        case Call("div", (left, right)):
            return is_share(left, shares) and not refs(right) & shares
        case Call():
            return expr.fn in KEPT and any(is_share(arg, shares) for arg in expr.args)
        case _:
            return False

"""A share of a period: value × days ÷ days."""

from engine.ir.expr import Expr, Ref
from engine.lower.accumulation import days
from engine.lower.terms import call
from engine.plan.accumulation import Accumulation


def prorated(amount: Expr, accumulation: Accumulation | None) -> Expr:
    """Of the interval, or of the days since the accumulation's reset."""
    share, whole = (call("as_quantity", Ref(name)) for name in days(accumulation))
    return call("div", call("mul", amount, share), whole)

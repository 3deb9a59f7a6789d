"""A share of a period: value × days ÷ days."""

from engine.ir.expr import Expr, Ref
from engine.lower.accumulation import days
from engine.lower.terms import part_of
from engine.plan.accumulation import Accumulation


def prorated(amount: Expr, accumulation: Accumulation | None) -> Expr:
    """Of the interval, or of the days since the accumulation's reset."""
    share, whole = (Ref(name) for name in days(accumulation))
    return part_of(amount, share, whole)

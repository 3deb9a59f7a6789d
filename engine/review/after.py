"""What the items of a list leave of amounts just below and at a bound, as far as the plan alone can tell.

In: a component, and what its table pays on both sides of a value. Out: the same after an item, or None where data decides.
Nothing is prorated or rounded here; a gate on something else than the selected value is taken as met.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from engine.ir.walk import refs
from engine.plan.resolved import Budget, CarryForward, Gate, Limit, Multiply, ShareOut, Step, TrueUp
from engine.review.paid import Paid
from engine.review.term import Sum, name, term

NOTHING = Sum(())
UNREAD = name("?")
"""Stands for a factor that can't be read off the plan."""


@dataclass(frozen=True)
class Sides:
    """Amounts just below a bound and at it.

    `limited`: a cap or floor may keep them apart less than they are here. `decided_by`: an item whose factor, `UNREAD` in
    the amounts, only data tells.
    """

    below: Sum
    at: Sum
    limited: bool = False
    decided_by: Step | None = None


def after_all(paid: Paid, bound: Decimal, sides: Sides) -> Sides | Step:
    """The amounts after the whole list; or the item that makes them unknown."""
    for step in paid.component.steps:
        following = after(paid, bound, sides, step)
        if following is None or _asks_for_selected(paid, step):
            return step
        sides = following
    return sides


def _asks_for_selected(paid: Paid, step: Step) -> bool:
    """Whether a gate's formula reads the value that finds the tier: it may be met from this very bound on."""
    if not isinstance(step, Gate) or step.when is None:
        return False
    return bool(refs(step.when.expr) & {paid.table.select, "attainment"})


def after(paid: Paid, bound: Decimal, sides: Sides, step: Step) -> Sides | None:
    """The amounts after one item."""
    match step:
        case Multiply():
            factor = term(step.by.expr, paid.known(bound))
            decided_by = sides.decided_by if factor is not None else step
            factor = UNREAD if factor is None else factor
            return replace(sides, below=sides.below * factor, at=sides.at * factor, decided_by=decided_by)
        case Gate(measure=str(), at_least=Decimal() as least) if _on_selected(paid, step):
            if bound == least and (sides.limited or _trued_up(paid, step)):
                return None
            passed = sides if bound > least else replace(sides, below=NOTHING)
            return passed if bound >= least else Sides(NOTHING, NOTHING)
        case Limit():
            left = tuple(limited(paid, bound, side, step) for side in (sides.below, sides.at))
            if left[0] is None or left[1] is None or sides.limited or not paid.is_limited_by(step):
                return replace(sides, limited=True)
            return replace(sides, below=left[0], at=left[1])
        case ShareOut() | CarryForward() | Budget():  # less than it, by data alone
            return replace(sides, limited=True)
        case _:
            return sides


def _trued_up(paid: Paid, step: Step) -> bool:
    """Whether the item acts on what one interval adds, which no value of its own tells."""
    return any(isinstance(each, TrueUp) for each in paid.component.steps[: paid.component.steps.index(step)])


def _on_selected(paid: Paid, gate: Gate) -> bool:
    """Whether a gate asks for the value that finds the tier, against the same target."""
    if gate.measure != paid.table.select or paid.table.prorate_bounds:
        return False
    mine, other = gate.against, paid.table.against
    if mine is None or other is None:
        return mine is other
    return (mine.target, mine.accumulation, mine.whole) == (other.target, other.accumulation, other.whole)


def limited(paid: Paid, bound: Decimal, amount: Sum, limit: Limit) -> Sum | None:
    """The amount under a cap or over a floor; None where the plan alone can't tell which of both it is."""
    at = term(limit.at.expr, paid.known(bound))
    sign = None if at is None else (amount - at).sign
    if sign is None:
        return None
    return at if sign == (1 if limit.kind == "cap" else -1) else amount

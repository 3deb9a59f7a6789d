"""Items that undo what stands before: a budget, cap or gate (R035), a cap that remembers (R036), what else adds up (R043).

In: a component. Out: warnings.
"""

from decimal import Decimal
from itertools import combinations

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Call, Case, Expr, Lit
from engine.plan.resolved import Budget, CarryForward, Gate, Limit, Multiply, Step
from engine.review.paid import Paid
from engine.review.term import term


def review_undone(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning for each later item that makes more of what was let through, or takes away what was counted."""
    component = paid.component
    for before, after in combinations(component.steps, 2):
        if _unseen(before, after):
            assert isinstance(before, Limit) and isinstance(after, Limit)
            diagnostics.warning(
                "R036", f"this lifts intervals below it, and the cap over the {before.over} does not see that: more can be paid",
                after.span, related=((before.span, "the cap, which takes them as they were before"),),
                help="say `excess: lost` at the cap, so that it counts what was paid; or put the floor before it; or accept it, "
                f'with the reason: `accept: {{R036: "…"}}` in `{component.name}`',
            )  # fmt: skip
        counted = _counted(before) if isinstance(after, Gate) and after.per == "earning" else ""
        if counted:
            diagnostics.warning(
                "R043", f"what this gate takes away {counted}", after.span, related=((before.span, f"the {before.kind}"),),
                help=f"put the gate before the {before.kind}, which then sees what it takes away; or accept it, with the reason: "
                f'`accept: {{R043: "…"}}` in `{component.name}`',
            )  # fmt: skip
        done = _more(paid, before, after)
        if done:
            diagnostics.warning(
                "R035", f"this {done}", after.span, related=((before.span, f"the {before.kind}"),),
                help=f"put it before the {before.kind}, if the {before.kind} is for what is paid; or accept it, with the reason: "
                f'`accept: {{R035: "…"}}` in `{component.name}`',
            )  # fmt: skip


def _more(paid: Paid, before: Step, after: Step) -> str:
    """How an item makes more of what an item before it has let through; empty where it doesn't."""
    match before, after:
        case (Budget() | Limit(kind="cap", accumulation=str()), Multiply()) if not _at_most_one(after.by.expr):
            done = f"multiplies what the {before.kind} has let through, so more than it may be paid"
        case Budget(), Limit(kind="floor"):
            return "lifts amounts that the budget has cut, so more than it may be paid"
        case Gate(per="earning"), Limit(kind="floor", cumulative=False) if _is_above_nothing(paid, after):
            done = "lifts the amount of who does not pass the gate, who is paid all the same"
        case _:
            return ""
    later = paid.component.steps[paid.component.steps.index(after) + 1 :]
    return "" if any(_does_it_again(step, before) for step in later) else done


def _does_it_again(step: Step, before: Step) -> bool:
    """Whether an item after it takes off what was made more of: a cap over the same span, a gate."""
    match before, step:
        case Limit(), Limit():
            return (step.kind, step.over) == (before.kind, before.over)
        case Gate(), Gate():
            return step.per == "earning"
        case _:
            return False


def _is_above_nothing(paid: Paid, floor: Limit) -> bool:
    at = term(floor.at.expr, paid.known(Decimal(0)))
    return at is not None and at.sign == 1


def _counted(step: Step) -> str:
    """What an item does with an interval's amount that a gate after it takes away; empty where it looks at each by itself."""
    match step:
        case Limit(cumulative=True, kind=kind, over=over):
            otherwise = "where it is a return, more" if kind == "cap" else "less"
            return f"has been counted by the {kind} over the {over}: {otherwise} than that can be paid"
        case CarryForward():
            return f"is carried no further: of what was brought into the interval nothing is paid within the {step.accumulation}"
        case _:
            return ""


def _at_most_one(factor: Expr) -> bool:
    """Whether a factor makes nothing more, as far as the plan alone tells."""
    match factor:
        case Lit(Decimal() as value):
            return abs(value) <= 1
        case Call("min", args):
            return any(map(_at_most_one, args))
        case Case(branches, otherwise):
            return all(_at_most_one(value) for value in (*(value for _, value in branches), otherwise))
        case _:
            return False


def _unseen(before: Step, after: Step) -> bool:
    """Whether a floor gives in single intervals what a cap has already taken off its running sum."""
    if not (isinstance(before, Limit) and isinstance(after, Limit)) or (before.kind, after.kind) != ("cap", "floor"):
        return False
    return before.cumulative and not before.lost and after.accumulation != before.accumulation

"""Items that undo what a budget (R035), a cap that remembers (R036), or whatever else adds up (R043) before them promised.

In: a component. Out: warnings.
"""

from decimal import Decimal
from itertools import combinations

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Lit
from engine.plan.resolved import Budget, CarryForward, Gate, Limit, Multiply, Step
from engine.review.paid import Paid


def review_undone(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning for each later item that makes more of what the budget has let through, or the cap."""
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
        done = _more(after) if isinstance(before, Budget) else ""
        if done:
            diagnostics.warning(
                "R035", f"this {done}, so more than it may be paid", after.span, related=((before.span, "the budget"),),
                help="put it before the budget, if the budget is for what is paid; or accept it, with the reason: "
                f'`accept: {{R035: "…"}}` in `{component.name}`',
            )  # fmt: skip


def _more(step: Step) -> str:
    """How an item makes amounts larger; empty where it doesn't."""
    match step:
        case Multiply() if not _at_most_one(step):
            return "multiplies what the budget has let through"
        case Limit(kind="floor"):
            return "lifts amounts that the budget has cut"
        case _:
            return ""


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


def _at_most_one(step: Multiply) -> bool:
    """Whether the factor makes nothing more, as far as the plan alone tells."""
    match step.by.expr:
        case Lit(Decimal() as factor):
            return abs(factor) <= 1
        case _:
            return False


def _unseen(before: Step, after: Step) -> bool:
    """Whether a floor gives in single intervals what a cap has already taken off its running sum."""
    if not (isinstance(before, Limit) and isinstance(after, Limit)) or (before.kind, after.kind) != ("cap", "floor"):
        return False
    return before.cumulative and not before.lost and after.accumulation != before.accumulation

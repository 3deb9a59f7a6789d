"""The target incentive: whether exactly 100 % of the target pays what the plan says it pays (R005, R006)."""

from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.plan.formula import Formula
from engine.plan.resolved import Budget, CarryForward, Limit, Multiply, Round, Step
from engine.review.after import Sides, after, limited
from engine.review.paid import Paid
from engine.review.term import Sum, term
from engine.review.words import shown

FULL = Decimal(1)


def review_incentive(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning where 100 % pays something else, or where the plan alone can't tell."""
    stated = paid.component.target_incentive
    if stated is None:
        return
    wanted, why = term(stated.expr, paid.known(FULL)), None
    if paid.table.against is None:
        _unknown(paid, stated, "the table is not `against` a target", diagnostics)
        return
    found = paid.of_tier(_tier_at_full(paid), FULL)
    if found is None:
        why = "what the tiers pay there can't be read off the plan"
    for step in paid.component.steps if found is not None else ():
        found = _after(paid, found, step) if found is not None else None
        if found is None:
            decides = "whether it is reached depends on the target" if isinstance(step, Limit) else "data decides it"
            why = f"a `{step.kind}` follows, and {decides}"
            break
    if wanted is None:
        why = "it is not a plain formula"
    if why is not None or wanted is None or found is None:
        _unknown(paid, stated, why or "it can't be read off the plan", diagnostics)
    elif (found - wanted).parts:
        _differs(paid, stated, found, wanted, diagnostics)


def _tier_at_full(paid: Paid) -> int:
    upper = paid.table.boundary is None or paid.table.boundary.value == "upper"
    reached = [i for i, lower in enumerate(paid.lowers) if lower < FULL or (upper and lower == FULL)]
    return reached[-1] if reached else 0


def _after(paid: Paid, amount: Sum, step: Step) -> Sum | None:
    """The amount after an item of the list; None where data decides."""
    if step.per == "credit" and not isinstance(step, Multiply | Round):
        return None
    if isinstance(step, CarryForward | Budget):  # what earlier intervals, or others, left
        return None
    if isinstance(step, Limit):  # over a year too: one month's 100 % is held against it
        return limited(paid, FULL, amount, step)
    left = after(paid, FULL, Sides(amount, amount), step)
    return None if left is None or left.decided_by is not None else left.at


def _differs(paid: Paid, stated: Formula, found: Sum, wanted: Sum, diagnostics: Diagnostics) -> None:
    ratio = found.over(wanted)
    if ratio is None or ratio.value is None:
        why = f"100 % pays {paid.amount(found)}, which is not a share of {paid.amount(wanted)}"
        _unknown(paid, stated, why, diagnostics)
        return
    message = (
        f"exactly 100 % of the target pays {paid.amount(found)}, and not the target incentive of {paid.amount(wanted)}"
    )
    share = f"{shown(ratio.value * 100)} % of it"
    diagnostics.warning(
        "R005", message, stated.span, label=share, related=((paid.tiers[_tier_at_full(paid)].span, "the tier at 100 %"),),
        help="correct the rates or the incentive; or accept it, with the reason: "
        f'`accept: {{R005: "…"}}` in `{paid.component.name}`',
    )  # fmt: skip


def _unknown(paid: Paid, stated: Formula, why: str, diagnostics: Diagnostics) -> None:
    diagnostics.warning(
        "R006", f"this target incentive can't be checked: {why}", stated.span,
        help="write the rates as shares of the incentive; or hold 100 % by a plan test and accept this: "
        f'`accept: {{R006: "…"}}` in `{paid.component.name}`',
    )  # fmt: skip

"""Days that are taken off twice, or of one thing alone: amounts that are prorated, though what they are a share of is of those
days (R033); target incentives that are not, though the target is (R042).

In: a component. Out: warnings.
"""

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Lit
from engine.plan.resolved import Prorate
from engine.review.paid import Paid

CREDITED = ("sum", "count", "count_distinct")
"""Measures that are of the days on the plan alone."""


def review_whole_incentive(paid: Paid, diagnostics: Diagnostics) -> None:
    """Who is here for five days has a target of five days: reaching it pays the incentive of all of them."""
    component, against = paid.component, paid.table.against
    if component.target_incentive is None or against is None or any(isinstance(s, Prorate) for s in component.steps):
        return
    target = paid.workspace.targets[against.target]
    if target.prorate:
        diagnostics.warning(
            "R042", f"`{target.name}` is of the days on the plan, and for reaching it the whole incentive is paid",
            component.target_incentive.span, related=((target.span, "says `prorate: calendar_days`"),),
            help="say `prorate: {amount: calendar_days}` under `then:`, if somebody who was here for five days is to be paid for "
            f'five; or accept it, with the reason: `accept: {{R042: "…"}}` in `{component.name}`',
        )  # fmt: skip


def review_prorated(paid: Paid, diagnostics: Diagnostics) -> None:
    """Constant rates on credits: what was sold is of the days on the plan already."""
    component = paid.component
    step = next((each for each in component.steps if isinstance(each, Prorate)), None)
    if step is None or paid.table.gives == "amount" or component.base is None:
        return
    base = None if component.basis == "credit" else paid.plan.measure(component.base)
    if base is not None and base.aggregate not in CREDITED:
        return
    if all(isinstance(tier.pays.expr, Lit) for tier in paid.tiers):
        diagnostics.warning(
            "R033", f"`{component.base}` is of the days on the plan already, and here days are taken off once more",
            step.span, help="delete it, if somebody who was here for half the month is to be paid for all that they sold; "
            f'or accept it, with the reason: `accept: {{R033: "…"}}` in `{component.name}`',
        )  # fmt: skip

"""Days that are taken off twice: amounts that are prorated, though what they are a share of is of those days (R033).

In: a component. Out: a warning.
"""

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Lit
from engine.plan.resolved import Prorate
from engine.review.paid import Paid

CREDITED = ("sum", "count", "count_distinct")
"""Measures that are of the days on the plan alone."""


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

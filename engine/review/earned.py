"""What is paid on all that other components earn, though these are paid, too (R047). In: a component. Out: a warning.

A component that adds up others, for a cap on all of them or so, pays it instead of them; each of those says `paid: false`.
"""

from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Lit
from engine.plan.resolved import Component, Multiply, ShareOut
from engine.review.paid import Paid
from engine.review.twice import listed

WHOLE = 1
"""From this rate on all that the others earned is paid once more: less of it is a bonus on it."""


def review_earned(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning where the others stand under the same earning code."""
    component, twice = paid.component, _paid_too(paid)
    if not twice:
        return
    names = listed(each.name for each in twice)
    diagnostics.warning(
        "R047", f"what {names} earned is paid under `{component.earning_code}`, and `{component.name}` pays it once more",
        component.span,
        related=tuple((each.span, f"`{each.name}`") for each in twice),
        help=f"say `paid: false` instead of the earning code in {names}; or give other pay an earning code of its own; or accept "
        f'it, with the reason: `accept: {{R047: "…"}}` in `{component.name}`',
    )  # fmt: skip


def _paid_too(paid: Paid) -> list[Component]:
    """The components of its plan under its own earning code, all of whose earnings a component pays."""
    plan, component, table = paid.plan, paid.component, paid.table
    if not component.paid or component.basis == "credit" or component.base is None or table.mode != "flat":
        return []
    measure, rate = plan.measure(component.base), table.tiers[0].pays.expr
    if measure.aggregate != "earned" or measure.reports is not None or measure.within is not None:
        return []
    if not (isinstance(rate, Lit) and isinstance(rate.value, Decimal) and rate.value >= WHOLE):
        return []
    if any(isinstance(step, Multiply | ShareOut) for step in component.steps):
        return []
    others = [plan.component(name) for of, name in measure.earnings_of(plan.name) if of == plan.name]
    return [other for other in others if other.earning_code == component.earning_code]

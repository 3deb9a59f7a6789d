"""What people below earned, an amount for each segment where one for each of them is meant (R039).

In: a component. Out: a warning for each component that it reads so, which pays the same amount however short a segment is, or up
to a cap in each: whoever changes title within the period has two segments, and counts twice.
"""

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Call, Expr, Ref
from engine.ir.walk import refs
from engine.plan.measure import component_named
from engine.plan.resolved import Component, Limit, Measure, Plan, Prorate
from engine.review.paid import Paid

FIXED = ("step", "each_entered", "interpolated")
"""Modes whose amounts stand in the table."""


def review_per_segment(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning at each component that such a measure adds up; once, however many do."""
    for measure in paid.plan.with_parts(paid.component.measures):
        if measure.reports is not None:
            _review(paid, measure, diagnostics)


def _review(paid: Paid, measure: Measure, diagnostics: Diagnostics) -> None:
    plans = {plan.name: plan for plan in (*paid.workspace.plans, *paid.workspace.others)}
    for name in measure.earned:
        of, component = component_named(paid.plan.name, name)
        plan = plans.get(of)
        earned = next((each for each in plan.components if each.name == component), None) if plan is not None else None
        if plan is None or earned is None or plan.joined or not _whole_in_each(plan, earned):
            continue
        diagnostics.warning(
            "R039", f"`{earned.name}` pays so much in each segment, and is added up of the people below: who changes title"
            " within the period counts twice", earned.span,
            help="say `segments: joined`, or prorate what it pays; or accept it, with the reason: "
            f'`accept: {{R039: "…"}}` in `{paid.component.name}`',
            related=((measure.span, "where it is added up"), (plan.segments.span, "where segments stand alone")),
        )  # fmt: skip


def _whole_in_each(plan: Plan, component: Component) -> bool:
    """Whether segments of half a period together come to more than a whole one may."""
    if component.basis == "credit":
        fixed = False
    else:
        additive = len(component.table.tiers) == 1 and _adds_up(plan, component.table.tiers[0].pays.expr)
        fixed = component.table.gives == "amount" and component.table.mode in FIXED and not additive
    for step in component.steps:
        if isinstance(step, Prorate):
            fixed = False
        if isinstance(step, Limit) and step.per == "earning" and not step.prorate:
            fixed = True
    return fixed


def _adds_up(plan: Plan, expr: Expr) -> bool:
    """Whether what two segments come to is together that of both: of each so much as there is in it."""
    match expr:
        case Ref():
            return any(measure.name == expr.name and measure.is_total for measure in plan.measures)
        case Call("add" | "sub" | "neg"):
            return all(_adds_up(plan, arg) for arg in expr.args)
        case Call("mul" | "div", (left, right)):
            return (_adds_up(plan, left) and _is_factor(plan, right)) or (
                expr.fn == "mul" and _is_factor(plan, left) and _adds_up(plan, right)
            )
        case _:
            return False


def _is_factor(plan: Plan, expr: Expr) -> bool:
    """Whether it is the same however much there is in a segment: numbers, and people's own values, which may change with it."""
    return refs(expr) <= set(plan.variables)

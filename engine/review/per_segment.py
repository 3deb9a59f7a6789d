"""An amount for each segment where one for each participant is meant: of what people below earned (R039), in a formula (R040).

In: a component. Out: a warning for each component that it reads so, which pays the same amount however short a segment is, or up
to a cap in each; and one where it pays on a formula with such an amount in it. Whoever changes title within the period has two
segments, and counts twice.
"""

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.ir.expr import Expr
from engine.ir.walk import refs
from engine.plan.formula_shape import adds_up, has_fixed
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
    _review_base(paid, diagnostics)


def _review_base(paid: Paid, diagnostics: Diagnostics) -> None:
    """The warning of a base with an amount in it that each segment has."""
    plan, component = paid.plan, paid.component
    if plan.joined or component.base not in _with_fixed(plan) or any(isinstance(s, Prorate) for s in component.steps):
        return
    base = plan.measure(component.base or "")
    words = "" if base.formula is None else f" (`{base.formula.words}`)"
    said = (
        f"`{base.name}`{words} has an amount in it that each segment has: for who changes title within the period it"
        " counts twice"
    )
    _warn(diagnostics, "R040", said, component, "what is paid", (base.span, "the measure"), plan, component)


def _with_fixed(plan: Plan) -> frozenset[str]:
    """The measures with an amount in them that grows with nothing, by formula, and those that are made of such."""
    names, found = frozenset(measure.name for measure in plan.measures), frozenset[str]()
    for measure in plan.measures:  # each comes after those that it reads
        made = measure.aggregate in ("rounded", "difference") and found.intersection(measure.parts)
        if made or (measure.formula is not None and has_fixed(measure.formula.expr, names, found)):
            found |= {measure.name}
    return found


def _review(paid: Paid, measure: Measure, diagnostics: Diagnostics) -> None:
    plans = {plan.name: plan for plan in (*paid.workspace.plans, *paid.workspace.others)}
    for name in measure.earned:
        of, component = component_named(paid.plan.name, name)
        plan = plans.get(of)
        earned = next((each for each in plan.components if each.name == component), None) if plan is not None else None
        if plan is None or earned is None or plan.joined or not _whole_in_each(plan, earned):
            continue
        said = (
            f"`{earned.name}` pays so much in each segment, and is added up of the people below: who changes title within"
            " the period counts twice"
        )
        where = (measure.span, "where it is added up")
        _warn(diagnostics, "R039", said, earned, "what it pays", where, plan, paid.component)


def _warn(
    diagnostics: Diagnostics, code: str, said: str, at: Component, prorated: str, read: tuple[Span, str], plan: Plan,
    by: Component,
) -> None:  # fmt: skip
    """Warn at a component of what is `read`, which each segment of its plan has; `by` is the one that may accept it."""
    help_ = (
        f"say `segments: joined`, or prorate {prorated}; or accept it, with the reason: "
        f'`accept: {{{code}: "…"}}` in `{by.name}`'
    )
    related = (read, (plan.segments.span, "where segments stand alone"))
    diagnostics.warning(code, said, at.span, help=help_, related=related)


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
    """Whether what two segments come to is together that of both; a factor is a number, or a value of people's own.

    A look-up table is none: it may be looked up by a band of the measure.
    """
    others = dict.fromkeys(refs(expr) - plan.variables.keys(), False)
    return adds_up(expr, others | {measure.name: measure.is_total for measure in plan.measures})

"""Values that a component reads once for a period, though its credits read theirs as of another day (R038).

In: a component. Out: a warning where it reads one: it is the same for all credits of the period, whenever they were sold.
"""

from collections.abc import Iterator

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.ir.walk import refs
from engine.plan.formula import Formula
from engine.plan.modifier import formulas_of
from engine.plan.resolved import Component, Plan, Rule
from engine.review.paid import Paid


def review_of_period(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning at the first value of the roster that is read of the period."""
    plan, component = paid.plan, paid.component
    rule = next((rule for rule in _rules(plan, component) if rule.values_on is not None), None)
    read = [name for name in component.variables if plan.variables[name].varies]
    read += [
        name for each in plan.with_parts(component.measures) for name in each.variables if plan.variables[name].varies
    ]
    read += [table.name for table in plan.tables(component.look_ups) if table.attributes]
    if rule is None or rule.values_on is None or not read:
        return
    name, column = read[0], rule.values_on.column
    diagnostics.warning(
        "R038", f"`{name}` is read once for the period, and credits of `{rule.name}` read what is dated as of their `{column}`",
        _place(plan, component, name), related=((rule.values_on.stated.span, "the day of its credits"),),
        help="pay credit by credit (`basis: credit`, `per: credit`); or accept it, with the reason: "
        f'`accept: {{R038: "…"}}` in `{component.name}`',
    )  # fmt: skip


def _rules(plan: Plan, component: Component) -> Iterator[Rule]:
    """The rules whose credits it pays, or measures."""
    named = {name for measure in plan.with_parts(component.measures) for name in measure.rules}
    yield from (rule for rule in plan.rules if rule.name in named or rule.name == component.base)


def _place(plan: Plan, component: Component, name: str) -> Span:
    """Where the component reads it; the component, where a look-up table does."""
    found = (formula.span for formula in _formulas(plan, component) if name in refs(formula.expr))
    return next(found, component.span)


def _formulas(plan: Plan, component: Component) -> Iterator[Formula]:
    """Those that are read once for a period."""
    if component.basis != "credit":
        yield from (formula for tier in component.table.tiers for formula in tier.formulas)
    yield from (formula for step in component.steps if step.per == "earning" for formula in formulas_of(step))
    yield from (each.formula for each in plan.with_parts(component.measures) if each.formula is not None)

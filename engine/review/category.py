"""Measures that count more than the category of the target that they are held against (M292). In: a component. Out: warnings.

What all pumps and valves come to reaches the pumps' target too early, and nothing else would tell.
"""

from collections.abc import Iterator

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.ir.expr import Expr, Lit
from engine.ir.walk import children
from engine.plan.formula import Formula
from engine.plan.resolved import Component, Gate, Plan
from engine.review.paid import Paid


def review_categories(paid: Paid, diagnostics: Diagnostics) -> None:
    """Each measure of a component that is held against a target of a category, and has no condition that names it."""
    plan, component = paid.plan, paid.component
    for name, against, place in _held(plan, component):
        target = paid.workspace.targets[against]
        category = target.category
        if category is None or category.value in _named(plan, name):
            continue
        condition = f"{category.column.text} == '{category.value}'"
        of = f"the {category.column.text} `{category.value}`"
        diagnostics.warning(
            "M292", f"`{against}` is a target of {of}, and no condition of `{name}` names that",
            place, related=((plan.measure(name).span, "the measure"), (target.span, "the target")),
            help=f"say which rows it counts, in its `where:` or that of its credit rule, as in `{condition}`;"
            f' if the rows say it otherwise, `accept: {{M292: "…"}}` in `{component.name}`',
        )  # fmt: skip


def _held(plan: Plan, component: Component) -> Iterator[tuple[str, str, Span]]:
    """The measures that a component holds against targets, itself or in attainments; the targets, and where."""
    select = component.table.select or component.base
    if component.table.against is not None and select is not None:
        yield select, component.table.against.target, component.table.span
    for step in component.steps:
        if isinstance(step, Gate) and step.against is not None and step.measure is not None:
            yield step.measure, step.against.target, step.span
    for measure in plan.with_parts(component.measures):
        if measure.against is not None:
            yield measure.parts[0], measure.against.target, measure.span


def _named(plan: Plan, name: str) -> set[str]:
    """The texts in what a measure, those that it is made of and its credit rules ask of a row."""
    return {text for condition in _conditions(plan, name) for text in _texts(condition.expr)}


def _conditions(plan: Plan, name: str) -> Iterator[Formula]:
    measure = plan.measure(name)
    rules = (plan.rule(rule).where for rule in measure.rules)
    yield from (where for where in (measure.where, *rules) if where is not None)
    for part in measure.parts:
        yield from _conditions(plan, part)


def _texts(expr: Expr) -> Iterator[str]:
    if isinstance(expr, Lit) and isinstance(expr.value, str):
        yield expr.value
    for inner in children(expr):
        yield from _texts(inner)

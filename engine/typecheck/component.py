"""Types of components: what a tier pays fits what it is paid on, and every item works on money of the plan.

In: a plan whose rules and measures are typed. Out: its components with their formulas typed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.core.span import Span
from engine.ir.infer import type_of
from engine.ir.types import QUANTITY, RATE, Type
from engine.plan.formula import Formula
from engine.plan.measure import SHARES
from engine.plan.resolved import (
    Budget,
    CarryForward,
    Component,
    Gate,
    Limit,
    Measure,
    Multiply,
    Plan,
    ShareOut,
    Step,
    Table,
    Target,
)  # fmt: skip
from engine.typecheck.percent import HARDLY_A_RATE
from engine.typecheck.rules import Names, amount, bound, condition, factor, number, place_of_tier, target_fits
from engine.typecheck.scope import earning_names, paid_names, variable_names


def typed_component(
    plan: Plan, component: Component, targets: Mapping[str, Target], diagnostics: Diagnostics
) -> Component:
    """The component with its formulas typed."""
    earning = earning_names(plan, component, targets)
    at_table: Names = earning
    per_credit: Names = {}
    if component.basis == "credit" and component.base is not None:
        per_credit = at_table = paid_names(plan, component)
    table = _table(plan, component, at_table, targets, diagnostics)
    steps = []
    for step in component.steps:
        if isinstance(step, Gate) and step.measure is not None:
            measure = plan.measure(step.measure)
            if step.against is not None:
                target_fits(measure, targets[step.against.target], step.span, diagnostics)
            else:
                written = "share" if step.share else "money" if step.in_money else "amount"
                _fits_unit(measure, written, (step.at_least,), "`at_least`", step.span, diagnostics)
            needed = measure.unit if step.against is None else RATE
            bound(step.at_least, needed, "what this gate needs", step.span, diagnostics)
        steps.append(_step(step, earning if step.per == "earning" else per_credit, plan.currency, diagnostics))
    incentive = component.target_incentive
    if incentive is not None:
        known = {name: type_.required() for name, type_ in variable_names(plan).items()}  # it pays nothing
        incentive = amount(incentive, known, plan.currency, "a target incentive", diagnostics)
    return replace(component, table=table, steps=tuple(steps), target_incentive=incentive)


def _base_unit(plan: Plan, component: Component) -> Type | None:
    if component.base is None:
        return None
    return plan.rule(component.base).unit if component.basis == "credit" else plan.measure(component.base).unit


def _table(
    plan: Plan, component: Component, names: Names, targets: Mapping[str, Target], diagnostics: Diagnostics
) -> Table:
    table = component.table
    select = table.select_formula
    if select is not None:
        select = number(select, names, "the value that finds a tier", diagnostics)
    if table.against is not None and table.select is not None:
        target_fits(plan.measure(table.select), targets[table.against.target], table.span, diagnostics)
    unit = _base_unit(plan, component)
    if table.select is not None and table.against is None:
        what = "a bound of this table"
        bounds = tuple(tier.lower for tier in table.tiers)
        _fits_unit(plan.measure(table.select), table.bounds_unit, bounds, what, table.tiers[0].span, diagnostics)
    if unit is not None and unit.dtype == "rate" and table.mode != "step":
        diagnostics.error(
            "T018", f"`{component.name}` pays a rate on `{component.base}`, which is itself a rate: that is no money",
            component.span, help="select it in a table of mode `step`, which pays amounts, or multiply by it",
        )  # fmt: skip

    def pays(formula: Formula) -> Formula:
        if table.gives == "amount":
            what = {"step": "a step", "each_entered": "a tier"}.get(table.mode, "a point")
            return amount(formula, names, plan.currency, f"what {what} pays", diagnostics)
        if unit is not None and unit.dtype == "quantity":
            return amount(formula, names, plan.currency, "a rate on a quantity (the pay per unit)", diagnostics)
        return factor(formula, names, "a rate on money", diagnostics)

    selected = (
        RATE if table.against is not None else plan.measure(table.select).unit if table.select is not None else None
    )
    for tier in table.tiers if selected is not None else ():
        for at in (tier.lower, tier.upper):
            bound(at, selected or RATE, "a bound of this tier", tier.span, diagnostics)

    def placed(formula: Formula | None) -> Formula | None:
        if formula is None or unit is None:
            return None
        return place_of_tier(formula, names, unit, component.base, diagnostics)

    tiers = tuple(
        replace(tier, pays=pays(tier.pays), lower_by=placed(tier.lower_by), upper_by=placed(tier.upper_by))
        for tier in table.tiers
    )
    return replace(table, select_formula=select, tiers=tiers)


RATIOS = ("ratio", "rounded")
"""What may be so many of one thing for each of another, calls an hour say."""


def _fits_unit(
    measure: Measure, written: str, values: Iterable[Decimal | None], what: str, span: Span, diagnostics: Diagnostics
) -> None:
    """Money stands beside money only, a percentage beside a rate; a bare number takes the unit of the measure."""
    unit, related = measure.unit, ((measure.span, "the measure"),)
    no_share = ("money", "quantity") if measure.formula is not None else ("money",)
    wrong = unit.dtype != "money" if written == "money" else written == "share" and unit.dtype in no_share
    if wrong and (written == "money" or measure.aggregate in SHARES):
        diagnostics.error(
            "T019", f"{what} is {'a percentage' if written == 'share' else 'money'}, but `{measure.name}` is "
            f"{unit.required()}", span, help="write it in the unit of the measure", related=related,
        )  # fmt: skip
    highest = max((value for value in values if value is not None), default=Decimal(0))
    if written == "amount" and unit.dtype == "rate" and highest >= HARDLY_A_RATE:
        said, per = plain(highest), plain(highest * 100)
        of_counts = f"; {said} a unit of a ratio is {per}%, and its whole numbers are `rounded: …, multiple: 100%`"
        diagnostics.warning(
            "T070", f"{what} is {said}, and `{measure.name}` is a rate: that is {per} %", span,
            help=f"write {said}% if that is meant, otherwise {per}%{of_counts if measure.aggregate in RATIOS else ''}",
            related=related,
        )  # fmt: skip


def _step(step: Step, names: Names, currency: str, diagnostics: Diagnostics) -> Step:
    match step:
        case Gate(when=Formula() as when):
            return replace(step, when=condition(when, names, diagnostics))
        case Multiply():
            return replace(step, by=factor(step.by, names, "a factor", diagnostics))
        case Budget():
            return replace(step, at=amount(step.at, names, currency, "a budget", diagnostics))
        case Limit():
            return replace(step, at=amount(step.at, names, currency, f"a {step.kind}", diagnostics))
        case CarryForward():
            lines = (step.deficit, "what a deficit lies under"), (step.excess, "what an excess lies over")
            deficit, excess = (
                None if line is None else replace(line, at=amount(line.at, names, currency, what, diagnostics))
                for line, what in lines
            )
            return replace(step, deficit=deficit, excess=excess)
        case ShareOut():
            among = None if step.among is None else condition(step.among, names, diagnostics)
            by = None if step.by is None else number(step.by, names, "a weight", diagnostics)
            unit = (
                QUANTITY if by is None or diagnostics.has_errors(by.span.file) else type_of(by.expr, names).required()
            )
            return replace(step, among=among, by=by, unit=unit)
        case _:
            return step

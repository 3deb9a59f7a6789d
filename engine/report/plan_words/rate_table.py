"""Rate tables: what finds the tier, what the rate is paid on, and the tiers as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.ir.expr import Lit
from engine.ir.types import QUANTITY, RATE, Type
from engine.plan.formula import Formula
from engine.plan.resolved import Component, Plan, Table, Tier
from engine.report.plan_words.number import money, percent, value
from engine.report.plan_words.rounding import rounded_attainment
from engine.report.plan_words.sentence import Sentence
from engine.report.plan_words.target import of_target

MODES = {
    "flat": "{rate} of {base} is paid.",
    "whole": "The rate of the tier that {select} is in is paid on {base}, all of it.",
    "marginal": "Each part of {select} is paid at the rate of the tier that it lies in.",
    "interpolated": "Between two points of the table the {gives} that {select} stands at lies on a straight line; {paid}.",
    "step": "The amount of the tier that {select} is in is paid.",
    "each_entered": "The amounts of all tiers that {select} has reached are paid, added up.",
}
"""Mode → its sentence."""
RUNNING = {
    "whole": "Each credit is paid at the rate of the tier that {select} is in{when}.",
    "marginal": "Each credit is paid at the rate of the tier that {select} is in as it is added; one that goes over a bound "
    "is cut there, and a return goes back down through the same tiers.",
    "interpolated": "Each credit is paid at the rate that {select} stands at{when}, on a straight line between two points.",
    "step": "Each credit pays the amount of the tier that {select} is in{when}.",
    "each_entered": "A credit by which {select} enters a tier pays the tier's amount; one by which it leaves the tier takes "
    "it back.",
}
"""Mode → its sentence where a running total of credits finds the tier."""
RUNNING_AMOUNTS = (
    "Each credit pays what it adds: the amount at {select} with it, less the amount before it; between two points the amount "
    "lies on a straight line."
)


@dataclass(frozen=True)
class TierWords:
    """A row of the table: from where, to where, what it pays, and its note."""

    lower: str
    upper: str
    pays: str
    sentence: Sentence


def table_sentences(plan: Plan, component: Component) -> Iterable[Sentence]:
    """How the table is applied, and what its bounds are."""
    table = component.table
    credits = component.basis == "credit"
    select = _select(table, component)
    if table.prizes:
        yield _prizes(plan, table)
        return
    if credits and table.select is not None:
        looked_up = table.running_total is not None and table.running_total.value == "before"
        when = " before it is added" if looked_up else " once it is added"
        words = RUNNING_AMOUNTS if table.mode == "interpolated" and table.adds_up else RUNNING[table.mode]
        text = words.format(select=f"the running total `{table.select}`", when=when)
    else:
        base = "each credit" if credits else f"`{component.base}`"
        paid = f"that rate of {base} is paid" if table.gives == "rate" else "that amount is paid"
        text = MODES[table.mode].format(
            rate=_pays(plan, table.tiers[0]), base=base, select=select, gives=table.gives, paid=paid
        )
    yield Sentence(text, table.span, table.note)
    if table.against is not None:
        what = "The points stand at" if table.mode == "interpolated" else "The bounds of the tiers are"
        yield Sentence(f"{what} shares of {of_target(table.against)}.", table.span)
        if table.against.rounded is not None:
            stated = table.against.rounded.stated
            yield Sentence(rounded_attainment(table.against.rounded), stated.span, stated.note)
    if table.bounds_vary:
        yield Sentence("Where a formula says the bound of a tier, it is what your own values come to.", table.span)
    if table.prorate_bounds:
        place, note = (table.span, None) if table.prorate is None else (table.prorate.span, table.prorate.note)
        text = "For a part of the time the bounds are as much smaller: × your days on the plan ÷ all days."
        yield Sentence(text, place, note)


def _prizes(plan: Plan, table: Table) -> Sentence:
    """What a place brings, and several of them where they are shared."""
    ranking = plan.measure(table.select or "").ranking
    text = f"You are paid what your place in `{table.select}` brings; a place that is not in the list brings nothing."
    if ranking is not None and ranking.ties == "share":
        text += " Those who have one place put together what their places bring, and have equal parts of it;"
        text += " cents that are left over go to the first of them by name."
    return Sentence(text, table.span, table.note)


def _select(table: Table, component: Component) -> str:
    if table.select is not None:
        return f"`{table.select}`"
    if table.select_formula is not None:
        return f"its `{table.select_formula.words}`"
    return "each credit" if component.basis == "credit" else f"`{component.base}`"


def tier_words(plan: Plan, component: Component, digits: Mapping[str, int]) -> list[TierWords]:
    """The tiers as rows; none for `flat`."""
    table = component.table
    if table.mode == "flat":
        return []
    if table.prizes:
        tiers = table.tiers[:-1]
        return [TierWords(str(t.number), "", _pays(plan, t), Sentence("", t.span, t.note)) for t in tiers]
    unit = bound_unit(plan, component)

    def bound(number: Decimal) -> str:
        if table.against is not None:
            return percent(number)
        return value(number, unit, digits.get(unit.currency or "", plan.digits))

    def place(number: Decimal | None, formula: Formula | None) -> str:
        return f"`{formula.words}`" if formula is not None else "" if number is None else bound(number)

    rows: list[TierWords] = []
    for tier, following in zip(table.tiers, (*table.tiers[1:], None), strict=True):
        own = following is None or table.mode in ("interpolated", "each_entered")
        ends = (
            place(tier.upper, tier.upper_by) if own or following is None else place(following.lower, following.lower_by)
        )
        begins = place(tier.lower, tier.lower_by)
        rows.append(TierWords(begins, ends, _pays(plan, tier), Sentence("", tier.span, tier.note)))
    return rows


def bound_unit(plan: Plan, component: Component) -> Type:
    """What bounds that are no shares are amounts of."""
    table = component.table
    if table.select is not None:
        return plan.measure(table.select).unit
    if component.basis == "credit":
        rule, formula = plan.rule(component.base or ""), table.select_formula
        column = None if formula is None else rule.source.column(formula.text)
        return rule.unit if column is None else column.type
    return plan.measure(component.base).unit if component.base is not None else QUANTITY


def _pays(plan: Plan, tier: Tier) -> str:
    """What a tier pays: a number as people read it, else the formula as written."""
    expr = tier.pays.expr
    if isinstance(expr, Lit) and isinstance(expr.value, Decimal):
        if expr.type.dtype == "money":
            return money(expr.value, expr.type.currency or plan.currency, plan.digits)
        if expr.type == RATE:
            return percent(expr.value)
        return value(expr.value, expr.type, plan.digits)
    return f"`{tier.pays.text}`"

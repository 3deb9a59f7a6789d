"""Types of measures: the unit of what is summed, divided, weighted or rounded.

In: a resolved plan, its rules typed. Out: its measures with units, their conditions typed.
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.ir.types import QUANTITY, RATE, Type
from engine.plan.formula import Formula
from engine.plan.measure import RoundedMeasure
from engine.plan.rate_table import PERCENT
from engine.plan.resolved import Measure, Plan, Rule, Target
from engine.typecheck.rules import bound, condition, fits, measured, target_fits
from engine.typecheck.scope import credit_names, formula_names


def typed_measure(plan: Plan, measure: Measure, targets: Mapping[str, Target], diagnostics: Diagnostics) -> Measure:
    """The measure with its unit; `plan` has its rules typed."""
    rules = [plan.rule(name) for name in measure.rules]
    where = None if measure.where is None else _where(plan, measure, measure.where, rules, diagnostics)
    if measure.aggregate in ("headcount", "rank"):
        _check_entry(plan, measure, diagnostics)
        return measure
    if measure.earned:
        return measure
    if measure.aggregate in ("previous", "total"):
        return replace(measure, unit=plan.measure(measure.parts[0]).unit)
    if measure.weighted:
        return replace(measure, unit=_weighted(plan, measure, diagnostics))
    if measure.rounded is not None:
        return _rounded(plan, measure, measure.rounded, diagnostics)
    if measure.against is not None:
        target_fits(plan.measure(measure.parts[0]), targets[measure.against.target], measure.span, diagnostics)
        return replace(measure, unit=RATE)
    if measure.aggregate == "difference":
        return replace(measure, unit=_together(plan, measure, diagnostics).unit)
    if measure.formula is not None:
        formula, unit = measured(measure.formula, formula_names(plan, measure), plan.currency, diagnostics)
        return replace(measure, formula=formula, unit=unit)
    if measure.aggregate == "ratio":
        return replace(measure, unit=_ratio(plan, measure, diagnostics))
    if measure.aggregate in ("count", "count_distinct"):
        _check_each(replace(measure, unit=QUANTITY), diagnostics)
        return replace(measure, where=where, unit=QUANTITY)
    units = dict.fromkeys(rule.unit for rule in rules)
    if len(units) > 1:
        words = " and ".join(f"`{rule.name}` {rule.unit}" for rule in rules)
        diagnostics.error(
            "T011", f"`{measure.name}` would put different units together: {words}", measure.span,
            help="make a measure of each, or count them", related=tuple((r.span, f"`{r.name}`") for r in rules),
        )  # fmt: skip
    else:
        _check_each(replace(measure, unit=rules[0].unit), diagnostics)
    return replace(measure, where=where, unit=rules[0].unit)


def _check_each(measure: Measure, diagnostics: Diagnostics) -> None:
    """What each customer or claim counts for is in the unit of the measure; of a count it is a number of credits."""
    if measure.each is None:
        return
    for key, what, limit in (("cap", "a cap", measure.each.cap), ("floor", "a floor", measure.each.floor)):
        if limit is None:
            continue
        if measure.aggregate == "count" and limit.written == "amount" and (limit.value < 1 or limit.value % 1 != 0):
            diagnostics.error(
                "T071", f"`{measure.name}` counts credits, and {plain(limit.value)} is no number of them", limit.span,
                help=f"write a whole number from 1 on, as in `{key}: 5`", related=((measure.span, "the measure"),),
            )  # fmt: skip
        else:
            fits(limit, measure, what, diagnostics)


def _ratio(plan: Plan, measure: Measure, diagnostics: Diagnostics) -> Type:
    """What two measures of one unit are to each other is a rate; money per quantity is money."""
    above, below = (plan.measure(name) for name in measure.parts)
    units = (above.unit.required(), below.unit.required())
    if units[0] == units[1]:
        return RATE
    if (units[0].dtype, units[1].dtype) != ("money", "quantity"):
        diagnostics.error(
            "T017", f"`{measure.name}` would divide {units[0]} (`{above.name}`) by {units[1]} (`{below.name}`)",
            measure.span, help="divide measures of one unit, or money by a quantity",
            related=((above.span, f"`{above.name}`"), (below.span, f"`{below.name}`")),
        )  # fmt: skip
        return RATE
    choice = measure.zero_denominator
    if choice is not None and choice.value == "full":
        diagnostics.error(
            "T017", f"`full` is exactly 100 %, but `{measure.name}` is {units[0]} for each of `{below.name}`", choice.span,
            help="say `block` or `zero`", related=((measure.span, "the measure"),),
        )  # fmt: skip
    return units[0]


def _weighted(plan: Plan, measure: Measure, diagnostics: Diagnostics) -> Type:
    """The unit of its parts, which is one; limits are in it."""
    parts = [plan.measure(name) for name in measure.parts]
    first = _together(plan, measure, diagnostics)
    alike = all(part.unit.required() == first.unit.required() for part in parts)
    for part, said in zip(parts, measure.weighted, strict=True) if alike else ():
        for kind, limit in (("a cap", said.cap), ("a floor", said.floor)):
            if limit is not None:
                fits(limit, part, kind, diagnostics)
    return first.unit


def _together(plan: Plan, measure: Measure, diagnostics: Diagnostics) -> Measure:
    """The first of its parts; all are of one unit."""
    parts = [plan.measure(name) for name in measure.parts]
    other = next((part for part in parts if part.unit.required() != parts[0].unit.required()), None)
    if other is not None:
        diagnostics.error(
            "T011", f"`{measure.name}` would put different units together: `{parts[0].name}` {parts[0].unit.required()} and "
            f"`{other.name}` {other.unit.required()}", measure.span,
            help="name measures of one unit, such as attainments",
            related=tuple((part.span, f"`{part.name}`") for part in (parts[0], other)),
        )  # fmt: skip
    return parts[0]


def _rounded(plan: Plan, measure: Measure, rounded: RoundedMeasure, diagnostics: Diagnostics) -> Measure:
    """The same unit; digits of a rate are those of the percentage."""
    part = plan.measure(measure.parts[0])
    if rounded.multiple is not None:
        fits(rounded.multiple, part, "a multiple", diagnostics)
    elif part.unit.dtype == "rate":
        rounded = replace(rounded, digits=rounded.digits + PERCENT)
    return replace(measure, unit=part.unit, rounded=rounded)


def _where(plan: Plan, measure: Measure, where: Formula, rules: list[Rule], diagnostics: Diagnostics) -> Formula:
    """The condition, which must mean the same for the credits of every rule."""
    typed = [condition(where, credit_names(plan, rule), diagnostics) for rule in rules]
    if any(other != typed[0] for other in typed[1:]) and not diagnostics.has_errors(plan.file):
        diagnostics.error(
            "T011", f"this condition has other types for the credits of other rules of `{measure.name}`", where.span,
            help="declare the columns with one type in all sources", related=((measure.span, "the measure"),),
        )  # fmt: skip
    return typed[0]


def _check_entry(plan: Plan, measure: Measure, diagnostics: Diagnostics) -> None:
    """What one has to reach to be ranked is in the unit of the measure."""
    entry = None if measure.ranking is None else measure.ranking.at_least
    if entry is None:
        return
    part = plan.measure(measure.parts[0])
    money = entry.unit == "currency" and (
        part.unit.dtype != "money" or part.unit.currency not in (None, entry.currency)
    )
    if money or (entry.unit == "share" and part.unit.dtype != "rate"):
        what = "a percentage" if entry.unit == "share" else f"in {entry.currency}"
        diagnostics.error(
            "T019", f"`at_least` is {what}, but `{part.name}` is {part.unit.required()}", entry.span,
            help="write it in the unit of the measure", related=((part.span, "the measure"),),
        )  # fmt: skip
    bound(entry.value, part.unit, "what one has to reach", entry.span, diagnostics)

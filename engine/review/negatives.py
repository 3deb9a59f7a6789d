"""A minus times a minus that pays (R045): what is paid on and its factor below 0 at once. In: a component. Out: warnings.

After a month of returns alone a sum is below 0, and so is its attainment: −500 × −50 % would be paid as 250.
"""

from collections.abc import Mapping

from engine.core.diagnostic import Diagnostics, Related
from engine.core.span import Span
from engine.ir.expr import Call, Case, Expr, Lit, Ref
from engine.ir.walk import children, refs
from engine.plan.formula import Formula
from engine.plan.resolved import Gate, Measure, Multiply
from engine.review.paid import Paid

NEVER = ("count", "count_distinct", "headcount", "rank")
"""Measures that are never below 0."""
Measures = Mapping[str, Measure]


def review_negatives(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning at each factor of a component that may be below 0 where what it multiplies is, too."""
    plan, component, table = paid.plan, paid.component, paid.table
    measures = {measure.name: measure for measure in plan.measures}
    amounts = table.gives == "amount"
    below = any(_below(tier.pays.expr, measures) for tier in table.tiers) if amounts else _base_below(paid, measures)
    gated = any(isinstance(step, Gate) and _asks(paid, step) for step in component.steps)
    if not below or gated or _pays_nothing_below(paid):
        return
    for step in component.steps:
        if isinstance(step, Multiply) and _below(step.by.expr, measures):
            _tell(paid, diagnostics, step.by.words, step.by.span)
    for tier in table.tiers:
        if amounts and _multiplied(tier.pays.expr, measures):
            _tell_both(paid, diagnostics, tier.pays, tier.pays.span)
        elif not amounts and _below(tier.pays.expr, measures):
            _tell(paid, diagnostics, tier.pays.words, tier.pays.span)
    formula = None if component.base is None or component.basis == "credit" else plan.measure(component.base).formula
    if formula is not None and _multiplied(formula.expr, measures):
        _tell_both(paid, diagnostics, formula, component.span, ((formula.span, "both of its factors"),))


def _base_below(paid: Paid, measures: Measures) -> bool:
    """Whether what the rate is paid on may be below 0: a measure, or a credit, whose return is one, too."""
    component = paid.component
    if component.basis != "credit":
        return component.base is None or _may_be(measures[component.base])
    rule = paid.plan.rule(component.base or "")
    asked = [
        formula.expr for formula in (rule.where, *(left_out for _, left_out in rule.exclude)) if formula is not None
    ]
    return _below(rule.value.expr, None) and not any(refs(expr) & refs(rule.value.expr) for expr in asked)


def _pays_nothing_below(paid: Paid) -> bool:
    """Whether the table pays nothing where what finds the tier is below 0, and that is what is paid on, or a factor."""
    table = paid.table
    if table.below is None or table.below.value == "same" or not paid.lowers or paid.lowers[0] < 0:
        return False
    return table.select in {measure.name for measure in paid.plan.with_parts(_read(paid))}


def _asks(paid: Paid, gate: Gate) -> bool:
    """Whether a gate lets through only who has reached something, or looks at what is multiplied."""
    return (gate.at_least or 0) > 0 or (gate.when is not None and bool(refs(gate.when.expr) & _read(paid)))


def _read(paid: Paid) -> frozenset[str]:
    """What is multiplied: the base, or of a credit its amount and what that is made of, and the factors."""
    component, plan = paid.component, paid.plan
    credit = component.basis == "credit"
    of_credit = refs(plan.rule(component.base or "").value.expr) | {"amount"} if credit else frozenset[str]()
    factors = (*(tier.pays for tier in paid.tiers), *(s.by for s in component.steps if isinstance(s, Multiply)))
    return of_credit.union({component.base or ""}, *(refs(factor.expr) for factor in factors))


def _tell(paid: Paid, diagnostics: Diagnostics, words: str, at: Span) -> None:
    message = f"`{words}` may be below 0 where what it multiplies is, too: a minus times a minus is paid"
    _warn(paid, diagnostics, message, at, ())


def _tell_both(paid: Paid, diagnostics: Diagnostics, formula: Formula, at: Span, related: Related = ()) -> None:
    message = f"`{formula.words}` multiplies what may be below 0 at once: a minus times a minus is paid"
    _warn(paid, diagnostics, message, at, related)


def _warn(paid: Paid, diagnostics: Diagnostics, message: str, at: Span, related: Related) -> None:
    diagnostics.warning(
        "R045", message, at, related=related,
        help="write `max(…, 0)` around what is a factor, or a gate into the list; or accept it, with the reason: "
        f'`accept: {{R045: "…"}}` in `{paid.component.name}`',
    )  # fmt: skip


def _may_be(measure: Measure) -> bool:
    return measure.aggregate not in NEVER


def _below(expr: Expr, measures: Measures | None) -> bool:
    """Whether a factor may be below 0, as far as the plan alone tells: by a measure that may be, and nothing that keeps it up.

    None for the measures: by any column, of a credit's value.
    """
    match expr:
        case Lit() | Case():  # a condition looks at the values, and is written to tell them apart
            return False
        case Ref():
            return measures is None or (expr.name in measures and _may_be(measures[expr.name]))
        case Call("max" | "add", args):
            return all(_below(arg, measures) for arg in args)
        case Call("min" | "mul" | "div" | "coalesce" | "round", args):
            return any(_below(arg, measures) for arg in args)
        case _:
            return False


def _multiplied(expr: Expr, measures: Measures) -> bool:
    """Whether two measures that may be below 0 are multiplied in it; behind a condition they are told apart."""
    if isinstance(expr, Case):
        return False
    if isinstance(expr, Call) and expr.fn == "mul" and all(_below(arg, measures) for arg in expr.args):
        return True
    return bool(refs(expr)) and any(_multiplied(each, measures) for each in children(expr))

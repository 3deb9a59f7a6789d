"""A minus times a minus that pays (R045): what is paid on and its factor below 0 at once. In: a component. Out: warnings.

After a month of returns alone a sum is below 0, and so is its attainment: −500 × −50 % would be paid as 250.
"""

from collections.abc import Mapping

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.ir.expr import Call, Case, Expr, Lit, Ref
from engine.ir.walk import children, refs
from engine.plan.resolved import Gate, Measure, Multiply
from engine.review.paid import Paid

NEVER = ("count", "count_distinct", "headcount", "rank")
"""Measures that are never below 0."""
Measures = Mapping[str, Measure]


def review_negatives(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning at each factor of a component that may be below 0 where what it multiplies is, too."""
    plan, component = paid.plan, paid.component
    measures = {measure.name: measure for measure in plan.measures}
    of_base = measures.get(component.base or "")
    amounts = component.table.gives == "amount"
    below = any(_below(tier.pays.expr, measures) for tier in component.table.tiers)
    if component.basis == "credit" or (not below if amounts else of_base is not None and not _may_be(of_base)):
        return
    for place, step in enumerate(component.steps):
        if any(isinstance(gate, Gate) and (gate.at_least or 0) > 0 for gate in component.steps[:place]):
            break  # what is multiplied after it is of somebody who has reached something
        if isinstance(step, Multiply) and step.per == "earning" and _below(step.by.expr, measures):
            _tell(paid, diagnostics, step.by.words, step.by.span, ())
    if not amounts:
        for tier in component.table.tiers:
            if _below(tier.pays.expr, measures):
                _tell(paid, diagnostics, tier.pays.words, tier.pays.span, ())
    if of_base is not None and of_base.formula is not None and _multiplied(of_base.formula.expr, measures):
        related = ((of_base.formula.span, "both of its factors"),)
        _tell(paid, diagnostics, of_base.formula.words, component.span, related)


def _tell(paid: Paid, diagnostics: Diagnostics, words: str, at: Span, related: tuple[tuple[Span, str], ...]) -> None:
    name = paid.component.name
    diagnostics.warning(
        "R045", f"`{words}` may be below 0 where what it multiplies is, too: a minus times a minus is paid", at, related=related,
        help=f"write `max(…, 0)` around what is a factor, or a gate before it; or accept it, with the reason: "
        f'`accept: {{R045: "…"}}` in `{name}`',
    )  # fmt: skip


def _may_be(measure: Measure) -> bool:
    return measure.aggregate not in NEVER


def _below(expr: Expr, measures: Measures) -> bool:
    """Whether a factor may be below 0, as far as the plan alone tells: by a measure that may be, and nothing that keeps it up."""
    match expr:
        case Lit() | Case():  # a condition looks at the values, and is written to tell them apart
            return False
        case Ref():
            return expr.name in measures and _may_be(measures[expr.name])
        case Call("max" | "add", args):
            return all(_below(arg, measures) for arg in args)
        case Call("min" | "mul" | "div" | "coalesce" | "round", args):
            return any(_below(arg, measures) for arg in args)
        case _:
            return False


def _multiplied(expr: Expr, measures: Measures) -> bool:
    """Whether two measures that may be below 0 are multiplied in it."""
    if isinstance(expr, Call) and expr.fn == "mul" and all(_below(arg, measures) for arg in expr.args):
        return True
    return bool(refs(expr)) and any(_multiplied(each, measures) for each in children(expr))

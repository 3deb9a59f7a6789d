"""Amounts for so much to date that each earning period pays again (R046). In: a component. Out: a warning.

On the basis of the period `amount: 0.05 * sales_ytd` pays in December for January's sales the twelfth time; so does a tier of
amounts that a total to date has entered for good.
"""

from collections.abc import Set

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.ir.expr import Call, Case, Expr, Ref
from engine.ir.walk import refs
from engine.plan.accumulation import ACCUMULATIONS, Accumulation
from engine.plan.resolved import Component, Measure, Plan, Table
from engine.review.paid import Paid

LENGTHS = ("period", "month", *ACCUMULATIONS)
"""Earning periods and what adds up over several of them, shortest first."""


def review_again(paid: Paid, diagnostics: Diagnostics) -> None:
    """One warning: at the first tier whose amount is so much to date, or at the table that such a value finds."""
    plan, component, table = paid.plan, paid.component, paid.table
    if component.basis != "period" or not component.paid or table.gives != "amount":
        return
    growing = _growing(plan, component)
    measures = frozenset(measure.name for measure in plan.measures)
    for tier in table.tiers:
        if _grows(tier.pays.expr, growing | _of_target(table, growing), measures):
            read = refs(tier.pays.expr) & growing or {table.select or ""}
            measure = next(each for each in plan.measures if each.name in read)
            _tell(
                paid,
                measure,
                f"`{tier.pays.words}` is so much to date",
                "pays all of it again",
                tier.pays.span,
                diagnostics,
            )
            return
    different = len({tier.pays.expr for tier in table.tiers}) > 1
    if table.select in growing and different and not table.prorate_bounds and _stays(table):
        measure = plan.measure(table.select or "")
        said = f"`{measure.name}` adds up over the {measure.accumulation}"
        _tell(paid, measure, said, "pays again the amount that it has reached", table.span, diagnostics)


def _tell(paid: Paid, measure: Measure, said: str, what: str, at: Span, diagnostics: Diagnostics) -> None:
    component = paid.component
    diagnostics.warning(
        "R046", f"{said}, and the basis is the period: each {component.length} {what}", at,
        related=((measure.span, "the measure"),),
        help=f"say `basis: to_date` with `true_up: {measure.accumulation}`, or name a measure over the `period`; or accept it, "
        f'with the reason: `accept: {{R046: "…"}}` in `{component.name}`',
    )  # fmt: skip


def _growing(plan: Plan, component: Component) -> frozenset[str]:
    """The measures that add up beyond the earning period: totals, their shares of a whole target, what is made of these."""
    names, found = frozenset(measure.name for measure in plan.measures), frozenset[str]()
    for measure in plan.measures:  # each comes after those that it reads
        if _is_longer(measure.accumulation, component.length) and _adds_up(measure, found, names):
            found |= {measure.name}
    return found


def _is_longer(accumulation: Accumulation | None, length: str) -> bool:
    return accumulation is not None and LENGTHS.index(accumulation) > LENGTHS.index(length)


def _adds_up(measure: Measure, found: Set[str], names: Set[str]) -> bool:
    if measure.against is not None:
        return measure.against.whole and measure.parts[0] in found
    if measure.aggregate in ("rounded", "weighted"):
        return found >= set(measure.parts)
    return measure.is_total or (measure.formula is not None and _grows(measure.formula.expr, found, names))


def _of_target(table: Table, growing: Set[str]) -> frozenset[str]:
    """What the table's own attainment adds to that: it grows as what is held against the whole target does."""
    whole = table.against is not None and table.against.whole and table.select in growing
    return frozenset({"attainment"}) if whole else frozenset()


def _stays(table: Table) -> bool:
    """Whether what has been reached stays so: a target to date moves on with the value."""
    return table.against is None or table.against.whole


def _grows(expr: Expr, growing: Set[str], measures: Set[str]) -> bool:
    """Whether it comes to so much of what adds up, as far as its shape tells: nothing is taken off that is measured, too."""

    def grows(part: Expr) -> bool:
        return _grows(part, growing, measures)

    def fixed(part: Expr) -> bool:
        return not refs(part) & measures

    match expr:
        case Ref(name):
            return name in growing
        case Call("mul", (left, right)):
            return (grows(left) and not isinstance(right, Case)) or (grows(right) and not isinstance(left, Case))
        case Call("add" | "min" | "max", args):
            return any(map(grows, args)) and all(grows(arg) or fixed(arg) for arg in args)
        case Call("sub" | "div" | "round", (left, *others)):
            return grows(left) and all(map(fixed, others))
        case _:
            return False

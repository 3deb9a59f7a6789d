"""Formulas that are read otherwise than they look: a sum before `if` (R048), a factor for a percentage (R049).

`0.05 + 0.02 if is_new else 0` is 7 % or nothing; `by: 110` pays 110 times as much. In: a plan, a component. Out: warnings.
"""

from collections.abc import Iterator
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.ir.expr import Call, Case, Expr, Lit
from engine.ir.walk import children
from engine.plan.formula import Formula
from engine.plan.modifier import formulas_of
from engine.plan.resolved import Multiply, Plan
from engine.review.paid import Paid

LARGE = 10
"""Factors from here on are as large as percentages."""


def review_sums(plan: Plan, diagnostics: Diagnostics) -> None:
    """A warning at each sum that stands before an `if` whose `else` is 0, of credit rules and measures."""
    formulas = [rule.value for rule in plan.rules]
    formulas += [measure.formula for measure in plan.measures if measure.formula is not None]
    _tell_sums(formulas, diagnostics)


def review_slips(paid: Paid, diagnostics: Diagnostics) -> None:
    """The same of a component, and a warning at each factor that is as large as a percentage."""
    component = paid.component
    _tell_sums([formula for tier in component.table.tiers for formula in tier.formulas], diagnostics)
    _tell_sums([formula for step in component.steps for formula in formulas_of(step)], diagnostics)
    for step in component.steps if _of_money(paid) else ():
        if not isinstance(step, Multiply):
            continue
        match step.by.expr:
            case Lit(Decimal() as factor) if factor >= LARGE:
                diagnostics.warning(
                    "R049", f"this pays {plain(factor)} times as much", step.by.span,
                    help=f"for {plain(factor)} % write `{plain(factor / 100)}`; or accept it, with the reason: "
                    f'`accept: {{R049: "…"}}` in `{component.name}`',
                )  # fmt: skip


def _of_money(paid: Paid) -> bool:
    """Whether rates are paid on money: on points or pieces a factor may be what one of them is worth."""
    component = paid.component
    if component.base is None or paid.table.gives != "rate":
        return False
    of = paid.plan.rule(component.base) if component.basis == "credit" else paid.plan.measure(component.base)
    return of.unit.dtype == "money"


def _tell_sums(formulas: list[Formula], diagnostics: Diagnostics) -> None:
    for formula in formulas:
        for choice, condition in _without_parentheses(formula.expr):
            added = formula.text[choice.at : condition.at].rpartition("if")[0].strip()
            diagnostics.warning(
                "R048", f"the condition is for all of `{added}`: where it does not hold this is 0",
                formula.place(choice.at, len(added)),
                help=f"write `({added}) if … else 0`, if that is meant; or put what the condition is for in parentheses, as in "
                "`1 + (0.5 if is_new else 0)`",
            )  # fmt: skip


def _without_parentheses(expr: Expr) -> Iterator[tuple[Case, Expr]]:
    """Each choice between a sum without parentheses and 0, and its condition; in parentheses it begins after the choice."""
    match expr:
        case Case(((condition, Call("add" | "sub") as added),), Lit(Decimal() as other)) if (
            added.at == expr.at and other == 0
        ):
            yield expr, condition
    for inner in children(expr):
        if not (isinstance(expr, Case) and inner is expr.otherwise and isinstance(inner, Case)):
            yield from _without_parentheses(inner)

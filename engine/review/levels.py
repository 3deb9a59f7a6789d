"""Levels of managers that a formula asks for and no credit has (R034). In: a component of a roll-up. Out: warnings."""

from collections.abc import Iterator
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.ir.expr import Call, Expr, Lit, Ref
from engine.ir.walk import children
from engine.plan.formula import Formula
from engine.plan.resolved import Gate, Multiply, RollUp
from engine.review.paid import Paid

BEYOND = {"eq": 0, "ge": 0, "gt": -1}
"""Comparison of `level` with a number → by how much less than it the highest level would have to be."""


def review_levels(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning for each formula that can't hold."""
    component = paid.component
    rule = next((rule for rule in paid.plan.rules if rule.name == component.base), None)
    if component.basis != "credit" or rule is None or not isinstance(rule.roll_up, RollUp):
        return
    formulas = [tier.pays for tier in paid.tiers]
    formulas += [step.by for step in component.steps if isinstance(step, Multiply) and step.per == "credit"]
    formulas += [s.when for s in component.steps if isinstance(s, Gate) and s.per == "credit" and s.when is not None]
    for formula in formulas:
        for name, asked in _asked(formula):
            if asked > rule.roll_up.levels:
                diagnostics.warning(
                    "R034", f"no credit of `{rule.name}` has a level above {rule.roll_up.levels}, and this asks for one",
                    formula.place(name.at, len(name.name)), related=((rule.span, "the roll-up"),),
                    help=f"say `levels: {plain(asked)}`, or correct the number; or accept it, with the reason: "
                    f'`accept: {{R034: "…"}}` in `{component.name}`',
                )  # fmt: skip


def _asked(formula: Formula) -> Iterator[tuple[Ref, Decimal]]:
    """Each comparison of `level` with a number, and the least level that it needs."""
    left: list[Expr] = [formula.expr]
    while left:
        expr = left.pop()
        left += children(expr)
        match expr:
            case Call(fn, (Ref("level") as name, Lit(Decimal() as number))) if fn in BEYOND:
                yield name, number - BEYOND[fn]

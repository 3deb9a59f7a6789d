"""Limits of one credit that its return escapes (R008). In: a component. Out: warnings.

A return is a credit of its own, below 0: a cap does not see it, and a floor pays it. A cap and a floor of the same size mirror
each other.
"""

from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import Limit
from engine.review.paid import Paid
from engine.review.term import Sum, term


def review_returned(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning for the first cap or floor over a credit that is one-sided."""
    limits = [step for step in paid.component.steps if isinstance(step, Limit) and step.over == "credit"]
    for limit in limits:
        at = _at(paid, limit)
        others = [_at(paid, other) for other in limits if other.kind != limit.kind]
        if limit.kind == "floor" and at is not None and at.sign == -1:
            continue  # the return's side of a cap
        if limit.kind == "cap" and any(at is None or other is None or not (at + other).parts for other in others):
            continue
        size = f"`{limit.at.text}`" if at is None else paid.amount(at)
        if limit.kind == "cap":
            message = f"a sale is paid {size} at most, but its return takes back all that it comes to"
            instead = f"add `floor: {{over: credit, at: {_mirrored(limit.at.text)}}}`, which limits the return as well"
        else:
            message = f"a return is a credit too, and this floor lets none be paid under {size}"
            instead = "limit the sum of the credits (`over: earning_period`)"
        diagnostics.warning(
            "R008", message, limit.span,
            help=f"{instead}; or accept it, with the reason (no value is below 0): "
            f'`accept: {{R008: "…"}}` in `{paid.component.name}`',
        )  # fmt: skip
        return


def _mirrored(text: str) -> str:
    """An amount or a formula, below 0."""
    return f"-{text}" if text[:1].isdigit() or text.isidentifier() else f'"-({text})"'


def _at(paid: Paid, limit: Limit) -> Sum | None:
    return term(limit.at.expr, paid.known(Decimal(0)))

"""Jumps of a pay curve in words: where they are, and by how much pay moves there."""

from decimal import Decimal

from engine.report.curve import Bound, Curve, NoCurve
from engine.report.curve_axis import place_text
from engine.report.plan_words.number import listed, money

WAYS = {"R001": 1, "R002": -1}
"""Warnings of jumps → which way pay goes."""


def jump_sizes(curve: Curve | NoCurve) -> dict[str, str]:
    """Code of a warning → `in the worked figures at 80 % by 100.00 USD`; nothing where there is none."""
    if isinstance(curve, NoCurve):
        return {}
    sizes = [(bound, jump_size(bound)) for bound in curve.bounds if bound.of == "tier"]
    found = {code: [_words(curve, b, size) for b, size in sizes if size * way > 0] for code, way in WAYS.items()}
    return {code: f"in the worked figures {listed(said)}" for code, said in found.items() if said}


def _words(curve: Curve, bound: Bound, size: Decimal) -> str:
    return f"at {place_text(curve.axis, bound.on.value)} by {money(abs(size), curve.currency, curve.digits)}"


def jump_size(bound: Bound) -> Decimal:
    """By how much pay jumps at a bound."""
    before, after = (bound.below, bound.on) if bound.jumps == "below" else (bound.on, bound.above)
    return Decimal(0) if bound.jumps == "no" else (after.pays or Decimal(0)) - (before.pays or Decimal(0))

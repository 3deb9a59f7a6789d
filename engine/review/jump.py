"""Jumps at bounds: how much one unit more raises or lowers pay. In: a component. Out: warnings R001, R002 with the size."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import Tier
from engine.review.paid import Paid
from engine.review.term import Sum

Jump = tuple[Tier, Decimal, Sum]


def review_jumps(paid: Paid, diagnostics: Diagnostics) -> None:
    """One warning for the jumps of a table, at the largest; one for the falls."""
    if paid.table.mode in ("flat", "marginal"):
        return
    jumps = list(_jumps(paid))
    rises = [jump for jump in jumps if jump[2].sign == 1]
    falls = [jump for jump in jumps if jump[2].sign == -1]
    if rises and paid.table.mode == "whole":
        _tell("R001", "raises", rises, paid, diagnostics)
    if falls:
        _tell("R002", "lowers", falls, paid, diagnostics)


def _jumps(paid: Paid) -> Iterator[Jump]:
    for index, tier in enumerate(paid.tiers):
        if tier.lower is None:
            return
        if paid.table.mode == "interpolated" and (not index or paid.tiers[index - 1].lower != tier.lower):
            continue  # lines meet; only two points at one place are a jump
        above = paid.of_tier(index, tier.lower)
        if index:
            below = paid.of_tier(index - 1, tier.lower)
        elif paid.table.mode == "whole" and paid.table.below is not None and paid.table.below.value == "zero":
            below = Sum(())
        else:
            continue
        if above is not None and below is not None:
            yield tier, tier.lower, above - below


def _tell(code: str, does: str, jumps: list[Jump], paid: Paid, diagnostics: Diagnostics) -> None:
    tier, bound, size = max(jumps, key=lambda jump: abs(jump[2].at(Fraction(1000))))
    size = size if size.sign == 1 else Sum(()) - size
    others = tuple(
        (other.span, f"at {paid.bound(at)} it {does} pay by {paid.amount(less if less.sign == 1 else Sum(()) - less)}")
        for other, at, less in jumps
        if other is not tier
    )
    help = (
        "`marginal` pays each part at its own rate, without a jump; or accept it, with the reason: "
        f'`accept: {{{code}: "…"}}` in `{paid.component.name}`'
    )
    if code == "R002":
        help = f'correct the tiers; or accept it, with the reason: `accept: {{{code}: "…"}}` in `{paid.component.name}`'
    message = f"at {paid.bound(bound)} one unit more {does} pay by {paid.amount(size)}{paid.example(size)}"
    diagnostics.warning(code, message, tier.span, help=help, related=others)

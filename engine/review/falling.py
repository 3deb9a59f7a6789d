"""Lines that fall: where more is paid less between two points (R002). In: a component. Out: warnings.

What is paid at the two ends is compared, after the items of the list; of rates on the value itself the line is a curve, which may
be highest before its end.
"""

from fractions import Fraction

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import Budget, CarryForward, Limit
from engine.review.after import Sides, after_all
from engine.review.jump import WHERE_LESS_IS_BETTER
from engine.review.paid import Paid
from engine.review.term import Sum, number, term


def review_lines(paid: Paid, diagnostics: Diagnostics) -> None:
    """One warning for the lines of a table that fall, at the first."""
    if paid.table.mode != "interpolated":
        return
    falls = [(index, words) for index in range(len(paid.lowers) - 1) if (words := _fall(paid, index)) is not None]
    if not falls:
        return
    index, words = falls[0]
    diagnostics.warning(
        "R002", words, paid.tiers[index + 1].span,
        help=f'correct the points; {WHERE_LESS_IS_BETTER} accept it, with the reason: '
        f'`accept: {{R002: "…"}}` in `{paid.component.name}`',
        related=tuple((paid.tiers[other + 1].span, said) for other, said in falls[1:]),
    )  # fmt: skip


def _fall(paid: Paid, index: int) -> str | None:
    """What is wrong with the line from a point to the next, if anything is."""
    start, end = paid.lowers[index], paid.lowers[index + 1]
    if start == end:
        return None
    between = f"from {paid.bound(start)} to {paid.bound(end)} more is paid less"
    first, last = paid.of_tier(index, start), paid.of_tier(index + 1, end)
    if first is not None and last is not None:
        left = after_all(paid, end, Sides(first, last))
        size = left.below - left.at if isinstance(left, Sides) else None
        if isinstance(left, Sides) and size is not None and size.sign == 1:
            if left.decided_by is not None:
                return f"{between}: by how much the `{left.decided_by.kind}` after the table decides"
            return f"{between}: {'up to ' if left.limited else ''}{paid.amount(size)}"
    return f"{between}, towards its end" if _turns(paid, index) else None


def _turns(paid: Paid, index: int) -> bool:
    """Whether value × rate is highest before the line's end, however the ends compare: its slope there is below 0."""
    start, end = paid.lowers[index], paid.lowers[index + 1]
    if paid.table.gives != "rate" or not paid.pays_on_selected or end <= 0:
        return False
    if any(isinstance(step, Limit | CarryForward | Budget) for step in paid.component.steps):
        return False
    known = paid.known(end)
    one, other = (term(tier.pays.expr, known) for tier in paid.tiers[index : index + 2])
    if one is None or other is None:
        return False
    slope: Sum = other + (other - one) * number(Fraction(end) / Fraction(end - start))
    return slope.sign == -1

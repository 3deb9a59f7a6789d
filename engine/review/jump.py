"""Jumps at bounds: how much one unit more raises or lowers pay. In: a component. Out: warnings R001, R002.

The size is that of what is paid, after the items of the list. Where the plan alone can't tell it, R001 says so without one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from engine.core.diagnostic import Diagnostics
from engine.ir.walk import refs
from engine.plan.resolved import Tier
from engine.review.after import NOTHING, Sides, after_all
from engine.review.paid import Paid
from engine.review.term import Sum

WHERE_LESS_IS_BETTER = "where less is better (costs, losses, complaints)"
"""When a fall is meant."""


@dataclass(frozen=True)
class Jump:
    """At a tier's bound. `why` says what keeps the size from being read off the plan; it is None where not even its sign is."""

    tier: Tier
    bound: Decimal
    size: Sum | None
    at_most: bool = False
    why: str = ""
    example: Fraction | None = None
    """The size for the example target, where that alone decides it."""

    @property
    def sign(self) -> int | None:
        """1 where pay rises, −1 where it falls, None where it isn't known which."""
        return None if self.size is None else self.size.sign


def review_jumps(paid: Paid, diagnostics: Diagnostics) -> None:
    """One warning for the jumps of a table, at the largest; one for the falls."""
    if paid.table.mode in ("flat", "marginal") or paid.table.prizes:  # the first place is the least number
        return
    jumps = [jump for jump in _with_examples(paid) if jump.sign != 0]
    falls = [jump for jump in jumps if jump.sign == -1]
    rises = [jump for jump in jumps if jump not in falls and _hidden(paid, jump.tier)]
    if rises:
        _tell("R001", "raises", rises, paid, diagnostics)
    if falls:
        _tell("R002", "lowers", falls, paid, diagnostics)


def _hidden(paid: Paid, tier: Tier) -> bool:
    """Whether a rise does not stand in the table: rates pay on everything, an amount may be a formula of what is sold."""
    if paid.table.gives == "rate":
        return True
    sold = {*paid.component.measures, "attainment", "amount"}
    first = tier.number - 1 if paid.table.mode == "each_entered" else max(tier.number - 2, 0)
    return any(refs(each.pays.expr) & sold for each in paid.tiers[first : tier.number])


def _with_examples(paid: Paid) -> Iterator[Jump]:
    """The jumps, each with what it is for the example target: a cap that is a plain amount says something only there."""
    example = paid.for_example()
    examples = list(_jumps(paid if example is None else example))
    for jump, other in zip(_jumps(paid), examples, strict=True):
        known = other.size is not None and not other.at_most and not other.why
        yield replace(jump, example=other.size.value) if known and other.size is not None else jump


def _jumps(paid: Paid) -> Iterator[Jump]:
    starts = paid.table.below is not None and paid.table.below.value == "zero"
    for index, tier in enumerate(paid.tiers):
        if tier.lower is None:
            return
        first = not index or (paid.table.mode == "interpolated" and index == 1 and tier.lower == paid.lowers[0])
        if (not starts and not index) or not _may_jump(paid, index):
            continue
        below = NOTHING if starts and first else paid.of_tier(index - 1, tier.lower)
        yield _jump(paid, tier, tier.lower, below, paid.of_tier(index, tier.lower))


def _may_jump(paid: Paid, index: int) -> bool:
    """Lines meet: only the last of two points at one place is a jump, and a first point under which nothing is paid."""
    if paid.table.mode != "interpolated":
        return True
    lower, others = paid.lowers[index], paid.lowers
    if not index:
        return others[1] != lower
    return others[index - 1] == lower


def _jump(paid: Paid, tier: Tier, bound: Decimal, below: Sum | None, at: Sum | None) -> Jump:
    """What is paid at a bound less what is paid just below it, after the list."""
    if below is None or at is None:
        return Jump(tier, bound, None, why="a formula decides what the tier pays")
    paid_out = after_all(paid, bound, Sides(below, at))
    if not isinstance(paid_out, Sides):
        return Jump(tier, bound, None, why=f"the `{paid_out.kind}` after the table decides")
    size = paid_out.at - paid_out.below
    if size.sign is None:
        return Jump(tier, bound, None, why=f"it is {paid.amount(size)}, which may be above or below 0")
    why = f"the `{paid_out.decided_by.kind}` after the table decides" if paid_out.decided_by is not None else ""
    return Jump(tier, bound, size, paid_out.limited, why)


def _tell(code: str, does: str, jumps: list[Jump], paid: Paid, diagnostics: Diagnostics) -> None:
    largest = max(jumps, key=lambda jump: _measured(jump, paid))
    words = [(jump, _words(jump, does, paid)) for jump in jumps]
    others = tuple(
        (jump.tier.span, f"at {paid.bound(jump.bound)} it {said}") for jump, said in words if jump is not largest
    )
    instead = "`marginal` pays each part at its own rate, without a jump"
    if paid.table.mode == "interpolated":
        instead = "let the line go on from what is paid just below, or begin where nothing is"
    elif paid.table.mode != "whole":
        instead = "let both formulas come to the same at the bound"
    otherwise = "or"
    if code == "R002":
        instead, otherwise = "correct the tiers", WHERE_LESS_IS_BETTER
    size = f"{_words(largest, does, paid)}{_for_example(largest, paid)}"
    diagnostics.warning(
        code, f"at {paid.bound(largest.bound)} one unit more {size}", largest.tier.span,
        help=f'{instead}; {otherwise} accept it, with the reason: `accept: {{{code}: "…"}}` in `{paid.component.name}`',
        related=others,
    )  # fmt: skip


def _measured(jump: Jump, paid: Paid) -> tuple[Fraction, Fraction]:
    """By what the largest is found: those that have no size come last."""
    if jump.size is None or jump.why:
        return Fraction(-1), Fraction(0)
    size = abs(jump.size.at(Fraction(paid.example_target or 1000)))
    return (size if jump.example is None else abs(jump.example)), size


def _for_example(jump: Jump, paid: Paid) -> str:
    """What it is in money for the example target, after the list; nothing where it is a plain amount, or not known."""
    if jump.example is None or jump.size is None or jump.why or jump.size.value is not None:
        return ""
    money = paid.money(abs(jump.example))
    return f", {'and by' if jump.at_most else 'which is'} {money} for a target of {paid.example_words}"


def _words(jump: Jump, does: str, paid: Paid) -> str:
    if jump.size is None or jump.why:
        return f"{does if jump.sign else 'changes'} pay by what can't be read off the plan: {jump.why}"
    return f"{does} pay by {'up to ' if jump.at_most else ''}{paid.amount(_absolute(jump.size))}"


def _absolute(size: Sum) -> Sum:
    return NOTHING - size if size.sign == -1 else size

"""Rate tables: from the value that finds the tier and the value the rate is paid on, to a result with its slices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from engine.core import money
from engine.plan.resolved import Table, Tier
from engine.reference.group import Standing
from engine.reference.scalar import Row, Typed, decimal, evaluate, minus, multiplied, total
from engine.reference.stint import Cell
from engine.reference.target import Reading

INFINITE = Decimal("Infinity")


@dataclass(frozen=True)
class Slice:
    """The part of a base that one tier pays on. Bounds that are not there are None."""

    tier: int
    lower: Decimal | None
    upper: Decimal | None
    length_before: Decimal
    length_after: Decimal
    rate: Decimal | None
    pay: Decimal | None


@dataclass(frozen=True)
class Result:
    """What a table gives. `result` None: blocked because of `cause`. `tier`, `rate`: where one tier pays all."""

    result: Decimal | None
    cause: str | None = None
    tier: int | None = None
    rate: Decimal | None = None
    slices: tuple[Slice, ...] = ()
    rate_before: Decimal | None = None
    """Where lines add up along credits: the amount before this one."""


@dataclass(frozen=True)
class Bounds:
    """The tiers' bounds in the unit of the value they are compared with; the last upper is None where it is open."""

    lowers: tuple[Decimal, ...]
    last: Decimal | None

    def upper(self, number: int) -> Decimal | None:
        """Where tier `number` ends: at the next one's lower."""
        return self.lowers[number] if number < len(self.lowers) else self.last


def look_up(
    table: Table, select: Decimal | None, base: Typed | None, reading: Reading, cell: Cell, over: str | None, row: Row
) -> Result:
    """One tier pays all: `flat` its rate on the base, `whole` the rate of the tier reached, `step` that tier's amount."""
    if reading.cause is not None:
        return Result(None, reading.cause)
    if table.mode == "flat":
        return _one(table, 1, base, row)
    if reading.by_attainment:
        number, cause = _tier(table, reading.attainment, _shares(table), special=True)
    else:
        number, cause = _tier(table, select, bounds(table, reading, cell, over, row))
    return Result(None, cause) if number is None else _one(table, number, base, row)


def shared_prize(table: Table, found: Result, standing: Standing, digits: int) -> Result:
    """What the places that the tied ones take bring together, in equal parts; the first of them get what is left over."""
    if standing.place is None or found.result is None:
        return found
    first = int(standing.place)
    amounts = [decimal(tier.pays.expr, {}) or Decimal(0) for tier in table.tiers[:-1]]
    together = sum(
        (amounts[place - 1] for place in range(first, first + standing.tied) if place <= len(amounts)), Decimal(0)
    )
    part, left = divmod(int(money.EXACT.scaleb(together, digits)), standing.tied)
    paid = money.EXACT.scaleb(Decimal(part + (standing.turn <= left)), -digits)
    return replace(found, result=paid, slices=tuple(replace(each, pay=paid) for each in found.slices))


def marginal(
    table: Table, before: Typed | None, after: Typed, reading: Reading, cell: Cell, over: str | None, row: Row
) -> Result:
    """F(after) − F(before), slice by slice, "both with this interval's bounds, so returns walk back".

    `before` is None where nothing is added up; a running total that is not known has no value.
    """
    if reading.cause is not None:
        return Result(None, reading.cause)
    start, end = Decimal(0) if before is None else before.value, after.value
    assert isinstance(start, Decimal | None) and isinstance(end, Decimal | None)
    if table.bounds_vary:
        cause = _why_not_cut(table, end, _places(table, reading, cell, over, row))
        if cause is not None:
            return Result(None, cause)
    if start is None or end is None:
        return Result(None, "no_value")
    if reading.special:
        number, cause = _tier(table, reading.attainment, _shares(table), special=True)
        if number is None:
            return Result(None, cause)
        nothing = (Decimal(0), Decimal(0))
        reach = {tier.number: (start, end) if tier.number == number else nothing for tier in table.tiers}
        return _summed([_slice(tier, None, None, *reach[tier.number], after.dtype, row) for tier in table.tiers])
    limits = bounds(table, reading, cell, over, row)
    if limits is None:
        return Result(None, "no_value")
    reached = tuple(seen(table, value) for value in ((end,) if before is None else (start, end)))
    if _policy(table, "below") == "exception" and min(reached) < seen(table, limits.lowers[0]):
        return Result(None, "below_lowest")
    if limits.last is not None and _policy(table, "above") == "exception" and max(reached) > seen(table, limits.last):
        return Result(None, "above_highest")
    found = []
    for tier in table.tiers:
        lower, upper = _ends(table, limits, tier.number)
        lengths = (length(start, lower, upper), length(end, lower, upper))
        found.append(_slice(tier, lower, upper, *lengths, after.dtype, row))
    return _summed(found)


def each_entered(
    table: Table, ends: tuple[Decimal | None, ...], reading: Reading, cell: Cell, over: str | None, row: Row
) -> Result:
    """The amounts of all tiers that a value has entered; of two ends (with a credit, before it) what it enters or leaves."""
    if reading.cause is not None:
        return Result(None, reading.cause)
    amounts = None if reading.special else bounds(table, reading, cell, over, row)
    limits = _shares(table) if reading.by_attainment else amounts
    looked = reading.by_attainment
    placed = [_tier(table, reading.attainment if looked else end, limits, looked) for end in ends]
    causes = [cause for number, cause in placed if number is None]
    if causes:  # of a credit that passes all tiers at once, the lower end is told
        return Result(None, "below_lowest" if "below_lowest" in causes else causes[0])
    numbers = [number for number, _ in placed if number is not None]
    assert limits is not None
    found = []
    for tier in table.tiers:
        entered = [Decimal(1) if number >= tier.number else Decimal(0) for number in numbers]
        after, start = entered[0], entered[1] if len(ends) > 1 else Decimal(0)
        if after == start == 0:
            continue
        rate = decimal(tier.pays.expr, row)
        pay = minus(rate if after else Decimal(0), rate if start else Decimal(0))
        lower = None if amounts is None else amounts.lowers[tier.number - 1]
        found.append(Slice(tier.number, lower, None, start, after, rate, pay))
    return replace(_summed(found), tier=numbers[0])


def length(value: Decimal, lower: Decimal | None, upper: Decimal | None) -> Decimal:
    """How far the value goes into the slice, seen from 0: clamp(value, low, high) − clamp(0, low, high), negative below 0."""
    low, high = -INFINITE if lower is None else lower, INFINITE if upper is None else upper
    reach = minus(min(max(value, low), high), min(max(Decimal(0), low), high))
    assert reach is not None
    return reach


def seen(table: Table, value: Decimal) -> Decimal:
    """A value, or a share of a target, as they are compared: without what dividing the target left in the last places."""
    if table.against is None and not table.near:
        return value
    return money.rounded(value, "half_even", money.BOUND_PLACES)


def bounds(table: Table, reading: Reading, cell: Cell, over: str | None, row: Row) -> Bounds | None:
    """The bounds as written, of formulas, as shares × the target, or as bound × days ÷ days; None where one is not known."""
    places = _places(table, reading, cell, over, row)
    if None in places:
        return None
    known = [place for place in places if place is not None]
    count = len(table.tiers)
    return Bounds(tuple(known[:count]), known[count] if len(known) > count else None)


def _places(table: Table, reading: Reading, cell: Cell, over: str | None, row: Row) -> list[Decimal | None]:
    """Where each tier begins, and where the last one ends if it does; None for what is not known, or leaves its type's bounds."""
    given = [(tier.lower, tier.lower_by) for tier in table.tiers]
    last = table.tiers[-1]
    asked = table.bounds_vary or _policy(table, "above") != "same"  # over it the same is paid as below it
    if asked and (last.upper is not None or last.upper_by is not None):
        given.append((last.upper, last.upper_by))
    made: list[Decimal | None] = []
    if table.mode == "marginal" and not table.bounds_vary and _policy(table, "below") == "same":
        made, given = [-INFINITE], given[1:]  # under it the same is paid as above it
    for written, formula in given:
        place = written if formula is None else decimal(formula.expr, row)
        if place is not None and table.against is not None:
            place = _decimal(multiplied(Typed(place, "rate"), Typed(reading.target, reading.unit)))
        if place is not None and table.prorate_bounds:
            place = cell.prorated(place, over)
        made.append(place)
    return made


def _why_not_cut(table: Table, value: Decimal | None, places: list[Decimal | None]) -> str | None:
    """Why nothing can be cut at bounds that formulas say: one lies under the one before it, or the value outside all of them.

    That is told although another bound may not be known.
    """
    if any(one is not None and other is not None and other < one for one, other in pairwise(places)):
        return "bounds_fall"
    if value is None:
        return None
    if _policy(table, "below") == "exception" and places[0] is not None and value < places[0]:
        return "below_lowest"
    last = places[-1] if len(places) > len(table.tiers) else None
    if _policy(table, "above") == "exception" and last is not None and value > last:
        return "above_highest"
    return None


def _shares(table: Table) -> Bounds:
    """The bounds of the special case: "tier tests compare attainment with the bound (share) itself"."""
    return Bounds(tuple(tier.lower for tier in table.tiers if tier.lower is not None), table.tiers[-1].upper)


def _tier(
    table: Table, value: Decimal | None, limits: Bounds | None, special: bool = False
) -> tuple[int | None, str | None]:
    """The number of the last tier whose lower bound the value reaches (on it: by `boundary`; under all: by `below`, 0 for none;
    over the last: by `above`), or None and the cause that blocks.
    """
    if value is None or limits is None:
        return None, "no_value"
    on_bound_is_above = _policy(table, "boundary") != "lower"

    def past(bound: Decimal) -> bool:
        at, place = (value, bound) if special else (seen(table, value), seen(table, bound))
        return at > place or (on_bound_is_above and at == place)

    reached = sum(1 for bound in limits.lowers if past(bound))
    if reached == 0:
        below = _policy(table, "below")
        return {"same": (1, None), "zero": (0, None), "exception": (None, "below_lowest")}[below]
    if limits.last is not None and past(limits.last) and _policy(table, "above") == "exception":
        return None, "above_highest"
    return reached, None


def _one(table: Table, number: int, base: Typed | None, row: Row) -> Result:
    """One tier pays on the whole base; of a step, its amount. Tier 0 pays nothing."""
    pays = Typed(Decimal(0), "rate") if number == 0 else evaluate(table.tiers[number - 1].pays.expr, row)
    rate = _decimal(pays)
    if table.gives == "amount":
        result, reach = rate, Decimal(0)
    else:
        assert base is not None
        result, paid_on = _decimal(multiplied(base, pays)), _decimal(base)
        reach = Decimal(0) if paid_on is None else paid_on
    if result is None:
        return Result(None, "no_value", number, rate)
    return Result(result, None, number, rate, (Slice(number, None, None, Decimal(0), reach, rate, result),))


def _slice(
    tier: Tier, lower: Decimal | None, upper: Decimal | None, before: Decimal, after: Decimal, dtype: str, row: Row
) -> Slice:
    """What the tier pays: length with the credit × rate − length before it × rate, each product rounded by itself.

    No length pays nothing, also where the rate is not known.
    """
    rate = evaluate(tier.pays.expr, row)
    pays = [_decimal(multiplied(Typed(length, dtype), rate)) if length else Decimal(0) for length in (after, before)]
    pay = minus(pays[0], pays[1])
    return Slice(tier.number, lower, upper, before, after, _decimal(rate), pay)


def _summed(found: Sequence[Slice]) -> Result:
    """Σ tier slices = table result; slices without length are not shown."""
    result = total(piece.pay for piece in found)
    if result is None:
        return Result(None, "no_value")
    return Result(result, slices=tuple(piece for piece in found if piece.length_before != 0 or piece.length_after != 0))


def _ends(table: Table, limits: Bounds, number: int) -> tuple[Decimal | None, Decimal | None]:
    """lo is −∞ for the first tier if `below: same`, hi is +∞ for the last if it is open or `above: same`."""
    lower: Decimal | None = limits.lowers[number - 1]
    upper = limits.upper(number)
    if number == 1 and _policy(table, "below") == "same":
        lower = None
    if number == len(table.tiers) and _policy(table, "above") == "same":
        upper = None
    return lower, upper


def _policy(table: Table, name: str) -> str:
    """A policy's value; "" where none is needed."""
    choice = {"boundary": table.boundary, "below": table.below, "above": table.above}[name]
    return "" if choice is None else choice.value


def _decimal(typed: Typed) -> Decimal | None:
    assert typed.value is None or isinstance(typed.value, Decimal)
    return typed.value

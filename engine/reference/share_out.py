"""Pools: the amount that a group came to, cut into shares by weights so that they add up to it.

In: the amounts of all rows and what formulas see there. Out: each row's share, or why it has none. Largest remainder; ties by
participant, then segment; a negative pool mirrors its absolute value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from engine.core import money
from engine.plan.resolved import Plan, ShareOut
from engine.reference.group import members
from engine.reference.modifier import Place, Stepped
from engine.reference.participant import People
from engine.reference.scalar import Typed, bounded, evaluate, multiplied, total, truth

CAUSES = ("no_group", "group_unknown", "pool_differs", "negative_weight", "negative_pool", "no_weights")


@dataclass(frozen=True)
class Member:
    """A row of a group: what the pool is to it, and its weight; None where that is not known."""

    index: int
    place: Place
    pool: Decimal | None
    weight: Typed

    @property
    def known(self) -> bool:
        """Whether both are."""
        return self.pool is not None and self.weight.value is not None


def shared_out(
    plan: Plan, people: People, step: ShareOut, amounts: Sequence[Decimal | None], places: Sequence[Place]
) -> list[Stepped]:
    """The share of each row, in the order of the rows."""
    rows = [
        Member(index, place, amount, _weight(step, place))
        for index, (amount, place) in enumerate(zip(amounts, places, strict=True))
    ]
    by_key = {row.place.cell.key: row for row in rows}
    result = [Stepped(None, "no_group")] * len(rows)
    for cells in members(plan, people, step.within, [row.place.cell for row in rows]).values():
        group = [by_key[cell.key] for cell in cells]
        for row, stepped in zip(group, _shared(step, group), strict=True):
            result[row.index] = stepped
    return result


def _weight(step: ShareOut, place: Place) -> Typed:
    """What a member asks for; who takes no part has 0."""
    asked = Typed(Decimal(1), "quantity") if step.by is None else evaluate(step.by.expr, place.row)
    if step.among is not None:
        part = truth(step.among.expr, place.row)
        asked = Typed(None if part is None else asked.value if part else Decimal(0), asked.dtype)
    return multiplied(asked, _days(place)) if step.prorate else asked


def _days(place: Place) -> Typed:
    return Typed(Decimal(place.cell.days(None)), "quantity")


def _shared(step: ShareOut, group: list[Member]) -> list[Stepped]:
    """The shares of one group, or one reason for all of it."""
    if not all(row.known for row in group):
        return [_unknown(row) for row in group]
    pools, weights = [row.pool or Decimal(0) for row in group], [_number(row.weight) for row in group]
    pool = bounded(money.rounded(pools[0], step.mode, step.digits), "money")
    if len(set(pools)) > 1:
        return [Stepped(None, "pool_differs")] * len(group)
    if min(weights) < 0:
        return [Stepped(None, "negative_weight")] * len(group)
    if pool is not None and pool < 0 and step.negative_pool.value == "block":
        return [Stepped(None, "negative_pool")] * len(group)
    if pool is not None and pool < 0 and step.negative_pool.value == "zero":
        pool = Decimal(0)
    whole = total(weights, group[0].weight.dtype)
    if whole == 0:
        assert step.no_weights is not None
        if step.no_weights.value == "block":
            return [Stepped(None, "no_weights")] * len(group)
        if step.no_weights.value == "nobody":
            return [Stepped(Decimal(0) if pool is not None else None)] * len(group)
        weights = [_number(_days(row.place)) if step.prorate else Decimal(1) for row in group]
    if pool is None or whole is None:
        return [Stepped(None, "no_value")] * len(group)
    return [Stepped(share) for share in _cut(pool, weights, group, step.digits)]


def _unknown(row: Member) -> Stepped:
    """The group of a row has something that is not known: its own amount, which has its cause, its weight, or another's."""
    if row.known:
        return Stepped(None, "group_unknown")
    return Stepped(None, "no_value" if row.weight.value is None else None)


def _number(weight: Typed) -> Decimal:
    assert isinstance(weight.value, Decimal)
    return weight.value


def _cut(pool: Decimal, weights: list[Decimal], group: list[Member], digits: int) -> list[Decimal]:
    """Each one's whole units, and one more for those whose rest is largest, as far as the pool goes."""
    units, all_weights = Fraction(abs(pool)) * 10**digits, sum(map(Fraction, weights))
    exact = [units * Fraction(weight) / all_weights for weight in weights]
    whole = [part.numerator // part.denominator for part in exact]
    left = int(units) - sum(whole)

    def first(index: int) -> tuple[Fraction, str, object]:
        cell = group[index].place.cell
        return whole[index] - exact[index], cell.stint.participant, cell.stint.start

    for index in sorted(range(len(group)), key=first)[:left]:
        whole[index] += 1
    sign = -1 if pool < 0 else 1
    return [money.EXACT.scaleb(Decimal(sign * share), -digits) for share in whole]

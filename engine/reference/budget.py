"""Budgets: how much of everybody's pay one amount covers.

In: amounts in their order, of credits or of all rows of a component. Out: what the budget leaves of each. Where it is prorated,
what is too much is cut from amounts above 0 (what a return only takes off an excess, from those below), by largest remainder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.core import money
from engine.plan.resolved import Budget
from engine.reference.modifier import Place, Stepped
from engine.reference.scalar import bounded, decimal, minus, plus, total
from engine.reference.stint import Cell


@dataclass
class Spending:
    """What all amounts came to so far, and what the budget left of them; None from the first unknown one on.

    What they came to is their exact sum, which may be out of bounds for a while; what is left then is not known, and where the
    excess is lost, it never will be again.
    """

    asked: Decimal | None = Decimal(0)
    granted: Decimal | None = Decimal(0)

    def grant(self, step: Budget, amount: Decimal | None, at: Decimal | None) -> Decimal | None:
        """What the budget leaves of a further amount."""
        before = self.granted
        self.asked = None if self.asked is None or amount is None else money.EXACT.add(self.asked, amount)
        to_date = None if self.asked is None else bounded(self.asked, "money")
        reached = plus(before, amount) if step.lost and to_date is not None else to_date
        self.granted = None if at is None or reached is None else min(reached, at)
        return minus(self.granted, before)


@dataclass
class Spent:
    """The spending of each span of a component's budgets."""

    by_span: dict[tuple[int, date], Spending] = field(default_factory=dict)

    def of(self, number: int, step: Budget, cell: Cell) -> Spending:
        """That of the span in which the row lies."""
        start = cell.period.start if step.accumulation is None else cell.spans[step.accumulation][0]
        return self.by_span.setdefault((number, start), Spending())


def prorated_budget(step: Budget, amounts: Sequence[Decimal | None], places: Sequence[Place]) -> list[Stepped]:
    """All rows of a component, interval by interval."""
    result = [Stepped(None)] * len(amounts)
    spent = Spent()
    starts = sorted({place.cell.period.start for place in places})
    for start in starts:
        rows = [index for index, place in enumerate(places) if place.cell.period.start == start]
        first = places[rows[0]]
        at = decimal(step.at.expr, first.row)
        asked = total(amounts[index] for index in rows)
        granted = spent.of(0, step, first.cell).grant(step, asked, at)
        kept = _left(step, [amounts[index] for index in rows], [places[index] for index in rows], asked, granted)
        for index, left in zip(rows, kept, strict=True):
            unknown = amounts[index] is not None and left is None
            cause = None if not unknown else "no_value" if at is None else "budget_unknown"
            result[index] = Stepped(left, cause)
    return result


def _left(
    step: Budget,
    amounts: list[Decimal | None],
    places: list[Place],
    asked: Decimal | None,
    granted: Decimal | None,
) -> list[Decimal | None]:
    """What is left of each amount of one interval."""
    if granted is None or asked is None or granted == asked:
        return amounts if granted is not None else [None] * len(amounts)
    sign = 1 if granted < asked else -1
    weights = [max(Decimal(0), sign * (amount or Decimal(0))) for amount in amounts]
    whole = sum(map(Fraction, weights))
    pool = whole - abs(Fraction(asked) - Fraction(granted))
    units = (pool * 10**step.digits).__floor__()
    exact = [Fraction(weight) / whole * units for weight in weights]
    shares = [part.__floor__() for part in exact]

    def first(index: int) -> tuple[Fraction, str, date]:
        return shares[index] - exact[index], places[index].cell.stint.participant, places[index].cell.stint.start

    for index in sorted(range(len(amounts)), key=first)[: units - sum(shares)]:
        shares[index] += 1
    return [
        money.EXACT.scaleb(Decimal(sign * share), -step.digits) if weight > 0 else amount
        for amount, weight, share in zip(amounts, weights, shares, strict=True)
    ]

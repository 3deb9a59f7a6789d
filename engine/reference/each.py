"""What each customer, claim or policy counts for in a sum or count: its credits added up, between the floor and the cap."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.ir.expr import Value
from engine.plan.measure import Each
from engine.plan.resolved import Measure
from engine.reference.scalar import minus, total
from engine.reference.share import Share

NOTHING = Decimal(0)


@dataclass(frozen=True)
class OfOne:
    """What the credits of one come to in an interval, and since the reset before and with it."""

    key: Value
    own: Decimal | None
    counts: Decimal | None
    before: Decimal | None
    after: Decimal | None
    counts_before: Decimal | None
    counts_after: Decimal | None
    adds: Decimal | None


@dataclass
class Tally:
    """Of each the amounts of its intervals since the reset."""

    measure: Measure
    each: Each
    intervals: dict[Value, list[Decimal | None]] = field(default_factory=dict)

    def add(self, shares: Sequence[tuple[Share, bool | None]]) -> list[OfOne]:
        """An interval's credits, each with whether it counts (None: not known) → what those who have some come to."""
        found: dict[Value, list[Decimal | None]] = {}
        for share, counts in shares:
            one = Decimal(1) if self.measure.aggregate == "count" else share.amount
            found.setdefault(share.transaction[self.each.by], []).append(None if counts is None else one)
        return [self._of_one(key, total(amounts, self._dtype)) for key, amounts in found.items()]

    def together(self) -> Decimal | None:
        """What all count for that have a credit since the reset."""
        return total((self._counted(total(each, self._dtype)) for each in self.intervals.values()), self._dtype)

    def own(self, found: Sequence[OfOne]) -> Decimal | None:
        """What they count for in the interval alone."""
        return total((one.counts for one in found), self._dtype)

    def is_lost(self, found: Sequence[OfOne]) -> bool:
        """A running sum never finds back what an interval left unknown."""
        return total((one.adds for one in found), self._dtype) is None

    def _of_one(self, key: Value, own: Decimal | None) -> OfOne:
        intervals = self.intervals.setdefault(key, [])
        new, dtype = not intervals, self._dtype
        before = total(intervals, dtype)
        intervals.append(own)
        after = total(intervals, dtype)
        counted = (NOTHING if new else self._counted(before), self._counted(after))
        return OfOne(key, own, self._counted(own), before, after, *counted, minus(counted[1], counted[0], dtype))

    def _counted(self, value: Decimal | None) -> Decimal | None:
        """As it is, or the limit that it lies beyond."""
        if value is None:
            return None
        if self.each.cap is not None and value > self.each.cap.value:
            return self.each.cap.value
        return self.each.floor.value if self.each.floor is not None and value < self.each.floor.value else value

    @property
    def _dtype(self) -> str:
        return self.measure.unit.dtype

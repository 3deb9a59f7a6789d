"""A case: what one made-up participant sells in a pay period, and in what their rows are not as everybody's."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Cells = tuple[tuple[str, Any], ...]
"""Columns and their values, in an order; a case must be hashable."""


@dataclass(frozen=True)
class Sale:
    """Transactions that one rule credits: `times` rows that come to `amount` together."""

    rule: str
    day: date
    amount: Decimal
    times: int = 1
    cells: Cells = ()
    """What is not as the rule's plain row has it."""
    below: int = 1
    """Of a rule that credits managers: so many levels below the participant it is sold, 0 by themselves."""
    passed: int = 0
    """And whoever stands so many levels below takes no level; 0: everybody does."""


@dataclass(frozen=True)
class Case:
    """The rows of one test. What it does not say is as `Ground` has it for everybody."""

    period: str
    sales: tuple[Sale, ...] = ()
    person: Cells = ()
    """Of the participant's row: first and last day, values of their own."""
    targets: tuple[tuple[str, Decimal | None], ...] = ()
    """Targets that are another amount, or None: have no row."""
    shares: Cells = ()
    """Of the rows of assignments."""
    rivals: int = 0
    """How many others there are, each of whom sells more than the one before: so later prizes of a contest are won."""
    alike: bool = False
    """The others sell just as much."""

    @property
    def size(self) -> tuple[int, int, int, int]:
        """How much there is to read: what is out of the ordinary, rows, digits."""
        odd = (
            len(self.person)
            + len(self.targets)
            + len(self.shares)
            + self.rivals
            + sum(len(sale.cells) + abs(sale.below - 1) + sale.passed for sale in self.sales)
        )
        rows = sum(2 if sale.times > 1 else 1 for sale in self.sales)
        times = max((sale.times for sale in self.sales), default=0)
        return odd, rows, times, sum(_digits(sale.amount) for sale in self.sales)


def _digits(amount: Decimal) -> int:
    return len(amount.normalize().as_tuple().digits)

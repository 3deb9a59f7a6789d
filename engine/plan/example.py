"""The round target that warnings and worked figures take as an example, so that both speak of the same one."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from engine.core.period import Calendar
from engine.plan.resolved import Against, Target

MONEY = {0: Decimal(100_000_000)}
"""Digits of a currency → a round amount for a shortest period; 100,000 in currencies with digits."""
QUANTITY = Decimal(100)
PARTS = {"period": 1, "quarter": 3, "year": 12}
"""How a target is given → by how many shortest periods its round example is larger."""


def example_part(is_money: bool, digits: int) -> Decimal:
    """A round amount for a shortest period."""
    return MONEY.get(digits, Decimal(100_000)) if is_money else QUANTITY


def example_target(target: Target, currencies: Mapping[str, int]) -> Decimal:
    """A round target, of the time that it is given for; everybody's, where it has one."""
    if target.everybody is not None:
        return target.everybody.amount
    return example_part(*_kind(target, currencies)) * PARTS[target.given]


def example_read(
    target: Target, against: Against, length: str, calendar: Calendar, currencies: Mapping[str, int]
) -> Decimal:
    """The same as a table reads it: that of an earning period, or of all that it adds up over, evenly spread."""
    over = "year" if against.accumulation == "plan" else against.accumulation or length
    time = calendar.shortest if target.given == "period" else target.given
    parts, of_given = (len(calendar.parts(calendar.of_length(name)[0])) for name in (over, time))
    read = Fraction(example_target(target, currencies)) * parts / of_given
    return Decimal(read.numerator) if read.denominator == 1 else example_part(*_kind(target, currencies))


def _kind(target: Target, currencies: Mapping[str, int]) -> tuple[bool, int]:
    """Whether it is money, and the digits of that."""
    return target.unit.dtype == "money", currencies.get(target.unit.currency or "", 2)

"""A number that stands beside formulas, and how it is written: it has to fit a measure, whose unit is found later."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.span import Span

Written = Literal["amount", "share", "money"]
"""A bare number, a percentage, or a number with a currency."""


@dataclass(frozen=True)
class Amount:
    """A number of a plan, such as the cap of a part."""

    value: Decimal
    written: Written
    span: Span

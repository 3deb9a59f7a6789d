"""A number that stands beside formulas, and how it is written: it has to fit a measure, whose unit is found later."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.core.span import Span

Written = Literal["amount", "share", "money"]
"""A bare number, a percentage, or a number with a currency."""


@dataclass(frozen=True)
class Amount:
    """A number of a plan, such as the cap of a part."""

    value: Decimal
    written: Written
    span: Span


A_FACTOR = 2
"""A bare rate from here on is refused where it may be a factor: 1 and 1.5 are, 8 is 8 % without its sign."""


SAID_OTHERWISE = 10_000
"""From here on it is more than a rate can be, which is told itself."""


def doubt_bare_rate(value: Decimal, span: Span, least: int, diagnostics: Diagnostics) -> None:
    """Refuses a rate that is written without its sign: 5 is 500 %, where 5% may be meant."""
    if least <= value < SAID_OTHERWISE:
        written, hundredfold = plain(value), plain(value * 100)
        diagnostics.error(
            "S015", f"`{written}` is a rate of {hundredfold} %", span, help=f"write `{written}%`, or `{hundredfold}%`",
        )  # fmt: skip

"""Numbers as sentences have them: thousands apart, rates as per cent, money with its currency."""

from decimal import Decimal

from engine.core.money import nearly, plain
from engine.ir.types import Type


def grouped(text: str) -> str:
    """Thousands of a plain decimal apart, by commas; negative ones with a true minus sign."""
    whole, point, fraction = text.removeprefix("-").partition(".")
    return ("−" if text.startswith("-") else "") + f"{int(whole):,}" + point + fraction


def percent(share: Decimal) -> str:
    """A share as per cent."""
    return f"{grouped(plain(share.scaleb(2)))} %"


def money(amount: Decimal, currency: str, digits: int) -> str:
    """An amount at its currency's digits, or at more where it has them; what thirds of one add up to as about that."""
    near = nearly(amount, digits)
    if near is not None:
        return f"≈{grouped(plain(near, digits))} {currency}"
    exact = plain(amount)
    places = max(digits, len(exact.partition(".")[2]))
    return f"{grouped(plain(amount, places))} {currency}"


def value(number: Decimal, unit: Type, digits: int) -> str:
    """A value of a unit; money is at its currency's digits."""
    if unit.dtype == "money" and unit.currency is not None:
        return money(number, unit.currency, digits)
    return percent(number) if unit.dtype == "rate" else grouped(plain(number))


def listed(words: tuple[str, ...] | list[str], last: str = "and") -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"

"""Headings, money and counts as summaries and listings print them."""

from decimal import Decimal

from engine.core.money import nearly, plain


def bold(text: str, color: bool) -> str:
    return f"\033[1m{text}\033[0m" if color else text


def money_text(value: Decimal | None, currency: str | None, digits: dict[str, int]) -> str:
    if value is None or currency is None:
        return ""
    places = digits.get(currency, 2)
    near = nearly(value, places)
    if near is not None:
        return f"≈{near:,.{places}f} {currency}"
    exact = plain(value)
    fraction = len(exact.partition(".")[2])
    return f"{Decimal(exact):,.{max(places, fraction)}f} {currency}"


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")

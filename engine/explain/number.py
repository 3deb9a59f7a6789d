"""Values as people read them: plain decimals, money at its currency's digits where that is exact, dates as ISO days."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from engine.core.money import nearly, plain, quantize
from engine.explain.node import Worked
from engine.ir.expr import Value
from engine.ir.types import Type

MISSING = "missing"
LARGEST_SHARE = 10
"""A factor beyond it is read as a number, and not as 4,000,000 %."""


def worked(value: Value, type_: Type, digits: Mapping[str, int], quoted: bool = False) -> Worked:
    """A value in both styles. `quoted`: texts between quotes, as a formula has them."""
    if isinstance(value, Decimal):
        return _number(value, type_, digits)
    text = _text(value)
    if quoted and isinstance(value, str):
        text = f'"{text}"'
    return Worked(text, text)


def _text(value: Value) -> str:
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: Decimal, type_: Type, digits: Mapping[str, int]) -> Worked:
    """Money at its digits when nothing is lost by it, everything else with the digits it has; rates as per cent to read.

    What thirds of an amount add up to, 19,999.999999999999, is read as ≈20,000.00; machines have it as it is.
    """
    if type_.dtype == "rate" and abs(value) <= LARGEST_SHARE:
        return Worked(plain(value), f"{grouped(plain(value.scaleb(2)))} %")
    places = digits.get(type_.currency or "") if type_.dtype == "money" else None
    exact = plain(value)
    if places is not None and quantize(value, places, "ROUND_DOWN") == value:
        exact = plain(value, places)
        exact = exact.removeprefix("-") if value == 0 else exact
    near = nearly(value, places) if places is not None else None
    return Worked(exact, grouped(exact) if near is None or places is None else f"≈{grouped(plain(near, places))}")


def grouped(text: str) -> str:
    """Thousands of a plain decimal apart, by commas; negative ones with a true minus sign."""
    whole, point, fraction = text.removeprefix("-").partition(".")
    return ("−" if text.startswith("-") else "") + f"{int(whole):,}" + point + fraction

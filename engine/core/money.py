"""Decimal arithmetic of the language: 12 places, half-even at each product and quotient, bounds by type.

In: exact Decimals. Out: exact Decimals, or None where the value leaves its bounds. The reference and `replay` calculate
with these functions; the Polars backend must equal them to the last digit.
"""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import cache

PLACES = 12
UNIT = Decimal(1).scaleb(-PLACES)
MONEY_LIMIT = Decimal(10) ** 16
RATE_LIMIT = Decimal(10) ** 9
PRODUCT_LIMIT = Decimal(10) ** 25
DIVISOR_LEAST = Decimal(10) ** -9

EXACT = Context(prec=100)
"""A context in which no sum or product of bounded values is ever rounded."""
LEFT_BY_DIVISION = Decimal("1e-9")
"""What lies nearer than this to an amount at its currency's digits is read as that amount."""

ROUNDING_MODES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "truncate": ROUND_DOWN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}
"""Mode in a plan → mode of `decimal`. `half_up` is half away from zero, so that a reversal mirrors."""

ISO_DIGITS = {
    "AED": 2, "AUD": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2, "CZK": 2, "DKK": 2, "EUR": 2,
    "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "ILS": 2, "INR": 2, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3,
    "MXN": 2, "MYR": 2, "NOK": 2, "NZD": 2, "OMR": 3, "PHP": 2, "PLN": 2, "QAR": 2, "RON": 2, "SAR": 2, "SEK": 2,
    "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "TWD": 2, "USD": 2, "VND": 0, "ZAR": 2,
}  # fmt: skip
"""Digits after the point, of the currencies that ISO 4217 lists (a part); a workspace may set its own."""


def product(left: Decimal, right: Decimal) -> Decimal:
    """left × right, the exact product rounded half-even to 12 places."""
    return quantize(EXACT.multiply(left, right), PLACES, ROUND_HALF_EVEN)


def quotient(left: Decimal, right: Decimal) -> Decimal | None:
    """left ÷ right, the exact quotient rounded half-even to 12 places; None where |right| < 10⁻⁹."""
    if abs(right) < DIVISOR_LEAST:
        return None
    scaled, divisor = EXACT.scaleb(EXACT.abs(left), PLACES), EXACT.abs(right)
    whole, rest = EXACT.divmod(scaled, divisor)
    twice = EXACT.add(rest, rest)
    if twice > divisor or (twice == divisor and EXACT.remainder(whole, Decimal(2)) == 1):
        whole = EXACT.add(whole, Decimal(1))
    negative = (left < 0) != (right < 0)
    return EXACT.scaleb(whole.copy_negate() if negative else whole, -PLACES)


def scaled(value: Decimal, part: Decimal, whole: Decimal) -> Decimal | None:
    """value × part ÷ whole, in this order; None where |whole| < 10⁻⁹, or where the product may reach 10²⁵.

    Money × money can leave the 38 digits that a column has. Whether it may is asked of the whole numbers above the two
    factors, so that every implementation answers the same.
    """
    above = [EXACT.add(EXACT.divide_int(EXACT.abs(factor), Decimal(1)), Decimal(1)) for factor in (value, part)]
    return None if EXACT.multiply(*above) > PRODUCT_LIMIT else quotient(product(value, part), whole)


BOUND_PLACES = 9
"""Places at which a value is compared with a share of a target: what dividing a target left in its last ones decides nothing."""


def quantize(value: Decimal, digits: int, rounding: str) -> Decimal:
    """`value` at `digits` places, rounded by a mode of `decimal`."""
    return value.quantize(_unit(digits), rounding=rounding, context=EXACT)


@cache
def _unit(digits: int) -> Decimal:
    """One of the last of so many places."""
    return Decimal(1).scaleb(-digits)


def rounded(value: Decimal, mode: str, digits: int) -> Decimal:
    """`value` at `digits` places by a mode of a plan (a key of `ROUNDING_MODES`)."""
    return quantize(value, digits, ROUNDING_MODES[mode])


def nearly(value: Decimal, digits: int) -> Decimal | None:
    """The amount at its currency's digits that a value is, but for what thirds leave in its last places; else None."""
    near = quantize(value, digits, ROUND_HALF_EVEN)
    return near if near and 0 < abs(value - near) < LEFT_BY_DIVISION else None


def plain(value: Decimal, digits: int | None = None) -> str:
    """`value` as plain decimal text, never with an exponent; at `digits` places, or without trailing zeros."""
    if digits is not None:
        return f"{quantize(value, digits, ROUND_HALF_EVEN):f}"
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text

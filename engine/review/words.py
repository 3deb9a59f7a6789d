"""Amounts in the words of a warning: `2% of the target`, `500 USD`, `20% of yearly_incentive`."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from engine.core.money import plain
from engine.ir.types import Type
from engine.review.term import Product, Sum

EXAMPLE = 100_000
"""The target of the example figure."""
TARGET = "target"
SIGNS = 6
"""Decimal places that are shown at most; more digits end in `…`."""


def shown(value: Fraction) -> str:
    """A number, exactly, or cut where it goes on."""
    decimal = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal(1).scaleb(-SIGNS), ROUND_HALF_EVEN
    )
    return plain(decimal) + ("" if Fraction(decimal) == value else "…")


def amount_words(amount: Sum, currency: str, unit: Type | None) -> str:
    """A sum that pays money; `unit` is that of the target."""
    words = [_part(product, factor, currency, unit) for product, factor in amount.parts]
    return " + ".join(words) or f"0 {currency}"


def _part(product: Product, factor: Fraction, currency: str, unit: Type | None) -> str:
    if product == ():
        return f"{shown(factor)} {currency}"
    if product == ((TARGET, 1),):
        in_money = unit is None or unit.dtype == "money"
        return f"{shown(factor * 100)}% of the target" if in_money else f"{shown(factor)} {currency} × the target"
    if len(product) == 1 and product[0][1] == 1:
        return f"{shown(factor * 100)}% of `{product[0][0]}`"
    names = " × ".join(f"`{name}`" + (f"^{power}" if power != 1 else "") for name, power in product)
    return f"{shown(factor)} × {names}"


def example_words(amount: Sum, currency: str, unit: Type | None) -> str:
    """`, which is 2000 USD for a target of 100000 USD`; nothing where it is a plain amount, or reads other names."""
    names = {name for product, _ in amount.parts for name, _ in product}
    if names != {TARGET}:
        return ""
    of = f" {unit.currency or currency}" if unit is not None and unit.dtype == "money" else ""
    return f", which is {shown(amount.at(Fraction(EXAMPLE)))} {currency} for a target of {EXAMPLE}{of}"


def bound_words(bound: Decimal, unit: Type | None) -> str:
    """A bound as it is written; a share where there is no unit."""
    if unit is None:
        return f"{plain(bound * 100)}%"
    return plain(bound) + (f" {unit.currency}" if unit.currency is not None else "")

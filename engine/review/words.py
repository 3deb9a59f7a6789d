"""Amounts in the words of a warning: `2% of the target`, `500 USD`, `20% of yearly_incentive`."""

from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from engine.core.money import plain
from engine.ir.types import Type
from engine.review.term import Product, Sum

TARGET = "target"
CREDIT_OF = "credit of "
"""Before a rule's name: the value of one credit of it."""
SIGNS = 6
"""Decimal places that are shown at most; more digits end in `…`."""


def shown(value: Fraction) -> str:
    """A number, exactly, or cut where it goes on."""
    decimal = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal(1).scaleb(-SIGNS), ROUND_HALF_EVEN
    )
    return plain(decimal) + ("" if Fraction(decimal) == value else "…")


def amount_words(
    amount: Sum, currency: str, digits: int, unit: Type | None, counted: Collection[str] = frozenset()
) -> str:
    """A sum that pays money of so many digits; `unit` is that of the target, `counted` the names of what is no money."""
    words = ""
    for product, factor in amount.parts:
        sign = ("-" if factor < 0 else "") if not words else (" - " if factor < 0 else " + ")
        words += sign + _part(product, abs(factor), currency, digits, unit, counted)
    return words or f"0 {currency}"


def money_words(amount: Fraction, currency: str, digits: int) -> str:
    """Money, at its currency's digits unless it is whole."""
    whole = amount.denominator == 1
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return f"{plain(exact, 0 if whole else digits)} {currency}"


def _part(
    product: Product, factor: Fraction, currency: str, digits: int, unit: Type | None, counted: Collection[str]
) -> str:
    if product == ():
        return money_words(factor, currency, digits)
    if product == ((TARGET, 1),):
        in_money = unit is None or unit.dtype == "money"
        return f"{shown(factor * 100)}% of the target" if in_money else f"{shown(factor)} {currency} × the target"
    if len(product) == 1 and product[0][1] == 1:
        if product[0][0] in counted:
            return f"{money_words(factor, currency, digits)} per unit of {_called(product[0][0])}"
        return f"{shown(factor * 100)}% of {_called(product[0][0])}"
    names = " × ".join(_called(name) + (f"^{power}" if power != 1 else "") for name, power in product)
    return f"{shown(factor)} × {names}"


def _called(name: str) -> str:
    rule = name.removeprefix(CREDIT_OF)
    return f"`{name}`" if rule == name else f"that one credit of `{rule}`"


def bound_words(bound: Decimal, unit: Type | None) -> str:
    """A bound as it is written; a share where there is no unit."""
    if unit is None:
        return f"{plain(bound * 100)}%"
    return plain(bound) + (f" {unit.currency}" if unit.currency is not None else "")

"""The number, percentage or amount that a scalar is, and the constant that a parameter's value is in a formula."""

import json
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.day import day_of
from engine.core.diagnostic import Diagnostics
from engine.core.money import ISO_DIGITS, MONEY_LIMIT, PLACES, plain
from engine.core.span import Span
from engine.ir.expr import Lit
from engine.ir.types import DATE, QUANTITY, RATE, TEXT, money
from engine.load.yaml_node import ParameterType, Scalar

NUMBER = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(%| ([A-Z]{3}))?\Z", re.ASCII)
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}(?: (?P<currency>[A-Z]{3}))?\Z")
"""Fifty, or fifty thousand where the point separates thousands."""


@dataclass(frozen=True)
class Number:
    """A number as written: its value (5% is 0.05), and what stands beside it."""

    value: Decimal
    unit: Literal["none", "share", "currency"]
    currency: str | None
    span: Span


def number(scalar: Scalar, diagnostics: Diagnostics, doubted: bool = True) -> Number | None:
    """The number, percentage or amount that a scalar is; None if it is something else. `doubted`: points are asked about."""
    found = NUMBER.match(scalar.text)
    if found is None or scalar.style == "block":
        return None
    if scalar.parameter in ("text", "day"):
        message = f"`{scalar.text}` is a {scalar.parameter}, and a number stands here"
        help = "declare the parameter as a rate, a quantity or money"
        diagnostics.error("N038", message, scalar.span, help=help)
    value = Decimal(found[1])
    if found[2] == "%":
        value = value.scaleb(-2)
    exponent = value.as_tuple().exponent
    if abs(value) >= MONEY_LIMIT or (isinstance(exponent, int) and -exponent > PLACES):
        help = f"it stays below 10^16 and has {PLACES} places at most (a percentage {PLACES - 2})"
        diagnostics.error("S006", f"`{scalar.text}` has too many digits", scalar.span, help=help)
        value = Decimal(0)
    thousands = THOUSANDS.match(scalar.text)
    if doubted and thousands is not None and ISO_DIGITS.get(thousands["currency"]) != 3:
        currency = f" {thousands['currency']}" if thousands["currency"] else ""
        point = plain(value) + ("0" if THOUSANDS.match(plain(value)) else "")
        message = f"`{scalar.text}` is {plain(value)}, and not {plain(value * 1000)}"
        help = f"write `{point}{currency}`, or `{plain(value * 1000)}{currency}` if the point separates thousands"
        diagnostics.warning("S016", message, scalar.span, help=help)
    unit: Literal["none", "share", "currency"] = "share" if found[2] == "%" else "currency" if found[2] else "none"
    return Number(value + 0, unit, found[3], scalar.span)


def literal(scalar: Scalar, type_: ParameterType) -> Lit:
    """A parameter's value, which is of its type, as a constant."""
    if type_ == "text":
        return Lit(unicodedata.normalize("NFC", scalar.text).strip(), TEXT)
    if type_ == "day":
        return Lit(day_of(scalar.text), DATE)
    found = number(scalar, Diagnostics())
    assert found is not None
    return Lit(found.value, {"rate": RATE, "quantity": QUANTITY}.get(type_) or money(found.currency))


def in_formula(scalar: Scalar, type_: ParameterType) -> str:
    """A parameter's value as one writes it in a formula."""
    value = literal(scalar, type_).value
    quoted = json.dumps(str(value), ensure_ascii=False)
    return plain(value) if isinstance(value, Decimal) else f"date({quoted})" if type_ == "day" else quoted

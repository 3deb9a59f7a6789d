"""One of `variables:` of komisi.yaml, and the values by title and position that a plan may say too."""

import unicodedata
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.names import RESERVED_NAMES
from engine.core.span import Span
from engine.ir.types import QUANTITY, RATE, Type, money
from engine.load.fields import Fields, check_name, check_size
from engine.load.number import number
from engine.load.yaml_node import Scalar
from engine.plan.amount import A_FACTOR, doubt_bare_rate
from engine.plan.comp_plan import HELD, HeldValue
from engine.plan.workspace import Variable


def build_variable(key: Scalar, fields: Fields) -> Variable:
    """A variable of the workspace."""
    check_name(key, RESERVED_NAMES, "variable", fields.diagnostics)
    said = fields.text("type")
    if said != "money" and "currency" in fields:
        message = f"a variable of type {said} has no currency"
        fields.diagnostics.error(
            "S014", message, fields.span_of_key("currency"), help="say `type: money`, or delete it"
        )
    types = {"rate": RATE, "quantity": QUANTITY}
    type_, default = types[said] if said in types else money(fields.text("currency")), _default(fields)
    if default is not None:
        if said == "rate" and "currency" not in fields and fields.number("default").unit == "none":
            doubt_bare_rate(default, fields.span("default"), A_FACTOR, fields.diagnostics)
        _check_currency(key.text, fields.number("default").currency, type_, fields.span("default"), fields.diagnostics)
        check_size(default, type_, fields.span("default"), fields.diagnostics)
    values = held(fields)
    for each in values:
        _check_currency(key.text, each.currency, type_, each.span, fields.diagnostics)
        check_size(each.value, type_, each.span, fields.diagnostics)
        if said == "rate" and each.bare is not None:
            doubt_bare_rate(each.value, each.bare, A_FACTOR, fields.diagnostics)
    return Variable(
        name=key.text,
        type=type_,
        default=default,
        column=fields.text("column") if "column" in fields else None,
        span=key.span,
        note=fields.note,
        held=values,
    )


def _check_currency(name: str, currency: str | None, type_: Type, span: Span, diagnostics: Diagnostics) -> None:
    """An amount that says its currency is in that of the variable."""
    if currency is not None and type_ != money(currency):
        help = (
            "write it as the variable is declared"
            if type_.dtype == "money"
            else f"say `type: money, currency: {currency}`"
        )
        diagnostics.error("S012", f"`{name}` is {type_}, and this value is in {currency}", span, help=help)


def _default(fields: Fields) -> Decimal | None:
    return fields.number("default").value if "default" in fields else None


def held(fields: Fields) -> tuple[HeldValue, ...]:
    """The values under `by_position` and `by_title`."""
    found: list[HeldValue] = []
    for attribute in HELD:
        for key, node in fields.entries(f"by_{attribute}"):
            assert isinstance(node, Scalar)
            value = number(node, fields.diagnostics)
            assert value is not None
            name = unicodedata.normalize("NFC", key.text).strip()
            found.append(
                HeldValue(
                    attribute, name, value.value, key.span, value.currency, value.span if value.unit == "none" else None
                )
            )
    return tuple(found)

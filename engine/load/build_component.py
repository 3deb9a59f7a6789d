"""A component of a comp-plan file → `Component`, with its rate table. In: a mapping that fits its schema."""

from decimal import Decimal
from typing import Literal, cast

from engine.load.build_modifier import build_step
from engine.load.fields import Fields, Number, check_currency
from engine.load.yaml_node import Node, Scalar
from engine.plan.choice import POLICIES, Stated
from engine.plan.comp_plan import Component, Mode, RateTable, Tier

TABLE_POLICIES = ("boundary", "below", "above", "missing_target", "zero_target", "reach")
TIERED = ("select", "against", "tiers", "prorate", *TABLE_POLICIES)
"""Keys of a rate table that mean nothing without tiers."""


def build_component(key: Scalar, fields: Fields, currency: str) -> Component:
    """The component called `key`."""
    table = fields.within("rate")
    policies = fields.within("policies")
    assert table is not None
    steps = [build_step(item, currency, fields.diagnostics) for item in fields.items("then")]
    return Component(
        name=key.text,
        span=key.span,
        earning_period=fields.name("earning_period"),
        basis=cast(Literal["credit", "period", "to_date"], fields.text("basis")),
        basis_span=fields.span("basis"),
        base=fields.maybe_name("base"),
        earning_code=fields.text("earning_code"),
        rate=_table(table, currency),
        steps=tuple(step for step in steps if step is not None),
        policies=policies.choices(POLICIES, "component") if policies else {},
        note=fields.note,
        target_incentive=fields.amount("target_incentive", currency) if "target_incentive" in fields else None,
        accepted=tuple(Stated(code.text, code.span, _text(why)) for code, why in fields.entries("accept")),
    )


def _text(node: Node) -> str:
    assert isinstance(node, Scalar)
    return node.text


def _table(fields: Fields, currency: str) -> RateTable:
    mode, prorate = cast(Mode, fields.text("mode")), fields.within("prorate")
    _check_keys(fields, mode)
    bounds: list[Number] = []
    if mode == "flat":
        tiers: tuple[Tier, ...] = (Tier(Decimal(0), None, fields.rate("rate"), fields.span_of_key("rate")),)
    else:
        rows = [Fields(item, fields.diagnostics) for item in fields.items("tiers")]
        bounds = [row.number(key) for row in rows for key in ("from", "to") if key in row]
        tiers = tuple(_tier(row, mode, currency) for row in rows)
    return RateTable(
        mode=mode,
        span=fields.key_span,
        mode_span=fields.span("mode"),
        select=fields.maybe_formula("select") if mode != "flat" else None,
        against=fields.maybe_name("against"),
        tiers=tiers,
        prorate_bounds=prorate is not None,
        prorate=None if prorate is None else Stated("prorate: bounds by calendar_days", prorate.key_span, prorate.note),
        policies=fields.choices(TABLE_POLICIES, "table"),
        bounds_in_money=next((bound.span for bound in bounds if bound.unit == "currency"), None),
        bounds_unit=_unit(bounds, "against" in fields, currency, fields),
        note=fields.note,
    )


def _check_keys(fields: Fields, mode: Mode) -> None:
    """What the schema's words allow, but the mode has no use for."""
    useless = [key for key in (TIERED if mode == "flat" else ("rate",)) if key in fields]
    for key in useless:
        message = f"a table of mode `{mode}` has no `{key}`"
        help = "`flat` is one rate without tiers" if mode == "flat" else "each tier says its own `rate`"
        fields.diagnostics.error("S014", message, fields.span_of_key(key), help=help)


def _tier(row: Fields, mode: Mode, currency: str) -> Tier:
    pays, useless = ("amount", "rate") if mode == "step" else ("rate", "amount")
    if useless in row:
        message = f"a tier of mode `{mode}` pays a `{pays}`, not a `{useless}`"
        row.diagnostics.error("S014", message, row.span_of_key(useless), help=f"write `{pays}:` alone")
    return Tier(
        lower=row.number("from").value,
        upper=row.number("to").value if "to" in row else None,
        pays=row.amount("amount", currency) if mode == "step" else row.rate("rate"),
        span=row.node.span,
        note=row.note,
    )


def _unit(bounds: list[Number], against: bool, currency: str, fields: Fields) -> Literal["amount", "share"]:
    """Whether the bounds are shares (80%) or amounts; a bare 0 is either."""
    said = [bound for bound in bounds if bound.unit != "none" or bound.value != 0]
    shares = [bound for bound in said if bound.unit == "share"]
    amounts = [bound for bound in said if bound.unit != "share"]
    if shares and amounts:
        fields.diagnostics.error(
            "S012", "some bounds of this table are percentages, others amounts", amounts[0].span,
            help="write all as shares of the target (80%), or all as amounts", related=((shares[0].span, "a percentage"),),
        )  # fmt: skip
    for bound in amounts:
        check_currency(bound, currency, fields)
    return "share" if shares or (against and not said) else "amount"

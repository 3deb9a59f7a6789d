"""A component of a comp-plan file → `Component`, with its rate table. In: a mapping that fits its schema."""

from decimal import Decimal
from typing import Literal, cast

from engine.ir.expr import Lit, Ref
from engine.ir.types import RATE, money
from engine.load.build_modifier import build_step
from engine.load.fields import Fields, check_currency
from engine.load.number import Number, number
from engine.load.yaml_node import Node, Scalar
from engine.plan.choice import POLICIES, Choice, Stated
from engine.plan.comp_plan import Component, Gives, Mode, RateTable, Tier
from engine.plan.formula import Formula

TABLE_POLICIES = ("boundary", "below", "above", "running_total", "missing_target", "zero_target", "reach")
TIERED = ("select", "against", "round_attainment", "tiers", "points", "prizes", "prorate", *TABLE_POLICIES)
"""Keys of a rate table that mean nothing without tiers or points."""
AMOUNTS = ("step", "each_entered")
"""Modes whose tiers pay amounts."""


def build_component(key: Scalar, fields: Fields, currency: str) -> Component:
    """The component called `key`."""
    table = fields.within("rate")
    policies = fields.within("policies")
    assert table is not None
    if "paid" in fields and "earning_code" in fields:
        message, help = "what is not paid has no earning code", "delete one of the two"
        fields.diagnostics.error("S014", message, fields.span_of_key("earning_code"), help=help)
    steps = [build_step(item, currency, fields.diagnostics) for item in fields.items("then")]
    return Component(
        name=key.text,
        span=key.span,
        earning_period=fields.name("earning_period"),
        basis=cast(Literal["credit", "period", "to_date"], fields.text("basis")),
        basis_span=fields.span("basis"),
        base=fields.maybe_name("base"),
        earning_code=fields.text("earning_code") if "earning_code" in fields else "",
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
    if fields.text("mode") == "prizes":
        return _prizes(fields, currency)
    mode, prorate = cast(Mode, fields.text("mode")), fields.within("prorate")
    _check_keys(fields, mode)
    key = "points" if mode == "interpolated" else "tiers"
    rows = [] if mode == "flat" else [Fields(item, fields.diagnostics) for item in fields.items(key)]
    bounds = [found for row in rows for at in ("at", "from", "to") if isinstance(found := _bound(row, at), Number)]
    gives: Gives = "amount" if mode in AMOUNTS else "rate"
    if mode == "flat":
        tiers: tuple[Tier, ...] = (Tier(Decimal(0), None, fields.rate("rate"), fields.span_of_key("rate")),)
    elif mode == "interpolated":
        gives = "amount" if "amount" in rows[0] else "rate"
        tiers = tuple(_point(row, gives, rows[0], currency) for row in rows)
    else:
        tiers = tuple(_tier(row, mode, gives, currency) for row in rows)
    return RateTable(
        mode=mode,
        gives=gives,
        span=fields.key_span,
        mode_span=fields.span("mode"),
        select=_selected(fields) if mode != "flat" and "select" in fields else None,
        against=fields.maybe_name("against"),
        tiers=tiers,
        prorate_bounds=prorate is not None,
        prorate=None if prorate is None else Stated("prorate: bounds by calendar_days", prorate.key_span, prorate.note),
        policies=fields.choices(TABLE_POLICIES, "table"),
        bounds_in_money=next((bound.span for bound in bounds if bound.unit == "currency"), None),
        bounds_unit=_unit(bounds, "against" in fields, currency, fields),
        note=fields.note,
        rounded=fields.round_attainment(),
    )


def _selected(fields: Fields) -> Formula:
    """What finds a tier: a formula; or what a parameter names, since a text could find none."""
    given = fields.node_of("select")
    if isinstance(given, Scalar) and given.parameter == "text":
        return Formula(given.text, given.span, Ref(given.text))
    return fields.formula("select")


def _prizes(fields: Fields, currency: str) -> RateTable:
    """Prizes by place are the steps of a table: the first from place 1, and nothing from the place after the last."""
    for key in (key for key in (*TIERED, "rate") if key in fields and key not in ("select", "prizes")):
        message, help = (
            f"a table of mode `prizes` has no `{key}`",
            "places are whole numbers: `prizes` says what each brings",
        )
        fields.diagnostics.error("S014", message, fields.span_of_key(key), help=help)
    span = fields.span_of_key("prizes")
    paid = fields.amounts("prizes", currency)
    tiers = [Tier(Decimal(place), None, pays, pays.span) for place, pays in enumerate(paid, start=1)]
    nothing = Formula("0", span, Lit(Decimal(0), money(currency)))
    tiers.append(Tier(Decimal(len(paid) + 1), None, nothing, span, None))
    return RateTable(
        mode="step",
        gives="amount",
        span=fields.key_span,
        mode_span=fields.span("mode"),
        select=_selected(fields),
        against=None,
        tiers=tuple(tiers),
        prorate_bounds=False,
        policies={"boundary": Choice("upper", span, "table"), "below": Choice("zero", span, "table")},
        note=fields.note,
        prizes=span,
    )


def _check_keys(fields: Fields, mode: Mode) -> None:
    """What the schema's words allow, but the mode has no use for."""
    without, help = {
        "flat": (TIERED, "`flat` is one rate without tiers"),
        "interpolated": (("rate", "tiers", "prizes"), "it has `points:`, each with its own `rate` or `amount`"),
    }.get(mode, (("rate", "points", "prizes"), f"each tier says its own `{'amount' if mode in AMOUNTS else 'rate'}`"))
    for key in without:
        if key in fields:
            message = f"a table of mode `{mode}` has no `{key}`"
            fields.diagnostics.error("S014", message, fields.span_of_key(key), help=help)


def _tier(row: Fields, mode: Mode, gives: Gives, currency: str) -> Tier:
    useless = "rate" if gives == "amount" else "amount"
    if useless in row:
        message = f"a tier of mode `{mode}` pays {_one(gives)}, not {_one(useless)}"
        row.diagnostics.error("S014", message, row.span_of_key(useless), help=f"write `{gives}:` alone")
    lower, upper = _bound(row, "from"), _bound(row, "to")
    if _is_open(row, "to"):
        message = f"`{row.scalar('to').text}` is no bound"
        row.diagnostics.error("S005", message, row.span("to"), help="leave `to` out: the last tier has no end then")
    return Tier(
        lower=lower.value if isinstance(lower, Number) else Decimal(0),
        upper=upper.value if isinstance(upper, Number) else None,
        pays=row.amount("amount", currency) if gives == "amount" else row.rate("rate"),
        span=row.node.span,
        note=row.note,
        lower_by=lower if isinstance(lower, Formula) else None,
        upper_by=upper if isinstance(upper, Formula) else None,
    )


NO_END = frozenset({"unlimited", "infinity", "infinite", "inf", "∞", "max", "maximum", "no limit"})
"""What people write where a last tier has no end."""


def _is_open(row: Fields, key: str) -> bool:
    """Whether a word stands there for no bound at all."""
    return key in row and row.scalar(key).text.lower() in NO_END


def _bound(row: Fields, key: str) -> Number | Formula | None:
    """Where a tier begins or ends: a number, or a formula; None where it does not say."""
    if key not in row or _is_open(row, key):
        return None
    found = number(row.scalar(key), row.diagnostics)
    return row.formula(key) if found is None else found


def _point(row: Fields, gives: Gives, first: Fields, currency: str) -> Tier:
    """A point gives one of the two, and all points of a table the same one."""
    useless = "rate" if gives == "amount" else "amount"
    if useless in row:
        both = row is first or gives in row
        message = f"a point gives {_one('rate')} or {_one('amount')}, not both" if both else (
            f"this point gives {_one(useless)}, the first one {_one(gives)}"
        )  # fmt: skip
        row.diagnostics.error(
            "S014", message, row.span_of_key(useless),
            help=f"write `{gives}:` alone, at every point" if both else f"write `{gives}:`: a line joins two of a kind",
            related=() if row is first else ((first.span_of_key(gives), "the first point"),),
        )  # fmt: skip
    elif gives not in row:
        help = "write `rate:`, which is paid on the base, or `amount:`; the same at every point"
        row.diagnostics.error("S002", "a point without what is paid there", row.node.span, help=help)
    nothing = Formula("0", row.node.span, Lit(Decimal(0), RATE))
    paid = nothing
    if gives in row:
        paid = row.amount("amount", currency) if gives == "amount" else row.rate("rate")
    return Tier(row.number("at").value, None, paid, row.node.span, row.note)


def _one(what: str) -> str:
    return f"an `{what}`" if what == "amount" else f"a `{what}`"


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

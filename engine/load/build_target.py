"""A target-plan file that fits its schema → `TargetPlan`."""

from dataclasses import replace
from typing import Literal, cast

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.ir.types import QUANTITY, money
from engine.load.build_profile import build_shape
from engine.load.fields import Fields, check_size
from engine.load.number import number
from engine.load.yaml_node import Node, Scalar
from engine.plan.choice import Stated
from engine.plan.comp_plan import Name
from engine.plan.target_plan import (
    By,
    Category,
    Everybody,
    Given,
    Shape,
    TargetPlan,
    WrittenRamp,
    WrittenRows,
    WrittenSpread,
)


def build_target(node: Node, file: str, diagnostics: Diagnostics) -> tuple[TargetPlan, ...]:
    """The target plan as written: one target, or one for each of its categories."""
    fields = Fields(node, diagnostics)
    plan, inner = _target(fields, file), fields.within("categories")
    if inner is None:
        return (plan,)
    column, listed = inner.name("column"), inner.entries("targets")
    found = []
    for key, value in listed:
        assert isinstance(value, Scalar)
        category = Category(
            column, value.text, value.span, plan.name, Stated(f"category: {value.text}", value.span, inner.note)
        )
        found.append(replace(plan, name=key.text, span=key.span, category=category))
    return tuple(found)


def _target(fields: Fields, file: str) -> TargetPlan:
    unit = fields.text("unit")
    return TargetPlan(
        name=fields.text("name"),
        span=fields.span("name"),
        unit=QUANTITY if unit == "quantity" else money(unit),
        sources=_sources(fields),
        given=cast(Given, fields.text("given")),
        prorate=cast(Literal["calendar_days", "none"], fields.text("prorate")),
        file=file,
        note=fields.note,
        spread=_spread(fields),
        precedence=cast(
            Literal["first", "exception"] | None, fields.text("precedence") if "precedence" in fields else None
        ),
        policies=fields.choices(("participant_values_on",), "target"),
        ramp=_ramp(fields),
        everybody=_everybody(fields, unit),
    )


def _everybody(fields: Fields, unit: str) -> Everybody | None:
    """The number that whoever has no other one has, in the target's unit."""
    if "everybody" not in fields:
        return None
    before = len(fields.diagnostics)
    found = fields.number("everybody")
    is_number = len(fields.diagnostics) == before
    type_ = QUANTITY if unit == "quantity" else money(unit)
    if found.currency is not None and found.currency != unit:
        is_quantity = unit == "quantity"
        message = f"the target is {'a quantity' if is_quantity else f'in {unit}'}, this number is in {found.currency}"
        help = f"write `{plain(found.value)}`" if is_quantity else f"write it in {unit}, or correct `unit`"
        fields.diagnostics.error("T077", message, found.span, help=help)
    if found.value <= 0 and is_number:
        message = f"everybody would have a target of {plain(found.value)}"
        help = "write a number above 0: of others nobody reaches a share"
        fields.diagnostics.error("M317", message, found.span, help=help)
    check_size(found.value, type_, found.span, fields.diagnostics)
    if "categories" in fields:
        message = "the rows of a source say which category a number is of, and this number has no row"
        help = "give each category rows in a source; or make a target plan of its own for this number"
        fields.diagnostics.error("M318", message, fields.span_of_key("everybody"), help=help)
    return Everybody(found.value, found.span)


def _sources(fields: Fields) -> tuple[WrittenRows, ...]:
    """Where the numbers are: in one source, by participant, or in several, in order."""
    if "everybody" in fields and "source" not in fields and "sources" not in fields:
        return ()
    if ("source" in fields) == ("sources" in fields):
        message = "a target plan has a `source` by participant, or `sources` that say for whom their rows are"
        fields.diagnostics.error("S011", message, fields.span("name"), help="write exactly one of the two")
    if "source" in fields:
        name = fields.name("source")
        return (WrittenRows(name, Name("participant", name.span)),)
    items = [Fields(item, fields.diagnostics) for item in fields.items("sources")]
    return tuple(WrittenRows(item.name("source"), item.name("by"), item.note) for item in items)


def _ramp(fields: Fields) -> WrittenRamp | None:
    """Shares for whoever has just begun."""
    inner = fields.within("ramp")
    if inner is None:
        return None
    shares = [number(item, fields.diagnostics) for item in inner.items("shares") if isinstance(item, Scalar)]
    values = tuple(share.value for share in shares if share is not None)
    return WrittenRamp(inner.name("since"), values, inner.key_span, inner.note)


def _spread(fields: Fields) -> WrittenSpread | None:
    """How the target of a year or quarter is spread; a target of a period is not."""
    if "spread" not in fields:
        return None
    key, node = fields.span_of_key("spread"), fields.node_of("spread")
    if fields.text("given") == "period":
        message = "a target that is given for each period has nothing to spread"
        fields.diagnostics.error("S014", message, key, help="delete it, or write `given: year` or `given: quarter`")
    if isinstance(node, Scalar):
        return WrittenSpread(Shape(cast(By, node.text)), node.span)
    inner = Fields(node, fields.diagnostics, key)
    if sum(name in inner for name in ("profile", "shares", "quarters")) != 1:
        message = "a target is spread by a `profile`, by `shares` or by `quarters`"
        fields.diagnostics.error("S011", message, key, help="write exactly one of the three")
    shape = build_shape(inner)
    return WrittenSpread(shape if "profile" not in inner else None, key, inner.maybe_name("profile"), inner.note)

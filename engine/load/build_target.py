"""A target-plan file that fits its schema → `TargetPlan`."""

from typing import Literal, cast

from engine.core.diagnostic import Diagnostics
from engine.ir.types import QUANTITY, money
from engine.load.fields import Fields
from engine.load.yaml_node import Node
from engine.plan.target_plan import TargetPlan


def build_target(node: Node, file: str, diagnostics: Diagnostics) -> TargetPlan:
    """The target plan as written."""
    fields = Fields(node, diagnostics)
    unit = fields.text("unit")
    return TargetPlan(
        name=fields.text("name"),
        span=fields.span("name"),
        unit=QUANTITY if unit == "quantity" else money(unit),
        source=fields.text("source"),
        source_span=fields.span("source"),
        given=cast(Literal["period", "year"], fields.text("given")),
        prorate=cast(Literal["calendar_days", "none"], fields.text("prorate")),
        file=file,
        note=fields.note,
    )

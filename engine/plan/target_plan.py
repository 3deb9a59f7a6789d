"""A target plan as written: whose numbers, given for what time, in which unit, spread and prorated how."""

from dataclasses import dataclass
from typing import Literal

from engine.core.span import Span
from engine.ir.types import Type


@dataclass(frozen=True)
class TargetPlan:
    """Targets of one name. `given` per shortest period, or per year and then spread evenly over its shortest periods."""

    name: str
    span: Span
    unit: Type
    source: str
    source_span: Span
    given: Literal["period", "year"]
    prorate: Literal["calendar_days", "none"]
    file: str
    note: str | None = None

"""A target plan as written: whose numbers, given for what time, in which unit, spread and prorated how."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.comp_plan import Name


@dataclass(frozen=True)
class Profile:
    """Which part of a year's target each of its shortest periods has, in order of time. The parts add up to 1."""

    name: str
    shares: tuple[Decimal, ...]
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class WrittenSpread:
    """How a year's target is spread over the year's shortest periods: `shares` has its own, or names a profile."""

    by: Literal["evenly", "calendar_days", "shares"]
    span: Span
    shares: tuple[Decimal, ...] = ()
    profile: Name | None = None
    note: str | None = None


@dataclass(frozen=True)
class TargetPlan:
    """Targets of one name. `given` per shortest period, or per year and then `spread` over its shortest periods."""

    name: str
    span: Span
    unit: Type
    source: str
    source_span: Span
    given: Literal["period", "year"]
    prorate: Literal["calendar_days", "none"]
    file: str
    note: str | None = None
    spread: WrittenSpread | None = None
    """Only where it is given per year."""

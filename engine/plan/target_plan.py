"""A target plan as written: whose numbers, given for what time, in which unit, spread and prorated how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.choice import Choice
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
class WrittenRows:
    """A source of a target's numbers: its rows are for a `participant`, or for whoever has this value of an attribute."""

    source: Name
    by: Name
    note: str | None = None


@dataclass(frozen=True)
class TargetPlan:
    """Targets of one name. `given` per shortest period, or per year and then `spread` over its shortest periods."""

    name: str
    span: Span
    unit: Type
    sources: tuple[WrittenRows, ...]
    given: Literal["period", "year"]
    prorate: Literal["calendar_days", "none"]
    file: str
    note: str | None = None
    spread: WrittenSpread | None = None
    """Only where it is given per year."""
    precedence: Literal["first", "exception"] | None = None
    """Of several sources that have a number for somebody: the first as listed, or none before it is cleared up."""
    policies: Mapping[str, Choice] = field(default_factory=dict)
    """`participant_values_on`."""

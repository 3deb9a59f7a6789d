"""A compensation plan as written. Every field that can be wrong knows its place; policies not said here are absent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.choice import Choice, Stated
from engine.plan.credit_written import (
    PURPOSES,
    Assignment,
    Convert,
    CreditRule,
    Pair,
    Purpose,
    RollUp,
    ValuesOn,
    Weight,
)  # fmt: skip
from engine.plan.formula import Formula
from engine.plan.look_up import LookUp
from engine.plan.measure_written import (
    EachOf,
    Measure,
    OfComponents,
    OfCredits,
    OfMeasures,
    RoundMeasure,
    SpanOfTime,
    WeightedMeasure,
)  # fmt: skip
from engine.plan.modifier_written import (
    Budget,
    Gate,
    Limit,
    Multiply,
    Per,
    Prorate,
    Round,
    ShareOut,
    Step,
    TrueUp,
    Waivable,
)  # fmt: skip
from engine.plan.name import Name
from engine.plan.rate_table_written import Gives, Mode, RateTable, RoundAttainment, Tier

__all__ = [
    "HELD", "PURPOSES", "Assignment", "BeginsAnew", "Budget", "CompPlan", "Component", "Convert", "CreditRule", "EachOf",
    "Gate", "Gives", "Held", "HeldValue", "Limit", "Measure", "Mode", "Multiply", "Name", "OfComponents", "OfCredits",
    "OfMeasures", "Pair", "Per", "PlanVariable", "Prorate", "Purpose", "RateTable", "RollUp", "Round", "RoundAttainment",
    "RoundMeasure", "ShareOut", "SpanOfTime", "Step", "Tier", "TrueUp", "ValuesOn", "Waivable", "Weight", "WeightedMeasure",
]  # fmt: skip
"""All nouns of a written plan: passes take them from here."""


@dataclass(frozen=True)
class Component:
    """One paying part of a plan."""

    name: str
    span: Span
    earning_period: Name
    basis: Literal["credit", "period", "to_date"]
    basis_span: Span
    base: Name | None
    earning_code: str
    """Empty where it is not paid itself."""
    rate: RateTable
    steps: tuple[Step, ...]
    policies: Mapping[str, Choice] = field(default_factory=dict)
    note: str | None = None
    target_incentive: Formula | None = None
    accepted: tuple[Stated, ...] = ()
    """Warnings that are meant so: code, place, reason."""


Held = Literal["position", "title"]
HELD: tuple[Held, ...] = ("position", "title")
"""Attributes of participants by which a variable may have values, the nearer first."""


@dataclass(frozen=True)
class HeldValue:
    """The value that a variable has for those who hold a title or position."""

    attribute: Held
    name: str
    value: Decimal
    span: Span
    currency: str | None = None
    """Of an amount that says one."""
    bare: Span | None = None
    """Where it is a number without any sign: its place."""


@dataclass(frozen=True)
class PlanVariable:
    """What a plan says of a variable: its own default, values by title and position."""

    name: str
    type: Type | None
    """None where the workspace declares it."""
    value: Decimal | None
    span: Span
    note: str | None = None
    held: tuple[HeldValue, ...] = ()
    bare: Span | None = None
    """Where the value is a number without any sign: its place."""


@dataclass(frozen=True)
class BeginsAnew:
    """The plan begins anew for each participant: on each anniversary of the day in a column of the roster."""

    anniversary_of: Name
    stated: Stated


@dataclass(frozen=True)
class CompPlan:
    """A set of components for some participants and dates."""

    name: str
    file: str
    span: Span
    currency: str
    currency_span: Span
    start: date
    end: date | None
    titles: tuple[str, ...] | None
    """Titles whose holders are on the plan; or None, and then `names` says who is."""
    names: tuple[str, ...] | None
    credits: tuple[CreditRule, ...]
    measures: tuple[Measure, ...]
    components: tuple[Component, ...]
    variables: tuple[PlanVariable, ...] = ()
    policies: Mapping[str, Choice] = field(default_factory=dict)
    note: str | None = None
    in_force: Stated | None = None
    people: Stated | None = None
    """Where the days of the plan are said, and who is on it."""
    parameters: tuple[Stated, ...] = ()
    """Of the plan of a library that it uses: each with its value."""
    look_ups: tuple[LookUp, ...] = ()
    begins_anew: BeginsAnew | None = None

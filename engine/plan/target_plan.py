"""A target plan as written: whose numbers, given for what time, in which unit, spread and prorated how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.choice import Choice, Stated
from engine.plan.name import Name

Given = Literal["period", "quarter", "year"]
"""What a number is given for."""
By = Literal["evenly", "calendar_days", "shares"]
"""How it is spread over shortest periods."""


@dataclass(frozen=True)
class Shape:
    """How a number is cut: first into the year's `quarters`, if they have shares; then `by` over shortest periods.

    Both shares are in order of time and add up to 1.
    """

    by: By
    shares: tuple[Decimal, ...] = ()
    quarters: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Profile:
    """A shape with a name."""

    name: str
    shape: Shape
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class WrittenSpread:
    """How the number of a year or quarter is spread over its shortest periods: a shape, or a profile's."""

    shape: Shape | None
    span: Span
    profile: Name | None = None
    note: str | None = None


@dataclass(frozen=True)
class WrittenRows:
    """A source of a target's numbers: its rows are for a `participant`, or for whoever has this value of an attribute."""

    source: Name
    by: Name
    note: str | None = None


@dataclass(frozen=True)
class WrittenRamp:
    """The shares of the target in the first shortest periods since the day in a column of the roster."""

    since: Name
    shares: tuple[Decimal, ...]
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class Category:
    """What a target is of: the rows of its sources that have this value in this column, to which it is the only key more."""

    column: Name
    value: str
    span: Span
    """Where the value stands."""
    plan: str
    """The target plan that lists it."""
    stated: Stated


EVERYBODY = "the target plan"
"""What has given the number that is everybody's (`given_by`); no source is called so."""


@dataclass(frozen=True)
class Everybody:
    """The number of everybody for whom no source has one, for each time that the target is given for."""

    amount: Decimal
    span: Span


@dataclass(frozen=True)
class TargetPlan:
    """Targets of one name. `given` per shortest period, or per quarter or year and then `spread` over its shortest periods."""

    name: str
    span: Span
    unit: Type
    sources: tuple[WrittenRows, ...]
    given: Given
    prorate: Literal["calendar_days", "none"]
    file: str
    note: str | None = None
    spread: WrittenSpread | None = None
    """Only where it is given per quarter or year."""
    precedence: Literal["first", "exception"] | None = None
    """Of several sources that have a number for somebody: the first as listed, or none before it is cleared up."""
    policies: Mapping[str, Choice] = field(default_factory=dict)
    """`participant_values_on`."""
    ramp: WrittenRamp | None = None
    everybody: Everybody | None = None
    """What whoever has no number of a source has."""
    category: Category | None = None
    """A target plan with `categories:` is several of these, one for each that it lists."""

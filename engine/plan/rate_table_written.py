"""Rate tables as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.plan.choice import Choice, Stated
from engine.plan.formula import Formula
from engine.plan.name import Name


@dataclass(frozen=True)
class Tier:
    """One tier: from where (an amount, or a share of the target), to where if the table ends, and what it pays.

    A point of an `interpolated` table is one too: where it stands is `lower`, and what is paid there `pays`.
    """

    lower: Decimal
    upper: Decimal | None
    pays: Formula
    """The rate, or for `step`, `each_entered` and points of amounts the amount."""
    span: Span
    note: str | None = None
    lower_by: Formula | None = None
    """A formula that says where it begins; `lower` is 0 then, and means nothing."""
    upper_by: Formula | None = None


@dataclass(frozen=True)
class RoundAttainment:
    """How an attainment is rounded before it is compared: a mode, and places of the percentage."""

    mode: str
    digits: int
    span: Span
    note: str | None = None


Mode = Literal["flat", "whole", "marginal", "interpolated", "step", "each_entered"]
Gives = Literal["rate", "amount"]


@dataclass(frozen=True)
class RateTable:
    """Turns `select` and the base into a result. `flat` has one tier without bounds."""

    mode: Mode
    gives: Gives
    """What its tiers or points say: rates that are paid on the base, or amounts."""
    span: Span
    mode_span: Span
    select: Formula | None
    against: Name | None
    tiers: tuple[Tier, ...]
    prorate_bounds: bool
    policies: Mapping[str, Choice] = field(default_factory=dict)
    bounds_unit: Literal["amount", "share"] = "amount"
    bounds_in_money: Span | None = None
    """The first bound that says a currency."""
    prorate: Stated | None = None
    """Where the proration of bounds is said."""
    note: str | None = None
    rounded: RoundAttainment | None = None
    prizes: Span | None = None
    """Where its tiers are written as prizes by place: a `step` by a rank."""

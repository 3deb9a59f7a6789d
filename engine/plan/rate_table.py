"""A rate table, whole: its tiers or points, what finds them, and the target that it is against."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from engine.core.money import quantize
from engine.core.span import Span
from engine.plan.accumulation import Accumulation
from engine.plan.choice import Choice, Stated
from engine.plan.formula import Formula
from engine.plan.rate_table_written import Gives, Mode

PERCENT = 2
"""Places of a ratio that are whole percents."""


@dataclass(frozen=True)
class Rounded:
    """How an attainment is rounded before it is compared; `digits` are those of the ratio: 2 for whole percents."""

    mode: str
    digits: int
    stated: Stated

    def least(self, bound: Decimal) -> Decimal:
        """The least attainment, or the one just under it, that is rounded to `bound` or more."""
        unit = Decimal(1).scaleb(-self.digits)
        grid = quantize(bound, self.digits, ROUND_CEILING)
        return grid - {"half_up": unit / 2, "half_even": unit / 2, "ceiling": unit}.get(self.mode, Decimal(0))


@dataclass(frozen=True)
class Against:
    """A target as a place reads it: what a missing and a zero one mean, and how far it reaches."""

    target: str
    missing: Choice
    zero: Choice
    accumulation: Accumulation | None
    """The target is summed from the accumulation's reset; None: it is the interval's own."""
    whole: bool
    """Reach `accumulation`: the target of the accumulation's whole span. Only with an accumulation."""
    reach: Choice | None
    rounded: Rounded | None = None
    """The attainment is rounded, and compared itself with the shares; else the value is compared with shares × target."""
    group: str | None = None
    """What is held against it is of this group: then it is the group's, also to date, whoever was a member when."""

    def least(self, bound: Decimal) -> Decimal:
        """The share of the target at which a value reaches `bound`."""
        return bound if self.rounded is None else self.rounded.least(bound)

    @property
    def to_date(self) -> bool:
        """Whether the target adds up over the intervals of an accumulation."""
        return self.accumulation is not None


@dataclass(frozen=True)
class Tier:
    """Tier `number` (1-based). `lower` is None only for `flat` and where a formula says it; `upper` is None for an open
    last tier, and where a formula says it.

    A point of an `interpolated` table is one too: where it stands is `lower`, and what is paid there `pays`.
    """

    number: int
    lower: Decimal | None
    upper: Decimal | None
    pays: Formula
    span: Span
    note: str | None
    lower_by: Formula | None = None
    """The formula that says where it begins: another amount for each participant."""
    upper_by: Formula | None = None
    """Of the last tier, the formula that says where the table ends."""

    @property
    def bounds(self) -> tuple[Formula, ...]:
        """The formulas that say where it begins and ends."""
        return tuple(formula for formula in (self.lower_by, self.upper_by) if formula is not None)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What it pays, and where it stands as far as formulas say it."""
        return (self.pays, *self.bounds)


@dataclass(frozen=True)
class Table:
    """A rate table. Bounds are multiples of the target when `against` is there."""

    mode: Mode
    gives: Gives
    """What tiers or points say: rates that are paid on the base, or amounts."""
    span: Span
    select: str | None
    """The measure that finds the tier; None: `select_formula` (per credit), or `flat`."""
    select_formula: Formula | None
    """At the credit place: the credit's own value that finds the tier (or, `marginal`, is cut into slices)."""
    against: Against | None
    tiers: tuple[Tier, ...]
    prorate_bounds: bool
    boundary: Choice | None
    below: Choice | None
    above: Choice | None
    note: str | None
    prorate: Stated | None = None
    running_total: Choice | None = None
    """Where a running total looks each credit up: whether that `before` the credit or that `after` it."""
    bounds_unit: Literal["amount", "share", "money"] = "amount"
    """How the bounds are written: as shares, with a currency, or as bare numbers."""
    prizes: bool = False
    """Its tiers are prizes by place, written as a list."""
    near: bool = False
    """Value and bounds are compared at nine places: the value is made of attainments."""

    @property
    def bounds_vary(self) -> bool:
        """Whether formulas say where tiers stand, so that for somebody they may not rise."""
        return any(tier.bounds for tier in self.tiers)

    @property
    def adds_up(self) -> bool:
        """Per credit by a running total, a credit pays what the table comes to with it less what it came to before."""
        return self.mode in ("marginal", "each_entered") or (self.mode == "interpolated" and self.gives == "amount")

"""A measure, whole: what it is made of, over what time, and who reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.accumulation import Accumulation
from engine.plan.choice import Choice
from engine.plan.formula import Formula
from engine.plan.group import Ranking
from engine.plan.rate_table import Against

NEAR = ("attainment",)
"""What is made by dividing by targets, and so compared at nine places, as a share of a target is."""
SHARES = ("ratio", *NEAR)
"""What may be compared with percentages though no target stands beside."""


@dataclass(frozen=True)
class Measure:
    """An aggregate of the credits of `rules`, or what the measures `parts` come to, per participant, period and segment.

    One of a group (`within`) has the same value for all of its members.
    """

    name: str
    span: Span
    aggregate: Literal[
        "sum",
        "count",
        "count_distinct",
        "average",
        "min",
        "max",
        "ratio",
        "previous",
        "attainment",
        "total",
        "headcount",
        "rank",
    ]
    rules: tuple[str, ...]
    where: Formula | None
    accumulation: Accumulation | None
    """Within what it adds up; None: it is of the earning period alone."""
    unit: Type
    lengths: tuple[str, ...]
    """Lengths of the earning periods of the components that read it, themselves or through other measures."""
    note: str | None
    distinct: str | None = None
    """The column whose different values `count_distinct` counts."""
    parts: tuple[str, ...] = ()
    """Measures that it reads: of a ratio what is divided, and by what; of the others the one. They come before it."""
    within: str | None = None
    """The attribute by which participants are in the group that it is of; or `everyone`."""
    ranking: Ranking | None = None
    """Of a rank: how participants stand by `parts`, the later ones among equals."""
    no_credits: Choice | None = None
    """Of `average`, `min` and `max`: what they are of no credits."""
    zero_denominator: Choice | None = None
    back: Literal["period", "year"] | None = None
    """Of `previous`: the period before, or the same one a year earlier."""
    no_previous: Choice | None = None
    against: Against | None = None
    """Of an attainment: the target, its reach, and how what was reached of it is rounded."""
    looked_back: bool = False
    """Some `previous` reads it, itself or through others: it has rows for periods that the run only reads."""

    @property
    def is_total(self) -> bool:
        """Whether more credits make more of it, so that it grows to date; an average, an extreme or a ratio does not."""
        return self.aggregate in ("sum", "count", "count_distinct")

    @property
    def near(self) -> bool:
        """Whether it is compared at nine places."""
        return self.aggregate in NEAR

    @property
    def counts(self) -> bool:
        """Whether it is a whole number of things."""
        return self.aggregate in ("count", "count_distinct", "headcount", "rank")

    @property
    def to_date(self) -> bool:
        """Whether its value adds up over the intervals of an accumulation."""
        return self.accumulation is not None


def attained(measures: Iterable[Measure]) -> tuple[Against, ...]:
    """The targets that attainments among these are of."""
    return tuple(measure.against for measure in measures if measure.against is not None)

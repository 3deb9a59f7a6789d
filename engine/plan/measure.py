"""A measure, whole: what it is made of, over what time, and who reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.accumulation import Accumulation
from engine.plan.amount import Amount
from engine.plan.choice import Choice, Stated
from engine.plan.earlier import Back, Earlier, held_for
from engine.plan.formula import Formula
from engine.plan.group import Ranking, Reports
from engine.plan.measure_written import NEAR
from engine.plan.rate_table import Against

SHARES = ("ratio", *NEAR, "formula", "rounded")
"""What may be compared with percentages though no target stands beside."""


def component_named(plan: str, name: str) -> tuple[str, str]:
    """Plan and component of a name in `earned`: `field.commission`, or a component of the plan that it stands in."""
    of, _, component = name.rpartition(".")
    return of or plan, component


@dataclass(frozen=True)
class Weighted:
    """A part of a weighted measure: its weight, and between what it counts, in its own unit."""

    measure: str
    weight: Decimal
    cap: Amount | None
    floor: Amount | None
    stated: Stated
    missing: Choice | None = None
    """What it means that there is nothing to make it of; None: there always is."""


@dataclass(frozen=True)
class Each:
    """Credits that have one value of a column are added up first, and their sum counts between a floor and a cap."""

    by: str
    cap: Amount | None
    floor: Amount | None
    stated: Stated

    @property
    def limits(self) -> tuple[object, ...]:
        """What it does, wherever it is said."""
        return self.by, *(None if limit is None else limit.value for limit in (self.cap, self.floor))


@dataclass(frozen=True)
class RoundedMeasure:
    """How a measure is rounded: to digits, those of the value (of a rate two more than of the percentage), or to multiples."""

    mode: str
    digits: int
    multiple: Amount | None
    """Then `digits` is 0, since a whole number of them is found."""
    span: Span


@dataclass(frozen=True)
class Measure:
    """An aggregate of the credits of `rules`, or what the measures `parts` come to, or what the components `earned` paid.

    Per participant, period and segment.

    One of a group (`within`) has the same value for all of its members.
    """

    name: str
    span: Span
    aggregate: Literal[
        "sum", "count", "count_distinct", "average", "min", "max",
        "ratio", "difference", "previous", "attainment", "weighted", "formula", "rounded", "total", "headcount", "rank",
        "earned",
    ]  # fmt: skip
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
    each: Each | None = None
    """Of a sum or count: what is added up by itself, and what of each counts."""
    parts: tuple[str, ...] = ()
    """Measures that it reads: of a ratio what is divided, and by what; of a weighted one or a formula all; else the one.

    They come before it.
    """
    within: str | None = None
    """The attribute by which participants are in the group that it is of; or `everyone`."""
    ranking: Ranking | None = None
    """Of a rank: how participants stand by `parts`, the later ones among equals."""
    no_credits: Choice | None = None
    """Of `average`, `min` and `max`: what they are of no credits."""
    on_move: Choice | None = None
    """Of a group to date: what members had elsewhere goes with them (`follow`), or is of the group it was had in (`stay`)."""
    zero_denominator: Choice | None = None
    back: Back | None = None
    """Of `previous`: which earlier period it is read of."""
    earlier: Earlier | None = None
    """Of `previous`: what is taken of several earlier periods; then nothing is said of `back`."""
    no_previous: Choice | None = None
    against: Against | None = None
    """Of an attainment: the target, its reach, and how what was reached of it is rounded."""
    weighted: tuple[Weighted, ...] = ()
    out_of: Decimal = Decimal(1)
    """What the weights come to."""
    rounded: RoundedMeasure | None = None
    earned: tuple[str, ...] = ()
    """Of `earned`: the components whose earnings are added up; one of another plan with that plan's name, `field.commission`."""
    reports: Reports | None = None
    """Of `earned`: those of the people below, and not one's own."""
    formula: Formula | None = None
    """Of a formula: what is made of its `parts`, and of `variables`."""
    variables: tuple[str, ...] = ()
    """Variables that its formula reads."""
    of_shares: bool = False
    """Its formula makes a share of a target of such shares."""
    of_totals: bool = False
    """It is the difference of two totals, or a formula that adds up as they do."""
    looked_back: bool = False
    """Some `previous` reads it, itself or through others: it has rows for periods that the run only reads."""

    def earnings_of(self, plan: str) -> tuple[tuple[str, str], ...]:
        """Plan and component of all whose earnings it adds up; `plan` is its own."""
        return tuple(component_named(plan, name) for name in self.earned)

    @property
    def reaches_back(self) -> bool:
        """Whether it reads periods that a run does not calculate: of those since something began, each is."""
        return self.aggregate == "previous" and (self.earlier is None or self.earlier.since is None)

    @property
    def held(self) -> Literal["quarter", "year"] | None:
        """How long it stays what it was at the end of the one before; None: it is looked at in each period."""
        return held_for(self.back)

    @property
    def is_total(self) -> bool:
        """Whether more credits or earnings make more of it, so that it grows to date; an average or a ratio does not."""
        of_group = self.aggregate == "total" and self.to_date
        return self.of_totals or of_group or self.aggregate in ("sum", "count", "count_distinct", "earned")

    @property
    def adds_members(self) -> bool:
        """Whether a part of it is of one group; each one's own limits would be counted, not the group's."""
        return self.aggregate in ("sum", "count", "earned") and self.each is None

    @property
    def key_column(self) -> str | None:
        """The column that tells apart what it counts, or adds up."""
        return self.distinct if self.each is None else self.each.by

    @property
    def near(self) -> bool:
        """Whether it is compared at nine places."""
        return self.aggregate in NEAR or self.of_shares

    @property
    def counts(self) -> bool:
        """Whether it is a whole number of things."""
        return self.aggregate in ("count", "count_distinct", "headcount", "rank")

    @property
    def within_span(self) -> Accumulation | None:
        """The span that it begins again with: within what it adds up, or since when earlier periods count."""
        return self.accumulation if self.earlier is None else self.earlier.since

    @property
    def to_date(self) -> bool:
        """Whether its value adds up over the intervals of an accumulation."""
        return self.accumulation is not None


def attained(measures: Iterable[Measure]) -> tuple[Against, ...]:
    """The targets that attainments among these are of."""
    return tuple(measure.against for measure in measures if measure.against is not None)


def may_be_missing(measure: Measure, missing: Iterable[str]) -> bool:
    """Whether there may be nothing to make it of, so that it has no value; `missing`: the measures of which that is so."""
    choices = [measure.no_credits, measure.zero_denominator, measure.no_previous]
    if measure.against is not None:
        choices += [measure.against.missing, measure.against.zero]
    if measure.aggregate == "rounded":
        return measure.parts[0] in missing
    if measure.weighted:
        said = ["" if part.missing is None else part.missing.value for part in measure.weighted]
        return "block" in said or set(said) == {"redistribute"}
    return any(choice is not None and choice.value == "block" for choice in choices)


def told_missing(measures: Sequence[Measure]) -> frozenset[str]:
    """The measures, each after those that it reads, that say on each row whether there is nothing to make them of."""
    missing: set[str] = set()
    for measure in measures:
        if may_be_missing(measure, missing):
            missing.add(measure.name)
    asked: set[str] = set()
    for measure in reversed(measures):
        decided = [each.measure for each in measure.weighted if each.missing and each.missing.value != "block"]
        passed_on = measure.parts if measure.name in asked and (measure.weighted or measure.rounded) else ()
        asked.update(part for part in (*decided, *passed_on) if part in missing)
    return frozenset(asked)

"""Measures as written, with what `resolve` finds first: whether they add up, of which group they are one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.core.span import Span
from engine.plan.accumulation import TO_DATE, Accumulation
from engine.plan.amount import Amount
from engine.plan.choice import Choice
from engine.plan.earlier import Back, Earlier, held_for
from engine.plan.formula import Formula
from engine.plan.group import Ranking, Reports
from engine.plan.name import Name

NEAR = ("attainment", "weighted")
"""What is made by dividing by targets, and so compared at nine places, as a share of a target is."""
OfCredits = Literal["sum", "count", "count_distinct", "average", "min", "max"]
OfMeasures = Literal[
    "ratio", "difference", "previous", "attainment", "weighted", "formula", "rounded", "total", "headcount", "rank"
]
OfComponents = Literal["earned"]
SpanOfTime = Literal["period", "quarter_to_date", "year_to_date", "plan_to_date"]


@dataclass(frozen=True)
class WeightedMeasure:
    """A measure in a weighted one: its weight, and between what it counts."""

    measure: Name
    weight: Amount
    cap: Amount | None
    floor: Amount | None
    policies: Mapping[str, Choice] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True)
class RoundMeasure:
    """How a measure is rounded: to digits (of a rate those of the percentage), or to multiples of an amount."""

    mode: str
    digits: int | None
    multiple: Amount | None
    span: Span


@dataclass(frozen=True)
class EachOf:
    """What a sum or count is added up by before it counts, and between what each of these counts."""

    by: Name
    cap: Amount | None
    floor: Amount | None
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class Measure:
    """An aggregate of credits per participant and period, or what other measures come to together."""

    name: str
    span: Span
    aggregate: OfCredits | OfMeasures | OfComponents
    rules: tuple[Name, ...]
    where: Formula | None
    over: SpanOfTime | None
    """None where the measures that it reads say so."""
    distinct: Name | None = None
    """The column whose different values are counted."""
    each: EachOf | None = None
    parts: tuple[Name, ...] = ()
    """Measures that it reads: of a ratio what is divided, and by what; of a weighted one or a formula all; else the one."""
    earned: tuple[Name, ...] = ()
    """Components whose earnings it adds up."""
    reports: Reports | None = None
    """Whose: those of the people below; None: the participant's own."""
    within: Name | None = None
    """Of a measure of a group: the attribute of participants by which they are in one, or `everyone`."""
    ranking: Ranking | None = None
    back: Back | None = None
    earlier: Earlier | None = None
    """Of `previous`: what is taken of several earlier periods, instead of the one that lies `back`."""
    against: Name | None = None
    """Of an attainment: the target."""
    weighted: tuple[WeightedMeasure, ...] = ()
    out_of: Amount | None = None
    """What the weights come to, where it is said."""
    rounded: RoundMeasure | None = None
    formula: Formula | None = None
    """Of a formula: what is made of its `parts`, and of variables."""
    varies: bool = False
    """Its formula reads a variable that not everybody has the same of; `resolve` finds that."""
    in_parts: bool = False
    """Its formula adds up as sums and counts do, of which alone it is made; `resolve` finds that."""
    of_target: bool = False
    """It is a share of what is to be reached, itself or through measures that it reads; `resolve` finds that."""
    adds_up: bool = False
    """It is a total: more credits make more of it, and a part of it is one; `resolve` finds that."""
    of_group: str | None = None
    """Of which group's members it is one value, itself or through all that it reads; `resolve` finds that."""
    policies: Mapping[str, Choice] = field(default_factory=dict)
    note: str | None = None

    @property
    def accumulation(self) -> Accumulation | None:
        """Within what it adds up; None: it is of the earning period alone."""
        return None if self.over is None else TO_DATE.get(self.over)

    @property
    def adds_members(self) -> bool:
        """Whether those of all members make that of their group; each one's own limits would be counted, not the group's."""
        plain = self.aggregate in ("sum", "count", "earned") and self.each is None
        return plain or (self.in_parts and self.accumulation is None)

    @property
    def near(self) -> bool:
        """Whether it is compared at nine places, as a share of a target is."""
        return self.aggregate in NEAR or (self.aggregate == "formula" and self.of_target)

    @property
    def words(self) -> str:
        """What kind of measure it is, in a message."""
        if self.aggregate == "formula":
            return "a formula"
        return self.aggregate if self.each is None else f"limited for each `{self.each.by.text}`"

    @property
    def known_before(self) -> bool:
        """Whether nothing of a period makes more or less of what it is in that period."""
        return self.aggregate == "previous" and not (self.earlier is not None and self.earlier.with_present)

    @property
    def held(self) -> Literal["quarter", "year"] | None:
        """How long it stays what it was at the end of the one before; None: it is looked at in each period."""
        return held_for(self.back)

    @property
    def reaches_back(self) -> bool:
        """Whether it reads periods that a run does not calculate: of those since something began, each is."""
        return self.aggregate == "previous" and (self.earlier is None or self.earlier.since is None)

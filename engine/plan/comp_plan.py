"""A compensation plan as written. Every field that can be wrong knows its place; policies not said here are absent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.accumulation import TO_DATE, Accumulation, accumulation_named
from engine.plan.amount import Amount
from engine.plan.carry_forward import CarryForward
from engine.plan.choice import Choice, Stated
from engine.plan.earlier import Back, Earlier, held_for
from engine.plan.formula import Formula
from engine.plan.group import Generations, Ranking, Reports
from engine.plan.look_up import LookUp
from engine.plan.waiver import Waiver


@dataclass(frozen=True)
class Name:
    """A reference by name (to a source, rule, measure, target, column), with its place."""

    text: str
    span: Span


@dataclass(frozen=True)
class Weight:
    """A column of an assignment to which the parts of a split are in proportion."""

    column: Name
    note: str | None = None


@dataclass(frozen=True)
class Assignment:
    """A dated assignment that says who is credited: the source's rows whose `match` columns equal the transaction's."""

    source: Name
    match: tuple[tuple[Name, Name], ...]
    """(column of the assignment source, column of the transaction)"""
    share: Name | Weight | Literal["equal"]
    digits: int | Literal["exact"]
    mode: str | None
    """Rounding of the value before a split at `digits`; compulsory when digits is a number."""
    expect: Name | None
    """A transaction column: a warning where the participant it names is not among the credited."""
    span: Span
    note: str | None = None


Purpose = Literal["attainment", "pay"]
PURPOSES: tuple[Purpose, ...] = ("attainment", "pay")


@dataclass(frozen=True)
class RollUp:
    """Not those whom a transaction belongs to are credited, but their managers on the credit date, level by level."""

    of: Name | Assignment
    """Whom the transaction belongs to."""
    levels: int
    choices: Mapping[str, Choice]
    """`longer`, `no_manager` and `not_on_plan`: what of the chains that are not as one hopes."""
    span: Span
    note: str | None = None
    generations: Generations | None = None


Pair = Literal["row_to_plan", "plan_to_row", "through"]


@dataclass(frozen=True)
class Convert:
    """The exchange of a credit's value into the plan's currency."""

    rates: Name
    pair: Pair
    through: str | None
    rate_date: Name
    max_age: int | None
    max_age_span: Span
    rate_type: str | None
    rate_type_span: Span
    mode: str | None
    digits: int | None
    """None where it is not rounded, or to the digits of the plan's currency."""
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class ValuesOn:
    """Of which day a rule's credits read what is dated, where that is not the credit date."""

    column: Name
    choices: Mapping[str, Choice]
    """`later` and `not_on_roster`: what of a day after the credit date, and of whoever is not on the roster that day."""
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class CreditRule:
    """Which transactions credit whom, with what, when."""

    name: str
    span: Span
    source: Name
    where: Formula | None
    exclude: tuple[tuple[str, Formula], ...]
    to: Name | Assignment | RollUp
    credit_date: Name
    value: Formula
    order: tuple[Name, ...]
    note: str | None = None
    counts_for: tuple[Purpose, ...] = PURPOSES
    purpose_span: Span | None = None
    """Where it is said what its credits count for."""
    convert: Convert | None = None
    adjustments: Name | None = None
    """The source of them, or `none`."""
    values_on: ValuesOn | None = None
    undated: Choice | None = None
    """What becomes of a row without a credit date, where that may be empty."""


OfCredits = Literal["sum", "count", "count_distinct", "average", "min", "max"]
OfMeasures = Literal[
    "ratio", "difference", "previous", "attainment", "weighted", "rounded", "total", "headcount", "rank"
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
    """Measures that it reads: of a ratio what is divided, and by what; of a weighted one all; of the others the one."""
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
        return self.aggregate in ("sum", "count", "earned") and self.each is None

    @property
    def words(self) -> str:
        """What kind of measure it is, in a message."""
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


Per = Literal["credit", "earning"]


@dataclass(frozen=True)
class Gate:
    """Zero unless the condition holds: a formula, or `measure` at least a share of a target or an amount."""

    per: Per
    span: Span
    when: Formula | None = None
    measure: Name | None = None
    against: Name | None = None
    at_least: Decimal | None = None
    share: Span | None = None
    """Where `at_least` is a percentage: its place."""
    in_money: bool = False
    policies: Mapping[str, Choice] = field(default_factory=dict)
    note: str | None = None
    rounded: RoundAttainment | None = None
    kind: Literal["gate"] = "gate"
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True)
class Multiply:
    """The amount × a rate or quantity."""

    per: Per
    by: Formula
    span: Span
    note: str | None = None
    kind: Literal["multiply"] = "multiply"
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True)
class Limit:
    """A cap (at most `at`) or a floor (at least `at`) on the amount at this place of the list."""

    kind: Literal["cap", "floor"]
    over: Literal["credit", "earning_period", "quarter", "year", "plan"]
    at: Formula
    prorate: bool
    span: Span
    policies: Mapping[str, Choice] = field(default_factory=dict)
    """`excess`, where the limit is cumulative."""
    note: str | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def per(self) -> Per:
        """A limit over a credit stands before the sum, any other after it."""
        return "credit" if self.over == "credit" else "earning"

    @property
    def accumulation(self) -> Accumulation | None:
        """The span that it is over, where that is an accumulation."""
        return accumulation_named(self.over)


@dataclass(frozen=True)
class Prorate:
    """The amount × days assigned ÷ days of the interval."""

    span: Span
    note: str | None = None
    per: Per = "earning"
    kind: Literal["prorate"] = "prorate"
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True)
class Round:
    """The amount rounded; `digits` None means the plan currency's."""

    per: Per
    mode: str
    digits: int | None
    span: Span
    note: str | None = None
    kind: Literal["round"] = "round"


@dataclass(frozen=True)
class TrueUp:
    """The amount to date minus the same expression at the end of the interval before, within the accumulation `over`."""

    over: Accumulation
    span: Span
    note: str | None = None
    per: Per = "earning"
    kind: Literal["true_up"] = "true_up"


@dataclass(frozen=True)
class ShareOut:
    """The amount is a group's pool, cut into a share for each member."""

    within: Name
    by: Formula | None
    """Each member's weight; None: all are equal."""
    among: Formula | None
    prorate: bool
    """Weights × days on the plan."""
    mode: str
    digits: int | None
    span: Span
    policies: Mapping[str, Choice] = field(default_factory=dict)
    """`negative_pool` and `no_weights`."""
    note: str | None = None
    per: Per = "earning"
    kind: Literal["share_out"] = "share_out"


@dataclass(frozen=True)
class Budget:
    """What the component may cost for everybody together."""

    when_spent: Literal["stop", "prorate"]
    over: Literal["earning_period", "quarter", "year", "plan"]
    at: Formula
    span: Span
    policies: Mapping[str, Choice] = field(default_factory=dict)
    """`excess`."""
    note: str | None = None
    kind: Literal["budget"] = "budget"

    @property
    def per(self) -> Per:
        """`stop` pays credit after credit."""
        return "credit" if self.when_spent == "stop" else "earning"


Waivable = Gate | Multiply | Limit | Prorate
"""Items that may be waived."""

Step = Gate | Multiply | Limit | Prorate | Round | TrueUp | ShareOut | CarryForward | Budget


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

"""A workspace whose plans are whole: names bound, policies decided, types known, definitions in order.

In: what `resolve` and `typecheck` made of a `Workspace`. It is what `lower` compiles and `reference` interprets, so a
plan that lacks something cannot get here. Expressions see these names, by place:

- rule place (`where`, `exclude`, `value`): the columns of the rule's source.
- credit place (a measure's `where`; per-credit `select`, rates, modifiers): the columns of the rule's source, `amount`
  (the credited amount), `credited_share`, of a roll-up `level`; and the variables, read on the credit date.
- earning place (rates, gates, multipliers, limits of an earning): the plan's measures by name (their value over the
  component's own earning period), the variables, and where the table is `against` a target: `target`, `attainment`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.period import Calendar
from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.accumulation import ACCUMULATIONS, Accumulation, accumulation_named
from engine.plan.choice import Choice, Stated
from engine.plan.formula import Formula
from engine.plan.handling import Handling
from engine.plan.workspace import Source, Statements, Variable


@dataclass(frozen=True)
class Spread:
    """How a year's target is spread over the year's shortest periods."""

    by: Literal["evenly", "calendar_days", "shares"]
    shares: tuple[Decimal, ...] = ()
    """Of each period in order of time; they add up to 1."""
    profile: str | None = None
    stated: tuple[Stated, ...] = ()


@dataclass(frozen=True)
class TargetRows:
    """A source of a target's numbers: `by` is `participant`, or the attribute whose value a row is for."""

    source: Source
    by: str
    stated: Stated | None = None


@dataclass(frozen=True)
class Target:
    """A target plan, bound to its sources. `unit` is money in a currency, or a quantity."""

    name: str
    span: Span
    unit: Type
    sources: tuple[TargetRows, ...]
    given: Literal["period", "year"]
    prorate: bool
    note: str | None
    spread: Spread | None = None
    """Only where it is given per year."""
    precedence: Literal["first", "exception"] | None = None
    """Which counts where several sources have a number: the first as listed, or none. Only where there are several."""
    values_on: Choice | None = None
    """`segment_start` or `segment_end`: when groups are read. Only with groups, and without proration."""

    @property
    def own(self) -> bool:
        """Whether all its numbers are participants' own, from one source."""
        return [rows.by for rows in self.sources] == ["participant"]

    @property
    def groups(self) -> tuple[str, ...]:
        """The attributes of participants by which it is given."""
        return tuple(dict.fromkeys(rows.by for rows in self.sources if rows.by != "participant"))


@dataclass(frozen=True)
class Split:
    """Crediting by a dated assignment: rows of `source` in force on the credit date whose `match` columns agree."""

    source: Source
    match: tuple[tuple[str, str], ...]
    """(column of the assignment source, column of the transaction)"""
    share: str | None
    """The column that holds the share; None: equal shares."""
    digits: int
    """12 for `exact`."""
    mode: str | None
    """Rounding of the value at `digits` before the split; None for `exact`."""
    expect: str | None
    stated: Stated | None = None


@dataclass(frozen=True)
class RollUp:
    """The managers of those whom a transaction belongs to, up to `levels` of them, in force on the credit date."""

    levels: int
    longer: Choice
    """A chain of more levels: `stop` there, or `exception`."""
    no_manager: Choice
    """Somebody without a manager: nobody is credited for that part (`skip`), or `exception`."""
    not_on_plan: Choice
    """A manager who is on no plan that day: is left out (`skip`; the others keep their levels), or `exception`."""
    stated: Stated | None = None

    @property
    def unrolled(self) -> int:
        """Managers that are looked up: one more than are credited, where a longer chain must be found out."""
        return self.levels + (self.longer.value == "exception")


@dataclass(frozen=True)
class Rule:
    """A credit rule. `to`: the column that names whom a transaction belongs to, or a split among several.

    They are credited; with `roll_up`, their managers are instead.
    """

    name: str
    span: Span
    source: Source
    where: Formula | None
    exclude: tuple[tuple[str, Formula], ...]
    to: str | Split
    credit_date: str
    value: Formula
    order: tuple[str, ...]
    """Columns of the source, ending with its key (empty where no running total reads the rule)."""
    unit: Type
    """Type of the credited amount: money in the plan's currency, or a quantity."""
    currency_column: str | None
    """Where the value is money by column: rows in another currency than the plan's are exceptions."""
    variables: tuple[str, ...]
    """Variables that credit places of this rule read."""
    note: str | None
    roll_up: RollUp | None = None
    counts_for: tuple[Literal["attainment", "pay"], ...] = ("attainment", "pay")


@dataclass(frozen=True)
class Measure:
    """An aggregate of the credits of `rules`, or what the measures `parts` come to, per participant, period and segment."""

    name: str
    span: Span
    aggregate: Literal["sum", "count", "count_distinct", "average", "min", "max", "ratio", "previous"]
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
    """Measures that it reads: of a ratio what is divided, and by what; of `previous` the one. They come before it."""
    no_credits: Choice | None = None
    """Of `average`, `min` and `max`: what they are of no credits."""
    zero_denominator: Choice | None = None
    back: Literal["period", "year"] | None = None
    """Of `previous`: the period before, or the same one a year earlier."""
    no_previous: Choice | None = None
    looked_back: bool = False
    """Some `previous` reads it, itself or through others: it has rows for periods that the run only reads."""

    @property
    def is_total(self) -> bool:
        """Whether more credits make more of it, so that it grows to date; an average, an extreme or a ratio does not."""
        return self.aggregate in ("sum", "count", "count_distinct")

    @property
    def counts(self) -> bool:
        """Whether it is a whole number of things."""
        return self.aggregate in ("count", "count_distinct")

    @property
    def to_date(self) -> bool:
        """Whether its value adds up over the intervals of an accumulation."""
        return self.accumulation is not None


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

    @property
    def to_date(self) -> bool:
        """Whether the target adds up over the intervals of an accumulation."""
        return self.accumulation is not None


@dataclass(frozen=True)
class Tier:
    """Tier `number` (1-based). `lower` is None only for `flat`; `upper` is None for an open last tier.

    A point of an `interpolated` table is one too: where it stands is `lower`, and what is paid there `pays`.
    """

    number: int
    lower: Decimal | None
    upper: Decimal | None
    pays: Formula
    span: Span
    note: str | None


@dataclass(frozen=True)
class Table:
    """A rate table. Bounds are multiples of the target when `against` is there."""

    mode: Literal["flat", "whole", "marginal", "interpolated", "step", "each_entered"]
    gives: Literal["rate", "amount"]
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

    @property
    def adds_up(self) -> bool:
        """Per credit by a running total, a credit pays what the table comes to with it less what it came to before."""
        return self.mode in ("marginal", "each_entered") or (self.mode == "interpolated" and self.gives == "amount")


@dataclass(frozen=True)
class Gate:
    """Zero unless `when` is true, or unless measure >= at_least (× target)."""

    per: Literal["credit", "earning"]
    span: Span
    when: Formula | None
    measure: str | None
    against: Against | None
    at_least: Decimal | None
    note: str | None
    share: bool = False
    """`at_least` is written as a percentage."""
    kind: Literal["gate"] = "gate"


@dataclass(frozen=True)
class Multiply:
    """amount × by."""

    per: Literal["credit", "earning"]
    by: Formula
    span: Span
    note: str | None
    kind: Literal["multiply"] = "multiply"


@dataclass(frozen=True)
class Limit:
    """min (cap) or max (floor) of the amount and `at`. `cumulative`: on the accumulation's running sum, excess remembered."""

    kind: Literal["cap", "floor"]
    over: Literal["credit", "earning_period", "quarter", "year", "plan"]
    at: Formula
    prorate: bool
    cumulative: bool
    """It is over an accumulation, and no true-up follows: the amount is not to date already."""
    excess: Choice | None
    span: Span
    note: str | None

    @property
    def per(self) -> Literal["credit", "earning"]:
        """A limit over a credit precedes the sum."""
        return "credit" if self.over == "credit" else "earning"

    @property
    def accumulation(self) -> Accumulation | None:
        """From whose reset its proration counts days; None: the interval's own."""
        return accumulation_named(self.over)


@dataclass(frozen=True)
class Prorate:
    """amount × days ÷ days; before a true-up from the reset of its accumulation, else of the interval."""

    accumulation: Accumulation | None
    span: Span
    note: str | None
    per: Literal["credit", "earning"] = "earning"
    kind: Literal["prorate"] = "prorate"


@dataclass(frozen=True)
class Round:
    """The amount at `digits` by `mode`."""

    per: Literal["credit", "earning"]
    mode: str
    digits: int
    span: Span
    note: str | None
    kind: Literal["round"] = "round"


@dataclass(frozen=True)
class TrueUp:
    """amount − the amount here at the end of the interval before (0 before the first of segment and accumulation)."""

    accumulation: Accumulation
    span: Span
    note: str | None
    per: Literal["credit", "earning"] = "earning"
    kind: Literal["true_up"] = "true_up"


Step = Gate | Multiply | Limit | Prorate | Round | TrueUp


@dataclass(frozen=True)
class Component:
    """One paying part. `base` is a rule's name (basis `credit`) or a measure's; None only for `step` on a measure."""

    name: str
    span: Span
    length: str
    basis: Literal["credit", "period", "to_date"]
    base: str | None
    table: Table
    steps: tuple[Step, ...]
    """Per-credit ones first."""
    earning_code: str
    variables: tuple[str, ...]
    """Variables that its earning places read."""
    measures: tuple[str, ...]
    """Measures that its earning places read, base and select among them."""
    remembers: Accumulation | None
    """The longest accumulation of its true-up and cumulative limits: a blocked interval blocks all later ones within it."""
    note: str | None
    target_incentive: Formula | None = None
    """What 100 % of the target is said to pay, by period (to date: by year). Pays nothing; of variables only."""
    accepted: tuple[Stated, ...] = ()
    """Warnings on it that are meant so: code, place, reason."""


@dataclass(frozen=True)
class Plan:
    """A compensation plan, whole."""

    name: str
    file: str
    span: Span
    currency: str
    digits: int
    start: date
    end: date | None
    titles: tuple[str, ...] | None
    names: tuple[str, ...] | None
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    components: tuple[Component, ...]
    variables: Mapping[str, Variable]
    """All that the plan's formulas read, with the plan's own value as default where it says one."""
    hit_policy: Choice
    """Compulsory where two rules read one source; `all` otherwise."""
    not_on_plan: Choice
    segments: Choice
    on_change: Choice | None
    """What adds up over a change of joined segments: `reset` or `continue`. Needed where they are joined and something does."""
    values_on: Choice | None
    """`segment_start` or `segment_end`: when earning places read variables that participants override."""
    payout_rounding: Choice | None
    note: str | None
    in_force: Stated | None = None
    people: Stated | None = None

    @property
    def joined(self) -> bool:
        """Whether the segments of a period are one: one measure, one target, one earning."""
        return self.segments.value == "joined"

    @property
    def governed_by_first(self) -> bool:
        """Whether the first of joined segments is the one whose values count; else the last."""
        return self.values_on is not None and self.values_on.value == "segment_start"

    @property
    def continues(self) -> bool:
        """Whether what adds up goes on over a change of segments."""
        return self.joined and self.on_change is not None and self.on_change.value == "continue"

    def rule(self, name: str) -> Rule:
        """The rule of that name."""
        return next(rule for rule in self.rules if rule.name == name)

    def measure(self, name: str) -> Measure:
        """The measure of that name."""
        return next(measure for measure in self.measures if measure.name == name)

    def bounds_over(self, component: Component) -> Accumulation | None:
        """The accumulation of what the component's bounds are compared with: the selected measure, else the base."""
        select = component.table.select
        if select is not None:
            return self.measure(select).accumulation
        to_date = component.basis == "to_date" and component.base is not None
        return self.measure(component.base or "").accumulation if to_date else None

    @property
    def accumulations(self) -> tuple[Accumulation, ...]:
        """All that something of the plan adds up within, shortest first."""
        steps = [step for component in self.components for step in component.steps]
        places = [component.table.against for component in self.components]
        places += [step.against for step in steps if isinstance(step, Gate)]
        found = {measure.accumulation for measure in self.measures}
        found |= {place.accumulation for place in places if place is not None}
        found |= {step.accumulation for step in steps if isinstance(step, Limit | Prorate | TrueUp)}
        return tuple(accumulation for accumulation in ACCUMULATIONS if accumulation in found)

    def with_parts(self, names: Iterable[str]) -> tuple[Measure, ...]:
        """The measures of these names and all that they read, in the plan's order."""
        wanted = set(names)
        for measure in reversed(self.measures):
            if measure.name in wanted:
                wanted.update(measure.parts)
        return tuple(measure for measure in self.measures if measure.name in wanted)

    @property
    def looks_back(self) -> bool:
        """Whether a measure is read over an earlier period."""
        return any(measure.looked_back and measure.lengths for measure in self.measures)

    @property
    def lengths(self) -> tuple[str, ...]:
        """Lengths of earning period that its components use, shortest first."""
        order = ("month", "period", "quarter", "year")
        return tuple(length for length in order if any(c.length == length for c in self.components))


@dataclass(frozen=True)
class ResolvedWorkspace:
    """Everything a run needs but the data."""

    name: str
    calendar: Calendar
    pay_period: str
    currencies: Mapping[str, int]
    participants: Source
    sources: Mapping[str, Source]
    targets: Mapping[str, Target]
    plans: tuple[Plan, ...]
    unmatched: Choice
    recompute_from: date | None
    note: str | None
    others: tuple[Plan, ...] = ()
    """Plans of the workspace that this run leaves out; they still say who is on another plan."""
    stated: Statements = field(default_factory=Statements)
    handling: Handling = field(default_factory=Handling)
    """How its exception log is worked on."""

    @property
    def needed(self) -> Mapping[str, Source]:
        """All sources that a run reads, by name."""
        return {self.participants.name: self.participants, **self.sources}

    @property
    def undated(self) -> tuple[str, ...]:
        """The sources that can't be read as of a day: they say neither when a row was known nor that they don't."""
        return tuple(sorted(n for n, s in self.needed.items() if s.recorded is None and not s.as_it_is))

"""A workspace whose plans are whole: names bound, policies decided, types known, definitions in order.

In: what `resolve` and `typecheck` made of a `Workspace`. It is what `lower` compiles and `reference` interprets, so a
plan that lacks something cannot get here. Expressions see these names, by place:

- rule place (`where`, `exclude`, `value`): the columns of the rule's source, and look-up tables.
- credit place (a measure's `where`; per-credit `select`, rates, modifiers): the columns of the rule's source, `amount`
  (the credited amount), `credited_share`, of a roll-up `level`; the variables, read on the credit date; look-up tables; but for
  the `where`: the plan's measures, as they stand at the end of the component's earning period.
- earning place (rates, gates, multipliers, limits of an earning): the plan's measures by name (their value over the
  component's own earning period), the variables, look-up tables, and where the table is `against` a target: `target`,
  `attainment`.

What the dimensions of a look-up table read is what the place sees that reads the table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from engine.core.period import Calendar, Period
from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.accumulation import ACCUMULATIONS, Accumulation
from engine.plan.carry_forward import CarryForward
from engine.plan.choice import Choice, Stated
from engine.plan.comp_plan import BeginsAnew
from engine.plan.component import Component
from engine.plan.credit import Adjustments, Convert, RollUp, Rule, Split, ValuesOn
from engine.plan.group import Generations, Reports
from engine.plan.handling import Handling
from engine.plan.look_up import LookUp
from engine.plan.measure import Each, Measure, attained, told_missing
from engine.plan.modifier import Budget, Gate, Limit, Prorate, Round, ShareOut, Step, TrueUp, Waivable
from engine.plan.modifier_written import Multiply
from engine.plan.rate_table import Against, Rounded, Table, Tier
from engine.plan.target_plan import By, Category, Everybody, Given
from engine.plan.workspace import Source, Statements, Variable

__all__ = [
    "Adjustments", "Against", "Budget", "CarryForward", "Component", "Convert", "Each", "Gate", "Generations", "Limit", "LookUp",
    "Measure", "Multiply", "Plan", "Prorate", "Ramp", "Reports", "ResolvedWorkspace", "RollUp", "Round", "Rounded", "Rule",
    "ShareOut", "Split", "Spread", "Step", "Table", "Target", "TargetRows", "Tier", "TrueUp", "ValuesOn", "Waivable",
]  # fmt: skip
"""All nouns of a whole plan: passes take them from here."""


@dataclass(frozen=True)
class Spread:
    """How the number of a year or quarter is spread over its shortest periods."""

    by: By
    shares: tuple[Decimal, ...] = ()
    """Of each period in order of time; they add up to 1."""
    quarters: tuple[Decimal, ...] = ()
    """Of each quarter of the year; then it is the quarter's number that is spread."""
    profile: str | None = None
    stated: tuple[Stated, ...] = ()


@dataclass(frozen=True)
class Ramp:
    """The shares of a target in the first shortest periods since a day in a column of the roster; then it is whole."""

    since: str
    shares: tuple[Decimal, ...]
    stated: Stated


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
    given: Given
    prorate: bool
    note: str | None
    spread: Spread | None = None
    """Only where it is given per quarter or year."""
    precedence: Literal["first", "exception"] | None = None
    """Which counts where several sources have a number: the first as listed, or none. Only where there are several."""
    values_on: Choice | None = None
    """`segment_start` or `segment_end`: when groups are read. Only with groups, and without proration."""
    ramp: Ramp | None = None
    category: Category | None = None
    """It is of the rows with this value in this column; None: of all rows."""
    everybody: Everybody | None = None
    """What whoever no source has a number for has, for each time that it is given for."""

    @property
    def stated(self) -> tuple[Stated, ...]:
        """What is said of its category and of how it is spread."""
        of = () if self.category is None else (self.category.stated,)
        return (*of, *(self.spread.stated if self.spread else ()))

    @property
    def held(self) -> dict[str, str]:
        """What its rows have beyond who, when and how much: the value of its category's column."""
        return {} if self.category is None else {self.category.column.text: self.category.value}

    @property
    def over(self) -> Literal["quarter", "year"]:
        """The span whose number is spread evenly, by days or by shares of its shortest periods."""
        by_quarter = self.given == "quarter" or (self.spread is not None and self.spread.quarters != ())
        return "quarter" if by_quarter else "year"

    def times(self, calendar: Calendar) -> tuple[Period, ...]:
        """The periods that it has a number for."""
        return calendar.of_length(calendar.shortest if self.given == "period" else self.given)

    @property
    def own(self) -> bool:
        """Whether all its numbers are participants' own, from one source."""
        return [rows.by for rows in self.sources] == ["participant"] and self.everybody is None

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The attributes of participants by which it is given."""
        return tuple(dict.fromkeys(rows.by for rows in self.sources if rows.by != "participant"))


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
    look_ups: Mapping[str, LookUp] = field(default_factory=dict)
    """The look-up tables that its formulas read."""
    begins_anew: BeginsAnew | None = None
    parameters: tuple[Stated, ...] = ()
    """What this plan sets of the plan of a library that it uses, in words."""

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

    def tables(self, names: Iterable[str]) -> tuple[LookUp, ...]:
        """The look-up tables of these names."""
        return tuple(self.look_ups[name] for name in names)

    def rule(self, name: str) -> Rule:
        """The rule of that name."""
        return next(rule for rule in self.rules if rule.name == name)

    def measure(self, name: str) -> Measure:
        """The measure of that name."""
        return next(measure for measure in self.measures if measure.name == name)

    def component(self, name: str) -> Component:
        """The component of that name."""
        return next(component for component in self.components if component.name == name)

    def grown_by(self, component: Component) -> str | None:
        """The group on whose amount to date a component is calculated: paid is what this period's part of it adds."""
        name = component.base or component.table.select
        measure = None if component.basis != "to_date" or name is None else self.measure(name)
        return measure.within if measure is not None and measure.aggregate == "total" else None

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
        found = {measure.within_span for measure in self.measures}
        found |= {place.accumulation for component in self.components for place in component.againsts}
        found |= {
            step.accumulation for step in steps if isinstance(step, Limit | Prorate | TrueUp | CarryForward | Budget)
        }
        return tuple(accumulation for accumulation in ACCUMULATIONS if accumulation in found)

    @property
    def in_order(self) -> tuple[Measure | Component, ...]:
        """Measures and components, each after those that it reads; a component as early as some measure reads what it earned."""
        left = {component.name: component for component in self.components}
        found: list[Measure | Component] = []
        for measure in self.measures:
            found += [left.pop(name) for name in measure.earned if name in left]
            found.append(measure)
        return (*found, *left.values())

    def behind(self, names: Iterable[str]) -> tuple[Component, ...]:
        """The components of these names and all whose earnings they read, in the order in which they are calculated."""
        wanted = set(names)
        found: list[Component] = []
        for each in reversed(self.in_order):
            if isinstance(each, Component) and each.name in wanted:
                found.append(each)
                wanted.update(name for measure in self.with_parts(each.measures) for name in measure.earned)
        return tuple(reversed(found))

    def with_parts(self, names: Iterable[str]) -> tuple[Measure, ...]:
        """The measures of these names and all that they read, in the plan's order."""
        wanted = set(names)
        for measure in reversed(self.measures):
            if measure.name in wanted:
                wanted.update(measure.parts)
        return tuple(measure for measure in self.measures if measure.name in wanted)

    def againsts(self, components: Iterable[Component] | None = None) -> tuple[Against, ...]:
        """The places that read a target: of all its components or of these, and of the measures that they read."""
        some = self.components if components is None else tuple(components)
        read = self.with_parts(name for component in some for name in component.measures)
        measures = [measure for measure in self.measures if measure.lengths and (components is None or measure in read)]
        return (*(place for each in some for place in each.againsts), *attained(measures))

    @property
    def told_missing(self) -> frozenset[str]:
        """The measures that say where there is nothing to make them of: a weighted one asks."""
        return told_missing(self.measures)

    @property
    def looks_back(self) -> bool:
        """Whether a measure is read over an earlier period."""
        return any(measure.looked_back and measure.lengths for measure in self.measures)

    @property
    def groups(self) -> tuple[str, ...]:
        """By which attributes participants are in groups that something is measured of or shared in; `everyone` among them."""
        found = [measure.within for measure in self.measures if measure.lengths]
        found += [step.within for c in self.components for step in c.steps if isinstance(step, ShareOut)]
        return tuple(sorted({within for within in found if within is not None}))

    @property
    def generations(self) -> tuple[Generations, ...]:
        """How levels of managers are counted, in its roll-ups and overrides that count generations."""
        found = [rule.roll_up.generations for rule in self.rules if rule.roll_up is not None]
        found += [measure.reports.generations for measure in self.measures if measure.reports is not None]
        return tuple(each for each in found if each is not None)

    @property
    def in_common(self) -> bool:
        """Whether what one participant earns may depend on others: a group, the people below, what is left of a budget."""
        budgets = any(isinstance(step, Budget) for each in self.components for step in each.steps)
        below = any(measure.reports is not None and measure.lengths for measure in self.measures)
        return budgets or below or bool(self.groups)

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
    beside: tuple[str, ...] = ()
    """Of `plans`, those that were not asked for: calculated because others read what is earned there, and not paid."""
    stated: Statements = field(default_factory=Statements)
    handling: Handling = field(default_factory=Handling)
    """How its exception log is worked on."""

    @property
    def asked(self) -> tuple[Plan, ...]:
        """The plans that this run pays."""
        return tuple(plan for plan in self.plans if plan.name not in self.beside)

    @property
    def needed(self) -> Mapping[str, Source]:
        """All sources that a run reads, by name."""
        return {self.participants.name: self.participants, **self.sources}

    @property
    def undated(self) -> tuple[str, ...]:
        """The sources that can't be read as of a day: they say neither when a row was known nor that they don't."""
        return tuple(sorted(n for n, s in self.needed.items() if s.recorded is None and not s.as_it_is))

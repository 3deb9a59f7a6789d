"""Credit rules, whole: which transactions a rule takes, to whom they go, and in what parts."""

from dataclasses import dataclass

from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.choice import Choice, Stated
from engine.plan.credit_written import PURPOSES, Pair, Purpose
from engine.plan.formula import Formula
from engine.plan.group import Generations
from engine.plan.workspace import Source


@dataclass(frozen=True)
class Split:
    """Crediting by a dated assignment: rows of `source` in force on the credit date whose `match` columns agree."""

    source: Source
    match: tuple[tuple[str, str], ...]
    """(column of the assignment source, column of the transaction)"""
    share: str | None
    """The column that holds the share."""
    digits: int
    """12 for `exact`."""
    mode: str | None
    """Rounding of the value at `digits` before the split; None for `exact`."""
    expect: str | None
    stated: Stated | None = None
    weight: str | None = None
    """The column that the parts are in proportion to. Neither a share nor a weight: equal parts."""
    weighed: Stated | None = None

    @property
    def divisor(self) -> str | None:
        """The column by which it divides, if it is not in equal parts."""
        return self.share or self.weight


@dataclass(frozen=True)
class Convert:
    """How the value of a row in another currency becomes money of the plan's: which rates, of which day, how applied."""

    source: Source
    pair: Pair
    """Which rates the source has: of the row's currency in the plan's (× rate), the other way round (÷ rate), or of a
    third one in both (÷ the row's, × the plan's)."""
    through: str | None
    """The third currency."""
    rate_date: str
    """The column of the transaction that says of which day."""
    max_age: int | None
    """How many days older the last rate may be; None: the rates say until when they hold."""
    rate_type: str | None
    mode: str | None
    """Rounding of what comes out, at `digits`; None: it is not rounded."""
    digits: int
    stated: Stated
    currency: str | None = None
    """The currency of every row; None: `currency_column` names each one's."""
    currency_column: str | None = None

    @property
    def legs(self) -> list[tuple[str, str]]:
        """What is looked up, as (of which currency, in which): of the `row`, the `plan`, or a `third` one."""
        legs = {"row_to_plan": [("row", "plan")], "plan_to_row": [("plan", "row")]}
        return legs.get(self.pair, [("third", "row"), ("third", "plan")])


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
    generations: Generations | None = None
    """Who takes a level; None: each manager in the roster."""

    @property
    def unrolled(self) -> int:
        """Managers that are looked up: one more than are credited, where a longer chain must be found out."""
        return self.levels + (self.longer.value == "exception")


@dataclass(frozen=True)
class Adjustments:
    """Approved changes of whom a transaction belongs to: rows of `source` that name it by its key."""

    source: Source
    stated: Stated


@dataclass(frozen=True)
class ValuesOn:
    """Of which day a rule's credits read what is dated: assignments, managers, what the roster says of who is credited.

    The credit date still says which period, segment and plan a credit falls under.
    """

    column: str
    """The column of the transaction that says the day."""
    later: Choice
    """A day after the credit date: is held back (`exception`), or the credit date counts (`credit_date`)."""
    not_on_roster: Choice | None
    """Who is credited and not on the roster that day: the same; None where nothing is read of the roster."""
    stated: Stated


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
    counts_for: tuple[Purpose, ...] = PURPOSES
    convert: Convert | None = None
    look_ups: tuple[str, ...] = ()
    """Look-up tables that credit places of this rule read."""
    valued_by: tuple[str, ...] = ()
    """Those that `where`, `exclude` and `value` read."""
    adjustments: Adjustments | None = None
    """What moves and takes away parts of its credits, before a roll-up looks for managers."""
    values_on: ValuesOn | None = None
    """Of which day what is dated is read; None: of the credit date."""
    undated: Choice | None = None
    """A row without a credit date `waits` until it has one, or is an `exception`; None: each row has one."""

    @property
    def conditions(self) -> tuple[Formula, ...]:
        """`where` and the exclusions."""
        return (*(() if self.where is None else (self.where,)), *(formula for _, formula in self.exclude))

    @property
    def as_of(self) -> str:
        """The column beside a credit that says of which day what is dated is read."""
        return "credit_date" if self.values_on is None else "values_on"

    @property
    def not_on_roster(self) -> Choice | None:
        """What of whoever is not on the roster on the day of `values_on`; None: nothing of the roster is read as of that day."""
        return None if self.values_on is None else self.values_on.not_on_roster

    @property
    def row_currency_column(self) -> str | None:
        """The column that says in which currency a row's value is, before it is exchanged; None: all rows are in one."""
        return self.currency_column if self.convert is None else self.convert.currency_column

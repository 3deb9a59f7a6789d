"""Credit rules as written: which transactions, to whom they go, of which day what is dated is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.core.span import Span
from engine.plan.choice import Choice
from engine.plan.formula import Formula
from engine.plan.group import Generations
from engine.plan.name import Name


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

    @property
    def conditions(self) -> tuple[Formula, ...]:
        """`where` and the exclusions."""
        return (*(() if self.where is None else (self.where,)), *(formula for _, formula in self.exclude))

"""A component, whole: its base, its rate table and its list."""

from dataclasses import dataclass
from typing import Literal

from engine.core.span import Span
from engine.plan.accumulation import Accumulation
from engine.plan.choice import Stated
from engine.plan.formula import Formula
from engine.plan.modifier import Gate, Step
from engine.plan.rate_table import Against, Table


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
    """What payroll knows it by; empty where it is not paid itself, and only measures read what it earns."""
    variables: tuple[str, ...]
    """Variables that its earning places read."""
    measures: tuple[str, ...]
    """Measures that it reads, base and select among them."""
    remembers: Accumulation | None
    """The longest accumulation of its true-up and cumulative limits: a blocked interval blocks all later ones within it."""
    note: str | None
    target_incentive: Formula | None = None
    """What 100 % of the target is said to pay, by period (to date: by year). Pays nothing; of variables only."""
    look_ups: tuple[str, ...] = ()
    """Look-up tables that its earning places read."""
    at_credits: tuple[str, ...] = ()
    """Measures that its places at credits read: what they come to in the period that a credit is paid in."""
    credit_look_ups: tuple[str, ...] = ()
    """Look-up tables at its credits that such a measure is a dimension of; others are looked up where the credit is."""
    accepted: tuple[Stated, ...] = ()
    """Warnings on it that are meant so: code, place, reason."""

    @property
    def paid(self) -> bool:
        """Whether what it earns is paid; else only measures of `earned` read it."""
        return self.earning_code != ""

    @property
    def againsts(self) -> tuple[Against, ...]:
        """The places of its own that read a target: the table first, then its gates in order."""
        places = (self.table.against, *(step.against for step in self.steps if isinstance(step, Gate)))
        return tuple(place for place in places if place is not None)

"""The items of a component's list, whole: each turns the amount before it into the one after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.ir.types import QUANTITY, Type
from engine.plan.accumulation import Accumulation, accumulation_named
from engine.plan.carry_forward import CarryForward
from engine.plan.choice import Choice
from engine.plan.formula import Formula
from engine.plan.modifier_written import BudgetOver, LimitOver, Multiply, Per
from engine.plan.rate_table import Against
from engine.plan.waiver import Waiver


@dataclass(frozen=True)
class Gate:
    """Zero unless `when` is true, or unless measure >= at_least (× target)."""

    per: Per
    span: Span
    when: Formula | None
    measure: str | None
    against: Against | None
    at_least: Decimal | None
    note: str | None
    share: bool = False
    """`at_least` is written as a percentage."""
    in_money: bool = False
    near: bool = False
    """They are compared at nine places: the measure is made of attainments."""
    kind: Literal["gate"] = "gate"
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True)
class Limit:
    """min (cap) or max (floor) of the amount and `at`. `cumulative`: on what the accumulation has so far."""

    kind: Literal["cap", "floor"]
    over: LimitOver
    at: Formula
    prorate: bool
    cumulative: bool
    """It is over an accumulation, and no true-up follows: the amount is not to date already."""
    excess: Choice | None
    span: Span
    note: str | None
    waivers: tuple[Waiver, ...] = ()

    @property
    def per(self) -> Per:
        """A limit over a credit precedes the sum."""
        return "credit" if self.over == "credit" else "earning"

    @property
    def lost(self) -> bool:
        """Whether what a cumulative limit cuts off is in no later sum."""
        return self.excess is not None and self.excess.value == "lost"

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
    per: Per = "earning"
    kind: Literal["prorate"] = "prorate"
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True)
class Round:
    """The amount at `digits` by `mode`."""

    per: Per
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
    per: Per = "earning"
    kind: Literal["true_up"] = "true_up"


@dataclass(frozen=True)
class ShareOut:
    """The amount, which is one for all of a group, cut into a share for each member: largest remainder at `digits`."""

    within: str
    by: Formula | None
    among: Formula | None
    prorate: bool
    mode: str
    digits: int
    negative_pool: Choice
    no_weights: Choice | None
    """None where somebody always has a weight: all are equal."""
    span: Span
    note: str | None
    unit: Type = QUANTITY
    """Of the weights as they are said."""
    per: Per = "earning"
    kind: Literal["share_out"] = "share_out"


@dataclass(frozen=True)
class Budget:
    """At most `at` for everybody together: `stop` pays credit after credit, `prorate` all of an interval in proportion."""

    when_spent: Literal["stop", "prorate"]
    over: BudgetOver
    at: Formula
    excess: Choice | None
    """None where each interval has a budget of its own that is prorated."""
    digits: int
    """Of the parts, where a budget is prorated."""
    span: Span
    note: str | None
    kind: Literal["budget"] = "budget"

    @property
    def per(self) -> Per:
        """Credits are paid one after the other, before they are added up."""
        return "credit" if self.when_spent == "stop" else "earning"

    @property
    def lost(self) -> bool:
        """Whether what the budget cut off is in no later sum."""
        return self.excess is not None and self.excess.value == "lost"

    @property
    def accumulation(self) -> Accumulation | None:
        """What it is for; None: each interval."""
        return accumulation_named(self.over)


Waivable = Gate | Multiply | Limit | Prorate
"""Items that look at one credit or interval, and so can be waived for it."""

Step = Gate | Multiply | Limit | Prorate | Round | TrueUp | ShareOut | CarryForward | Budget


def acting_together(steps: Sequence[Step]) -> tuple[tuple[int, ...], ...]:
    """The places of limits that forget and act together: over one accumulation, or in an interval, one right after the other.

    What is left before each of them is what the last one left, so that each counts what was paid, whatever the others cut off.
    """
    runs: list[list[int]] = []
    for place, step in enumerate(steps):
        first = steps[runs[-1][0]] if runs and runs[-1][-1] == place - 1 else None
        if isinstance(step, Limit) and isinstance(first, Limit) and _goes_on(first, step):
            runs[-1].append(place)
        elif isinstance(step, Limit) and step.lost:
            runs.append([place])
    return tuple(tuple(run) for run in runs if len(run) > 1)


def _goes_on(first: Limit, step: Limit) -> bool:
    return step.over == "earning_period" or (step.lost and step.accumulation == first.accumulation)


def formulas_of(step: Step) -> tuple[Formula, ...]:
    """The formulas of one item of a list, if it has any."""
    match step:
        case Gate(when=Formula() as when):
            return (when,)
        case Multiply():
            return (step.by,)
        case Limit() | Budget():
            return (step.at,)
        case CarryForward():
            return tuple(line.at for line in step.lines)
        case ShareOut():
            return tuple(formula for formula in (step.by, step.among) if formula is not None)
        case _:
            return ()

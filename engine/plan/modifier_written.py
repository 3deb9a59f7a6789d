"""Items of `then:` as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.plan.accumulation import Accumulation, accumulation_named
from engine.plan.carry_forward import CarryForward
from engine.plan.choice import Choice
from engine.plan.formula import Formula
from engine.plan.name import Name
from engine.plan.rate_table_written import RoundAttainment
from engine.plan.waiver import Waiver

Per = Literal["credit", "earning"]
BudgetOver = Literal["earning_period", "quarter", "year", "plan"]
LimitOver = Literal["credit", BudgetOver]


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
    """The amount × a rate or quantity. Written and resolved alike: only the names in its formula have to be looked up."""

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
    over: LimitOver
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
    over: BudgetOver
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

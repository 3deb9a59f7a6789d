"""A small workspace built by hand, for the tests of `resolve` and `typecheck`: each test changes one thing of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.core.period import months_calendar
from engine.core.span import Span
from engine.ir.expr import Lit
from engine.ir.types import BOOL, DATE, QUANTITY, RATE, TEXT, Type, money
from engine.load.expression import expression_of
from engine.plan.choice import Choice
from engine.plan.comp_plan import (
    Assignment,
    Component,
    CompPlan,
    CreditRule,
    Gate,
    Limit,
    Measure,
    Multiply,
    Name,
    Prorate,
    RateTable,
    Round,
    Tier,
    TrueUp,
)  # fmt: skip
from engine.plan.formula import Formula
from engine.plan.resolved import Plan, ResolvedWorkspace
from engine.plan.target_plan import Shape, TargetPlan, WrittenRows, WrittenSpread
from engine.plan.workspace import Column, Source, Variable, Workspace
from engine.resolve import resolve
from engine.typecheck import typecheck

PLAN, HOME = "p/comp.yaml", "komisi.yaml"
COLUMN = 10
"""Where every formula and name stands in its line."""


def span(text: str = "x", file: str = PLAN, line: int = 1) -> Span:
    return Span(file, line, COLUMN, line, COLUMN + len(text))


def name(text: str) -> Name:
    return Name(text, span(text))


def formula(text: str) -> Formula:
    return Formula(text, span(text), expression_of(text))


def percent(text: str) -> Formula:
    return Formula(text, span(text), Lit(Decimal(text.rstrip("%")) / 100, RATE))


def amount(text: str) -> Formula:
    number, _, currency = text.partition(" ")
    return Formula(text, span(text), Lit(Decimal(number), money(currency) if currency else QUANTITY))


def said(**policies: str) -> dict[str, Choice]:
    return {policy: Choice(value, span(), "plan") for policy, value in policies.items()}


def column(name: str, type_: Type, currency_column: str | None = None) -> Column:
    return Column(name, name, type_, span(name, HOME), currency_column)


def source(name: str, role: Any, *columns: Column, key: tuple[str, ...] = ()) -> Source:
    return Source(name, role, (f"{name}.csv",), columns, key, span(name, HOME))


BASE_POLICIES = said(
    boundary="upper", below="same", segments="separate", unmatched="ignore", not_on_plan="unassigned",
    missing_target="block", zero_target="block", reach="to_date", excess="remembered",
    participant_values_on="segment_end",
)  # fmt: skip

SOURCES = (
    source(
        "orders", "transactions", column("order_id", TEXT), column("day", DATE), column("seller", TEXT.optional()),
        column("account", TEXT.optional()), column("net", money(None), "ccy"), column("tax", money(None), "ccy"),
        column("cost", money("USD")), column("fee", money("SGD")), column("ccy", TEXT), column("units", QUANTITY),
        column("months", QUANTITY.optional()), column("share_pct", RATE), column("kind", TEXT), column("first", BOOL),
        column("region", TEXT.optional()), key=("order_id",),
    ),
    source("returns", "transactions", column("return_id", TEXT), column("day", DATE), column("seller", TEXT),
           column("pieces", QUANTITY), column("net", QUANTITY), key=("return_id",)),
    source("people", "participants", column("participant", TEXT), column("start", DATE), column("end", DATE),
           column("title", TEXT), column("own_rate", RATE.optional()), column("hired", DATE.optional())),
    source("accounts", "assignments", column("participant", TEXT), column("start", DATE), column("end", DATE),
           column("account", TEXT), column("share", RATE)),
    source("quotas", "targets", column("participant", TEXT), column("period", TEXT), column("amount", money("USD"))),
    source("piece_quotas", "targets", column("participant", TEXT), column("year", TEXT), column("amount", QUANTITY)),
)  # fmt: skip


def rows_of(source_name: str) -> tuple[WrittenRows, ...]:
    """Participants' own rows of one source."""
    return (WrittenRows(name(source_name), name("participant")),)


TARGETS = (
    TargetPlan("quota", span("q", "t.yaml"), money("USD"), rows_of("quotas"), "period", "none", "t.yaml"),
    TargetPlan(
        "pieces",
        span("p", "t.yaml"),
        QUANTITY,
        rows_of("piece_quotas"),
        "year",
        "none",
        "t.yaml",
        spread=WrittenSpread(Shape("evenly"), span("p", "t.yaml")),
    ),
)

VARIABLES = (
    Variable("spiff", RATE, Decimal(0), "own_rate", span("spiff", HOME)),
    Variable("bonus", money("USD"), Decimal(500), None, span("bonus", HOME)),
)


def rule(rule_name: str = "sales", **changes: Any) -> CreditRule:
    seller, day, value = name("seller"), name("day"), formula("net")
    made = CreditRule(rule_name, span(rule_name), name("orders"), None, (), seller, day, value, ())
    return replace(made, **changes)


def split(**changes: Any) -> Assignment:
    match = ((name("account"), name("account")),)
    made = Assignment(name("accounts"), match, name("share"), "exact", None, None, span())
    return replace(made, **changes)


def measure(measure_name: str, over: Any = "period", aggregate: Any = "sum", **changes: Any) -> Measure:
    return replace(Measure(measure_name, span(measure_name), aggregate, (name("sales"),), None, over), **changes)


def tiers(*rows: tuple[str, Formula | str], last: str | None = None) -> tuple[Tier, ...]:
    def bound(text: str) -> Decimal:
        return Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1)

    made = [Tier(bound(low), None, percent(pays) if isinstance(pays, str) else pays, span()) for low, pays in rows]
    if last is not None:
        made[-1] = replace(made[-1], upper=bound(last))
    return tuple(made)


def table(mode: Any = "flat", **changes: Any) -> RateTable:
    gives: Any = "amount" if mode in ("step", "each_entered") else "rate"
    made = RateTable(mode, gives, span(), span(mode), None, None, tiers(("0", "2%")), False)
    return replace(made, **changes)


def tiered(mode: Any = "marginal", select: str = "sales_month", **changes: Any) -> RateTable:
    shares = tiers(("0%", "1%"), ("80%", "2%"), ("100%", "3%"))
    made = table(mode, select=formula(select), against=name("quota"), tiers=shares, bounds_unit="share")
    return replace(made, **changes)


ROUND = Round("earning", "half_up", None, span())
TRUE_UP = TrueUp("year", span())
PRORATE = Prorate(span())


def gate(**changes: Any) -> Gate:
    return replace(Gate("earning", span(), None, name("sales_month"), name("quota"), Decimal("0.8")), **changes)


def multiply(by: str, per: Any = "earning") -> Multiply:
    return Multiply(per, formula(by), span())


def limit(kind: Any = "cap", over: Any = "earning_period", at: str = "1000 USD", **changes: Any) -> Limit:
    at_formula = amount(at) if at.lstrip("-")[0].isdigit() else formula(at)
    return replace(Limit(kind, over, at_formula, False, span()), **changes)


def component(basis: Any = "period", base: str | None = "sales_month", rate: RateTable | None = None, *steps: Any,
              **changes: Any) -> Component:  # fmt: skip
    base_name = None if base is None else name(base)
    rate = table() if rate is None else rate
    steps = steps or (ROUND,)
    made = Component("commission", span(), name("month"), basis, span(basis), base_name, "COMM", rate, steps)
    return replace(made, **changes)


def credit(rate: Any = None, *steps: Any, **changes: Any) -> Component:
    return component("credit", "sales", rate, *steps, **changes)


def to_date(rate: Any = None, *steps: Any) -> Component:
    return component("to_date", "sales_ytd", rate, *(steps or (TRUE_UP, ROUND)))


ORDER = (rule(order=(name("day"),)),)
RUNNING = credit(tiered(select="sales_ytd"))


MEASURES = (measure("sales_month"), measure("sales_ytd", "year_to_date"), measure("lines", aggregate="count"))


def plan(*components: Component, **changes: Any) -> CompPlan:
    made = CompPlan(
        name="p", file=PLAN, span=span(), currency="USD", currency_span=span("USD"), start=date(2026, 1, 1),
        end=date(2026, 12, 31), titles=("Rep",), names=None, credits=(rule(),), measures=MEASURES,
        components=components or (component(),),
    )  # fmt: skip
    return replace(made, **changes)


def workspace(*plans: CompPlan, without: str | None = None, **changes: Any) -> Workspace:
    policies: Mapping[str, Choice] = {key: value for key, value in BASE_POLICIES.items() if key != without}
    made = Workspace(
        name="w", root=".", file=HOME, calendar=months_calendar(2026, 2026, 1, "start"), pay_period="month",
        currencies={}, sources={s.name: s for s in SOURCES}, policies=policies, variables={v.name: v for v in VARIABLES},
        plans=plans or (plan(),), targets=TARGETS, span=span("x", HOME),
    )  # fmt: skip
    return replace(made, **changes)


def resolved(space: Workspace) -> tuple[ResolvedWorkspace | None, list[Diagnostic]]:
    diagnostics = Diagnostics()
    return resolve(space, diagnostics), list(diagnostics)


def checked(*components: Component, **changes: Any) -> tuple[ResolvedWorkspace, list[Diagnostic]]:
    """The typed workspace of one plan, without mistakes in `resolve`, and what `typecheck` told."""
    diagnostics = Diagnostics()
    whole = resolve(workspace(plan(*components, **changes)), diagnostics)
    assert whole is not None and not diagnostics.has_errors(), [f"{d.code} {d.message}" for d in diagnostics]
    told = Diagnostics()
    return typecheck(whole, told), list(told)


def found(space: Workspace | CompPlan | Component) -> list[Diagnostic]:
    """What `resolve` tells of a workspace, a plan or a component."""
    if isinstance(space, Component):
        space = plan(space)
    return resolved(workspace(space) if isinstance(space, CompPlan) else space)[1]


def whole(*components: Component, **changes: Any) -> Plan:
    """The resolved plan of these components, which must have no mistake."""
    space, told = resolved(workspace(plan(*components, **changes)))
    assert space is not None and not errors(told), [f"{d.code} {d.message}" for d in told]
    return space.plans[0]


def errors(found: list[Diagnostic]) -> list[str]:
    return [d.code for d in found if d.severity == "error"]


def warnings(found: list[Diagnostic]) -> list[str]:
    return [d.code for d in found if d.severity == "warning"]


def pointed(diagnostic: Diagnostic, text: str) -> str:
    """What the caret stands under, in a formula's text."""
    at = diagnostic.span
    return text[at.column - COLUMN : at.end_column - COLUMN]

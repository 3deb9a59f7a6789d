"""A plan by hand in few words, for figures that are worked on paper: one seller S, months of 2026, US dollars."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from engine.core.period import Period, months_calendar
from engine.ir.expr import Ref
from engine.ir.types import DATE, RATE, TEXT, money
from engine.plan.accumulation import Accumulation, longest
from engine.plan.resolved import (
    Against,
    CarryForward,
    Component,
    Limit,
    Measure,
    Plan,
    ResolvedWorkspace,
    Rule,
    Split,
    Spread,
    Step,
    Table,
    Target,
    TargetRows,
    Tier,
    TrueUp,
)
from engine.plan.workspace import Source
from engine.reference import Results, reference
from tests.properties.formulas import SPAN, amount, choice, formula, rate
from tests.properties.generated_data import source

USD = money("USD")
CALENDAR = months_calendar(2025, 2026, 1, "start")
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)

PEOPLE = source(
    "people",
    "participants",
    [("participant", TEXT), ("start", DATE), ("end", DATE), ("title", TEXT.optional())],
    ("participant", "start"),
)
ORDERS = source(
    "orders",
    "transactions",
    [("id", TEXT), ("on", DATE), ("seller", TEXT.optional()), ("team", TEXT.optional()), ("value", USD)],
    ("id",),
)
TEAMS = source(
    "teams",
    "assignments",
    [("participant", TEXT), ("start", DATE), ("end", DATE), ("team", TEXT), ("share", RATE)],
    ("participant", "start"),
)
QUOTAS = source("quotas", "targets", [("participant", TEXT), ("year", TEXT), ("amount", USD)], ("participant", "year"))

RULE = Rule("sales", SPAN, ORDERS, None, (), "seller", "on", formula(Ref("value")), ("on", "id"), USD, None, (), None)
OWN = Measure("own", SPAN, "sum", ("sales",), None, None, USD, ("month", "quarter"), None)
TO_DATE = replace(OWN, name="ytd", accumulation="year")
QUARTER = replace(OWN, name="qtd", accumulation="quarter", lengths=("month",))
PLAN = replace(OWN, name="ptd", accumulation="plan", lengths=("month",))


def quota(prorate: bool = False) -> Target:
    """A yearly target."""
    return Target("quota", SPAN, USD, (TargetRows(QUOTAS, "participant"),), "year", prorate, None, Spread("evenly"))


def against(
    missing: str = "block", zero: str = "block", over: Accumulation | None = "year", whole: bool = False
) -> Against:
    """The quota as a table or gate reads it."""
    return Against("quota", choice(missing), choice(zero), over, whole, None)


def table(mode: Any, tiers: Sequence[tuple[str, str]], select: str | None = None, **more: Any) -> Table:
    """A table of (lower, pays); `step` pays money, the others rates. Policies: upper, same, same unless given."""
    gives = more.pop("gives", "amount" if mode in ("step", "each_entered") else "rate")
    pays = [amount(p, "USD") if gives == "amount" else rate(p) for _, p in tiers]
    last = more.pop("last", None)
    lowers = [None if mode == "flat" else Decimal(lower) for lower, _ in tiers]
    made = tuple(
        Tier(n, lower, last if n == len(tiers) else None, formula(pay), SPAN, None)
        for n, (lower, pay) in enumerate(zip(lowers, pays, strict=True), start=1)
    )
    policies = {
        name: choice(more.pop(name, first))
        for name, first in (("boundary", "upper"), ("below", "same"), ("above", "same"))
    }
    made_with = {"select_formula": None, "against": None, "prorate_bounds": False, "note": None, **policies, **more}
    return Table(mode, gives, SPAN, select, tiers=made, **made_with)


def component(basis: Any, rates: Table, *steps: Step, length: str = "month", base: str | None = None) -> Component:
    """The only component."""
    base = base or {"credit": "sales", "period": "own", "to_date": "ytd"}[basis]
    looking = [s for s in steps if isinstance(s, TrueUp | CarryForward) or (isinstance(s, Limit) and s.cumulative)]
    remembers = longest(step.accumulation for step in looking)
    read = ("own", "ytd", *((base,) if base in ("qtd", "ptd") else ()))
    return Component("pay", SPAN, length, basis, base, rates, steps, "COMM", (), read, remembers, None)


def plan(*components: Component, rules: Sequence[Rule] = (RULE,), hit_policy: str = "all", name: str = "ae") -> Plan:
    """Sellers (title AE) from 2025 on."""
    bases = {component.base for component in components}
    return Plan(
        name=name,
        file="small.yaml",
        span=SPAN,
        currency="USD",
        digits=2,
        start=date(2025, 1, 1),
        end=None,
        titles=("AE",),
        names=None,
        rules=tuple(rules),
        measures=(OWN, TO_DATE, *(measure for measure in (QUARTER, PLAN) if measure.name in bases)),
        components=components,
        variables={},
        hit_policy=choice(hit_policy),
        not_on_plan=choice("unassigned"),
        segments=choice("separate"),
        on_change=None,
        values_on=None,
        payout_rounding=choice("half_up"),
        note=None,
    )


def workspace_of(plans: Sequence[Plan], target: Target | None = None) -> ResolvedWorkspace:
    """The workspace of these plans."""
    sources: list[Source] = [PEOPLE, ORDERS, TEAMS, QUOTAS]
    return ResolvedWorkspace(
        name="small",
        calendar=CALENDAR,
        pay_period="month",
        currencies={"USD": 2},
        participants=PEOPLE,
        sources={s.name: s for s in sources},
        targets={"quota": target or quota()},
        plans=tuple(plans),
        unmatched=choice("ignore"),
        recompute_from=None,
        note=None,
    )


def run(*args: Any, **more: Any) -> Results:
    """What the oracle makes of a `case`."""
    return reference(*case(*args, **more))


def case(
    found: Plan,
    orders: Sequence[tuple[str, str]],
    period: str,
    people: Sequence[tuple[str, str, str]] = (("S", "", ""),),
    teams: Sequence[tuple[str, str]] = (),
    quotas: Mapping[str, str] | None = None,
    target: Target | None = None,
) -> tuple[ResolvedWorkspace, dict[str, list[dict[str, Any]]], Period]:
    """Orders (day, value) of S and of team T, people (participant or title, start, end), teams (participant, share)."""
    workspace = workspace_of((found,), target)
    tables: dict[str, list[dict[str, Any]]] = {
        "source/people": [
            {"participant": who.split(":")[0], "start": _day(start, FIRST), "end": _day(end, LAST)}
            | {"title": [*who.split(":"), "AE"][1]}
            for who, start, end in people
        ],
        "source/orders": [
            {"id": f"O{n:02}", "on": _day(day, FIRST), "seller": "S", "team": "T", "value": Decimal(value)}
            for n, (day, value) in enumerate(orders, start=1)
        ],
        "source/teams": [
            {"participant": who, "start": FIRST, "end": LAST, "team": "T", "share": Decimal(share)}
            for who, share in teams
        ],
        "source/quotas": [
            {"participant": who, "year": "2026", "amount": Decimal(value)} for who, value in (quotas or {}).items()
        ],
    }
    pay_period = CALENDAR.find(period)
    assert pay_period is not None
    return workspace, tables, pay_period


def split(digits: int = 12, mode: str | None = None, share: str | None = "share") -> Rule:
    """The rule, crediting the team instead of the seller."""
    return replace(RULE, to=Split(TEAMS, (("team", "team"),), share, digits, mode, None))


def weighed(digits: int = 12, mode: str | None = None) -> Rule:
    """The rule, crediting the team in proportion to its column of shares."""
    return replace(RULE, to=Split(TEAMS, (("team", "team"),), None, digits, mode, None, weight="share"))


def earned(results: Results, *, column: str = "earning") -> list[Any]:
    """A column of the earnings, in order of segment and period."""
    rows = sorted(results["earnings/ae.pay"], key=lambda row: (row["participant"], row["segment"], row["period"]))
    return [row[column] for row in rows]


def _day(text: str, empty: date) -> date:
    return date.fromisoformat(text) if text else empty

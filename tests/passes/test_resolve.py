"""Names, places, and what comes out: each code has a plan that provokes it; the rest is what the plan says, whole."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.core.diagnostic import Diagnostics
from engine.core.period import months_calendar
from engine.ir.types import QUANTITY, RATE, TEXT
from engine.load import load
from engine.plan.comp_plan import Component, CompPlan, Name, PlanVariable
from engine.plan.resolved import Limit, Prorate
from engine.plan.workspace import Variable, Workspace
from engine.resolve import resolve
from engine.typecheck import typecheck
from tests.passes.by_hand import (
    MEASURES,
    ORDER,
    PRORATE,
    ROUND,
    RUNNING,
    SOURCES,
    TARGETS,
    TRUE_UP,
    VARIABLES,
    column,
    component,
    credit,
    errors,
    formula,
    found,
    gate,
    limit,
    measure,
    name,
    plan,
    pointed,
    resolved,
    rows_of,
    rule,
    said,
    source,
    span,
    split,
    table,
    tiered,
    tiers,
    to_date,
    warnings,
    whole,
    workspace,
)  # fmt: skip

# --------------------------------------------------------------------------------------------------------------- names


def with_source(changed: Any) -> Workspace:
    return workspace(sources={s.name: s for s in (*SOURCES, changed)})


def without_column(source_name: str, dropped: str) -> Workspace:
    columns = {s.name: tuple(c for c in s.columns if c.name != dropped) for s in SOURCES}
    sources = {s.name: replace(s, columns=columns[s.name]) if s.name == source_name else s for s in SOURCES}
    return workspace(sources=sources)


@pytest.mark.parametrize(
    ("code", "space"),
    [
        ("N001", plan(credits=(rule(source=name("order")),))),
        ("N001", plan(credits=(rule(to=name("sellr")),))),
        ("N001", plan(credits=(rule(credit_date=name("date")),))),
        ("N001", plan(credits=(rule(to=split(match=((name("acount"), name("account")),))),))),
        ("N001", plan(credits=(rule(order=(name("dai"),)),))),
        ("N001", plan(component(base="sales_mont"))),
        ("N001", plan(component("credit", "sale", table()))),
        ("N001", plan(component(rate=tiered(against=name("quotas"))))),
        ("N001", plan(component("period", "sales_month", table(), gate(measure=name("sold")), ROUND))),
        ("N001", plan(component("period", "sales_month", table(), gate(against=name("quta")), ROUND))),
        ("N001", plan(measures=(*MEASURES, measure("x", rules=(name("sale"),))))),
        ("N001", plan(variables=(PlanVariable("spif", None, Decimal(1), span("spif")),))),
        ("N001", workspace(variables={"v": Variable("v", RATE, None, "own_rat", span("v", "komisi.yaml"))})),
        ("N002", plan(credits=(rule(where=formula('knd == "x"')),))),
        ("N002", plan(credits=(rule(where=formula("pieces > 1")),))),
        ("N002", plan(component(rate=table(tiers=tiers(("0", formula("spif"))))))),
        ("N002", plan(component(rate=table(tiers=tiers(("0", formula("attainment"))))))),
        ("N002", plan(component(rate=tiered(select="sales_mnth")))),
        ("N003", workspace(plan(), replace(plan(), file="q/comp.yaml"))),
        ("N003", workspace(targets=(*TARGETS, TARGETS[0]))),
        ("N004", plan(credits=(rule(source=name("people")),))),
        ("N004", workspace(targets=(replace(TARGETS[0], sources=rows_of("orders")), TARGETS[1]))),
        ("N005", plan(component(earning_period=name("period")))),
        ("N005", workspace(pay_period="period")),
        ("N006", plan(currency="XTS")),
        ("N008", plan(variables=(PlanVariable("spiff", QUANTITY, Decimal(1), span()),))),
        ("N009", workspace(variables={"v": Variable("v", RATE, None, None, span("v", "komisi.yaml"))})),
        ("W101", workspace(sources={s.name: s for s in SOURCES if s.role != "participants"})),
        ("W101", with_source(replace(SOURCES[2], name="others"))),
        ("W102", without_column("people", "participant")),
        ("W102", without_column("accounts", "participant")),
        ("W102", without_column("people", "title")),
        ("W102", without_column("quotas", "period")),
        ("T009", plan(credits=(rule(to=name("units")),))),
        ("T009", plan(credits=(rule(credit_date=name("kind")),))),
        ("T009", plan(credits=(rule(to=split(share=name("account"))),))),
        ("T009", workspace(targets=(replace(TARGETS[0], unit=QUANTITY), TARGETS[1]))),
        ("T009", workspace(variables={"v": Variable("v", QUANTITY, None, "own_rate", span("v", "komisi.yaml"))})),
        ("T009", with_source(source("more", "transactions", column("k", TEXT.optional()), key=("k",)))),
    ],
)
def test_names_mean_something(code: str, space: Workspace | CompPlan) -> None:
    """An unknown or unfit name is told at its place, with what to do."""
    told = found(space)
    assert errors(told) == [code], [f"{d.code} {d.message}" for d in told]
    assert all(d.help for d in told)


def test_did_you_mean() -> None:
    """The nearest name that this place sees, and where it is defined."""
    [wrong] = [d for d in found(plan(credits=(rule(to=name("sellr")),))) if d.code == "N001"]
    assert wrong.help == "did you mean `seller`?" and wrong.related[0][0] == SOURCES[0].span
    text = 'kind == "a" and knd == "b"'
    [wrong] = [d for d in found(plan(credits=(rule(where=formula(text)),))) if d.code == "N002"]
    assert (wrong.help, pointed(wrong, text)) == ("did you mean `kind`?", "knd")


@pytest.mark.parametrize(
    ("text", "word", "help", "place"),
    [
        ("sales", "sales", "did you mean one of the measures `sales_month`, `sales_ytd`, `lines`?", "earning"),
        ("net * 2", "net", "did you mean one of the measures `sales_month`, `sales_ytd`?", "earning"),
        ("units", "units", "define a measure that sums or counts it, and name that", "earning"),
        ("0.2 if year(day) > 2026 else 0.1", "day", "stands in the credit's `value`, as in", "earning"),
        ("own_rate", "own_rate", "declare a variable with `column: own_rate`", "earning"),
        ("2 * sales_month", "sales_month", "can't stand in a formula on transactions: gate", "rule"),
        ("amount", "amount", "only once it is credited: use it in a measure's `where`", "rule"),
        ("spiff", "spiff", "only once it is credited", "rule"),
        ("attainment", "attainment", "define a measure of `attainment` against that target", "credit"),
        ("sales_month > 0", "sales_month", "read both in a component, which sees measures too", "where"),
    ],
)
def test_a_name_of_another_grain(text: str, word: str, help: str, place: str) -> None:
    """T003 says which grain the name has, which this place needs, and what would fit."""
    made = {
        "earning": lambda: plan(component(rate=table(tiers=tiers(("0", formula(text)))))),
        "rule": lambda: plan(credits=(rule(value=formula(text)),)),
        "credit": lambda: plan(credit(table(tiers=tiers(("0", formula(text)))))),
        "where": lambda: plan(component(), measures=(*MEASURES, measure("some", where=formula(text)))),
    }[place]()
    told = found(made)
    assert errors(told) == ["T003"], [f"{d.code} {d.message}" for d in told]
    wrong = next(d for d in told if d.code == "T003")
    assert help in (wrong.help or "") and pointed(wrong, text) == word
    assert f"`{word}` has one value per" in wrong.message and "; this formula needs one value per" in wrong.message


@pytest.mark.parametrize(
    "paying",
    [
        component(base="sales"),
        component("credit", "sales_month", table()),
        component("period", "sales_month", tiered("whole", "sales"), ROUND),
        credit(table(), gate(per="credit"), ROUND),
    ],
)
def test_a_base_of_another_grain(paying: Component) -> None:
    """Rules are per credit, measures per participant and period."""
    assert errors(found(paying)) == ["T003"]


def test_a_name_with_two_meanings() -> None:
    """N003 where a formula uses it, not before."""
    both = (*VARIABLES, Variable("units", RATE, Decimal(1), None, span("units", "komisi.yaml")))
    variables = {v.name: v for v in both}
    assert errors(found(workspace(plan(), variables=variables))) == []
    clash = plan(measures=(*MEASURES, measure("x", where=formula("units > 1"))))
    assert errors(found(workspace(clash, variables=variables))) == ["N003"]
    same = rule(order=(name("day"),))
    named = (*MEASURES, measure("units", "year_to_date"))
    assert errors(found(plan(credit(tiered(select="units")), credits=(same,), measures=named))) == ["N003"]


def test_what_nothing_reads_is_a_warning() -> None:
    """N007, N010 and N011 keep no plan out."""
    idle = rule("idle", source=name("returns"), value=formula("pieces"))
    own = (PlanVariable("spiff", None, Decimal(1), span()),)
    space, told = resolved(workspace(plan(credits=(rule(), idle), variables=own)))
    assert errors(told) == [] and sorted(warnings(told)) == ["N007", "N010", "N010", "N011"]
    assert space is not None and len(space.plans) == 1


# -------------------------------------------------------------------------------------------------------- what comes out


def test_a_plan_with_a_mistake_drops_out_and_the_others_go_on() -> None:
    """The others are resolved; only a mistake of the workspace itself stops all."""
    elsewhere = Name("x", span("x", "q/comp.yaml"))
    wrong = replace(plan(replace(component(), base=elsewhere)), name="q", file="q/comp.yaml")
    space, told = resolved(workspace(plan(), wrong))
    assert space is not None and [p.name for p in space.plans] == ["p"] and errors(told) == ["N001"]
    assert resolved(workspace(without="unmatched"))[0] is None


def test_a_plan_whose_target_is_broken_drops_out_silently() -> None:
    """The target's own diagnostic is enough."""
    broken = (replace(TARGETS[0], sources=rows_of("nothing")), TARGETS[1])
    space, told = resolved(workspace(plan(component(rate=tiered())), targets=broken))
    assert space is not None and space.plans == () and errors(told) == ["N001"]


def test_what_limits_and_proration_act_on() -> None:
    """Before a true-up the amount to date; a limit over the year elsewhere is cumulative."""
    capped = to_date(table(), PRORATE, limit(over="year"), TRUE_UP, limit(over="year"), limit(), ROUND)
    made = whole(capped).components[0]
    limits = [
        (s.cumulative, s.accumulation == "year", s.excess is not None) for s in made.steps if isinstance(s, Limit)
    ]
    assert limits == [(False, True, False), (True, True, True), (False, False, False)]
    first = made.steps[0]
    assert isinstance(first, Prorate) and first.accumulation == "year"
    assert made.remembers == "year" and whole(component()).components[0].remembers is None
    kept = component("period", "sales_month", table(), limit(over="quarter"), limit(over="plan"), ROUND)
    assert whole(kept).components[0].remembers == "plan"


def test_what_places_read() -> None:
    """Measures with the lengths of their readers; variables by place; the plan's own value in place of the default."""
    quarterly = component("period", "sales_month", table(tiers=tiers(("0", formula("spiff")))), ROUND,
                          name="q", earning_period=name("quarter"))  # fmt: skip
    monthly = component("period", "sales_month", table(), gate(measure=name("sales_ytd"), against=None), ROUND)
    on_credits = credit(table(), limit(over="credit", at="bonus"), ROUND, name="c")
    own = (PlanVariable("bonus", None, Decimal(7), span("bonus"), "more"),)
    made = whole(quarterly, monthly, on_credits, variables=own)
    assert [m.lengths for m in made.measures] == [("month", "quarter"), ("month",), ()]
    assert [c.measures for c in made.components] == [("sales_month",), ("sales_month", "sales_ytd"), ()]
    assert [c.variables for c in made.components] == [("spiff",), (), ()]
    assert made.rules[0].variables == ("bonus",)
    assert {n: v.default for n, v in made.variables.items()} == {"spiff": Decimal(0), "bonus": Decimal(7)}
    assert made.values_on is not None and made.digits == 2


def test_a_running_total_reads_its_measure() -> None:
    """`select` is among the measures of a component on credits: its attainment is shown per earning."""
    made = whole(RUNNING, credits=ORDER).components[0]
    assert (made.table.select, made.table.select_formula, made.measures) == ("sales_ytd", None, ("sales_ytd",))
    against = made.table.against
    assert against is not None and (against.to_date, against.whole) == (True, False)
    reached = credit(tiered(select="sales_ytd", policies=said(reach="accumulation")))
    against = whole(reached, credits=ORDER).components[0].table.against
    assert against is not None and (against.to_date, against.whole) == (True, True)


def test_a_calendar_of_years() -> None:
    """Two fiscal years, an earning period shorter than the pay period: fine."""
    calendar = months_calendar(2025, 2026, 4, "end")
    assert errors(found(workspace(plan(), calendar=calendar, pay_period="quarter"))) == []


def test_the_plans_of_the_company() -> None:
    """The three plans of the workspace have nothing to tell."""
    diagnostics = Diagnostics()
    space = load(Path(__file__).parents[2] / "plans", diagnostics)
    assert space is not None
    resolved_space = resolve(space, diagnostics)
    assert resolved_space is not None
    typed = typecheck(resolved_space, diagnostics)
    assert list(diagnostics) == [] and [p.name for p in typed.plans] == ["export", "key-account", "salesman"]
    export, key_account, _ = typed.plans
    assert export.rules[0].order == ("invoice_date", "invoice_id", "line")
    assert [c.remembers for c in key_account.components] == ["year", None]

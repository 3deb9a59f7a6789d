"""Types: each code has a formula that provokes it, with the caret where the mistake is; right ones get their types."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Call, Case, Lit
from engine.ir.types import DATE, QUANTITY, RATE, money
from engine.plan.comp_plan import Component
from engine.plan.resolved import Limit, Multiply
from engine.typecheck import typecheck
from tests.passes.by_hand import (
    MEASURES,
    ROUND,
    amount,
    checked,
    component,
    errors,
    formula,
    gate,
    limit,
    measure,
    multiply,
    name,
    plan,
    pointed,
    resolved,
    rule,
    table,
    tiered,
    tiers,
    warnings,
    workspace,
)  # fmt: skip

USD = money("USD")


# --------------------------------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("net", "T006", "net"),
        ("kind", "T006", "kind"),
        ("first and units", "T006", "units"),
        ("not kind", "T006", "kind"),
        ("1 > 2 if units else first", "T006", "units"),
        ("net + units > 0", "T001", "net + units"),
        ("net * kind > 0", "T001", "net * kind"),
        ("net / kind > 0", "T001", "net / kind"),
        ("-kind == kind", "T001", "kind"),
        ("units / net > 1", "T001", "units / net"),
        ("kind == region", "T004", "region"),
        ('kind > "a"', "T001", 'kind > "a"'),
        ("first == units", "T001", "first == units"),
        ('day > "2026-01-01"', "T001", 'day > "2026-01-01"'),
        ("year(kind) > 2025", "T001", "kind"),
        ('starts_with(day, "a")', "T001", "day"),
        ("min(kind, kind) == kind", "T001", "min(kind, kind)"),
        ("(1 if first else kind) == 1", "T001", "1 if first else kind"),
        ("coalesce(months, kind) > 1", "T007", "coalesce(months, kind)"),
        ("cost > fee", "T002", "cost > fee"),
        ("net > cost", "T002", "net > cost"),
        ("cost / fee > 1", "T002", "cost / fee"),
        ("months >= 24", "T004", "months"),
        ('region == "EU" or first', "T004", "region"),
        ('first and region in ("EU", "US")', "T004", "region"),
        ("net * net > 5", "T005", "net * net"),
        ("kind == 7", "T007", "kind == 7"),
        ("kind in (7, 8)", "T007", "kind in (7, 8)"),
    ],
)
def test_a_condition_with_a_mistake(text: str, code: str, at: str) -> None:
    """One mistake, one diagnostic, the caret under what is wrong, the plan left out."""
    space, told = checked(credits=(rule(where=formula(text)),))
    assert errors(told) == [code], [f"{d.code} {d.message}" for d in told]
    found = pointed(told[0], text)
    assert found == at or found == f"({at}", found
    assert space.plans == ()


@pytest.mark.parametrize(
    "text",
    [
        "first",
        'kind == "a" and not first',
        "units > 5 and net > 0 and share_pct < 0.5",
        "net - tax >= 100 and net / tax > 2",
        "0.5 * net > tax",
        "coalesce(months, 0) >= 24",
        'is_missing(region) or coalesce(region, "none") == "EU"',
        'day >= date("2026-02-01") and year(day) == 2026 and days_between(day, date("2026-12-31")) > 10',
        'starts_with(kind, "A") or kind in ("x", "y") or kind != "z"',
        "max(net, tax, 5) > abs(-net)",
        "(1.5 if first else 2) * units > 3",
        "first == (units > 2)",
        "share_pct * share_pct < 1 and units / units > 0 and share_pct / units < 1",
        "first if units > 1 else not first",
        "cost == 5 or fee == 5",
    ],
)
def test_a_condition_without_mistake(text: str) -> None:
    """Every function and operator with types that fit."""
    space, told = checked(credits=(rule(where=formula(text)),))
    assert told == [] and len(space.plans) == 1, [f"{d.code} {d.message}" for d in told]


def test_all_mistakes_of_a_formula_are_told() -> None:
    """Two operators that fail are two diagnostics."""
    _, told = checked(credits=(rule(where=formula("net + units > 0 and kind == 7 and months > 1")),))
    assert sorted(errors(told)) == ["T001", "T004", "T007"]


def test_what_may_be_missing_is_told_how_to_be_known() -> None:
    """T004 writes the `coalesce` that is needed; T008 refuses one that is not."""
    _, told = checked(credits=(rule(where=formula("months >= 24")),))
    first, second = (told[0].help or "").split("\n")
    assert first == "say what a missing one counts as: `coalesce(months, 0)`"
    assert "`default:`" in second and "`on_empty:`" in second
    _, told = checked(credits=(rule(where=formula("units / months > 2")),))
    help = told[0].help or ""
    assert help.startswith("nothing is divided by 0: ") and "`coalesce(months, 1)`" in help
    _, told = checked(credits=(rule(where=formula("coalesce(units, 0) > 1 and not is_missing(kind)")),))
    assert errors(told) == ["T008", "T008"] and warnings(told) == []


def test_what_a_division_leaves_without_a_value_chooses_nothing() -> None:
    """It blocks (semantics, 2): no formula may go by it; the divisor can be asked for."""
    for text in ("coalesce(net / units, 0) > 1", "is_missing(net / units)"):
        _, told = checked(credits=(rule(where=formula(text)),))
        assert errors(told) == ["T008"] and "`a / b if b != 0 else 0`" in (told[0].help or "")
    _, told = checked(credits=(rule(where=formula("(net / units if units != 0 else 0) > 1")),))
    assert told == []


def test_a_bare_number_takes_the_other_side() -> None:
    """In `+`, `-` and comparisons; in `*` and `/` it is a quantity; a day in quotes is a day."""
    space, _ = checked(credits=(rule(where=formula("net + 5 > 10 * net and share_pct < 0.5 and -1 < cost")),))
    where = space.plans[0].rules[0].where
    assert where is not None and isinstance(where.expr, Call)
    first, rates, last = where.expr.args
    assert isinstance(first, Call) and isinstance(first.args[0], Call) and isinstance(first.args[1], Call)
    assert first.args[0].args[1] == Lit(Decimal(5), money(None)) and first.args[1].args[0] == Lit(Decimal(10), QUANTITY)
    assert isinstance(rates, Call) and rates.args[1] == Lit(Decimal("0.5"), RATE)
    assert isinstance(last, Call) and last.args[0] == Lit(Decimal(-1), USD)
    space, _ = checked(credits=(rule(where=formula('day > date("2026-01-31")')),))
    where = space.plans[0].rules[0].where
    assert where is not None and isinstance(where.expr, Call) and isinstance(where.expr.args[1], Lit)
    assert where.expr.args[1].type == DATE


# ------------------------------------------------------------------------------------------------- credits and measures


@pytest.mark.parametrize(
    ("text", "unit", "by"),
    [
        ("net", USD, "ccy"),
        ("net - tax", USD, "ccy"),
        ("net * 0.5 if first else tax", USD, "ccy"),
        ("cost", USD, None),
        ("units", QUANTITY, None),
        ("1", QUANTITY, None),
        ("net / tax * cost", USD, None),
    ],
)
def test_the_unit_of_a_credit(text: str, unit: object, by: str | None) -> None:
    """Money in the plan's currency, checked by row where a column says which; or a quantity."""
    space, told = checked(credits=(rule(value=formula(text)),), measures=(measure("sales_month"),))
    per_unit = table(tiers=tiers(("0", amount("2"))))
    if unit == QUANTITY:
        credits, sums = (rule(value=formula(text)),), (measure("sales_month"),)
        space, told = checked(component(rate=per_unit), credits=credits, measures=sums)
    assert errors(told) == []
    made = space.plans[0]
    assert (made.rules[0].unit, made.rules[0].currency_column, made.measures[0].unit) == (unit, by, unit)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("share_pct", "T014"),
        ("kind", "T014"),
        ("fee", "T002"),
        ("net + cost", "T002"),
        ("net * months", "T004"),
        ("first", "T014"),
    ],
)
def test_what_can_not_be_credited(text: str, code: str) -> None:
    """A rate, a text, another currency, what may be missing."""
    _, told = checked(credits=(rule(value=formula(text)),))
    assert errors(told) == [code]


def test_a_credited_row_is_in_the_plans_currency() -> None:
    """At the credit place a column of the row's own currency may stand beside money of the plan."""
    over = (*MEASURES, measure("large", where=formula("net > 10 and net + cost > amount and credited_share < 1")))
    _, told = checked(measures=over)
    assert errors(told) == []


def test_measures_over_several_rules() -> None:
    """T011 where the units differ, or a column of the condition has two types; a count counts anything."""
    rules = (rule(), rule("pieces", source=name("returns"), value=formula("pieces")))
    both = (name("sales"), name("pieces"))
    _, told = checked(credits=rules, measures=(measure("sales_month"), measure("all", rules=both)))
    assert errors(told) == ["T011"]
    counted = measure("all", aggregate="count", rules=both)
    space, told = checked(credits=rules, measures=(measure("sales_month"), counted))
    assert errors(told) == [] and space.plans[0].measures[1].unit == QUANTITY
    for text, codes in (("net > net", []), ("net > 5", ["T011"]), ("net * amount > 5", ["T005"])):
        where = measure("all", aggregate="count", rules=both, where=formula(text))
        assert errors(checked(credits=rules, measures=(measure("sales_month"), where))[1]) == codes


# ----------------------------------------------------------------------------------------------------------- components


def paying(pays: str | None = None, *steps: object) -> Component:
    rate = table() if pays is None else table(tiers=tiers(("0", formula(pays))))
    return component("period", "sales_month", rate, *steps, ROUND)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (paying("bonus"), "T013"),
        (paying(None, multiply("bonus")), "T013"),
        (paying("sales_month > 5"), "T013"),
        (paying(None, limit(at="spiff")), "T012"),
        (paying(None, limit(at="lines")), "T012"),
        (paying(None, limit(at="5 SGD")), "T002"),
        (paying(None, gate(measure=None, against=None, when=formula("lines"))), "T006"),
        (paying(None, gate(against=name("pieces"))), "T010"),
        (component(rate=tiered(against=name("pieces"))), "T010"),
        (component(rate=tiered("step", tiers=tiers(("0%", "5%")))), "T012"),
        (component("period", "lines", table()), "T012"),
        (component("period", "lines", table(tiers=tiers(("0", formula("spiff"))))), "T012"),
        (component("credit", "sales", tiered("whole", "kind", against=None)), "T001"),
        (component("credit", "sales", table(), multiply("months", "credit"), ROUND), "T004"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_place(made: Component, code: str) -> None:
    """Rates on money, money per unit, amounts in the plan's currency, conditions."""
    _, told = checked(made)
    assert errors(told) == [code], [f"{d.code} {d.message}" for d in told]


@pytest.mark.parametrize(
    "made",
    [
        paying("spiff * 2 + 0.01"),
        paying("0.02 if lines > 10 else spiff"),
        paying(None, limit(at="bonus * lines"), limit("floor", at="150"), multiply("sales_month / 1000 / bonus")),
        component(rate=tiered(tiers=tiers(("0%", formula("attainment / 100"))))),
        component(rate=tiered(tiers=tiers(("0%", formula("0.5 * sales_month / target"))))),
        component("period", "lines", table(tiers=tiers(("0", formula("bonus / 2"))))),
        component("period", "lines", table(tiers=tiers(("0", amount("2 USD"))))),
        component("credit", "sales", table(tiers=tiers(("0", formula("share_pct")))),
                  limit(over="credit", at="cost / 2"), multiply("1.10 if coalesce(months, 0) > 1 else 1", "credit"), ROUND),
        component("credit", "sales", tiered("whole", "share_pct", against=None)),
    ],
)  # fmt: skip
def test_what_fits_its_place(made: Component) -> None:
    """Formulas at each place."""
    space, told = checked(made)
    assert told == [] and len(space.plans) == 1, [f"{d.code} {d.message}" for d in told]


def test_bare_numbers_at_a_place_get_its_type() -> None:
    """A limit is money of the plan, a factor a rate, a rate on a quantity the pay per unit."""
    space, _ = checked(paying(None, limit(at="150"), multiply("1.10 if lines > 5 else 1")))
    cap, factor, _ = space.plans[0].components[0].steps
    assert isinstance(cap, Limit) and cap.at.expr == Lit(Decimal(150), USD)
    assert isinstance(factor, Multiply) and isinstance(factor.by.expr, Case)
    assert factor.by.expr.otherwise == Lit(Decimal(1), RATE)
    space, _ = checked(component("period", "lines", table(tiers=tiers(("0", amount("2"))))))
    assert space.plans[0].components[0].table.tiers[0].pays.expr == Lit(Decimal(2), USD)


def test_a_plan_with_a_mistake_drops_out_and_the_others_go_on() -> None:
    """The mistake is told, the other plan is whole."""
    elsewhere = replace(formula("kind"), span=replace(formula("kind").span, file="q/comp.yaml"))
    wrong = replace(plan(credits=(rule(where=elsewhere),)), name="q", file="q/comp.yaml")
    space, told = resolved(workspace(plan(), wrong))
    assert space is not None and errors(told) == []
    assert [p.name for p in typecheck(space, Diagnostics()).plans] == ["p"]

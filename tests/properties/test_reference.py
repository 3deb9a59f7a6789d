"""The oracle against figures worked by hand, from the rules and from cases that were published."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.ir.expr import Case, Expr, Lit, Ref
from engine.ir.types import BOOL
from engine.plan.resolved import Component, Gate, Limit, Multiply, Plan, Prorate, Round, TrueUp
from engine.reference.scalar import Typed, evaluate
from engine.reference.scope import scope
from engine.run.scope import scope_of
from tests.properties.differential import differences
from tests.properties.formulas import SPAN, amount, call, choice, formula, number, rate
from tests.properties.small import (
    CALENDAR,
    PLAN,
    RULE,
    against,
    case,
    component,
    earned,
    plan,
    quota,
    run,
    split,
    table,
    weighed,
    workspace_of,
)

TRUE_UP = TrueUp("year", SPAN, None)
FOUR_TIERS = (("0", "0.001"), ("4166667", "0.002"), ("8333333", "0.003"), ("12500000", "0.004"))


def decimals(*values: str | None) -> list[Decimal | None]:
    """Expected figures."""
    return [None if value is None else Decimal(value) for value in values]


def cap(at: str, **more: Any) -> Limit:
    """A cap over the year's running sum, unless told otherwise."""
    given = {"over": "year", "cumulative": True, "prorate": False, **more}
    return Limit("cap", at=formula(amount(at, "USD")), excess=choice("remembered"), span=SPAN, note=None, **given)


def gate(at_least: str, measure: str = "ytd", target: Any = None) -> Gate:
    """A gate on a measure."""
    return Gate("earning", SPAN, None, measure, target, Decimal(at_least), None)


# -- scalars

ROW = {
    "money": Typed(Decimal("100"), "money"),
    "nothing": Typed(None, "money"),
    "zero": Typed(Decimal(0), "money"),
    "huge": Typed(Decimal("999999999"), "quantity"),
}
NULL = call("gt", Ref("nothing"), amount("0", "USD"))
YES, NO = Lit(True, BOOL), Lit(False, BOOL)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (call("div", Ref("money"), number("3")), ("33.333333333333", "money")),
        (call("div", Ref("money"), Ref("zero")), (None, "rate")),
        (call("div", Ref("money"), amount("0.000000000999", "USD")), (None, "rate")),
        (call("mul", Ref("huge"), Ref("huge")), (None, "quantity")),
        (call("mul", call("mul", Ref("money"), Ref("huge")), number("99999")), ("9999899990000100", "money")),
        (call("mul", call("mul", Ref("money"), Ref("huge")), number("100001")), (None, "money")),
        (call("mul", amount("0.000001", "USD"), rate("0.0000005")), ("0", "money")),
        (call("mul", amount("0.000003", "USD"), rate("0.0000005")), ("0.000000000002", "money")),
        (call("and", NULL, NO), (False, "bool")),
        (call("and", NULL, YES), (None, "bool")),
        (call("or", NULL, YES), (True, "bool")),
        (call("not", NULL), (None, "bool")),
        (call("coalesce", Ref("nothing"), Ref("money")), ("100", "money")),
        (call("is_missing", Ref("nothing")), (True, "bool")),
        (Case(((NULL, rate("1")),), rate("2")), (None, "rate")),
        (Case(((YES, rate("1")), (NULL, rate("3"))), rate("2")), ("1", "rate")),
        (call("days_between", Lit(date(2026, 3, 1), BOOL), Lit(date(2026, 2, 1), BOOL)), ("-28", "quantity")),
    ],
)
def test_scalar(expr: Expr, expected: tuple[Any, str]) -> None:
    value, dtype = expected
    assert evaluate(expr, ROW) == Typed(Decimal(value) if isinstance(value, str) else value, dtype)


# -- tables


def test_marginal_of_each_credit_to_date() -> None:
    """3,507,000 so far, then 1,500,000: 659,667 at 0.1 % and 840,333 at 0.2 %."""
    pay = component("credit", table("marginal", FOUR_TIERS, "ytd"))
    results = run(plan(pay), [("2026-01-10", "3507000"), ("2026-02-10", "1500000")], "2026-02")
    assert earned(results) == decimals("3507", "2340.333")
    cut = [(r["tier"], r["length_after"] - r["length_before"], r["pay"]) for r in results["slices/ae.pay"]][1:]
    assert cut == [(1, Decimal(659667), Decimal("659.667")), (2, Decimal(840333), Decimal("1680.666"))]
    assert results["payouts"][0]["amount"] == Decimal("2340.33")


def test_marginal_to_date_with_true_up_is_the_same() -> None:
    pay = component("to_date", table("marginal", FOUR_TIERS, "ytd"), TRUE_UP)
    results = run(plan(pay), [("2026-01-10", "3507000"), ("2026-02-10", "1500000")], "2026-02")
    assert earned(results) == decimals("3507", "2340.333")


def test_a_return_walks_back_through_the_tiers() -> None:
    """100 at 10 %, 100 at 20 %; +150 pays 20, −80 takes back 50 at 20 % and 30 at 10 %."""
    pay = component("credit", table("marginal", (("0", "0.1"), ("100", "0.2")), "ytd"))
    results = run(plan(pay), [("2026-01-10", "150"), ("2026-01-11", "-80")], "2026-01")
    assert [row["pay"] for row in results["credit_pay/ae.pay"]] == decimals("20", "-13")


@pytest.mark.parametrize(
    ("below", "expected"), [("same", "-5"), ("zero", "0"), ("exception", None)], ids=["same", "zero", "exception"]
)
def test_marginal_below_the_lowest_bound(below: str, expected: str | None) -> None:
    pay = component("period", table("marginal", (("0", "0.1"), ("100", "0.2")), "own", below=below))
    results = run(plan(pay), [("2026-01-10", "-50")], "2026-01")
    assert earned(results) == decimals(expected)
    assert earned(results, column="cause") == [{"same": None, "zero": "table", "exception": "below_lowest"}[below]]


@pytest.mark.parametrize(("boundary", "expected"), [("upper", "20"), ("lower", "10")])
@pytest.mark.parametrize("last", [None, Decimal(100)])
def test_whole_on_a_bound(boundary: str, expected: str, last: Decimal | None) -> None:
    tiers = (("0", "0.1"), ("100", "0.2")) if last is None else (("0", expected[0] + "0"), ("50", "0." + expected[0]))
    rates = table("whole", tiers, "own", boundary=boundary, last=last)
    assert earned(run(plan(component("period", rates)), [("2026-01-10", "100")], "2026-01")) == decimals(expected)


def test_above_the_highest_bound_is_a_matter_of_the_boundary() -> None:
    for boundary, expected in (("upper", None), ("lower", "10")):
        rates = table("whole", (("0", "0.1"),), "own", boundary=boundary, last=Decimal(100), above="exception")
        assert earned(run(plan(component("period", rates)), [("2026-01-10", "100")], "2026-01")) == decimals(expected)


LINES = (("0", "0"), ("1000", "90"), ("3000", "390"))


def test_lines_of_amounts_add_up_along_credits() -> None:
    """800 stand at 72, 1,300 at 135, 1,200 at 120: a return goes back along the line it came by."""
    pay = component("credit", table("interpolated", LINES, "ytd", gives="amount"))
    results = run(plan(pay), [("2026-01-10", "800"), ("2026-01-11", "500"), ("2026-01-12", "-100")], "2026-01")
    assert [row["pay"] for row in results["credit_pay/ae.pay"]] == decimals("72", "63", "-15")


@pytest.mark.parametrize(
    ("value", "expected"), [("1", "0.09"), ("1000", "90"), ("1000.01", "90.0015"), ("2000", "240"), ("9999", "390")]
)
def test_a_line_multiplies_before_it_divides(value: str, expected: str) -> None:
    """90 × 1 ÷ 1,000 is 0.09 to the last digit; over the last point `same` stays where the line ended."""
    pay = component("period", table("interpolated", LINES, "own", gives="amount"))
    assert earned(run(plan(pay), [("2026-01-10", value)], "2026-01"), column="table_result") == decimals(expected)


def test_a_third_is_rounded_once_multiplied() -> None:
    """(6 % − 4 %) × 100 ÷ 300 at 12 places, and then × 400: the rate is what is shown."""
    pay = component("period", table("interpolated", (("300", "0.04"), ("600", "0.06")), "own"))
    results = run(plan(pay), [("2026-01-10", "400")], "2026-01")
    assert earned(results, column="rate") == decimals("0.046666666667")
    assert earned(results, column="table_result") == decimals("18.6666666668")


@pytest.mark.parametrize(
    ("value", "boundary", "below", "expected"),
    [
        ("100", "upper", "zero", "5"), ("100", "lower", "zero", "0"), ("99.99", "upper", "zero", "0"),
        ("99", "upper", "same", "5"),
        ("99", "upper", "exception", None), ("100", "lower", "exception", "5"), ("200", "upper", "same", "50"),
        ("200", "lower", "same", "15"), ("150", "lower", "same", "10"), ("300", "upper", "same", "60"),
        ("301", "upper", "same", None),
    ],
)  # fmt: skip
def test_points_at_one_place_are_a_jump(value: str, boundary: str, below: str, expected: str | None) -> None:
    """5 at 100 to 15 at 200, from there 50 to 60 at 300."""
    rows = (("100", "5"), ("200", "15"), ("200", "50"), ("300", "60"))
    rates = table("interpolated", rows, "own", gives="amount", boundary=boundary, below=below, above="exception")
    results = run(plan(component("period", rates)), [("2026-01-10", value)], "2026-01")
    assert earned(results, column="table_result") == decimals(expected)


def test_what_is_compared_at_nine_places_is_on_a_point_for_both() -> None:
    """A hair under 100 reaches the point, and its line begins there: no rest of a division is paid."""
    rates = table("interpolated", (("0", "0"), ("100", "250"), ("300", "100")), "own", gives="amount", near=True)
    made = case(plan(component("period", rates)), [("2026-01-10", "99.9999999999")], "2026-01")
    told, results = differences(*made)
    assert (told, earned(results, column="table_result")) == ([], decimals("250"))


@pytest.mark.parametrize(("missing", "expected"), [("full", "30"), ("zero", "0"), ("block", None)])
def test_lines_are_read_at_the_share_that_a_policy_says(missing: str, expected: str | None) -> None:
    """10 % at 100 % of the target, nothing at 0 %; the base is 300."""
    shares = (("0", "0"), ("0.5", "0.02"), ("1", "0.1"), ("2", "0.5"))
    rates = table("interpolated", shares, "ytd", against=against(missing=missing, whole=True))
    pay = component("to_date", rates, TRUE_UP)
    assert earned(run(plan(pay), [("2026-01-10", "300")], "2026-01")) == decimals(expected)
    with_target = run(plan(pay), [("2026-01-10", "300")], "2026-01", quotas={"S": "400"})
    assert earned(with_target) == decimals("18")  # 75 %: half-way between 2 % and 10 %


@pytest.mark.parametrize(("looks", "expected"), [("before", ("10", "10", "-4")), ("after", ("20", "10", "-4"))])
def test_a_running_total_looks_a_credit_up(looks: str, expected: tuple[str, ...]) -> None:
    """10 % under 100, 20 % from there: the first credit brings the total to the bound; nothing earlier is paid again."""
    rates = table("whole", (("0", "0.1"), ("100", "0.2")), "own", running_total=choice(looks))
    orders = [("2026-01-10", "100"), ("2026-01-11", "50"), ("2026-01-12", "-20")]
    results = run(plan(component("credit", rates)), orders, "2026-01")
    assert [row["pay"] for row in results["credit_pay/ae.pay"]] == decimals(*expected)


def test_tiers_entered_pay_once_and_are_taken_back() -> None:
    """20 from 500, 50 from 1,000: 700 enters one, 1,200 the other, 400 leaves both."""
    rates = table("each_entered", (("500", "20"), ("1000", "50")), "ytd", below="zero")
    orders = [("2026-01-10", "700"), ("2026-01-11", "500"), ("2026-01-12", "-800"), ("2026-01-13", "600")]
    results = run(plan(component("credit", rates)), orders, "2026-01")
    assert [row["pay"] for row in results["credit_pay/ae.pay"]] == decimals("20", "50", "-70", "70")
    whole = component("period", table("each_entered", (("500", "20"), ("1000", "50")), "own", below="zero"))
    assert earned(run(plan(whole), orders, "2026-01"), column="table_result") == decimals("70")


def test_of_a_credit_that_passes_all_tiers_at_once_the_lower_end_is_told() -> None:
    """From under the lowest bound to over the highest."""
    rates = table("each_entered", (("100", "20"), ("300", "50")), "ytd", below="exception")
    rates = replace(
        rates, tiers=(rates.tiers[0], replace(rates.tiers[1], upper=Decimal(1300))), above=choice("exception")
    )
    results = run(plan(component("credit", rates)), [("2026-01-10", "5000")], "2026-01")
    assert [row["cause"] for row in results["earnings"]] == ["below_lowest"]


def test_credits_are_looked_up_one_by_one() -> None:
    """`step` pays its amount per credit, and `whole` pays a return at the return's own tier."""
    for mode, tiers, expected in (
        ("step", (("0", "5"), ("100", "20")), "45"),
        ("whole", (("0", "0.1"), ("100", "0.2")), "30"),
    ):
        rates = table(mode, tiers, select_formula=formula(Ref("amount")))
        orders = [("2026-01-10", "100"), ("2026-01-11", "150"), ("2026-01-12", "-200")]
        assert earned(run(plan(component("credit", rates)), orders, "2026-01")) == decimals(expected)


# -- targets


@pytest.mark.parametrize(
    ("policy", "earning", "cause"),
    [("block", None, "missing_target"), ("zero", "100", None), ("full", "200", None)],
)
@pytest.mark.parametrize("zero", [False, True])
def test_missing_and_zero_targets(policy: str, earning: str | None, cause: str | None, zero: bool) -> None:
    """Attainment 0 % lies in the first tier, exactly 100 % in the second; a marginal base lies wholly in that tier."""
    for mode in ("whole", "marginal"):
        found = against(policy, policy)
        rates = table(mode, (("0", "0.1"), ("1", "0.2")), "ytd", against=found)
        pay = component("to_date", rates, TRUE_UP)
        results = run(plan(pay), [("2026-01-10", "1000")], "2026-01", quotas={"S": "0"} if zero else {"S": "-5"})
        assert earned(results) == decimals(earning)
        assert earned(results, column="cause") == ["zero_target" if zero and cause else cause]


@pytest.mark.parametrize("policy", ["zero", "full"])
@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize("mode", ["whole", "step", "each_entered", "interpolated", "marginal"])
def test_a_policy_gives_no_attainment_to_what_is_not_known(mode: str, policy: str, zero: bool) -> None:
    """A measure's condition divides by zero: nothing of it is known, so neither the table pays nor the gate lets through."""
    unknown = formula(call("gt", call("div", Ref("amount"), number("0")), amount("0", "USD")))
    gives = "rate" if mode in ("whole", "marginal") else "amount"
    rates = table(
        mode, (("0", "10"), ("1", "20")), "own", against=against(policy, policy, None), gives=gives, above="same"
    )
    quotas = {"S": "0"} if zero else {}
    for pay in (
        component("period", rates),
        component("period", table("flat", (("", "0.1"),)), gate("0", "own", against(policy, policy, None))),
    ):
        whole = plan(pay)
        made = replace(whole, measures=tuple(replace(each, where=unknown) for each in whole.measures))
        results = run(made, [("2026-01-10", "1000")], "2026-01", quotas=quotas)
        assert earned(results) == [None]
        assert earned(results, column="cause") == ["no_value"]


def test_a_years_target_telescopes_and_is_prorated_by_days() -> None:
    """1,000 over twelve months, from 16 April on: 15 of April's 30 days; May to December are exactly 1,000 − 333.333…"""
    pay = component("to_date", table("whole", (("0", "0.1"),), "ytd", against=against()), TRUE_UP)
    people = [("S", "2026-04-16", "")]
    results = run(plan(pay), [], "2026-12", people, quotas={"S": "1000"}, target=quota(prorate=True))
    rows = sorted(results["targets/ae.quota"], key=lambda row: row["period"])
    assert rows[0]["own"] == Decimal("41.666666666666")  # half of 83.333333333333, a tie that goes to the even digit
    assert sum(row["own"] for row in rows[1:]) == Decimal("666.666666666667")
    assert rows[-1]["year_to_date"] == rows[-1]["whole_year"] == rows[0]["whole_year"]


def test_a_large_target_is_cut_and_prorated() -> None:
    """A twelfth, × 15 ÷ 30: on the way 7.2 × 10¹⁶ and 7.5 × 10¹⁵ are no amounts that anyone has, and the first is above all."""
    pay = component("to_date", table("whole", (("0", "0.1"),), "ytd", against=against()), TRUE_UP)
    quotas = {"S": "6000000000000000"}
    rows = case(plan(pay), [], "2026-06", (("S", "2026-06-16", ""),), quotas=quotas, target=quota(prorate=True))
    told, results = differences(*rows)
    assert told == []
    assert [row["own"] for row in results["targets/ae.quota"]] == [Decimal("250000000000000")]


def test_a_value_that_rounding_takes_out_of_bounds_is_not_shared_out() -> None:
    pay = component("credit", table("flat", (("", "0.1"),)))
    sales = [("2026-03-01", "9999999999999999.995"), ("2026-03-02", "100")]
    told, results = differences(
        *case(plan(pay, rules=(split(digits=2, mode="half_up"),)), sales, "2026-03", teams=(("S", "1"),))
    )
    assert told == []
    assert [row["ae.sales.because"] for row in results["states/orders"]] == ["no_value", None]
    assert earned(results)[-1] == Decimal("10")


# -- steps


def test_a_cumulative_cap_remembers_its_excess() -> None:
    """Cap 100: +150, −60 pays 100 and −10, together 90."""
    pay = component("period", table("flat", (("", "1"),)), cap("100"))
    assert earned(run(plan(pay), [("2026-01-10", "150"), ("2026-02-10", "-60")], "2026-02")) == decimals("100", "-10")


def test_a_gate_before_true_up_takes_back_and_gives_again() -> None:
    """Gate at 100 to date: 120 earns 12, −40 takes it back, +50 gives 13."""
    pay = component("to_date", table("flat", (("", "0.1"),)), gate("100"), TRUE_UP)
    orders = [("2026-01-10", "120"), ("2026-02-10", "-40"), ("2026-03-10", "50")]
    assert earned(run(plan(pay), orders, "2026-03")) == decimals("12", "-12", "13")


def test_a_gate_after_true_up_loses_the_difference_for_good() -> None:
    pay = component("to_date", table("flat", (("", "0.1"),)), TRUE_UP, gate("100"))
    orders = [("2026-01-10", "90"), ("2026-02-10", "20"), ("2026-03-10", "-30"), ("2026-04-10", "50")]
    results = run(plan(pay), orders, "2026-04")
    assert earned(results) == decimals("0", "2", "0", "5")
    assert earned(results, column="cause") == ["gate", None, "gate", None]


def test_rounding_before_true_up_telescopes_and_half_up_mirrors() -> None:
    steps = (Round("earning", "half_up", 2, SPAN, None), TRUE_UP)
    pay = component("to_date", table("flat", (("", "0.005"),)), *steps)
    orders = [("2026-01-10", "1"), ("2026-02-10", "1"), ("2026-03-10", "-3")]
    assert earned(run(plan(pay), orders, "2026-03")) == decimals("0.01", "0", "-0.02")


def test_a_blocked_interval_blocks_all_later_ones() -> None:
    """1 ÷ own is unknown in February, which has no credits; March does not stand on what is not known."""
    factor = formula(call("div", rate("1"), call("div", Ref("own"), amount("100", "USD"))))
    pay = component("to_date", table("flat", (("", "0.1"),)), Multiply("earning", factor, SPAN, None), TRUE_UP)
    results = run(plan(pay), [("2026-01-10", "100"), ("2026-03-10", "100")], "2026-04")
    assert earned(results) == decimals("10", None, None, None)
    assert earned(results, column="cause") == [None, "no_value", "earlier_interval", "earlier_interval"]


# -- accumulations


def test_over_the_quarter_everything_starts_again() -> None:
    """10 % under 100, 20 % from there, of the quarter so far: 6, then 24 − 6; April begins with 10 % of 70."""
    rates = table("whole", (("0", "0.1"), ("100", "0.2")), "qtd")
    orders = [("2026-01-10", "60"), ("2026-03-10", "60"), ("2026-04-10", "70")]
    quarter = component("to_date", rates, TrueUp("quarter", SPAN, None), base="qtd")
    assert earned(run(plan(quarter), orders, "2026-04")) == decimals("6", "0", "18", "7")
    capped = component("period", table("flat", (("", "0.1"),)), cap("9", over="quarter"), cap("13", over="year"))
    results = run(plan(capped), orders, "2026-04")
    assert earned(results, column="step_1") == decimals("6", "0", "3", "7")
    assert earned(results) == decimals("6", "0", "3", "4")


def test_over_the_plan_nothing_starts_again_with_the_year() -> None:
    """From 2025 on: 10 % of 60, then 20 % of 120 less that; in 2026 20 % of 130, and a credit at a time the same."""
    rates = table("whole", (("0", "0.1"), ("100", "0.2")), "ptd")
    pay = component("to_date", rates, TrueUp("plan", SPAN, None), base="ptd")
    orders = [("2025-11-10", "60"), ("2025-12-10", "60"), ("2026-01-10", "10")]
    assert earned(run(plan(pay), orders, "2026-01"))[-3:] == decimals("6", "18", "2")
    each = component("credit", table("marginal", (("0", "0.1"), ("100", "0.2")), "ptd"), base="sales")
    each = replace(each, measures=("own", "ytd", "ptd"))
    found = replace(plan(each), measures=(*plan(each).measures, PLAN))
    assert earned(run(found, orders, "2026-01"))[-3:] == decimals("6", "8", "2")


def test_a_blocked_interval_blocks_within_its_quarter_only() -> None:
    factor = formula(call("div", rate("1"), call("div", Ref("own"), amount("100", "USD"))))
    steps = (Multiply("earning", factor, SPAN, None), TrueUp("quarter", SPAN, None))
    pay = component("to_date", table("flat", (("", "0.1"),)), *steps, base="qtd")
    results = run(plan(pay), [("2026-02-10", "100"), ("2026-04-10", "100")], "2026-04")
    assert earned(results) == decimals(None, None, None, "10")
    assert earned(results, column="cause") == ["no_value", "earlier_interval", "earlier_interval", None]


@pytest.mark.parametrize("counts", ["2025-10-01", "2025-07-15"])
def test_one_plans_start_does_not_cut_the_totals_of_another(counts: str) -> None:
    """One adds up from its first day in 2025 on: the other's total of that year is then computed from January."""
    year = component("to_date", table("flat", (("", "0.1"),)), TRUE_UP)
    long = component("to_date", table("flat", (("", "0.1"),)), TrueUp("plan", SPAN, None), base="ptd")
    plans = (plan(year), replace(plan(long, name="long"), measures=(PLAN,), start=date.fromisoformat(counts)))
    march = CALENDAR.find("2026-03")
    assert march is not None
    alone = date(2025, int(counts[5:7]), 1)
    for computed, first in ((plans, date(2025, 1, 1)), (plans[:1], date(2026, 1, 1)), (plans[1:], alone)):
        made = workspace_of(computed)
        assert scope_of(made, march)[0] == scope(made, march).start == first


# -- joined segments

PROMOTED = [("S", "2026-01-01", "2026-03-15"), ("S:VP", "2026-03-16", "")]


def joined(pay: Component, on_change: str) -> Plan:
    """AE and VP on one plan."""
    return replace(plan(pay), titles=("AE", "VP"), segments=choice("joined"), on_change=choice(on_change))


def test_joined_segments_have_one_measure_and_one_target() -> None:
    """60 and 60 of the two halves of March against 100, of 1,200 a year: 10 + 20 % of 20; separate ones have 48.39 and 51.61."""
    pay = component("period", table("marginal", (("0", "0.1"), ("1", "0.2")), "own", against=against(over=None)))
    orders = [("2026-03-10", "60"), ("2026-03-20", "60")]
    quotas, yearly = {"S": "1200"}, quota(prorate=True)
    results = run(joined(pay, "reset"), orders, "2026-03", PROMOTED, quotas=quotas, target=yearly)
    (row,) = [row for row in results["earnings/ae.pay"] if row["period"] == "2026-03"]
    assert (row["earning"], row["target"]) == (Decimal("14"), Decimal("100"))
    separate = replace(joined(pay, "reset"), segments=choice("separate"))
    apart = run(separate, orders, "2026-03", PROMOTED, quotas=quotas, target=yearly)
    found = [row["target"] for row in apart["earnings/ae.pay"] if row["period"] == "2026-03"]
    assert sorted(found) == decimals("48.387096774194", "51.612903225806")


def test_what_adds_up_starts_again_or_goes_on() -> None:
    """Of 60, 60, 120, 130 to date; or from March on of 60 and 70. March, in which the title changes, is the new one's."""
    rates = table("whole", (("0", "0.1"), ("100", "0.2")), "ytd")
    orders = [("2026-01-10", "60"), ("2026-03-10", "30"), ("2026-03-20", "30"), ("2026-04-02", "10")]
    pay = component("to_date", rates, TRUE_UP)
    assert earned(run(joined(pay, "continue"), orders, "2026-04", PROMOTED)) == decimals("6", "0", "18", "2")
    assert earned(run(joined(pay, "reset"), orders, "2026-04", PROMOTED)) == decimals("6", "0", "6", "1")
    early = replace(joined(pay, "reset"), values_on=choice("segment_start"))
    assert earned(run(early, orders, "2026-04", PROMOTED)) == decimals("6", "0", "18", "1")
    capped = component("period", table("flat", (("", "0.1"),)), cap("10"))
    assert earned(run(joined(capped, "continue"), orders, "2026-04", PROMOTED)) == decimals("6", "0", "4", "0")
    assert earned(run(joined(capped, "reset"), orders, "2026-04", PROMOTED)) == decimals("6", "0", "6", "1")


def test_a_leave_inside_a_joined_month_has_no_days() -> None:
    people = [("S", "2026-01-01", "2026-03-05"), ("S", "2026-03-27", "")]
    pay = component("period", table("flat", (("", "0.1"),)), Prorate(None, SPAN, None))
    results = run(joined(pay, "reset"), [("2026-03-02", "310")], "2026-03", people)
    (row,) = [row for row in results["grid/ae"] if row["period"] == "2026-03"]
    assert row["days"] == 10 and earned(results)[-1] == Decimal("10")


# -- time


def test_a_promotion_cuts_and_starts_again() -> None:
    """AE until 15 March and again from 1 May: each segment starts at 0; in March, 24.4 − 6 is due for 15 of 31 days."""
    people = [("S", "2026-01-01", "2026-03-15"), ("S:VP", "2026-03-16", "2026-04-30"), ("S", "2026-05-01", "")]
    rates = table("whole", (("0", "0.1"), ("100", "0.2")), "ytd")
    pay = component("to_date", rates, TRUE_UP, Prorate(None, SPAN, None))
    orders = [("2026-01-10", "60"), ("2026-03-15", "62"), ("2026-03-16", "500"), ("2026-05-01", "70")]
    results = run(plan(pay), orders, "2026-05", people)
    assert earned(results) == decimals("6", "0", "8.903225806452", "7")
    assert [row["state"] for row in results["states/orders"]] == ["credited", "credited", "unassigned", "credited"]


def test_a_run_sees_no_further_than_its_period() -> None:
    pay = component("credit", table("flat", (("", "0.1"),)), length="quarter")
    results = run(plan(pay), [("2026-03-31", "100"), ("2026-04-01", "50")], "2026-03")
    assert earned(results) == decimals("10")
    assert [row["state"] for row in results["states/orders"]] == ["credited", "out_of_scope"]


# -- credits


@pytest.mark.parametrize(
    ("value", "shares", "digits", "expected"),
    [
        ("100", [("a", "1"), ("b", "0")], 2, {"a": "100", "b": "0"}),
        (
            "100",
            [("a", "0.333333"), ("b", "0.333333"), ("c", "0.333334")],
            2,
            {"a": "33.33", "b": "33.33", "c": "33.34"},
        ),
        ("-0.05", [("a", "0.5"), ("b", "0.5")], 2, {"a": "-0.03", "b": "-0.02"}),
        ("0.05", [("a", "0.5"), ("b", "0.25")], 2, {"a": "0.03", "b": "0.01", "": "0.01"}),
        ("0.0000000001", [("a", "0.5"), ("a", "0.5")], 12, {"a": "0.0000000001"}),
        ("10", [("a", "0.6"), ("b", "0.5")], 2, {"": "10"}),
        ("10", [], 2, {"": "10"}),
    ],
)
def test_split(value: str, shares: list[tuple[str, str]], digits: int, expected: Mapping[str, str]) -> None:
    pay = component("credit", table("flat", (("", "0.1"),)))
    rule = split(digits, None if digits == 12 else "half_up")
    people = [(name, "", "") for name in "abc"]
    results = run(plan(pay, rules=(rule,)), [("2026-01-10", value)], "2026-01", people, shares)
    found = {row["participant"]: row["amount"] for row in results["credits/ae.sales"]}
    assert found == {name: Decimal(figure) for name, figure in expected.items()}


def test_equal_parts_give_left_over_units_in_order_of_participant() -> None:
    pay = component("credit", table("flat", (("", "0.1"),)))
    people, shares = [(name, "", "") for name in "abc"], [("c", "0"), ("a", "0"), ("b", "0")]
    rules = (split(2, "half_up", share=None),)
    results = run(plan(pay, rules=rules), [("2026-01-10", "100"), ("2026-01-10", "-100")], "2026-01", people, shares)
    found = [(row["participant"], row["amount"]) for row in results["credits/ae.sales"]]
    sold = [("a", Decimal("33.34")), ("b", Decimal("33.33")), ("c", Decimal("33.33"))]
    assert found == sold + [(name, -figure) for name, figure in sold]


def test_whoever_is_assigned_twice_in_equal_parts_holds_the_transaction() -> None:
    pay = component("credit", table("flat", (("", "0.1"),)))
    people, shares = [(name, "", "") for name in "ab"], [("a", "0"), ("b", "0"), ("a", "0")]
    results = run(
        plan(pay, rules=(split(2, "half_up", share=None),)), [("2026-01-10", "100")], "2026-01", people, shares
    )
    (row,) = results["credits/ae.sales"]
    assert (row["participant"], row["amount"], row["state"], row["because"]) == ("", 100, "exception", "assigned_twice")


@pytest.mark.parametrize(
    ("value", "weights", "digits", "expected"),
    [
        ("15000", [("a", "2"), ("b", "1")], 2, {"a": "10000", "b": "5000"}),
        ("-100", [("a", "1"), ("b", "1"), ("c", "1")], 2, {"a": "-33.34", "b": "-33.33", "c": "-33.33"}),
        ("100", [("a", "1"), ("b", "1.000000000001"), ("c", "1")], 2, {"a": "33.33", "b": "33.34", "c": "33.33"}),
        ("0.02", [("a", "0.5"), ("b", "37.5"), ("a", "12")], 2, {"a": "0.01", "b": "0.01"}),
        ("10", [("a", "1"), ("b", "0")], 2, {"": "10"}), ("10", [("a", "2"), ("b", "-1")], 2, {"": "10"}),
        ("10", [("a", "999999999"), ("b", "1")], 2, {"": "10"}), ("10", [], 2, {"": "10"}),
        ("1", [("a", "999999998"), ("b", "0.000000001")], 12, {"a": "1", "b": "0"}),
    ],
)  # fmt: skip
def test_a_split_by_weights(
    value: str, weights: list[tuple[str, str]], digits: int, expected: Mapping[str, str]
) -> None:
    pay = component("credit", table("flat", (("", "0.1"),)))
    rule = weighed(digits, None if digits == 12 else "half_up")
    people = [(name, "", "") for name in "abc"]
    results = run(plan(pay, rules=(rule,)), [("2026-01-10", value)], "2026-01", people, weights)
    found = {row["participant"]: row["amount"] for row in results["credits/ae.sales"]}
    assert found == {name: Decimal(figure) for name, figure in expected.items()}


@pytest.mark.parametrize(
    ("policy", "states"),
    [("first", ("credited", "excluded")), ("unique", ("exception", "exception")), ("all", ("credited", "credited"))],
)
def test_hit_policy(policy: str, states: tuple[str, str]) -> None:
    pay = component("credit", table("flat", (("", "0.1"),)))
    rules = (RULE, replace(RULE, name="again"))
    results = run(plan(pay, rules=rules, hit_policy=policy), [("2026-01-10", "100")], "2026-01")
    row = results["states/orders"][0]
    assert (row["ae.sales"], row["ae.again"]) == states

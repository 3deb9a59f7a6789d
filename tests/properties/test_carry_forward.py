"""Balances that are carried forward: figures on paper, and the definition against random amounts, in both interpreters."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from engine.ir.expr import Ref
from engine.plan.accumulation import Accumulation
from engine.plan.carry_forward import CarryForward, Line
from engine.plan.resolved import Component, Multiply
from tests.properties.differential import differences
from tests.properties.formulas import SPAN, amount, call, formula, rate
from tests.properties.small import case, component, earned, plan, table

Orders = Sequence[tuple[str, str]]


def line(at: str, settled: bool = False) -> Line:
    return Line(formula(amount(at, "USD")), settled, SPAN)


def carry(
    deficit: Line | None = None, excess: Line | None = None, over: Accumulation = "year", prorate: bool = False
) -> CarryForward:
    return CarryForward(over, deficit, excess, prorate, SPAN, None)


def pay(*steps: Any) -> Component:
    """Each dollar of an order is a dollar of pay, before the list."""
    return component("period", table("flat", [("", "1")]), *steps)


def months(*values: str) -> Orders:
    return [(f"2026-{month:02}-10", value) for month, value in enumerate(values, start=1) if value]


def figures(part: Component, orders: Orders, period: str, column: str = "earning", **more: Any) -> list[str | None]:
    """A column by month; both interpreters agree on all of them."""
    told, results = differences(*case(plan(part), orders, period, **more))
    assert told == []
    found = earned(results, column=column)
    return [value if value is None or isinstance(value, str) else f"{value.normalize():f}" for value in found]


def test_a_deficit_is_made_up_for_before_anything_is_paid() -> None:
    orders = months("100", "-150", "60", "200")
    assert figures(pay(carry(line("0"))), orders, "2026-04") == ["100", "0", "0", "110"]


def test_an_excess_is_paid_later() -> None:
    orders = months("250", "30", "", "500")
    assert figures(pay(carry(None, line("100"))), orders, "2026-05") == ["100", "100", "80", "100", "100"]


def test_one_balance_owes_and_is_owed() -> None:
    orders = months("150", "-80", "200", "-300", "120")
    both = carry(line("0"), line("120"))
    assert figures(pay(both), orders, "2026-05") == ["120", "0", "120", "0", "0"]  # 30, −50, 30, −270, −150


def test_what_is_left_is_settled_or_dropped_in_the_last_month() -> None:
    orders = months("250", "", "", "-40", "", "", "10")
    dropped, settled = carry(line("0"), line("60"), "quarter"), carry(line("0", True), line("60", True), "quarter")
    assert figures(pay(dropped), orders, "2026-07") == ["60", "60", "60", "0", "0", "0", "10"]
    assert figures(pay(settled), orders, "2026-07") == ["60", "60", "130", "0", "0", "-40", "10"]
    mixed = carry(line("0"), line("60", True), "quarter")
    assert figures(pay(mixed), orders, "2026-07") == ["60", "60", "130", "0", "0", "0", "10"]


def test_whoever_leaves_is_settled_in_their_last_month() -> None:
    orders, settled = months("250", "", "", ""), carry(None, line("60", True))
    gone = [("S", "", "2026-03-20")]
    assert figures(pay(settled), orders, "2026-04", people=gone) == ["60", "60", "130"]
    back = [("S", "", "2026-02-15"), ("S:Manager", "2026-02-16", ""), ("S", "2026-04-01", "")]
    assert figures(pay(settled), [*orders, ("2026-04-02", "70")], "2026-04", people=back) == ["60", "190", "60"]


def test_over_the_plan_a_balance_lives_on_in_the_next_year() -> None:
    orders = [("2025-12-10", "300"), ("2026-02-10", "10")]
    by_plan, by_year = carry(None, line("100"), "plan"), carry(None, line("100"))
    assert figures(pay(by_plan), orders, "2026-03")[-4:] == ["100", "100", "100", "10"]
    assert figures(pay(by_year), orders, "2026-03")[-3:] == ["0", "10", "0"]


def test_prorated_lines_are_those_of_the_days_there() -> None:
    people = (("S", "2026-01-17", ""),)
    prorated = carry(None, line("62"), prorate=True)
    orders = [("2026-01-20", "100"), ("2026-02-10", "1")]
    assert figures(pay(prorated), orders, "2026-02", people=people) == ["30", "62"]


def test_a_blocked_month_blocks_the_later_ones_until_the_reset() -> None:
    """1 ÷ own is unknown in February, which has no credits."""
    factor = formula(call("div", rate("1"), call("div", Ref("own"), amount("100", "USD"))))
    part = pay(Multiply("earning", factor, SPAN, None), carry(line("0"), over="quarter"))
    orders = months("100", "", "100", "100")
    assert figures(part, orders, "2026-04") == ["100", None, None, "100"]
    assert figures(part, orders, "2026-04", "cause") == [None, "no_value", "earlier_interval", None]


def test_lines_that_cross_by_what_is_sold_leave_nothing_known() -> None:
    part = pay(carry(line("50"), Line(formula(Ref("own")), False, SPAN)))
    assert figures(part, months("70", "40", "70"), "2026-03") == ["70", None, None]
    assert figures(part, months("70", "40", "70"), "2026-03", "cause")[1:] == ["no_value", "earlier_interval"]


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_recurrence_of_its_definition(seed: int) -> None:
    """paid = clamp(amount + balance), balance = amount + balance − paid: Σ amounts = Σ paid + the balance that is left."""
    random = Random(seed)
    values = [Decimal(random.choice((-200, -100, -60, -1, 0, 0, 1, 60, 100, 200, 300))) for _ in range(12)]
    least, most = (Decimal(n) for n in random.choice(((0, 100), (0, 0), (-50, 60), (10, 1000), (-100, -1))))
    settled = random.random() < 0.5
    balance, expected = Decimal(0), []
    for month, value in enumerate(values, start=1):
        due = value + balance
        paid = due if settled and month == 12 else min(max(due, least), most)
        balance = due - paid
        expected.append(f"{paid.normalize():f}")
    part = pay(carry(line(str(least), settled), line(str(most), settled)))
    assert figures(part, months(*(str(value) for value in values)), "2026-12") == expected
    assert sum(values) == sum(map(Decimal, expected)) + balance

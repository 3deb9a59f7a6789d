"""Budgets for everybody: figures on paper, and the definitions against random amounts, in both interpreters."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from engine.ir.expr import Ref
from engine.plan.resolved import Budget, Component, Multiply
from tests.properties.differential import differences
from tests.properties.formulas import SPAN, amount, call, choice, formula, rate
from tests.properties.small import case, component, earned, plan, split, table

Orders = Sequence[tuple[str, str]]
TEAM = (("A", "0.5"), ("B", "0.3"), ("C", "0.2"))
PEOPLE = tuple((who, "", "") for who, _ in TEAM)


def budget(at: str, when_spent: Any = "prorate", over: Any = "year", excess: str | None = "remembered") -> Budget:
    return Budget(
        when_spent, over, formula(amount(at, "USD")), None if excess is None else choice(excess), 2, SPAN, None
    )


def pay(*steps: Any, basis: str = "period") -> Component:
    """Each dollar of a credit is a dollar of pay, before the list."""
    return component(basis, table("flat", [("", "1")]), *steps)


def results(part: Component, orders: Orders, period: str, teams: Sequence[tuple[str, str]] = TEAM) -> Any:
    """Each order is of a team: A has half of it, B three tenths, C a fifth. Both interpreters agree on all tables."""
    told, found = differences(*case(plan(part, rules=(split(),)), orders, period, people=PEOPLE, teams=teams))
    assert told == []
    return found


def by_month(part: Component, orders: Orders, period: str, column: str = "earning") -> list[list[str]]:
    """A column of A, B and C, month by month."""
    rows = [_text(value) for value in earned(results(part, orders, period), column=column)]
    months = len(rows) // 3
    return [rows[month::months] for month in range(months)]


def by_credit(part: Component, orders: Orders, period: str) -> list[list[str]]:
    """The pay of A, B and C, order by order."""
    rows = sorted(results(part, orders, period)["credit_pay/ae.pay"], key=lambda row: (row["id"], row["participant"]))
    return [[_text(row["pay"]) for row in rows[first : first + 3]] for first in range(0, len(rows), 3)]


def _text(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def test_a_budget_that_is_enough_leaves_everything_as_it_is() -> None:
    orders = [("2026-01-10", "100.01")]
    assert by_month(pay(budget("100.01")), orders, "2026-01") == [["50.005", "30.003", "20.002"]]


def test_the_month_that_spends_it_is_cut_in_proportion_and_later_ones_get_nothing() -> None:
    orders = [("2026-01-10", "100"), ("2026-02-10", "100"), ("2026-03-10", "100")]
    found = by_month(pay(budget("150.01")), orders, "2026-03")
    assert found == [
        ["50", "30", "20"],
        ["25.01", "15", "10"],
        ["0", "0", "0"],
    ]  # a cent is left over, to the largest rest


def test_a_return_first_eats_the_excess_or_gives_back() -> None:
    orders = [("2026-01-10", "200"), ("2026-02-10", "-60"), ("2026-03-10", "100")]
    remembered = by_month(pay(budget("150")), orders, "2026-03")
    assert remembered == [["75", "45", "30"], ["-5", "-3", "-2"], ["5", "3", "2"]]  # 200 − 60 is 10 under it
    lost = by_month(pay(budget("150", excess="lost")), orders, "2026-03")
    assert lost == [["75", "45", "30"], ["-30", "-18", "-12"], ["30", "18", "12"]]


def test_over_the_earning_period_each_has_its_own() -> None:
    orders = [("2026-01-10", "200"), ("2026-02-10", "200")]
    found = by_month(pay(budget("100", over="earning_period", excess=None)), orders, "2026-02")
    assert found == [["50", "30", "20"], ["50", "30", "20"]]


def test_a_budget_of_nothing_pays_nobody_and_takes_returns_off() -> None:
    orders = [("2026-01-10", "100"), ("2026-02-10", "-10")]
    assert by_month(pay(budget("0", excess="lost")), orders, "2026-02") == [["0", "0", "0"], ["-5", "-3", "-2"]]


def test_what_is_not_known_of_one_is_known_of_none_from_then_on() -> None:
    """1 ÷ own is unknown in February, which has no credits."""
    factor = formula(call("div", rate("1"), call("div", Ref("own"), amount("100", "USD"))))
    part = pay(Multiply("earning", factor, SPAN, None), budget("1000", over="quarter"))
    orders = [("2026-01-10", "100"), ("2026-03-10", "100"), ("2026-04-10", "100")]
    assert by_month(part, orders, "2026-04", "cause") == [
        ["None"] * 3, ["no_value"] * 3, ["budget_unknown"] * 3, ["None"] * 3,
    ]  # fmt: skip


def test_credits_are_paid_until_it_is_spent() -> None:
    orders = [("2026-01-10", "100"), ("2026-02-10", "100"), ("2026-03-10", "-40"), ("2026-03-12", "100")]
    stopped = pay(budget("160", "stop"), basis="credit")
    assert by_credit(stopped, orders, "2026-03") == [
        ["50", "30", "20"],
        ["50", "10", "0"],
        ["0", "0", "0"],
        ["0", "0", "0"],
    ]
    forgets = pay(budget("160", "stop", excess="lost"), basis="credit")
    assert by_credit(forgets, orders, "2026-03") == [
        ["50", "30", "20"],
        ["50", "10", "0"],
        ["-20", "-12", "-8"],
        ["40", "0", "0"],
    ]


def test_a_late_sale_takes_its_place_in_the_order() -> None:
    """The budget goes by the day of the sale, not by when it was known: the row that comes last is paid first."""
    stopped = pay(budget("100", "stop"), basis="credit")
    orders = [("2026-02-10", "100"), ("2026-01-10", "100")]
    assert by_credit(stopped, orders, "2026-02") == [["0", "0", "0"], ["50", "30", "20"]]


@pytest.mark.parametrize("excess", ["remembered", "lost"])
@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_recurrence_of_its_definition(seed: int, excess: str) -> None:
    """What all are paid so far is at most the budget; what they are paid in a month is in proportion, to the cent."""
    random = Random(seed)
    values = [Decimal(random.choice((-300, -70, -1, 0, 10, 33, 100, 250))) for _ in range(8)]
    at, asked, granted, expected = Decimal(random.choice((0, 100, 222))), Decimal(0), Decimal(0), []
    for value in values:
        asked += value
        now = min(granted + value if excess == "lost" else asked, at)
        expected.append(now - granted)
        granted = now
    orders = [(f"2026-{month:02}-10", str(value)) for month, value in enumerate(values, start=1)]
    rows = by_month(pay(budget(str(at), excess=excess)), orders, "2026-08")
    assert [sum(map(Decimal, row)) for row in rows] == expected
    for row, whole in zip(rows, expected, strict=True):
        for part, (_, share) in zip(row, TEAM, strict=True):
            assert abs(Decimal(part) - whole * Decimal(share)) < Decimal("0.01")
    stopped = by_credit(pay(budget(str(at), "stop", excess=excess), basis="credit"), orders, "2026-08")
    left, asked = Decimal(0), Decimal(0)
    for value, row in zip(values, stopped, strict=True):
        for part, (_, share) in zip(row, TEAM, strict=True):
            asked += value * Decimal(share)
            now = min(left + value * Decimal(share) if excess == "lost" else asked, at)
            assert Decimal(part) == now - left
            left = now


HUGE = "9000000000000000"
BEYOND = {
    "over the bound and back": [HUGE, HUGE, f"-{HUGE}", "100", f"-{HUGE}", "100", "5"],
    "under the bound and back": ["10", f"-{HUGE}", f"-{HUGE}", "100", HUGE, HUGE, "100", "5"],
}


def known(orders: list[str], at: str, when_spent: str, excess: str) -> list[bool]:
    """Of one amount a month after the other, whether it is known what the budget leaves of it. Both interpreters agree."""
    dated = [(f"2026-{number:02}-10", amount) for number, amount in enumerate(orders, start=1)]
    if when_spent == "stop":
        part = pay(budget(at, "stop", excess=excess), basis="credit")
        rows = results(part, dated, "2026-12", [("A", "1")])["credit_pay/ae.pay"]
        found = [row["pay"] for row in sorted(rows, key=lambda row: row["id"])]
    else:
        found = earned(results(pay(budget(at, excess=excess)), dated, "2026-12", [("A", "1")]))[: len(orders)]
    return [value is not None for value in found]


@pytest.mark.parametrize("orders", BEYOND.values(), ids=BEYOND.keys())
@pytest.mark.parametrize("at", ["10", HUGE])
@pytest.mark.parametrize("when_spent", ["stop", "prorate"])
def test_sums_out_of_bounds(orders: list[str], at: str, when_spent: str) -> None:
    """Remembered, a sum that is in bounds again is known; lost, a sum that is not known may have been the greatest one."""
    remembered, lost = (known(orders, at, when_spent, excess) for excess in ("remembered", "lost"))
    assert remembered[0] and remembered[-1] and not all(remembered)
    assert lost[0] and not lost[-1] and lost == sorted(lost, reverse=True)


@pytest.mark.parametrize("when_spent", ["stop", "prorate"])
def test_what_is_left_may_be_out_of_bounds_where_the_sum_is_not(when_spent: str) -> None:
    orders = [HUGE, f"-{HUGE}", f"-{HUGE}", "100", HUGE, "5"]  # of the first, 10 are left
    assert known(orders, "10", when_spent, "lost") == [True, True, False, False, False, False]
    assert all(known(orders, "10", when_spent, "remembered"))

"""What components earned, read by others: over longer periods, to date, where it is blocked, and in circles."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.pipeline import front
from tests.conformance.small_workspace import PLAN, written

HEAD = "order_id,booked_on,seller,status,account,quantity,net"
ORDERS = [
    "A,2026-01-10,P1,booked,,1,100",
    "B,2026-02-10,P1,booked,,2,300",
    "C,2026-03-10,P1,booked,,1,-50",
    "D,2026-04-10,P1,booked,,1,1000",
]
COMMISSION = """\
  commission:
    earning_period: month
    basis: period
    base: sales_month
    paid: false
    rate: {mode: flat, rate: 10%}
"""
BONUS = """\
  bonus:
    earning_period: quarter
    basis: period
    base: commissions
    earning_code: BONUS
    rate: {mode: flat, rate: 100%}
"""


def each_month(base: str, rate: str) -> str:
    """A component that pays a measure by the month."""
    return (
        "  paid:\n    earning_period: month\n    basis: period\n"
        f"    base: {base}\n    earning_code: PAID\n    rate: {{mode: {rate}}}\n"
    )


def plan(measures: str, components: str) -> str:
    """A plan that sums a month's sales, with these measures and components beside."""
    credits = PLAN[: PLAN.index("  shared:")]
    own = f"measures:\n  sales_month: {{sum: sales, over: period}}\n{measures}components:\n{components}"
    return credits + own + "policies: {segments: separate, payout_rounding: half_up}\n"


def run_of(folder: Path, text: str, period: str, orders: list[str] = ORDERS) -> Run:
    people = "participant,start,end,title,payroll_id\nP1,2026-01-01,,Seller,X1\n"
    files: dict[str, Any] = {
        "field/comp.yaml": text,
        "orders.csv": "\n".join([HEAD, *orders, ""]),
        "people.csv": people,
    }
    return open_workspace(written(folder, files)).run(period)


def earned(run: Run, component: str, *names: str) -> list[tuple[Any, ...]]:
    rows = run.table("earnings").filter(component=component).sort("period")
    return [tuple(row) for row in rows.select(names).iter_rows()]


def all_earned(folder: Path, text: str, period: str) -> list[Any]:
    """What was earned in each interval of one component and one participant."""
    return list(run_of(folder, text, period).table("earnings").sort("period")["earning"])


def codes(folder: Path, text: str) -> list[str]:
    found = Diagnostics()
    front(written(folder, {"field/comp.yaml": text}), found, {})
    return [each.code for each in found]


def test_a_quarter_has_the_earnings_of_its_months(tmp_path: Path) -> None:
    text = plan("  commissions: {earned: commission, over: period}\n", COMMISSION + BONUS)
    run = run_of(tmp_path, text, "2026-03")
    assert earned(run, "bonus", "period", "earning") == [("2026-Q1", Decimal(35))]
    assert run.table("payouts").select("earning_code", "amount").rows() == [("BONUS", Decimal(35))]


def test_what_is_not_paid_is_on_no_payout(tmp_path: Path) -> None:
    text = plan("  commissions: {earned: commission, over: period}\n", COMMISSION + BONUS.replace("quarter", "month"))
    run = run_of(tmp_path, text, "2026-02")
    assert earned(run, "commission", "earning_code", "earning") == [("", Decimal(30))]
    assert run.table("payouts")["amount"].to_list() == [Decimal(30)]


def test_to_date_it_adds_up_the_earnings_so_far(tmp_path: Path) -> None:
    club = BONUS.replace("bonus", "club").replace("quarter", "month").replace("commissions", "sales_month")
    gate = "    then: [{gate: {measure: so_far, at_least: 40 USD}}]\n"
    text = plan("  so_far: {earned: commission, over: year_to_date}\n", COMMISSION + club + gate)
    run = run_of(tmp_path, text, "2026-03")
    assert run.table("measures/field.so_far").sort("period")["value"].to_list() == [10, 40, 35]
    assert earned(run, "club", "period", "earning") == [
        ("2026-01", Decimal(0)),
        ("2026-02", Decimal(300)),
        ("2026-03", Decimal(0)),
    ]


def test_a_blocked_earning_blocks_what_reads_it(tmp_path: Path) -> None:
    blocked = COMMISSION.replace("rate: 10%", "rate: sales_month / (sales_month - sales_month)")
    text = plan("  commissions: {earned: commission, over: period}\n", blocked + BONUS)
    run = run_of(tmp_path, text, "2026-03")
    assert earned(run, "bonus", "earning", "outcome", "cause") == [(None, "blocked", "no_value")]
    assert run.table("payouts").select("amount", "status").rows() == [(None, "incomplete")]


@pytest.mark.parametrize(
    ("measures", "components", "expected"),
    [
        ("  back: {earned: bonus, over: period}\n", COMMISSION + BONUS.replace("commissions", "back"), ["N012"]),
        ("  commissions: {earned: comission, over: period}\n", COMMISSION + BONUS, ["N001"]),
        ("  commissions: {earned: commission}\n", COMMISSION + BONUS, ["S002"]),
        ("  commissions: {earned: commission, over: period, where: net > 0}\n", COMMISSION + BONUS, ["S014"]),
        ("", COMMISSION.replace("paid: false", "paid: true"), ["S004"]),
        ("", COMMISSION.replace("    paid: false\n", ""), ["S002"]),
        ("", COMMISSION.replace("paid: false", "paid: false\n    earning_code: C"), ["S014"]),
        ("", COMMISSION, ["N066"]),
    ],
)
def test_mistakes_are_told(tmp_path: Path, measures: str, components: str, expected: list[str]) -> None:
    found = [code for code in codes(tmp_path, plan(measures, components)) if code not in ("N010", "N009")]
    assert found[: len(expected)] == expected and set(found) <= {*expected, "N066"}

"""Measures that formulas on credits read: as they stand at the end of the period, in tables by them, and where none is seen."""

from decimal import Decimal
from pathlib import Path

from tests.passes.test_earned import codes, plan, run_of

MEASURES = "  deals_month: {count: sales, over: period}\n"
PAID = """\
  commission:
    earning_period: month
    basis: credit
    base: sales
    earning_code: COMM
    rate: {mode: flat, rate: RATE}
"""
TABLE = """\
look_ups:
  deal_rate:
    type: rate
    by: {deals: {band: deals_month, boundary: upper}, quantity: {band: quantity, boundary: upper}}
    missing: exception
    rows:
      - {deals: 0, quantity: 1, value: 1%}
      - {deals: 2, quantity: 1, value: 2%}
      - {deals: 2, quantity: 5, value: 5%}
"""
ORDERS = ["A,2026-01-10,P1,booked,,1,100", "B,2026-01-20,P1,booked,,5,100", "C,2026-02-10,P1,booked,,5,100"]


def paid(folder: Path, rate: str, month: str, table: str = "", orders: list[str] = ORDERS) -> list[Decimal | None]:
    text = plan(MEASURES, PAID.replace("RATE", rate)).replace("measures:", f"{table}measures:")
    run = run_of(folder, text, month, orders)
    return list(run.table("credit_pay/field.commission").sort("order_id")["pay"])


def test_each_credit_sees_the_month_as_it_ends(tmp_path: Path) -> None:
    rate = "0.1 if deals_month >= 2 else 0.01"
    assert paid(tmp_path / "january", rate, "2026-01") == [10, 10]
    assert paid(tmp_path / "february", rate, "2026-02") == [1]


def test_a_table_by_a_measure_and_by_a_column(tmp_path: Path) -> None:
    assert paid(tmp_path / "january", "deal_rate", "2026-01", TABLE) == [2, 5]
    assert paid(tmp_path / "february", "deal_rate", "2026-02", TABLE) == [1]


def test_what_no_row_is_for_is_told_of_the_credit(tmp_path: Path) -> None:
    text = plan(MEASURES, PAID.replace("RATE", "deal_rate")).replace("measures:", f"{TABLE}measures:")
    run = run_of(tmp_path, text, "2026-02", ["A,2026-02-10,P1,booked,,0,100"])
    log = run.table("exceptions").select("code", "key", "participant", "message").rows()
    assert ("E370", "A", "P1", "`deal_rate` has no row for deals 0, quantity below") in log


def test_a_condition_of_a_measure_sees_none(tmp_path: Path) -> None:
    measures = MEASURES + "  big: {sum: sales, where: amount > deals_month, over: period}\n"
    text = plan(measures, PAID.replace("RATE", "0.01 if big > 0 else 0.02"))
    assert "T003" in codes(tmp_path, text)
    by_table = MEASURES + "  big: {sum: sales, where: deal_rate > 0, over: period}\n"
    text = plan(by_table, PAID.replace("RATE", "0.01 if big > 0 else 0.02")).replace("measures:", f"{TABLE}measures:")
    assert "T003" in codes(tmp_path / "table", text)


def test_a_column_and_a_measure_of_one_name_are_told(tmp_path: Path) -> None:
    measures = "  quantity: {count: sales, over: period}\n"
    assert "N003" in codes(tmp_path, plan(measures, PAID.replace("RATE", "0.01 * quantity")))

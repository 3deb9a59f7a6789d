"""What is looked at once, when a quarter or year ends, and held through the next one: which periods read which end."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import open_workspace
from tests.conformance.small_workspace import written
from tests.passes.test_earned import HEAD, codes, plan

LEVELS = """\
  commission:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: COMM
    rate:
      mode: whole
      select: reached
      boundary: upper
      below: same
      tiers:
        - {from: 0, rate: 1%}
        - {from: 1000, rate: 2%}
"""
QUARTER = "  sales_qtd: {sum: sales, over: quarter_to_date}\n"
YEAR = "  sales_ytd: {sum: sales, over: year_to_date}\n"
AMOUNTS = {
    "2025-07": 400, "2025-09": 600, "2025-10": 100, "2025-12": 50, "2026-01": 500, "2026-02": 300, "2026-03": 200,
    "2026-04": 10, "2026-06": 20, "2026-07": 30,
}  # fmt: skip


def levels(folder: Path, measures: str, period: str, people: str = "P1,2025-01-01,,Seller,X1", **more: str) -> Any:
    """A run; each month's amount is sold in its middle."""
    text = plan(measures, more.get("components", LEVELS))
    text = text.replace("in_force: {start: 2026-01-01", "in_force: {start: 2025-01-01")
    text = text.replace("{title: Seller}", "{title: [Seller, Senior]}")
    orders = [f"O-{month},{month}-15,P1,booked,,1,{net}" for month, net in AMOUNTS.items()]
    files: dict[str, Any] = {
        "field/comp.yaml": text,
        "orders.csv": "\n".join([HEAD, *orders, ""]),
        "people.csv": f"participant,start,end,title,payroll_id\n{people}\n",
    }
    root = written(folder, files)
    config = root / "komisi.yaml"
    said = config.read_text().replace("first_year: 2026", "first_year: 2025")
    said = said.replace("pay_period: month", f"pay_period: {more.get('pay', 'month')}")
    config.write_text(said)
    return open_workspace(root).run(period)


def of(run: Any, name: str = "reached") -> dict[str, Any]:
    return dict(run.table(f"measures/field.{name}").sort("period").select("period", "value").iter_rows())


HELD = QUARTER + "  reached: {previous: sales_qtd, back: quarter_end, no_previous: zero}\n"


def test_all_months_of_a_quarter_read_what_the_one_before_came_to(tmp_path: Path) -> None:
    """January to March 150 of October to December, April to June 1,000 of January to March: exactly on the bound."""
    run = levels(tmp_path, HELD, "2026-06")
    assert of(run) == dict.fromkeys(("2026-04", "2026-05", "2026-06"), Decimal(1000))
    earned = dict(run.table("earnings/field.commission").select("period", "earning").iter_rows())
    assert earned == {"2026-04": Decimal("0.2"), "2026-05": Decimal(0), "2026-06": Decimal("0.4")}

"""A company of two sellers at five percent, whose orders come from wherever a test says."""

from pathlib import Path

import polars as pl

from engine import Run, open_workspace

MAIN = """\
kind: workspace
name: dirt
calendar: {kind: months, first_year: 2026, last_year: 2026, fiscal_year_starts: 1, year_named_by: start}
pay_period: month
plans: sales.yaml
sources:
  people:
    role: participants
    files: people.csv
    columns: {participant: text, start: date, end: date, title: text}
  orders:
    role: transactions
    FROM
    key: [order_id]
    date: sold_on
    participant: seller
    columns:
      order_id: text
      sold_on: date
      seller: text
      net: {type: money, currency: USD}
      units: quantity
      discount: rate
      paid: bool
policies:
  segments: separate
  unmatched: warning
  not_on_plan: unassigned
"""
GERMAN = """\
    columns:
      order_id: text
      sold_on: {type: date, format: "%d.%m.%Y"}
      seller: text
      net: {type: money, currency: USD, decimal_mark: ",", thousands: "."}
      units: quantity
      discount: rate
      paid: bool
"""
"""The columns with German marks and days."""
PLAN = """\
kind: comp-plan
name: sales
currency: USD
in_force: {start: 2026-01-01}
participants: {title: Seller}
credits:
  sales: {from: orders, to: seller, credit_date: sold_on, value: net}
measures:
  sales_month: {sum: sales, over: period}
components:
  commission:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: COMM
    rate: {mode: flat, rate: 5%}
    then: [{round: {per: earning, mode: half_up}}]
"""
PEOPLE = "participant,start,end,title\nana,2026-01-01,,Seller\nben,2026-01-01,,Seller\n"


def company(folder: Path, where: str, columns: str | None = None) -> Path:
    """Write the company into a folder; `where` is what its orders' source says of files or database."""
    folder.mkdir(parents=True, exist_ok=True)
    main = MAIN.replace("FROM", where)
    if columns is not None:
        main = main[: main.index("    columns:\n      order_id")] + columns + main[main.index("policies:") :]
    (folder / "komisi.yaml").write_text(main, encoding="utf-8")
    (folder / "sales.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return folder


def calculated(folder: Path) -> Run:
    """March."""
    return open_workspace(folder).run("2026-03")


def paid(run: Run) -> dict[str, str]:
    """What each is paid."""
    return {who: f"{amount:.2f}" for who, amount in run.payouts.select("participant", "amount").rows()}


def refused(run: Run) -> list[tuple[str, int | None, str]]:
    """The log of the orders: code, row and message."""
    log = run.exceptions.filter((pl.col("source") == "orders") & (pl.col("stage") == "intake"))
    return [(code, row, message) for code, row, message in log.select("code", "row", "message").sort("row").iter_rows()]

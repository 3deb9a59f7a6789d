"""A large made workspace: a seeded generator of typed Parquet and the plan that the benchmark runs, in one folder.

Shares of what makes rows cost more: 5 % of people are promoted in the year (two segments), 4 % of transactions are
returns, 2 % are none of the rule's business, 1 % name nobody or somebody who is not on the plan.
"""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

PERIOD = "2026-12"
FIRST = date(2026, 1, 1)
FILE_ROWS = 1_000_000

WORKSPACE = """\
kind: workspace
name: million
calendar: {kind: months, first_year: 2026, last_year: 2026, fiscal_year_starts: 1, year_named_by: start}
pay_period: month
plans: "plans/*.yaml"
targets: ["targets/*.yaml"]
sources:
  orders:
    role: transactions
    format: parquet
    files: "orders/*.parquet"
    key: [order_id]
    participant: seller
    date: day
    columns:
      order_id: text
      day: date
      seller: {type: text, nullable: true}
      kind: text
      net: {type: money, currency: USD}
  people:
    role: participants
    format: parquet
    files: people.parquet
    columns:
      participant: text
      start: date
      end: date
      title: text
      payroll_id: text
      own_rate: {type: rate, nullable: true}
  quotas:
    role: targets
    format: parquet
    files: quotas.parquet
    columns: {participant: text, year: text, amount: {type: money, currency: USD}}
variables:
  own_rate: {type: rate, default: 0.5%, column: own_rate}
policies:
  boundary: upper
  below: same
  segments: separate
  unmatched: ignore
  not_on_plan: unassigned
  participant_values_on: segment_end
"""

PLAN = """\
kind: comp-plan
name: field
currency: USD
in_force: {start: 2026-01-01, end: 2026-12-31}
participants: {title: [Rep, Senior Rep]}
credits:
  sales:
    from: orders
    where: kind != "test"
    to: seller
    credit_date: day
    value: net
    order: [day, order_id]
measures:
  sales_month: {sum: sales, over: period}
  sales_ytd: {sum: sales, over: year_to_date}
  deals_month: {count: sales, over: period}
components:
  commission:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: COMM
    rate:
      mode: marginal
      select: sales_month
      tiers: [{from: 0, rate: 1%}, {from: 2000, rate: 2%}, {from: 5000, rate: 3%}]
    then:
      - round: {per: earning, mode: half_up}
  growth:
    earning_period: month
    basis: to_date
    base: sales_ytd
    earning_code: COMM
    rate:
      mode: whole
      select: sales_ytd
      against: quota
      reach: to_date
      missing_target: block
      zero_target: zero
      tiers: [{from: 0%, rate: 0.4%}, {from: 80%, rate: 0.8%}, {from: 100%, rate: 1.4%}, {from: 130%, rate: 1.8%}]
    then:
      - true_up: year
      - round: {per: earning, mode: half_up}
  activity:
    earning_period: month
    basis: period
    earning_code: BONUS
    rate:
      mode: step
      select: deals_month
      tiers: [{from: 0, amount: 0}, {from: 6, amount: 50}, {from: 10, amount: 120}, {from: 15, amount: 250}]
    then:
      - gate: {measure: sales_month, at_least: 2000 USD}
      - round: {per: earning, mode: half_up}
  deals:
    earning_period: month
    basis: credit
    base: sales
    earning_code: COMM
    rate:
      mode: marginal
      select: sales_ytd
      tiers: [{from: 0, rate: 0.5%}, {from: 10000, rate: 1%}, {from: 30000, rate: 1.5%}]
    then:
      - multiply: {by: 1.1 if kind == "renewal" else 1, per: credit}
      - round: {per: earning, mode: half_up}
  spiff:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: SPIFF
    rate: {mode: flat, rate: own_rate}
    then:
      - round: {per: earning, mode: half_up}
"""

TARGETS = """\
kind: target-plan
name: quota
unit: USD
source: quotas
given: year
spread: evenly
prorate: calendar_days
"""


def make(folder: Path, transactions: int, participants: int, seed: int = 1) -> None:
    """Write the workspace and its data; the same for the same numbers."""
    write_texts(folder, {"komisi.yaml": WORKSPACE, "plans/field.yaml": PLAN, "targets/quota.yaml": TARGETS})
    dice = random.Random(seed)
    ids = [f"P{number:06}" for number in range(participants)]
    _people(dice, ids).write_parquet(folder / "people.parquet")
    write_quotas(folder, ids, [dice.randrange(20_000, 90_000) * 100 for _ in ids])
    strangers: list[str | None] = [None, "STRANGER"]
    extra = max(len(ids) // 200, 1)
    sellers = pl.Series("seller", [*ids, *(strangers * extra)], pl.String)
    kinds = pl.Series("kind", ["sale"] * 39 + ["renewal"] * 10 + ["test"])
    for first, count in files(transactions):
        net = pl.Series("net", [-c if dice.random() < 0.04 else c for c in cents(dice, 12_000)])
        write_orders(folder, orders(dice, first, count, [sellers, kinds, net]).with_columns(decimals("net", 2)), first)


def write_texts(folder: Path, texts: dict[str, str]) -> None:
    """The workspace and its plans."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def write_quotas(folder: Path, ids: list[str], quotas: list[int]) -> None:
    """Everyone's target of the year, in cents."""
    frame = pl.DataFrame({"participant": ids, "year": ["2026"] * len(ids), "amount": quotas})
    frame.with_columns(decimals("amount", 2)).write_parquet(folder / "quotas.parquet")


def files(transactions: int) -> list[tuple[int, int]]:
    """Each file's first row and number of rows."""
    return [(first, min(FILE_ROWS, transactions - first)) for first in range(0, transactions, FILE_ROWS)]


def write_orders(folder: Path, rows: pl.DataFrame, first: int) -> None:
    """One file of orders."""
    (folder / "orders").mkdir(exist_ok=True)
    rows.write_parquet(folder / "orders" / f"{first // FILE_ROWS:03}.parquet")


def decimals(column: str, places: int) -> pl.Expr:
    """Integers in units of the last place → decimals, exactly."""
    units = pl.lit(10**places, pl.Int64)
    return (pl.col(column).cast(pl.Decimal(18, places)) / units).cast(pl.Decimal(18, places)).alias(column)


def cents(dice: random.Random, least: int) -> list[int]:
    """Amounts to draw from, mostly small."""
    return [int(dice.paretovariate(1.6) * least) for _ in range(10_000)]


def orders(dice: random.Random, first: int, count: int, drawn: list[pl.Series]) -> pl.DataFrame:
    """Rows from the `first`, numbered, on days of the year, each with one of the values of every series."""
    picks = [series.gather(pl.Series(dice.choices(range(series.len()), k=count))) for series in drawn]
    days = pl.Series("day", dice.choices(range(365), k=count), pl.Int32)
    frame = pl.DataFrame({"order_id": pl.Series(range(first, first + count)), "day": days})
    number = pl.concat_str([pl.lit("T"), pl.col("order_id").cast(pl.String).str.zfill(9)])
    dated = (pl.col("day") + (FIRST - date(1970, 1, 1)).days).cast(pl.Date)
    return frame.select(number.alias("order_id"), dated.alias("day")).with_columns(*picks)


def _people(dice: random.Random, ids: list[str]) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for one in ids:
        rate = dice.choice((None, None, 4000, 6000, 7500))
        if dice.random() < 0.05:
            cut = FIRST + timedelta(days=dice.randrange(40, 330))
            rows.append((one, date(2020, 1, 1), cut - timedelta(days=1), "Rep", f"X{one}", rate))
            rows.append((one, cut, None, "Senior Rep", f"X{one}", rate))
        else:
            rows.append((one, date(2020, 1, 1), None, "Rep", f"X{one}", rate))
    schema = {"participant": pl.String, "start": pl.Date, "end": pl.Date, "title": pl.String, "payroll_id": pl.String}
    frame = pl.DataFrame(rows, schema={**schema, "own_rate": pl.Int64}, orient="row")
    return frame.with_columns(decimals("own_rate", 6))

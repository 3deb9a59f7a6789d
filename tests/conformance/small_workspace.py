"""A small workspace on disk that has one of each: three people, a rule by a column, a rule by assignments, a target."""

from collections.abc import Mapping
from pathlib import Path

from engine import Run, open_workspace

MAIN = """\
kind: workspace
name: small
calendar: {kind: months, first_year: 2026, last_year: 2026, fiscal_year_starts: 1, year_named_by: start}
pay_period: month
currencies: {USD: {digits: 2}}
plans: ["*/comp.yaml"]
targets: ["*/targets.yaml"]
sources:
  people:
    role: participants
    files: people.csv
    columns: {participant: text, start: date, end: date, title: text, payroll_id: text}
  orders:
    role: transactions
    files: orders.csv
    key: [order_id]
    participant: seller
    date: booked_on
    columns:
      order_id: text
      booked_on: date
      seller: {type: text, nullable: true}
      status: text
      account: {type: text, nullable: true}
      quantity: {type: quantity, on_empty: 0}
      net: {type: money, currency: USD}
  accounts:
    role: assignments
    files: accounts.csv
    columns: {account: text, participant: text, start: date, end: date, share: rate}
  goals:
    role: targets
    files: goals.csv
    columns: {participant: text, period: text, amount: {type: money, currency: USD}}
policies: {unmatched: ignore, not_on_plan: unassigned}
"""

PLAN = """\
kind: comp-plan
name: field
currency: USD
in_force: {start: 2026-01-01}
participants: {title: Seller}
credits:
  sales:
    from: orders
    where: status == "booked"
    to: seller
    credit_date: booked_on
    value: net
  shared:
    from: orders
    where: status == "shared"
    to: {assignment: accounts, match: {account: account}, share: share, digits: exact}
    credit_date: booked_on
    value: net
measures:
  total: {sum: [sales, shared], over: period}
components:
  commission:
    earning_period: month
    basis: period
    base: total
    earning_code: COMM
    rate:
      mode: marginal
      select: total
      against: goal
      boundary: upper
      below: same
      missing_target: block
      zero_target: block
      tiers: [{from: 0%, rate: 1%}, {from: 100%, rate: 3%}]
    then:
      - round: {per: earning, mode: half_up}
policies: {segments: separate, hit_policy: first}
"""

TARGETS = """\
kind: target-plan
name: goal
unit: USD
source: goals
given: period
prorate: none
"""

PEOPLE = """\
participant,start,end,title,payroll_id
P1,2025-01-01,,Seller,PX-1
P2,2025-01-01,,Seller,PX-2
P3,2025-01-01,2026-12-31,Seller,PX-3
"""

ORDERS = """\
order_id,booked_on,seller,status,account,quantity,net
A1,2026-03-02,P1,booked,,1,1000.00
A2,2026-03-03,P1,booked,,2,500
B1,2026-03-03,P2,booked,,1,700.50
B2,2026-03-04,P2,booked,,1,-100.25
C1,2026-03-05,P3,booked,,3,2500
S1,2026-03-06,P1,shared,K1,1,600
"""

ACCOUNTS = """\
account,participant,start,end,share
K1,P2,2025-01-01,,0.5
K1,P3,2025-01-01,,0.25
"""

GOALS = """\
participant,period,amount
P1,2026-03,1200
P2,2026-03,600
P3,2026-03,2000
"""

ADJUSTMENTS = """\
  moves:
    role: adjustments
    files: moves.csv
    key: [adjustment]
    columns:
      adjustment: text
      order_id: text
      from_participant: text
      to_participant: text
      share: rate
      approved_by: text
      approved_on: date
      reason: text
"""
"""A source of adjustments of the orders, to be put under `sources:`; no plan takes any here."""
ADJUSTED = "adjustment,order_id,from_participant,to_participant,share,approved_by,approved_on,reason\n"
"""The header of its file."""

TEXTS = {
    "komisi.yaml": MAIN, "field/comp.yaml": PLAN, "field/targets.yaml": TARGETS, "people.csv": PEOPLE, "orders.csv": ORDERS,
    "accounts.csv": ACCOUNTS, "goals.csv": GOALS,
}  # fmt: skip


def written(folder: Path, changed: Mapping[str, str | bytes | None] | None = None) -> Path:
    """The workspace in `folder`, with other texts or bytes for some of its files; None leaves one out."""
    for name, text in {**TEXTS, **(changed or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def calculated(folder: Path) -> Run:
    """March."""
    return open_workspace(folder).run("2026-03")

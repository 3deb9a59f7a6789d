"""A small workspace with one of everything, as texts, for the tests of `load` to read and to spoil."""

from pathlib import Path

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.core.span import Span
from engine.load import load
from engine.plan.comp_plan import CompPlan
from engine.plan.workspace import Workspace

MAIN = """\
kind: workspace
name: made
calendar: {kind: months, first_year: 2026, last_year: 2027, fiscal_year_starts: 4, year_named_by: start}
pay_period: month
plans: "*/comp.yaml"
targets: ["*/targets.yaml"]
sources:
  orders:
    role: transactions
    files: orders-{period}.csv
    key: [order_id]
    date: day
    columns:
      order_id: text
      day: {type: date, from: OrderDate, format: "%d/%m/%Y"}
      seller: {type: text, nullable: true}
      net: {type: money, currency: {column: currency}, decimal_mark: ",", thousands: "."}
      fee: {type: money, currency: USD, on_empty: 0}
      currency: text
  people:
    role: participants
    files: people.csv
    columns: {participant: text, start: date, end: date, title: text}
  goals:
    role: targets
    files: goals.csv
    columns: {participant: text, year: text, amount: {type: money, currency: USD}}
policies: {boundary: upper, unmatched: {value: ignore, reason: other desks}}
variables:
  bonus: {type: money, currency: USD, default: 500}
"""

PLAN = """\
kind: comp-plan
name: small
currency: USD
in_force: {start: 2026-04-01}
participants: {title: [Salesman, Senior Salesman]}
variables:
  spiff: {value: 2.5%, type: rate, note: since March}
  extra: 50 USD
credits:
  sales:
    from: orders
    where: currency == "USD"
    exclude:
      tiny: {when: net < 10, note: not worth it}
    to: seller
    credit_date: day
    value: net
measures:
  total: {sum: sales, over: year_to_date, note: from April}
components:
  commission:
    earning_period: quarter
    basis: to_date
    base: total
    earning_code: COMM
    rate:
      mode: whole
      select: total
      against: goal
      below: zero
      tiers:
        - {from: 0%, rate: 0.5%}
        - {from: 100%, to: 200%, rate: 0.03 * spiff, note: fast}
    then:
      - gate: {measure: total, against: goal, at_least: 12.5%, zero_target: full}
      - true_up: year
        reason: by law
      - cap: {over: year, at: 60000 USD, excess: remembered}
      - floor: {over: earning_period, at: extra, prorate: calendar_days}
      - prorate: {amount: calendar_days}
      - multiply: {by: 1.10, per: earning}
      - round: {per: earning, mode: half_even, digits: 1}
"""

TARGETS = """\
kind: target-plan
name: goal
unit: USD
source: goals
given: year
spread: evenly
prorate: none
"""

TEXTS = {"komisi.yaml": MAIN, "a/comp.yaml": PLAN, "a/targets.yaml": TARGETS}


def loaded(texts: dict[str, str]) -> tuple[Workspace | None, list[Diagnostic]]:
    diagnostics = Diagnostics()
    workspace = load(Path("."), diagnostics, None, {path: text.encode() for path, text in texts.items()})
    return workspace, list(diagnostics)


def edited(path: str, old: str, new: str) -> dict[str, str]:
    assert TEXTS[path].count(old) == 1, old
    return {**TEXTS, path: TEXTS[path].replace(old, new)}


def only(texts: dict[str, str]) -> tuple[str, str, int, int, str]:
    _, found = loaded(texts)
    assert len(found) == 1, found
    (d,) = found
    return d.code, d.span.file, d.span.line, d.span.column, d.message


def text_at(texts: dict[str, str], span: Span) -> str:
    """What the caret stands under, in the first line of the place."""
    line = texts[span.file].split("\n")[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.line == span.end_line else None]


def made() -> Workspace:
    workspace, found = loaded(TEXTS)
    assert workspace is not None and found == []
    return workspace


def plan() -> CompPlan:
    (only_one,) = made().plans
    return only_one

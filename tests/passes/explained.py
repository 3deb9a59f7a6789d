"""A small company with one of everything that an explanation has to say, run through the whole pipeline."""

from pathlib import Path

from engine import open_workspace
from engine.record import Record, open_record

WORKSPACE = """\
kind: workspace
name: small
calendar: {kind: months, first_year: 2026, last_year: 2026, fiscal_year_starts: 1, year_named_by: start}
pay_period: month
plans: "*/comp.yaml"
targets: "targets.yaml"
sources:
  people:
    role: participants
    files: people.csv
    columns: {participant: text, start: date, end: date, title: text, entity: text, bonus: {type: rate, nullable: true}}
  orders:
    role: transactions
    files: orders.csv
    key: [order, line]
    participant: seller
    date: day
    columns:
      order: text
      line: text
      day: date
      seller: {type: text, nullable: true}
      account: {type: text, nullable: true}
      kind: text
      currency: text
      net: {type: money, currency: {column: currency}}
  accounts:
    role: assignments
    files: accounts.csv
    columns: {account: text, participant: text, start: date, end: date, share: rate}
  goals:
    role: targets
    files: goals.csv
    columns: {participant: text, period: text, amount: {type: money, currency: USD}}
variables:
  bonus: {type: rate, default: 1, column: bonus, note: agreed one by one}
policies:
  boundary: {value: upper, note: who reaches a bound is over it}
  below: same
  segments: separate
  unmatched: ignore
  not_on_plan: exception
  participant_values_on: segment_end
"""

REP = """\
kind: comp-plan
name: rep
currency: USD
in_force: {start: 2026-01-01, end: 2026-12-31}
participants: {title: Rep}
credits:
  sales:
    from: orders
    where: kind == "sale" and net > -1000
    exclude:
      tiny: {when: net >= 0 and net < 10, note: not worth the paper}
    to: seller
    credit_date: day
    value: net
    note: every sale counts
measures:
  month: {sum: sales, over: period}
  ytd: {sum: sales, over: year_to_date}
components:
  commission:
    earning_period: month
    basis: period
    base: month
    earning_code: COMM
    rate:
      mode: marginal
      select: month
      against: goal
      missing_target: block
      zero_target: {value: full, note: no goal is a goal reached}
      tiers:
        - {from: 0%, rate: 1%}
        - {from: 100%, rate: 2.5%, note: the accelerator}
    then:
      - multiply: {per: earning, by: bonus, note: the personal factor}
      - round: {per: earning, mode: half_up}
  growth:
    earning_period: month
    basis: to_date
    base: ytd
    earning_code: GROW
    rate:
      mode: whole
      select: ytd
      tiers:
        - {from: 0, rate: 0%}
        - {from: 1000, rate: 1%}
        - {from: 5000, rate: 2%}
    then:
      - true_up: year
      - cap: {over: year, at: 60 USD, excess: remembered}
      - round: {per: earning, mode: half_up}
"""

TEAM = """\
kind: comp-plan
name: team
currency: USD
in_force: {start: 2026-01-01, end: 2026-12-31}
participants: {title: Lead}
credits:
  shared:
    from: orders
    where: kind == "team"
    to: {assignment: accounts, match: {account: account}, share: share, digits: 2, mode: half_up}
    credit_date: day
    value: net
    order: [day, order, line]
measures:
  ytd: {sum: shared, over: year_to_date}
components:
  per_deal:
    earning_period: month
    basis: credit
    base: shared
    earning_code: DEAL
    rate:
      mode: marginal
      select: ytd
      tiers:
        - {from: 0, rate: 1%}
        - {from: 100, rate: 10%}
    then:
      - multiply: {per: credit, by: 2 if net > 150 else 1, note: large deals count twice}
      - round: {per: earning, mode: half_up}
"""

TARGETS = """\
kind: target-plan
name: goal
unit: USD
source: goals
given: period
prorate: calendar_days
note: by the day for who comes or goes
"""

PEOPLE = """\
participant,start,end,title,entity,bonus
ann,2025-01-01,,Rep,East,
bob,2026-02-11,,Rep,East,1.1
cat,2025-01-01,,Rep,West,
dan,2025-01-01,,Rep,West,
eve,2025-01-01,,Lead,West,
fay,2025-01-01,,Lead,West,
hal,2025-01-01,,Chief,West,
"""

ORDERS = """\
order,line,day,seller,account,kind,currency,net
A1,1,2026-01-10,ann,,sale,USD,3000
A2,1,2026-02-05,ann,,sale,USD,2000
A3,1,2026-02-06,ann,,sale,USD,-500
A4,1,2026-02-07,ann,,sale,USD,5
A5,1,2026-02-08,ann,,draft,USD,900
A5,2,2026-02-08,ann,,sale,USD,1.005
A6,1,2026-03-01,ann,,sale,USD,700
A7,1,2026-02-09,hal,,sale,USD,70
A8,1,2026-02-09,eve,,sale,USD,80
A9,1,2026-02-10,,,sale,USD,90
B1,1,2026-02-12,bob,,sale,USD,1000
C1,1,2026-02-12,cat,,sale,USD,400
D1,1,2026-02-12,dan,,sale,USD,400
E1,1,2026-02-20,eve,X,team,USD,100.01
E2,1,2026-02-21,eve,X,team,USD,200
E3,1,2026-02-22,eve,Y,team,USD,50
E4,1,2026-02-23,eve,Z,team,USD,60
E5,1,2026-02-24,eve,X,sale,EUR,60
F1,1,2026-02-25,fay,,sale,USD,1x
F2,1,2025-12-25,fay,,sale,USD,10
"""

ACCOUNTS = """\
account,participant,start,end,share
X,eve,2026-01-01,,0.5
X,fay,2026-01-01,,0.5
Y,eve,2026-01-01,,0.3
"""

GOALS = """\
participant,period,amount
ann,2026-01,2000
ann,2026-02,1000
bob,2026-02,900
cat,2026-02,0
eve,2026-02,0
"""


def company(folder: Path) -> Path:
    """Write the company's plans and data; the folder of its workspace."""
    files = {
        "komisi.yaml": WORKSPACE, "rep/comp.yaml": REP, "team/comp.yaml": TEAM, "targets.yaml": TARGETS,
        "people.csv": PEOPLE, "orders.csv": ORDERS, "accounts.csv": ACCOUNTS, "goals.csv": GOALS,
    }  # fmt: skip
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run_of(folder: Path, period: str = "2026-02") -> Record:
    """A run of the company."""
    saved = open_workspace(company(folder / "workspace")).run(period).save(folder / "runs")
    return open_record(saved.record.folder)

"""A value exactly on a share of a target that does not divide evenly is on it: in every month, whatever division left over."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine import open_workspace

MAIN = """\
kind: workspace
name: uneven
calendar: {kind: months, first_year: 2026, last_year: 2026, fiscal_year_starts: 1, year_named_by: start}
pay_period: month
currencies: {USD: {digits: 2}}
plans: comp.yaml
targets: targets.yaml
sources:
  people:
    role: participants
    files: people.csv
    columns: {participant: text, start: date, end: date, title: text}
  orders:
    role: transactions
    files: orders.csv
    key: [order_id]
    participant: seller
    date: day
    columns: {order_id: text, day: date, seller: text, net: {type: money, currency: USD}}
  goals:
    role: targets
    files: goals.csv
    columns: {participant: text, year: text, amount: {type: money, currency: USD}}
policies: {segments: separate, unmatched: ignore, not_on_plan: unassigned, missing_target: block, zero_target: block}
"""
TARGETS = (
    "kind: target-plan\nname: quota\nunit: USD\nsource: goals\ngiven: year\nspread: evenly\nprorate: calendar_days\n"
)
TABLES = {
    "whole": "{from: 0%, rate: 1%}, {from: 90%, rate: 2%}, {from: 120%, rate: 3%}",
    "step": "{from: 0%, amount: 1}, {from: 90%, amount: 2}, {from: 120%, amount: 3}",
    "each_entered": "{from: 0%, amount: 1}, {from: 90%, amount: 1}, {from: 120%, amount: 1}",
    "interpolated": "{at: 0%, amount: 1}, {at: 90%, amount: 1}, {at: 90%, amount: 2}, {at: 120%, amount: 2}, "
    "{at: 120%, amount: 3}",
}


def plan(mode: str) -> str:
    tiers = "points" if mode == "interpolated" else "tiers"
    base = "    base: sales_month\n" if mode == "whole" else ""
    return f"""\
kind: comp-plan
name: seller
currency: USD
in_force: {{start: 2026-01-01}}
participants: {{title: Seller}}
credits:
  sales: {{from: orders, to: seller, credit_date: day, value: net}}
measures:
  sales_month: {{sum: sales, over: period}}
components:
  bonus:
    earning_period: month
    basis: period
{base}    earning_code: BONUS
    rate:
      mode: {mode}
      select: sales_month
      against: quota
      boundary: upper
      below: same
      {"above: same" if mode == "interpolated" else ""}
      {tiers}: [{TABLES[mode]}]
    then:
      - gate: {{measure: sales_month, against: quota, at_least: 90%}}
      - round: {{per: earning, mode: half_up}}
"""


def put(folder: Path, files: dict[str, str]) -> None:
    """The files of a workspace."""
    for name, text in files.items():
        (folder / name).write_text(text + "\n", encoding="utf-8")


@pytest.mark.parametrize("mode", TABLES)
def test_no_month_misses_its_bound(mode: str, tmp_path: Path) -> None:
    """10,000 a year are 833.33… a month; 90 % of that are 750.00, 120 % are 1,000.00. A cent less has not reached it."""
    people, orders, goals = ["participant,start,end,title"], ["order_id,day,seller,net"], ["participant,year,amount"]
    sold = {"nearly": "749.99", "there": "750.00", "over": "999.99", "far": "1000.00"}
    for who, net in sold.items():
        people.append(f"{who},2026-01-01,,Seller")
        goals.append(f"{who},2026,10000")
        orders += [f"{who}-{month},2026-{month:02}-10,{who},{net}" for month in range(1, 13)]
    files = {"komisi.yaml": MAIN, "targets.yaml": TARGETS, "comp.yaml": plan(mode)}
    files |= {"people.csv": "\n".join(people), "orders.csv": "\n".join(orders), "goals.csv": "\n".join(goals)}
    put(tmp_path, files)
    rates = {"nearly": 0, "there": 2, "over": 2, "far": 3}
    for month in range(1, 13):
        run = open_workspace(tmp_path).run(f"2026-{month:02}")
        paid = dict(run.payouts.select("participant", "amount").iter_rows())
        wanted = {who: Decimal(rate) for who, rate in rates.items()}
        if mode == "whole":
            wanted = {who: round(Decimal(sold[who]) * rate / 100, 2) for who, rate in rates.items()}
        assert paid == wanted, month
    assert run.save(tmp_path / "runs").verify().ok


STEEP = "{at: 0%, amount: 1}, {at: 300%, amount: 1}, {at: 400%, amount: 1000001}"


def test_on_a_point_the_line_to_the_next_has_not_begun(tmp_path: Path) -> None:
    """300 % of 833.33… are 2,500.00, and pay 1.00: the line from there rises by a millionth where the last place does."""
    text = plan("interpolated").replace(TABLES["interpolated"], STEEP).replace("mode: half_up", "mode: ceiling")
    files = {"komisi.yaml": MAIN, "targets.yaml": TARGETS, "comp.yaml": text}
    files |= {"people.csv": "participant,start,end,title\nana,2026-01-01,,Seller"}
    files |= {"orders.csv": "order_id,day,seller,net\no-1,2026-01-10,ana,2500"}
    files |= {"goals.csv": "participant,year,amount\nana,2026,10000"}
    put(tmp_path, files)
    run = open_workspace(tmp_path).run("2026-01")
    assert dict(run.payouts.select("participant", "amount").iter_rows()) == {"ana": Decimal(1)}


UNKNOWN = {
    "interpolated": "points: [{at: 0%, rate: 0%}, {at: 100%, rate: 5%}, {at: 120%, rate: 0.1 * sales_month / target}]",
    "marginal": "tiers: [{from: 0%, rate: 1%}, {from: 100%, rate: 5%}, {from: 120%, rate: 0.1 * sales_month / target}]",
}


@pytest.mark.parametrize("mode", UNKNOWN)
def test_what_lies_further_on_has_no_say(mode: str, tmp_path: Path) -> None:
    """No target counts as 100 %: 5 % of 1,000, though the next point or tier can't be read without one."""
    kept, _, _ = plan("step").partition("    earning_code")
    table = (
        f"    rate: {{mode: {mode}, select: sales_month, against: quota, below: zero, boundary: upper, {UNKNOWN[mode]}"
    )
    above = ", above: same}\n" if mode == "interpolated" else "}\n"
    rounded = "    then: [{round: {per: earning, mode: half_up}}]\n"
    comp = f"{kept}    base: sales_month\n    earning_code: BONUS\n{table}{above}{rounded}"
    files = {"komisi.yaml": MAIN.replace("missing_target: block", "missing_target: full"), "targets.yaml": TARGETS}
    files |= {"comp.yaml": comp, "people.csv": "participant,start,end,title\nana,2026-01-01,,Seller"}
    files |= {"orders.csv": "order_id,day,seller,net\no-1,2026-01-10,ana,1000", "goals.csv": "participant,year,amount"}
    put(tmp_path, files)
    run = open_workspace(tmp_path).run("2026-01")
    assert dict(run.payouts.select("participant", "amount").iter_rows()) == {"ana": Decimal(50)}
    assert run.save(tmp_path / "runs").verify().ok

"""Another day than the credit date, as of which credits read what is dated: shares, managers, values; and who was not there."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.explain import Node, explain
from engine.record import open_record
from tests.conformance.small_workspace import MAIN, PLAN, written

SOLD = MAIN.replace("booked_on: date\n", "booked_on: date\n      sold_on: date\n").replace(
    "title: text, ", "title: text, manager: {type: text, nullable: true}, own: {type: rate, nullable: true}, "
)
VARIABLES = "variables: {own: {type: rate, default: 1%, by_title: {Lead: 4%}, column: own}}\n"
ORDERS = "order_id,booked_on,sold_on,seller,status,account,quantity,net"
PEOPLE = "participant,start,end,title,payroll_id,manager,own"
ROLLED = "{managers_of: seller, levels: 1, longer: stop, no_manager: skip, not_on_plan: skip}"


def run_of(folder: Path, rule: str, values_on: str, people: list[str], orders: list[str], accounts: str = "") -> Run:
    """March, with a plan whose one rule says another day, and whose one component pays each credit at `own`."""
    head, _, _ = PLAN.partition("credits:")
    plan = f"""{head}participants: {{title: [Seller, Lead]}}
credits:
  sales: {{from: orders, to: {rule}, credit_date: booked_on, values_on: {values_on}, value: net}}
components:
  commission:
    earning_period: month
    basis: credit
    base: sales
    earning_code: COMM
    rate: {{mode: flat, rate: own}}
    then: [{{round: {{per: earning, mode: half_up}}}}]
policies: {{segments: separate, hit_policy: first}}
""".replace("participants: {title: Seller}\n", "")
    texts = {
        "komisi.yaml": SOLD + VARIABLES, "field/comp.yaml": plan, "orders.csv": "\n".join([ORDERS, *orders, ""]),
        "people.csv": "\n".join([PEOPLE, *people, ""]), "accounts.csv": "account,participant,start,end,share\n" + accounts,
    }  # fmt: skip
    return open_workspace(written(folder, dict(texts))).run("2026-03")


def credits(run: Run, *more: str | pl.Expr) -> list[tuple[Any, ...]]:
    return run.table("credits/field.sales").select("order_id", "participant", *more).rows()


STAYS = "{column: sold_on, later: credit_date, not_on_roster: credit_date}"
HELD = "{column: sold_on, later: credit_date, not_on_roster: exception}"
ANA = ["ana,2026-01-01,2026-02-28,Seller,X1,mo,0.07", "ana,2026-03-01,,Seller,X1,vera,0.08"]
MO = "mo,2025-01-01,2026-02-28,Seller,X2,,"
MO_LEADS = "mo,2026-03-01,,Lead,X2,,"


@pytest.mark.parametrize(
    ("sold", "own", "pay"),
    [
        ("2026-02-28", "0.07", "70"),  # the last day of the rate before
        ("2026-03-01", "0.08", "80"),
        ("2026-03-10", "0.08", "80"),  # the credit date itself
        ("2026-01-01", "0.07", "70"),  # the first day on the roster
        ("2025-12-31", "0.08", "80"),  # the day before: as of the credit date
        ("2026-03-11", "0.08", "80"),  # sold after it counts: as of the credit date
    ],
)
def test_a_rate_of_the_day_of_the_sale(sold: str, own: str, pay: str, tmp_path: Path) -> None:
    run = run_of(tmp_path, "seller", STAYS, ANA, [f"A,2026-03-10,{sold},ana,booked,,1,1000"])
    assert run.table("credit_pay/field.commission").select("own", "pay").rows() == [(Decimal(own), Decimal(pay))]


def test_a_value_by_the_title_of_that_day(tmp_path: Path) -> None:
    """Mo sold as a seller and is paid as a lead: at the default of a seller, in the month and segment of the lead."""
    orders = ["A,2026-03-10,2026-02-27,mo,booked,,1,1000", "B,2026-03-10,2026-03-02,mo,booked,,1,1000"]
    run = run_of(tmp_path, "seller", STAYS, [MO, MO_LEADS], orders)
    names = ("order_id", "own.said_by", "pay", pl.col("segment").cast(pl.String))
    rows = run.table("credit_pay/field.commission").select(*names).rows()
    assert rows == [("A", "default", Decimal(10), "2026-03-01"), ("B", "title Lead", Decimal(40), "2026-03-01")]


def test_whoever_was_not_there_is_held_back_where_the_plan_says_so(tmp_path: Path) -> None:
    orders = ["A,2026-03-10,2025-12-31,ana,booked,,1,1000", "B,2026-03-10,2026-01-01,ana,booked,,1,1000"]
    run = run_of(tmp_path, "seller", HELD, ANA, orders)
    since = pl.col("values_on.since").cast(pl.String)
    assert credits(run, "state", "because", since) == [
        ("A", "ana", "exception", "not_on_roster", None),
        ("B", "ana", "credited", "", "2026-01-01"),
    ]
    found = run.exceptions.filter(pl.col("code") == "E456").select("participant", "severity", "at_stake").rows()
    assert found == [("ana", "blocks_participant", Decimal(1000))]
    record = open_record(run.save(tmp_path / "runs").record.folder)
    said = {
        key: [n.title for n in nodes(explain(record, "ana", transaction=key)) if n.kind == "choice"] for key in "AB"
    }
    assert said == {"A": ["not_on_roster: exception"], "B": []}


SHARES = "acme,ana,2026-01-01,2026-02-28,0.6\nacme,ana,2026-03-01,,0.5\nacme,mo,2026-03-01,,0.5\n"


@pytest.mark.parametrize(
    ("sold", "expected"),
    [
        ("2026-02-28", [("A", "", "unassigned", 400), ("A", "ana", "credited", 600)]),
        ("2026-03-01", [("A", "ana", "credited", 500), ("A", "mo", "credited", 500)]),
        ("2025-12-31", [("A", "", "unassigned", 1000)]),  # nobody was assigned
    ],
)
def test_shares_are_those_of_that_day(sold: str, expected: list[tuple[Any, ...]], tmp_path: Path) -> None:
    to = "{assignment: accounts, match: {account: account}, share: share, digits: exact}"
    people = [*ANA, MO.replace("2026-02-28", "")]
    run = run_of(tmp_path, to, STAYS, people, [f"A,2026-03-10,{sold},,booked,acme,1,1000"], SHARES)
    assert credits(run, "state", "amount") == expected


def test_managers_are_those_of_that_day(tmp_path: Path) -> None:
    people = [*ANA, MO.replace("2026-02-28", ""), "vera,2025-01-01,,Lead,X3,,"]
    orders = ["A,2026-03-10,2026-02-28,ana,booked,,1,1000", "B,2026-03-10,2026-03-01,ana,booked,,1,1000"]
    run = run_of(tmp_path, ROLLED, STAYS, people, orders)
    assert credits(run, "own") == [("A", "mo", Decimal("0.01")), ("B", "vera", Decimal("0.04"))]


def test_the_log_names_the_day_on_which_the_roster_has_nothing(tmp_path: Path) -> None:
    """Of whoever sold it nothing was known on the day of the sale, so nobody is above."""
    run = run_of(tmp_path, ROLLED, STAYS, [*ANA, MO], ["A,2026-03-10,2025-12-31,ana,booked,,1,1000"])
    assert credits(run, "because") == [("A", "", "no_manager")]
    (told,) = run.exceptions.filter(pl.col("code") == "E123")["message"].to_list()
    assert told == "the roster has no row of `ana` on 2025-12-31, so nobody above is credited"


def nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in nodes(child))]


def test_the_day_stands_beside_the_credit_and_the_choices_beneath_it(tmp_path: Path) -> None:
    orders = [
        "A,2026-03-10,2026-02-28,ana,booked,,1,1000", "B,2026-03-10,2025-12-31,ana,booked,,1,1",
        "C,2026-03-10,2026-03-11,ana,booked,,1,1",
    ]  # fmt: skip
    run = run_of(tmp_path, "seller", STAYS, ANA, orders)
    record = open_record(run.save(tmp_path / "runs").record.folder)
    found = {
        n.title[0]: n for n in nodes(explain(record, "ana")) if n.kind == "credit" and n.about.find("credited") < 0
    }
    assert found["A"].about == "with the values of 2026-02-28" and found["A"].inputs["values_on"] == "2026-02-28"
    choices = {key: [c.title for c in node.children if c.kind == "choice"] for key, node in found.items()}
    assert choices == {"A": [], "B": ["not_on_roster: credit_date"], "C": ["later: credit_date"]}
    assert set(run.exceptions["code"]) == {"E112"}  # that nobody is a lead

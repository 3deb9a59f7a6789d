"""Waivers of items: for whom and when the amount stays, what the trace says of it, and what can't be waived."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain.node import Node
from engine.pipeline import front
from tests.conformance.small_workspace import PLAN, written

PEOPLE = "participant,start,end,title,payroll_id\nP1,2026-01-01,,Seller,X1\nP2,2026-01-01,,Seller,X2\n"
ORDERS = "order_id,booked_on,seller,status,account,quantity,net\n" + "".join(
    f"{who}{month}{n},2026-0{month}-1{n},{who},booked,,1,{net}\n"
    for month in (1, 2, 3)
    for who in ("P1", "P2")
    for n, net in ((1, 100), (2, 300))
)
WAIVER = "{participant: P2, periods: [2026-02], name: M. Putri, approved: 2026-02-27, reason: at the fair}"


def plan(items: str, basis: str = "period", base: str = "sold", length: str = "month") -> str:
    head = PLAN[: PLAN.index("  shared:")]
    return (
        f"{head}measures:\n  sold: {{sum: sales, over: period}}\n  sold_ytd: {{sum: sales, over: year_to_date}}\n"
        f"components:\n  pay:\n    earning_period: {length}\n    basis: {basis}\n    base: {base}\n    earning_code: PAY\n"
        f"    rate: {{mode: flat, rate: 10%}}\n    then:\n{items}"
        "policies: {segments: separate, payout_rounding: half_up}\n"
    )


def run_of(folder: Path, text: str, period: str = "2026-03") -> Run:
    files: dict[str, Any] = {"field/comp.yaml": text, "orders.csv": ORDERS, "people.csv": PEOPLE}
    return open_workspace(written(folder, files)).run(period)


def paid(folder: Path, text: str) -> dict[str, list[Decimal]]:
    """By month, what P1 and P2 earned."""
    found: dict[str, list[Decimal]] = {}
    for period in ("2026-01", "2026-02", "2026-03"):
        rows = run_of(folder / period, text, period).table("earnings").filter(period=period)
        found[period] = rows.sort("participant")["earning"].to_list()
    return found


GATE = "      - gate: {when: sold >= 1000, per: earning}\n        waivers: "
TO_DATE = f"      - gate: {{when: sold_ytd >= 1, per: earning}}\n        waivers: [{WAIVER}]\n      - true_up: year\n"
ITEMS = [
    ("gate: {when: sold >= 1000, per: earning}", 0, 40),
    ("gate: {measure: sold, at_least: 1000 USD}", 0, 40),
    ("multiply: {by: 0.5, per: earning}", 20, 40),
    ("cap: {over: earning_period, at: 5 USD}", 5, 40),
    ("floor: {over: earning_period, at: 55 USD}", 55, 40),
]


@pytest.mark.parametrize(("item", "plainly", "waived"), ITEMS)
def test_the_amount_stays_in_the_period_and_for_the_participant_that_are_named(
    item: str, plainly: int, waived: int, tmp_path: Path
) -> None:
    found = paid(tmp_path, plan(f"      - {item}\n        waivers: [{WAIVER}]\n"))
    assert found == {"2026-01": [plainly, plainly], "2026-02": [plainly, waived], "2026-03": [plainly, plainly]}


def test_an_item_per_credit_is_waived_for_all_credits_of_the_period(tmp_path: Path) -> None:
    text = plan(f"      - cap: {{over: credit, at: 7 USD}}\n        waivers: [{WAIVER}]\n", "credit", "sales")
    assert paid(tmp_path, text)["2026-02"] == [14, 40]


def test_a_part_of_a_month_is_paid_whole(tmp_path: Path) -> None:
    people = PEOPLE.replace("P2,2026-01-01", "P2,2026-02-08")
    files: dict[str, Any] = {"orders.csv": ORDERS, "people.csv": people}
    files["field/comp.yaml"] = plan(f"      - prorate: {{amount: calendar_days}}\n        waivers: [{WAIVER}]\n")
    run = open_workspace(written(tmp_path, files)).run("2026-02")
    assert run.table("earnings").filter(in_pay_period=True).sort("participant")["earning"].to_list() == [40, 40]


def test_a_waived_gate_is_no_cause_and_its_own_figures_stay(tmp_path: Path) -> None:
    items = f"{GATE}[{WAIVER}]\n      - multiply: {{by: 0, per: earning}}\n"
    run = run_of(tmp_path, plan(items), "2026-02")
    rows = run.table("earnings/field.pay").filter(period="2026-02").sort("participant")
    assert rows.select("step_1.met", "step_1.waived", "cause").rows() == [
        (False, False, "gate"),
        (False, True, "modifiers"),
    ]


def test_explain_says_who_approved_it_and_why(tmp_path: Path) -> None:
    tree = run_of(tmp_path, plan(f"{GATE}[{WAIVER}]\n"), "2026-02").save(tmp_path / "runs").explain("P2")
    assert ("waived, approved by M. Putri on 2026-02-27", "at the fair") in list(_said(tree))


def _said(node: Node) -> Iterator[tuple[str, str | None]]:
    yield node.title, node.note
    for child in node.children:
        yield from _said(child)


def test_a_waiver_pays_where_the_gate_would_not_be_known(tmp_path: Path) -> None:
    item = "gate: {when: sold / (sold - sold) > 1, per: earning}"
    assert paid(tmp_path, plan(f"      - {item}\n        waivers: [{WAIVER}]\n"))["2026-02"] == [None, 40]


def test_a_waiver_that_reaches_nobody_is_told_in_its_period(tmp_path: Path) -> None:
    item = f"      - multiply: {{by: 0.5, per: earning}}\n        waivers: [{WAIVER.replace('P2', 'P9')}]\n"
    rows = run_of(tmp_path / "then", plan(item), "2026-02").exceptions.filter(code="E426")
    assert rows.select("part", "participant", "period").rows() == [("pay", "P9", "2026-02")]
    assert run_of(tmp_path / "later", plan(item), "2026-03").exceptions.filter(code="E426").height == 0


MISTAKES = [
    (plan(f"{GATE}[{WAIVER}, {WAIVER}]\n"), "M271"),
    (plan(f"{GATE}[{WAIVER.replace('2026-02]', '2026-13]')}]\n"), "N074"),
    (plan(f"{GATE}[{WAIVER.replace('2026-02]', '2026-02, 2026-02]')}]\n"), "S007"),
    (plan(f"{GATE}[{WAIVER.replace(', reason: at the fair', '')}]\n"), "S002"),
    (plan(f"{GATE}[{WAIVER.replace('2026-02-27', 'yesterday')}]\n"), "S009"),
    (plan(f"{GATE}{WAIVER}\n"), "S003"),
    (plan(f"      - round: {{per: earning, mode: half_up}}\n        waivers: [{WAIVER}]\n"), "S014"),
    (plan(f"      - cap: {{over: year, at: 60 USD, excess: remembered}}\n        waivers: [{WAIVER}]\n"), "M270"),
    (plan(TO_DATE, "to_date", "sold_ytd"), "M270"),
    (plan(f"{GATE}[{WAIVER}]\n", length="quarter"), "N074"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), MISTAKES)
def test_mistakes_are_told(text: str, code: str, tmp_path: Path) -> None:
    found = Diagnostics()
    front(written(tmp_path, {"field/comp.yaml": text}), found, {})
    assert [each.code for each in found if each.code != "N010"] == [code]

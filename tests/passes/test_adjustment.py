"""Adjustments: what is moved, taken away and given, what the trace says of it, and what is told where one does nothing."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain.node import Node
from engine.pipeline import front
from tests.conformance.small_workspace import ADJUSTED, ADJUSTMENTS, MAIN, ORDERS, PLAN, written

SOURCE = ADJUSTMENTS.replace("share: rate\n", "share: rate\n      credit_rule: text\n")
WORKSPACE = MAIN.replace("policies:", f"{SOURCE}policies:")
TAKING = PLAN.replace("    value: net\n", "    value: net\n    adjustments: moves\n")
HEADER = ADJUSTED.replace("share,", "share,credit_rule,")


def moves(*rows: str) -> str:
    """Rows as `A1 P1>P2 0.5`: the transaction, from whom to whom, which share, and perhaps of which rule."""
    lines = []
    for number, row in enumerate(rows, start=1):
        order, who, share, *rule = row.split()
        giver, _, taker = who.partition(">")
        lines.append(f"M-{number},{order},{giver},{taker},{share},{''.join(rule)},V. Okafor,2026-04-02,it was theirs\n")
    return HEADER + "".join(lines)


def run_of(folder: Path, rows: str, plan: str = TAKING, **files: str) -> Run:
    texts: dict[str, Any] = {"komisi.yaml": WORKSPACE, "field/comp.yaml": plan, "moves.csv": rows}
    return open_workspace(written(folder, {**texts, **files})).run("2026-03")


def credits(run: Run, rule: str = "sales") -> dict[tuple[str, str], tuple[Any, str]]:
    """(transaction, participant) → amount, and its state or why it is not credited; of what adjustments touched."""
    rows = run.table(f"credits/field.{rule}").sort("order_id", "participant")
    touched = set(run.table(f"adjustments/field.{rule}")["order_id"])
    return {
        (row["order_id"], row["participant"]): (row["amount"], row["because"] or row["state"])
        for row in rows.iter_rows(named=True)
        if row["order_id"] in touched
    }


def test_a_credit_is_moved_whole_or_in_part_and_taken_away(tmp_path: Path) -> None:
    run = run_of(tmp_path, moves("A1 P1>P2 1", "A2 P1>P3 0.5", "C1 P3> 1"))
    assert credits(run) == {
        ("A1", "P1"): (0, "moved_away"),
        ("A1", "P2"): (1000, "credited"),
        ("A2", "P1"): (250, "credited"),
        ("A2", "P3"): (250, "credited"),
        ("C1", ""): (2500, "taken_away"),
        ("C1", "P3"): (0, "moved_away"),
    }
    paid = run.table("measures/field.total").filter(period="2026-03").sort("participant")["value"].to_list()
    assert paid == [250, Decimal("1900.25"), 400]
    assert run.table("states/orders").filter(order_id="C1")["state"].to_list() == ["excluded"]
    assert run.exceptions.filter(stage="adjustment").height == 0


def test_several_receivers_get_what_is_together_theirs_and_a_return_mirrors_it(tmp_path: Path) -> None:
    third = Decimal("0.333333")
    run = run_of(tmp_path, moves(f"B2 P2>P1 {third}", f"B2 P2>P3 {third}", f"A1 P1>P2 {third}", f"A1 P1> {third}"))
    found = {key: amount for key, (amount, _) in credits(run).items()}
    assert found["B2", "P1"] == Decimal("-100.25") * third
    assert sum(found[key] for key in found if key[0] == "B2") == Decimal("-100.25")
    assert sum(found[key] for key in found if key[0] == "A1") == 1000


def test_a_part_of_a_split_moves_at_the_digits_of_the_split(tmp_path: Path) -> None:
    plan = TAKING.replace("digits: exact", "digits: 2, mode: half_up")
    run = run_of(tmp_path, moves("S1 P2>P1 0.333333", "S1 >P3 0.5", "S1 P3>P2 1"), plan)
    assert credits(run, "shared") == {
        ("S1", ""): (75, "shares_under_one"),
        ("S1", "P1"): (100, "credited"),
        ("S1", "P2"): (350, "credited"),
        ("S1", "P3"): (75, "credited"),
    }


def test_managers_are_those_of_whom_it_was_moved_to(tmp_path: Path) -> None:
    people = (
        "participant,start,end,title,payroll_id,manager\nP1,2025-01-01,,Seller,X1,P3\nP2,2025-01-01,,Seller,X2,P4\n"
        "P3,2025-01-01,,Seller,X3,\nP4,2025-01-01,,Seller,X4,\n"
    )
    main = WORKSPACE.replace("payroll_id: text}", "payroll_id: text, manager: {type: text, nullable: true}}")
    said = "{managers_of: seller, levels: 1, longer: stop, no_manager: skip, not_on_plan: skip}"
    plan = TAKING.replace("    to: seller", f"    to: {said}")
    run = run_of(tmp_path, moves("A1 P1>P2 0.25", "A2 P1> 1"), plan, **{"people.csv": people, "komisi.yaml": main})
    assert credits(run) == {
        ("A1", "P3"): (750, "credited"),
        ("A1", "P4"): (250, "credited"),
        ("A2", ""): (500, "taken_away"),
    }


def test_who_has_no_manager_to_credit_is_told_where_it_was_sold(tmp_path: Path) -> None:
    managed = WORKSPACE.replace("title: text, payroll_id: text", "title: text, manager: {type: text, nullable: true}")
    people = "participant,start,end,title,manager\nP1,2025-01-01,,Seller,P3\nP2,2025-01-01,,Seller,\nP3,2025-01-01,,Seller,\n"
    to = "to: {managers_of: seller, levels: 1, longer: stop, no_manager: exception, not_on_plan: skip}"
    plan = TAKING.replace("to: seller", to, 1)
    log = run_of(tmp_path, moves("A1 P1>P2 1"), plan, **{"komisi.yaml": managed, "people.csv": people}).exceptions
    told = log.filter(code="E122").select("source", "key").rows()
    assert ("orders", "A1") in told


def test_what_is_moved_to_another_plan_its_own_rules_credit(tmp_path: Path) -> None:
    people = "participant,start,end,title,payroll_id\nP1,2025-01-01,,Seller,X1\nP4,2025-01-01,,Lead,X4\n"
    other = TAKING.replace("name: field", "name: other").replace("title: Seller", "title: Lead")
    run = run_of(tmp_path, moves("A1 P1>P4 0.25"), **{"people.csv": people, "other/comp.yaml": other})
    found = {
        plan: run.table(f"credits/{plan}.sales")
        .filter(order_id="A1")
        .sort("participant")
        .select("amount", "state")
        .rows()
        for plan in ("field", "other")
    }
    assert found == {
        "field": [(750, "credited"), (250, "excluded")],
        "other": [(750, "excluded"), (250, "credited")],
    }
    assert run.exceptions.filter(stage="adjustment").height == 0


def test_a_row_may_be_for_one_rule_only(tmp_path: Path) -> None:
    run = run_of(tmp_path, moves("A1 P1>P2 1 field.sales", "A2 P1>P2 1 field.shared"))
    assert credits(run)["A1", "P2"] == (1000, "credited")
    log = run.exceptions.filter(code="E434")
    assert log.select("key", "participant").rows() == [("M-2", "P1"), ("M-2", "P2")]


def test_a_rule_that_there_is_not_is_named(tmp_path: Path) -> None:
    log = run_of(tmp_path, moves("A1 P1>P2 1 field.sale")).exceptions.filter(code="E434")
    assert (
        log["message"].to_list()
        == ["an adjustment of what is not credited to them: no rule `field.sale` takes adjustments of `moves`"] * 2
    )


@pytest.mark.parametrize("row", ["A1 P1>=cmd 1", "A1 @P1>P2 1"])
def test_an_id_that_a_spreadsheet_would_run_is_refused(row: str, tmp_path: Path) -> None:
    log = run_of(tmp_path, moves(row)).exceptions.filter(source="moves")
    assert log.select("code", "severity").rows() == [("X020", "blocks_period")]


TOLD = [
    (("A9 P1>P2 1",), "E433", ["P1", "P2"]),
    (("A1 P2>P3 1",), "E434", ["P1", "P2", "P3"]),
    (("A1 P1>P2 0.5", "A1 P2>P3 0.5"), "E434", ["P1", "P2", "P3"]),
    (("A1 >P2 1",), "E434", ["P1", "P2"]),
    (("A1 P1>P2 0.6", "A1 P1>P3 0.5"), "E435", ["P1", "P2", "P3"]),
    (("A1 P1>P2 0.5", "A1 P1>P2 0.25"), "E436", ["P1", "P2", "P2"]),
    (("A1 P1>P1 1",), "E437", ["P1"]),
    (("A1 P1>P2 0",), "E437", ["P1", "P2"]),
    (("A1 > 1",), "E437", [None]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "code", "held"), TOLD)
def test_what_can_not_be_followed_holds_whom_it_names(
    rows: tuple[str, ...], code: str, held: list[str | None], tmp_path: Path
) -> None:
    run = run_of(tmp_path, moves(*rows))
    log = run.exceptions.filter(code=code)
    assert sorted(log["participant"], key=str) == held
    assert set(log["severity"]) == {"blocks_period" if held == [None] else "blocks_participant"}


LEADS = """\
kind: comp-plan
name: leads
currency: USD
in_force: {start: 2026-01-01}
participants: {title: Lead}
measures:
  team: {earned: field.commission, over: period, reports: {levels: [1], longer: stop, managers_on: last_day, not_on_plan: skip}}
components:
  override: {earning_period: month, basis: period, base: team, earning_code: OVER, rate: {mode: flat, rate: 10%}}
policies: {segments: separate, payout_rounding: half_up}
"""


def test_what_others_are_paid_on_another_plan_is_held_too(tmp_path: Path) -> None:
    """Who gets the credit is not known, and a lead has a share of what they earn by it."""
    managed = WORKSPACE.replace("title: text, payroll_id: text", "title: text, manager: {type: text, nullable: true}")
    people = "participant,start,end,title,manager\nP1,2025-01-01,,Seller,P4\nP2,2025-01-01,,Seller,P4\nP4,2025-01-01,,Lead,\n"
    files = {"komisi.yaml": managed, "people.csv": people, "leads/comp.yaml": LEADS}
    log = run_of(tmp_path, moves("A9 P1>P2 1"), **files).exceptions.filter(code="E433")
    assert set(log["severity"]) == {"blocks_period"}
    assert all("holds everybody: the measure `leads.team`" in message for message in log["message"])


def test_an_adjustment_of_other_days_is_not_told(tmp_path: Path) -> None:
    orders = "order_id,booked_on,seller,status,account,quantity,net\nA1,2026-05-02,P1,booked,,1,1000\n"
    run = run_of(tmp_path, moves("A1 P1>P2 1"), **{"orders.csv": orders})
    assert run.exceptions.filter(stage="adjustment").height == 0


def test_what_may_stand_in_the_file_of_another_period_is_a_warning(tmp_path: Path) -> None:
    monthly = WORKSPACE.replace("files: orders.csv", 'files: "orders-{period}.csv"')
    run = run_of(tmp_path, moves("A9 P1>P2 1", "A1 P2>P3 1"), **{"komisi.yaml": monthly, "orders-2026-03.csv": ORDERS})
    log = (
        run.exceptions.filter(stage="adjustment")
        .sort("code", "participant")
        .select("code", "severity", "message")
        .rows()
    )
    of_another = "an adjustment of a transaction that is not there: none in the files of this run; one of another period is moved"
    assert log[:2] == [("E433", "warning", f"{of_another} in the run of that")] * 2
    assert {(code, severity) for code, severity, _ in log[2:]} == {("E434", "blocks_participant")}
    assert all("by field.sales it is credited to P1" in message for _, _, message in log[2:])


@pytest.mark.parametrize("column", ["approved_by", "approved_on", "reason", "share", "order_id"])
def test_a_row_that_lacks_something_is_rejected_and_holds_the_period(column: str, tmp_path: Path) -> None:
    cells = dict(zip(HEADER.strip().split(","), moves("A1 P1>P2 1").splitlines()[1].split(","), strict=True))
    run = run_of(tmp_path, HEADER + ",".join({**cells, column: " "}.values()) + "\n")
    log = run.exceptions.filter(source="moves")
    assert log.select("code", "severity", "row").rows() == [("X007", "blocks_period", 2)]
    assert run.table("adjustments/field.sales").height == 0


def test_what_was_taken_away_is_no_money_at_stake(tmp_path: Path) -> None:
    log = run_of(tmp_path, moves("S1 P2> 0.5", "S1 P3>P2 1")).exceptions.filter(code="E108")
    assert log["at_stake"].to_list() == [150], "the quarter that is nobody's, and not P2's 150 that were taken away"
    run = run_of(tmp_path / "all", moves("S1 >P3 1", "S1 P2> 0.5"))
    assert run.exceptions.filter(code="E108").height == 0, "all of it is somebody's, or was taken away"


def test_a_receiver_who_is_on_no_plan_is_told_at_the_adjustment(tmp_path: Path) -> None:
    log = run_of(tmp_path, moves("A1 P1>P9 0.5", "A2 P1>P2 0.5", "A2 P1>P8 0.5")).exceptions.filter(code="E447")
    assert log.sort("row").select("participant", "source", "file", "row", "key", "at_stake").rows() == [
        ("P9", "moves", "moves.csv", 2, "M-1", 500), ("P8", "moves", "moves.csv", 4, "M-3", 250),
    ]  # fmt: skip


def test_why_not_shows_what_is_told_of_its_adjustments(tmp_path: Path) -> None:
    saved = run_of(tmp_path, moves("A1 P2>P3 1", "A1 P1>P3 1 field.sale")).save(tmp_path / "runs")
    told = [n for n in _nodes(saved.explain("P1", transaction="A1")) if n.kind == "exception"]
    assert {(node.title[:4], node.source) for node in told} == {("E434", "moves.csv:2"), ("E434", "moves.csv:3")}
    assert saved.verify().ok


def test_explain_says_who_approved_it_and_why(tmp_path: Path) -> None:
    saved = run_of(tmp_path, moves("A1 P1>P2 0.5")).save(tmp_path / "runs")
    trees = [saved.explain("P2"), saved.explain("P1"), saved.explain("P1", transaction="A1")]
    for tree, amount in zip(trees, ("500.00", "-500.00", "-500.00"), strict=True):
        said = [
            node for node in _nodes(tree) if node.kind == "adjustment" and node.value and node.value.plain == amount
        ]
        assert said[0].title == "adjustment M-1"
        assert (said[0].note, said[0].source) == ("it was theirs", "moves.csv:2")
        assert "50 % of 1,000.00; approved by V. Okafor on 2026-04-02" in said[0].about
    assert saved.verify().ok


def test_what_was_moved_away_stays_in_sight_of_whom_it_was_taken_off(tmp_path: Path) -> None:
    saved = run_of(tmp_path, moves("A1 P1>P2 1")).save(tmp_path / "runs")
    away = next(node for node in _nodes(saved.explain("P1")) if node.title.startswith("A1"))
    assert [child.about for child in away.children] == ["to P2; 100 % of 1,000.00; approved by V. Okafor on 2026-04-02"]


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


MISTAKES = [
    (WORKSPACE, PLAN, ["M287", "M287"]),
    (WORKSPACE, TAKING.replace("adjustments: moves", "adjustments: none"), ["M290"]),
    (WORKSPACE, TAKING.replace("adjustments: moves", "adjustments: accounts"), ["N004", "N004"]),
    (WORKSPACE, TAKING.replace("adjustments: moves", "adjustments: move"), ["N001", "N001"]),
    (WORKSPACE.replace("      order_id: text\n      from", "      from"), TAKING, ["M288"]),
    (WORKSPACE.replace("      order_id: text\n      from", "      order_id: quantity\n      from"), TAKING, ["M288"]),
    (WORKSPACE.replace("approved_by: text", "approved_by: {type: text, on_empty: CFO}"), TAKING, ["M289"]),
    (WORKSPACE.replace("reason: text", "reason: {type: text, nullable: true}"), TAKING, ["T009"]),
    (WORKSPACE.replace("      reason: text\n", ""), TAKING, ["W102"]),
    (WORKSPACE.replace("      share: rate\n      credit", "      share: quantity\n      credit"), TAKING, ["T009"]),
    (WORKSPACE.replace("    key: [adjustment]\n", ""), TAKING, ["S002"]),
]  # fmt: skip


def test_the_help_of_a_column_is_what_to_write(tmp_path: Path) -> None:
    workspace = WORKSPACE.replace("reason: text", "reason: {type: text, nullable: true}")
    workspace = workspace.replace("      share: rate\n      credit", "      share: quantity\n      credit")
    found = Diagnostics()
    front(written(tmp_path, {"komisi.yaml": workspace, "field/comp.yaml": TAKING}), found, {})
    assert [(each.help, each.related) for each in found] == [
        ("write `share: rate`", ()), ("delete its `nullable: true`: a row without it is then rejected, and told", ()),
    ]  # fmt: skip


@pytest.mark.parametrize(("workspace", "plan", "codes"), MISTAKES)
def test_mistakes_are_told(workspace: str, plan: str, codes: list[str], tmp_path: Path) -> None:
    found = Diagnostics()
    front(written(tmp_path, {"komisi.yaml": workspace, "field/comp.yaml": plan}), found, {})
    assert sorted(each.code for each in found) == codes

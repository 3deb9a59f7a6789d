"""Rows without a credit date: they wait until they have one, or are exceptions; what is told of them where."""

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.report.summary import summary, summary_json
from tests.conformance.small_workspace import MAIN, PLAN, TEXTS, written

DATED = "credit_date: booked_on\n"
LACKING = "W1,,P1,booked,,1,500\nW2,,P1,draft,,1,70\nW3,,,shared,K1,1,30\n"
"""One of each rule, and one that no rule takes."""


def texts(choice: str, rows: str = LACKING) -> dict[str, str]:
    """The small workspace with rows that have no day."""
    return {
        "komisi.yaml": MAIN.replace("booked_on: date\n", "booked_on: {type: date, nullable: true}\n"),
        "field/comp.yaml": PLAN.replace(DATED, f"{DATED}    undated: {choice}\n"),
        "orders.csv": TEXTS["orders.csv"] + rows,
    }


def run_of(folder: Path, changed: dict[str, str], period: str = "2026-03") -> Run:
    return open_workspace(written(folder, changed)).run(period)


def states(run: Run, *keys: str) -> list[tuple[Any, ...]]:
    found = run.table("states/orders").filter(pl.col("order_id").is_in(keys))
    return found.select("order_id", "field.sales.because", "field.shared.because", "state").rows()


def test_they_wait_whatever_else_they_say_and_nobody_is_told(tmp_path: Path) -> None:
    run = run_of(tmp_path, texts("waits"))
    away = ("undated", "undated", "out_of_scope")
    assert states(run, "W1", "W2", "W3") == [("W1", *away), ("W2", *away), ("W3", *away)]
    assert run.exceptions["code"].to_list() == ["E108"]  # as without them
    plain = open_workspace(written(tmp_path / "plain", {})).run("2026-03")
    assert run.payouts.rows() == plain.payouts.rows()


def test_what_has_its_day_is_paid_by_the_run_of_it(tmp_path: Path) -> None:
    """W1 is booked on 2 April: 1 % of 500 up to the target, in April."""
    rows = LACKING.replace("W1,,", "W1,2026-04-02,")
    changed = {**texts("waits", rows), "goals.csv": TEXTS["goals.csv"] + "P1,2026-04,1000\n"}
    run = run_of(tmp_path, changed, "2026-04")
    assert states(run, "W1") == [("W1", "", "where", "credited")]
    paid = run.earnings.filter((pl.col("participant") == "P1") & pl.col("in_pay_period"))
    assert paid["earning"].to_list() == [Decimal(5)]


def test_an_exception_is_one_that_the_rule_would_take(tmp_path: Path) -> None:
    run = run_of(tmp_path, texts("exception"))
    assert states(run, "W1", "W2", "W3") == [
        ("W1", "undated", "where", "exception"), ("W2", "where", "where", "unmatched"), ("W3", "where", "undated", "exception"),
    ]  # fmt: skip
    told = run.exceptions.filter(pl.col("code") == "E453")
    assert told.select("severity", "part", "participant", "period", "key", "at_stake").rows() == [
        ("warning", "sales", "P1", None, "W1", Decimal(500)), ("warning", "shared", None, None, "W3", Decimal(30)),
    ]  # fmt: skip
    assert set(run.payouts["status"]) == {"payable"}


@pytest.mark.parametrize(("status", "held"), [("booked", "not_payable"), ("draft", "payable")])
def test_a_workspace_that_raises_it_holds_whoever_is_named(status: str, held: str, tmp_path: Path) -> None:
    changed = texts("exception", f"W1,,P1,{status},,1,500\n")
    changed["komisi.yaml"] += "exceptions: {severities: {E453: blocks_participant}}\n"
    run = run_of(tmp_path, changed)
    found = dict(run.payouts.select("participant", "status").rows())
    assert found["P1"] == held and found["P2"] == "payable"


def test_what_waits_for_one_rule_is_credited_by_another(tmp_path: Path) -> None:
    """Two days: the rule of the one takes a row that waits for the other; one that it leaves is not unmatched."""
    changed = texts("waits", "")
    two_days = MAIN.replace("booked_on: date\n", "booked_on: date\n      paid_on: {type: date, nullable: true}\n")
    changed["komisi.yaml"] = two_days.replace("unmatched: ignore", "unmatched: exception")
    changed["field/comp.yaml"] = PLAN.replace(DATED, "credit_date: paid_on\n    undated: waits\n", 1)
    rows = TEXTS["orders.csv"].splitlines()
    changed["orders.csv"] = "\n".join([f"{rows[0]},paid_on", *(f"{row}," for row in rows[1:])]) + "\n"
    run = run_of(tmp_path, changed)
    assert states(run, "A1", "S1") == [
        ("A1", "undated", "where", "out_of_scope"), ("S1", "undated", "shares_under_one", "unassigned"),
    ]  # fmt: skip
    assert "E110" not in run.exceptions["code"].to_list()


def test_a_sum_in_order_and_an_exchange_by_the_day_that_may_be_empty(tmp_path: Path) -> None:
    """Both ask for a value in every row, and each credit has one."""
    changed = texts("waits")
    changed["field/comp.yaml"] = changed["field/comp.yaml"].replace(
        "    value: net\n  shared", "    value: net\n    order: [booked_on, order_id]\n  shared"
    )
    assert states(run_of(tmp_path, changed), "A1", "W1") == [
        ("A1", "", "where", "credited"), ("W1", "undated", "undated", "out_of_scope"),
    ]  # fmt: skip


def test_formulas_of_what_waits_read_the_day_as_one_that_is_there(tmp_path: Path) -> None:
    changed = texts("waits")
    changed["field/comp.yaml"] = changed["field/comp.yaml"].replace(
        'where: status == "booked"', 'where: status == "booked" and day(booked_on) <= 3'
    )
    run = run_of(tmp_path, changed)
    assert states(run, "A1", "B2", "W1") == [
        ("A1", "", "where", "credited"), ("B2", "where", "where", "unmatched"), ("W1", "undated", "undated", "out_of_scope"),
    ]  # fmt: skip


def test_the_summary_counts_what_the_rules_would_take(tmp_path: Path) -> None:
    run = run_of(tmp_path, texts("waits"))
    saved = SimpleNamespace(id="a1", folder=tmp_path, run_digest="d1", existed=False)
    said = summary_json(run.calculated, saved)["waiting"]
    assert said == [
        {"plan": "field", "rule": "sales", "for": "booked_on", "currency": "USD", "rows": 1, "value": "500"},
        {"plan": "field", "rule": "shared", "for": "booked_on", "currency": "USD", "rows": 1, "value": "30"},
    ]
    text = summary(run.calculated, saved, False)
    assert "Waiting · what they would credit\n  field / sales   500.00 USD  no `booked_on` yet  1 row\n" in text


def test_explain_says_that_it_waits_and_verify_finds_nothing(tmp_path: Path) -> None:
    for choice, about in (
        ("waits", "it waits: it has no credit date yet"),
        ("exception", "an exception: it can't be decided"),
    ):
        saved = run_of(tmp_path / choice, texts(choice)).save(tmp_path / choice / "runs")
        assert saved.verify().ok
        node = saved.explain("P1", transaction="W1")
        assert node.about == about
        rule = next(each for each in node.children if each.kind == "rule")
        assert rule.inputs["because"] == "undated"
        assert [each.title for each in rule.children] == [f"undated: {choice}", "is_missing(booked_on)"]

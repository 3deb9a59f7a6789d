"""Variables: the nearest of default, plan, title, position and participant decides, and the trace says which it was."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain import Node, explain
from engine.pipeline import front
from engine.record import open_record
from tests.conformance.small_workspace import MAIN, ORDERS, PLAN, written

HEAD = "participant,start,end,title,payroll_id,position,own"
VARIABLES = (
    "variables:\n  cut: {type: rate, default: 1%, by_title: {Seller: 2%}, by_position: {North: 3%}, column: own}\n"
)
ROSTERED = (
    MAIN.replace(
        "title: text, ", "title: text, position: {type: text, nullable: true}, own: {type: rate, nullable: true}, "
    )
    .replace("policies: {", "policies: {participant_values_on: segment_end, ")
    .replace("sources:", f"{VARIABLES}sources:")
)
READING = PLAN.replace("title: Seller", "title: [Seller, Lead]").replace(
    "{from: 0%, rate: 1%}", "{from: 0%, rate: cut}"
)
PEOPLE = [
    "P1,2025-01-01,,Lead,X1,,", "P2,2025-01-01,,Seller,X2,,", "P3,2025-01-01,,Seller,X3,North,",
    "P4,2025-01-01,,Seller,X4,North,0.04", "P5,2025-01-01,2026-03-15,Seller,X5,,", "P5,2026-03-16,,Lead,X5,North,",
]  # fmt: skip
GOALS = "participant,period,amount\n" + "".join(f"P{n},2026-03,100000\n" for n in range(1, 6))


def files(main: str = ROSTERED, plan: str = READING, people: list[str] = PEOPLE) -> dict[str, Any]:
    roster = "\n".join([HEAD, *people, ""])
    return {"komisi.yaml": main, "field/comp.yaml": plan, "people.csv": roster, "goals.csv": GOALS}


def said(run: Run) -> list[tuple[Any, ...]]:
    table = run.table("earnings/field.commission").sort("participant", "segment")
    return [tuple(row) for row in table.select("participant", "cut", "cut.said_by").iter_rows()]


def test_the_nearest_value_decides(tmp_path: Path) -> None:
    assert said(open_workspace(written(tmp_path, files())).run("2026-03")) == [
        ("P1", Decimal("0.01"), "default"),
        ("P2", Decimal("0.02"), "title Seller"),
        ("P3", Decimal("0.03"), "position North"),
        ("P4", Decimal("0.04"), "participant"),
        ("P5", Decimal("0.02"), "title Seller"),
        ("P5", Decimal("0.03"), "position North"),
    ]


def test_a_plan_says_its_own_default_and_its_own_titles(tmp_path: Path) -> None:
    """The plan's default is farther than the workspace's value by title; its value for a title replaces the workspace's."""
    own = READING.replace("credits:", "variables: {cut: {value: 5%, by_title: {Lead: 6%}}}\ncredits:")
    found = dict(row[:2] for row in said(open_workspace(written(tmp_path / "a", files(plan=own))).run("2026-03"))[:2])
    assert found == {"P1": Decimal("0.06"), "P2": Decimal("0.02")}
    bare = READING.replace("credits:", "variables: {cut: 5%}\ncredits:")
    found = dict(row[:2] for row in said(open_workspace(written(tmp_path / "b", files(plan=bare))).run("2026-03"))[:2])
    assert found == {"P1": Decimal("0.05"), "P2": Decimal("0.02")}


def test_a_position_is_read_on_the_day_that_is_asked_for(tmp_path: Path) -> None:
    moved = ["P1,2025-01-01,2026-03-15,Seller,X1,,", "P1,2026-03-16,,Seller,X1,North,"]
    for policy, expected in (("segment_start", "title Seller"), ("segment_end", "position North")):
        main = ROSTERED.replace("segment_end", policy)
        run = open_workspace(written(tmp_path / policy, files(main=main, people=moved))).run("2026-03")
        assert [row[2] for row in said(run)] == [expected]


def test_on_credits_it_is_that_of_the_credit_date(tmp_path: Path) -> None:
    paid = READING.replace("basis: period", "basis: credit").replace("base: total", "base: sales")
    table = paid[paid.index("    rate:") : paid.index("    then:")]
    plan = paid.replace(table, "    rate: {mode: flat, rate: cut}\n")
    orders = ORDERS.replace("2026-03-02,P1", "2026-03-02,P5").replace("2026-03-03,P1", "2026-03-20,P5")
    run = open_workspace(written(tmp_path, {**files(plan=plan), "orders.csv": orders})).run("2026-03")
    rows = run.table("credits/field.sales").filter(participant="P5").sort("credit_date")
    assert rows.select("credit_date", "cut.said_by").rows() == [
        (date(2026, 3, 2), "title Seller"), (date(2026, 3, 20), "position North"),
    ]  # fmt: skip
    record = open_record(run.save(tmp_path / "runs").record.folder)
    found = [node for node in _nodes(explain(record, "P5")) if node.kind == "variable"]
    assert [node.about for node in found] == ["of those with the title Seller", "of those with the position North"]


def test_an_explanation_says_whose_value_it_is_and_where_it_stands(tmp_path: Path) -> None:
    record = open_record(
        open_workspace(written(tmp_path, files())).run("2026-03").save(tmp_path / "runs").record.folder
    )
    (node,) = [node for node in _nodes(explain(record, "P3")) if node.kind == "variable"]
    assert node.about == "of those with the position North"
    assert next((child.title, child.span) for child in node.children) == (
        "by_position North: 0.03",
        "komisi.yaml:9",
    )


def test_titles_and_positions_that_nobody_has_are_in_the_log(tmp_path: Path) -> None:
    log = open_workspace(written(tmp_path, files(people=PEOPLE[:2]))).run("2026-03").exceptions
    found = log.filter(code="E112")["message"].to_list()
    assert found == ["no position is `North` in source `people`"]


def _nodes(node: Node) -> list[Node]:
    return [node, *(inner for child in node.children for inner in _nodes(child))]


MISTAKES = [
    (ROSTERED.replace("position: {type: text, nullable: true}, ", ""), READING, "N001", "no column `position`"),
    (ROSTERED, READING.replace("credits:", "variables: {cut: {by_title: {Seler: 5%}}}\ncredits:"), "N015", "`Seler`"),
    (ROSTERED.replace("Seller: 2%", "Seler: 2%"), READING, "N015", "`Seler`"),
    (ROSTERED.replace("{Seller: 2%}", "{}"), READING, "S007", "by_title"),
    (ROSTERED.replace("Seller: 2%", "Seller: 9999999999"), READING, "S006", "more than a rate can be"),
    (ROSTERED, READING.replace("credits:", "variables: {cut: {note: none}}\ncredits:"), "S011", "has no value here"),
    (ROSTERED, READING.replace("credits:", "variables: {cut: {by_title: {Seller: 5 EUR}}}\ncredits:"), "N008", "in EUR"),
    (ROSTERED.replace("Seller: 2%", "Seller: 5 EUR"), READING, "S012", "in EUR"),
    (ROSTERED, READING.replace("credits:", "variables: {cut: {by_title: {Seller: 2000000000}}}\ncredits:"), "T015", "more"),
    (ROSTERED.replace("participant_values_on: segment_end, ", ""), READING, "M011", "`cut`"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("main", "plan", "code", "words"), MISTAKES, ids=[f"{code}-{words}" for *_, code, words in MISTAKES]
)
def test_a_mistake_is_told(main: str, plan: str, code: str, words: str, tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    front(written(tmp_path, files(main, plan)), diagnostics, {})
    assert [d.code for d in diagnostics] == [code]
    assert all(words in d.message for d in diagnostics)


def test_by_title_alone_no_day_has_to_be_said(tmp_path: Path) -> None:
    """A change of title cuts the segment, so there is one title in it."""
    main = ROSTERED.replace("participant_values_on: segment_end, ", "").replace(
        ", by_position: {North: 3%}, column: own", ""
    )
    diagnostics = Diagnostics()
    assert front(written(tmp_path, files(main=main)), diagnostics, {}) is not None and not len(diagnostics)

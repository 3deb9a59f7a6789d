"""Ramps: the share of a target in the first months, for part months, over a year's turn, and a calendar that begins too late."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain import Node
from engine.pipeline import front
from engine.report.curve import Curve
from engine.trial.curve import curves
from engine.trial.curve_person import person
from engine.trial.curve_tables import Example
from tests.conformance.small_workspace import MAIN, PLAN, written

HIRED = MAIN.replace("title: text, ", "title: text, hired: {type: date, nullable: true}, ")
TARGETS = """\
kind: target-plan
name: goal
unit: USD
source: goals
given: period
prorate: calendar_days
ramp: {since: hired, shares: [25%, 50%], note: agreed with the works council}
"""


def run_of(folder: Path, people: list[str], month: str, main: str = HIRED) -> Run:
    """A month, with these people (from, to, hired) and a target of 1,000 each month."""
    rows = ["participant,start,end,title,hired,payroll_id"]
    rows += [f"P1,{start},{end},Seller,{hired},X1" for start, end, hired in (row.split(",") for row in people)]
    months = [f"P1,{year}-{month_:02},1000" for year in (2025, 2026) for month_ in range(1, 13)]
    files: dict[str, Any] = {
        "komisi.yaml": main,
        "people.csv": "\n".join([*rows, ""]),
        "goals.csv": "\n".join(
            ["participant,period,amount", *(m for m in months if main != HIRED or "2025" not in m), ""]
        ),
        "field/targets.yaml": TARGETS,
        "field/comp.yaml": PLAN,
    }
    return open_workspace(written(folder, files)).run(month)


def target(run: Run) -> Decimal | None:
    found: list[Decimal | None] = run.table("targets/field.goal")["own"].to_list()
    return found[-1]


@pytest.mark.parametrize(
    ("people", "month", "expected"),
    [
        (["2026-01-01,,2026-03-15"], "2026-02", 1000),
        (["2026-01-01,,2026-03-15"], "2026-03", 250),
        (["2026-01-01,,2026-03-15"], "2026-04", 500),
        (["2026-01-01,,2026-03-15"], "2026-05", 1000),
        (["2026-01-01,,2026-03-01"], "2026-03", 250),
        (["2026-01-01,,2026-02-28"], "2026-03", 500),
        (["2026-01-01,,"], "2026-03", 1000),
        (["2026-01-01,,2026-01-01"], "2026-01", 250),  # the first day of the calendar
        (["2026-01-01,,2026-01-01"], "2026-02", 500),
        (["2026-03-17,,2026-03-17"], "2026-03", Decimal("120.967741935484")),
        (["2026-01-01,2026-03-10,2026-02-01", "2026-03-11,,2026-03-11"], "2026-03", 500),
        (["2026-01-01,,2025-10-30"], "2026-01", 1000),
        (["2026-01-01,,2025-12-20"], "2026-02", 1000),
    ],
)
def test_the_share_of_a_month(tmp_path: Path, people: list[str], month: str, expected: Any) -> None:
    assert target(run_of(tmp_path, people, month)) == expected


def test_figures_of_a_participant_are_of_the_ramp(tmp_path: Path) -> None:
    """The first day that a row says is the one: it was a whole target for everybody, whatever they had."""
    people = ["2026-01-01,2026-01-20,2026-01-10", "2026-01-21,,2026-02-01"]
    run_of(tmp_path, people, "2026-01")
    made = open_workspace(tmp_path).compiled
    (plan,) = made.workspace.plans
    (found,) = curves(made, plan, person(made, tmp_path, plan, "P1"))
    assert isinstance(found, Curve) and found.axis.target == 250
    (example,) = curves(made, plan, Example(target=Decimal(1000)))
    assert isinstance(example, Curve) and example.axis.target == 1000


def test_months_are_counted_over_the_turn_of_the_year(tmp_path: Path) -> None:
    main = HIRED.replace("first_year: 2026", "first_year: 2025")
    assert target(run_of(tmp_path, ["2025-01-01,,2025-12-20"], "2026-01", main)) == 500


def test_a_calendar_that_begins_inside_a_ramp_leaves_the_target_unknown(tmp_path: Path) -> None:
    run = run_of(tmp_path, ["2026-01-01,,2025-12-20"], "2026-01")
    assert target(run) is None
    assert run.table("earnings")["cause"].to_list() == ["missing_target"]
    told = run.table("exceptions").select("code", "participant", "message").rows()
    assert ("E210", "P1", "the calendar begins inside the ramp of the target `goal`: P1 began on 2025-12-20") in told


def test_explained_by_its_step_and_note(tmp_path: Path) -> None:
    run = run_of(tmp_path, ["2026-01-01,,2026-02-15"], "2026-03")
    texts = list(_texts(run.save(tmp_path / "runs").explain("P1")))
    assert "in period 2 since 2026-02-15" in texts
    earlier = run_of(tmp_path / "earlier", ["2026-01-01,,2026-02-15"], "2026-01")
    assert "before the ramp since 2026-02-15" in list(_texts(earlier.save(tmp_path / "more").explain("P1")))
    assert "1,000.00 × 50 %" in texts and "agreed with the works council" in texts


def _texts(node: Node) -> Any:
    yield from (node.about, node.note or "", "" if node.worked is None else node.worked.grouped)
    for child in node.children:
        yield from _texts(child)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("since: hired", "since: hire_date", "N001"),
        ("since: hired", "since: title", "T009"),
        ("since: hired, ", "", "S002"),
        ("[25%, 50%]", "[25, 50]", "S006"),
        ("[25%, 50%]", "[]", "S007"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, old: str, new: str, code: str) -> None:
    found = Diagnostics()
    files: dict[str, Any] = {
        "komisi.yaml": HIRED,
        "field/targets.yaml": TARGETS.replace(old, new),
        "field/comp.yaml": PLAN,
    }
    front(written(tmp_path, files), found, {})
    assert code in [each.code for each in found]


def test_a_day_is_what_the_roster_says(tmp_path: Path) -> None:
    """The earliest, whatever the order of rows."""
    run = run_of(tmp_path, ["2026-03-11,,2026-03-11", "2026-01-01,2026-03-10,2026-02-01"], "2026-03")
    assert set(run.table("ramps/goal")["since"]) == {date(2026, 2, 1)}

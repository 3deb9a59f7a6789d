"""A target for everybody: alone and beside rows, spread and grown, its words, its curve, and where it is no number."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain import Node
from engine.pipeline import front
from engine.report.curve import Curve
from engine.report.plan_words.target import target_sentence
from engine.trial.curve import curves
from engine.trial.curve_person import person
from engine.trial.curve_tables import Example
from tests.conformance.small_workspace import GOALS, MAIN, PLAN, TARGETS, written

ALONE = TARGETS.replace("source: goals\n", "everybody: 1200\n")
BESIDE = TARGETS.replace("source: goals\n", "source: goals\neverybody: 1200 USD\n")
YEAR = ALONE.replace("1200", "12000").replace(
    "given: period", "given: year\nspread: {quarters: [10%, 20%, 30%, 40%], within: evenly}"
)


def run_of(folder: Path, targets: str, month: str = "2026-03", **files: Any) -> Run:
    made = {"field/targets.yaml": targets, **{f"{name}.csv": text for name, text in files.items()}}
    return open_workspace(written(folder, made)).run(month)


def owns(run: Run) -> list[Decimal | None]:
    rows = run.table("targets/field.goal").filter(run.table("targets/field.goal")["period"] == "2026-03")
    found: list[Decimal | None] = rows.sort("participant")["own"].to_list()
    return found


def test_without_a_row_everybody_has_it(tmp_path: Path) -> None:
    """P1's 1,500 against 1,200: 1,200 × 1 % + 300 × 3 % = 21."""
    run = run_of(tmp_path, ALONE)
    assert owns(run) == [Decimal(1200)] * 3
    assert run.table("earnings").sort("participant")["earning"].to_list()[0] == Decimal(21)


@pytest.mark.parametrize(
    ("goals", "expected"),
    [
        (GOALS, [1200, 600, 2000]),
        (GOALS.replace("P2,2026-03", "P2,2026-04"), [1200, 1200, 2000]),
        (GOALS.replace("P2,2026-03,600", "P2,2026-03,-600"), [1200, None, 2000]),
        (GOALS.replace("P2,2026-03,600", "P2,2026-03,0"), [1200, 0, 2000]),
    ],
    ids=["own", "of another month", "negative is none", "zero is a number"],
)
def test_whoever_has_a_row_has_that(tmp_path: Path, goals: str, expected: list[Any]) -> None:
    assert owns(run_of(tmp_path, BESIDE, goals=goals)) == expected


def test_it_is_spread_over_the_year(tmp_path: Path) -> None:
    """A tenth of 12,000 in the first quarter, a third of that in March."""
    assert owns(run_of(tmp_path, YEAR)) == [Decimal(400)] * 3


def test_it_is_explained_and_proved(tmp_path: Path) -> None:
    for targets in (ALONE, BESIDE, YEAR):
        saved = run_of(tmp_path / str(len(targets)), targets, goals="participant,period,amount\n").save(
            tmp_path / "runs"
        )
        assert "everybody's" in list(_abouts(saved.explain("P1")))
        assert saved.verify().ok


def _abouts(node: Node) -> Any:
    yield node.about
    for child in node.children:
        yield from _abouts(child)


def test_its_words(tmp_path: Path) -> None:
    """As participants read them."""
    alone = target_sentence(run_of(tmp_path / "a", ALONE).calculated.compiled.workspace.targets["goal"], "month").text
    beside = target_sentence(run_of(tmp_path / "b", BESIDE).calculated.compiled.workspace.targets["goal"], "month").text
    assert alone.endswith("It is 1,200 USD for each month, for everybody.")
    assert beside.endswith("It is your own. Without one it is 1,200 USD for each month, for you as for everybody else.")


@pytest.mark.parametrize("targets", [ALONE, BESIDE], ids=["alone", "beside"])
def test_its_curve_is_drawn(tmp_path: Path, targets: str) -> None:
    """At everybody's number, at the one that is asked for, and at a participant's own."""
    made = run_of(tmp_path, targets, goals=GOALS).calculated.compiled
    (plan,) = made.workspace.plans
    own = 600 if targets == BESIDE else 1200
    asked = ((Example(), 1200), (Example(target=Decimal(5000)), 5000), (person(made, tmp_path, plan, "P2"), own))
    for example, expected in asked:
        (found,) = curves(made, plan, example)
        assert isinstance(found, Curve)
        if example.participant is None or targets == ALONE:
            assert found.axis.target == expected


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("everybody: 1200", "everybody: 0", "M317"),
        ("everybody: 1200", "everybody: -5", "M317"),
        ("everybody: 1200", "everybody: 1200 SGD", "T077"),
        ("everybody: 1200", "everybody: 99999999999999999", "S006"),
        ("everybody: 1200\n", "", "S011"),
        ("prorate: none", "prorate: none\ncategories: {column: line, targets: {goal: A}}", "M318"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, old: str, new: str, code: str) -> None:
    found = Diagnostics()
    front(written(tmp_path, {"field/targets.yaml": ALONE.replace(old, new)}), found, {})
    assert [each.code for each in found] == [code]


def test_what_a_group_has_is_not_held_against_it(tmp_path: Path) -> None:
    plan = PLAN.replace("over: period}\n", "over: period}\n  team: {total: total, within: title}\n").replace(
        "select: total", "select: team").replace("base: total", "base: team")  # fmt: skip
    found = Diagnostics()
    front(written(tmp_path, {"field/targets.yaml": ALONE, "field/comp.yaml": plan, "komisi.yaml": MAIN}), found, {})
    assert "M224" in [each.code for each in found]

"""What edits of the made company's plans move: every share adds up to what two plain runs differ by, to the last digit."""

from collections.abc import Iterator
from decimal import Decimal

import polars as pl
import pytest

from engine.pipeline import Compiled, calculate
from engine.trial.diff import Difference, attribute
from engine.trial.diff.page import interaction, page
from engine.trial.diff.pay import KEYS
from tests.conformance.ten_edits import EDITS, PLANS, Edit, attributed, company, edited, sums

MOVING = [name for name in EDITS if name != "rename"]


@pytest.fixture(scope="module")
def old() -> Compiled:
    return company()


def tried(old: Compiled, edits: tuple[Edit, ...], *periods: str) -> Difference:
    """The difference that edits make, held against what plain runs of both pay and against its own shares."""
    new, periods = edited(old, edits), periods or ("2026-03",)
    found = attribute(old, new, PLANS, periods, ("old", "new"))
    assert found.steps is not None
    summed = attributed(found).group_by(KEYS).agg(pl.col("delta").sum()).filter(pl.col("delta") != 0).sort(KEYS)
    assert summed.equals(found.rows.filter(pl.col("delta") != 0).select(*KEYS, "delta"))
    assert sums(found.rows) == less(paid(new, periods), paid(old, periods))
    return found


def paid(made: Compiled, periods: tuple[str, ...]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for name in periods:
        period = made.workspace.calendar.find(name)
        assert period is not None
        for row in calculate(made, PLANS, period).outcome.tables["payouts"].to_dicts():
            total[row["currency"]] = total.get(row["currency"], Decimal(0)) + (row["amount"] or 0)
    return total


def less(left: dict[str, Decimal], right: dict[str, Decimal]) -> dict[str, Decimal]:
    both = {name: left.get(name, Decimal(0)) - right.get(name, Decimal(0)) for name in {*left, *right}}
    return {name: value for name, value in both.items() if value}


def places(found: Difference) -> Iterator[tuple[str, str]]:
    for edit in found.edits:
        yield edit.places[0].file, edit.places[0].path


@pytest.mark.slow
@pytest.mark.parametrize("name", MOVING)
def test_one_edit_has_all_that_moves(old: Compiled, name: str) -> None:
    found = tried(old, EDITS[name])
    assert found.moves() and found.steps is not None
    (step,) = found.steps
    assert len(step.edits) == 1 and step.because is None
    assert step.alone is not None and step.alone.equals(step.moved)


@pytest.mark.slow
def test_new_names_pay_nobody_more_or_less(old: Compiled) -> None:
    found = tried(old, EDITS["rename"])
    assert not found.moves() and [step.moved.height for step in found.steps or ()] == [0, 0]
    assert [table.height for table in found.exceptions()] == [0, 0]
    assert "active_bonus → lines_bonus" in found.rows["component"].to_list()
    assert [edit.places[0].kind for edit in found.edits] == ["renamed", "renamed"]


@pytest.mark.slow
def test_all_ten_at_once_over_two_months(old: Compiled) -> None:
    found = tried(old, tuple(edit for edits in EDITS.values() for edit in edits), "2026-03", "2026-11")
    assert found.steps is not None and len(found.edits) == 11 == len(found.steps)
    paths = [path for _, path in places(found)]
    still = [path for path, step in zip(paths, found.steps, strict=True) if step.moved.is_empty()]
    gate = found.steps[paths.index("components.lines_bonus.then[1].gate.at_least")]
    assert still == ["credits.sold", "components.lines_bonus", "components.lines_bonus.then[1].gate.at_least"]
    assert gate.alone is not None and gate.alone.height > 0, "who is on the plan until the 15th has no bonus to lose"
    assert interaction(found.steps).height > 0


@pytest.mark.slow
def test_two_edits_that_act_on_each_other(old: Compiled) -> None:
    """A higher rate and a higher bound below it: on what lies between the bounds the new rate is never paid."""
    found = tried(old, (*EDITS["rate"], *EDITS["bound"]))
    assert found.steps is not None
    first, second = found.steps
    assert first.alone is not None and second.alone is not None
    assert [path.rpartition(".")[2] for _, path in places(found)] == ["from", "rate"] and first.alone.equals(
        first.moved
    )
    assert not second.alone.equals(second.moved)
    rest = interaction(found.steps)
    together = sums(found.rows)["IDR"]
    assert together == sums(first.alone)["IDR"] + sums(second.alone)["IDR"] + sums(rest)["IDR"]
    assert sums(rest)["IDR"] < 0
    (edits,) = (sheet for sheet in page(found).sheets if sheet.title.startswith("Edits"))
    assert edits.below[0].startswith("Acting on each other") and "-" in edits.below[0]

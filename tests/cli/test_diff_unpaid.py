"""`komisi diff` where something is calculated and not paid: only what is paid enters totals, winners and losers."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Komisi, as_json
from tests.passes.test_across import FIELD, ORDERS, PEOPLE, workspace_of

UNPAID = FIELD.replace("earning_code: COMM", "paid: false")
PERIOD = ("--period", "2026-03")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace, with what sellers earn paid to their managers only; as it was in `old/`."""
    for folder in (tmp_path, tmp_path / "old"):
        workspace_of(folder, field=UNPAID)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_not_paid_is_in_no_total(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(UNPAID.replace("rate: 10%", "rate: 20%"))
    said = as_json(do, "diff", "--plan", "old", ".", *PERIOD)
    (total,) = said["sums"]
    assert (total["before"], total["after"], total["delta"], total["winners"]) == ("60", "120", "60", 2)
    assert [(row["plan"], row["delta"]) for row in said["totals"]] == [("leaders", "60")]
    assert [(row["participant"], row["component"], row["delta"]) for row in said["rows"]] == [
        ("max", "override", "50"), ("mo", "override", "10"),
    ]  # fmt: skip
    assert [(row["participant"], row["component"], row["delta"]) for row in said["unpaid"]] == [
        ("ana", "commission", "100"), ("ben", "commission", "20"),
    ]  # fmt: skip
    assert [row["by"] for row in said["unpaid"]] == [[{"step": 1, "delta": "100"}], [{"step": 1, "delta": "20"}]]
    shown = do("diff", "--plan", "old", ".", *PERIOD).out
    paid, _, apart = shown.partition("Not paid, and in no total\n")
    assert "Pay moves: +60.00 USD (2 winners, 0 losers)" in paid and "ana" not in paid and "ben" not in paid
    assert "ana" in apart and "+100.00 USD" in apart


def test_an_edit_that_moves_only_what_is_not_paid_moves_nobody_s_pay(do: Komisi, home: Path) -> None:
    for folder in ("", "old/"):
        (home / f"{folder}people.csv").write_text(PEOPLE.replace(",mo\n", ",\n").replace(",max\n", ",\n"))
    (home / "field/comp.yaml").write_text(UNPAID.replace("rate: 10%", "rate: 20%"))
    said = as_json(do, "diff", "--plan", "old", ".", *PERIOD, code=0)
    assert not said["moves"] and said["rows"] == [] and len(said["unpaid"]) == 2
    assert [edit["changes_nothing"] for edit in said["edits"]] == [False]
    assert "1  no pay  2 participants where nothing is paid" in do("diff", "--plan", "old", ".", *PERIOD).out


def test_what_is_not_paid_any_more_is_lost(do: Komisi, home: Path) -> None:
    (home / "old/field/comp.yaml").write_text(FIELD)
    said = as_json(do, "diff", "--plan", "old", ".", *PERIOD)
    assert [(row["participant"], row["before"], row["now"]) for row in said["rows"]] == [
        ("ana", "100", "not there"), ("ben", "20", "not there"),
    ]  # fmt: skip
    assert said["sums"][0]["losers"] == 2 and said["sums"][0]["delta"] == "-120"
    assert {row["was"] for row in said["unpaid"]} == {"not there"}


def test_runs_of_one_plan_don_t_count_the_plan_that_they_only_read(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(FIELD)
    for orders in (
        ORDERS,
        ORDERS.replace("ana03,2026-03-10,ana,booked,,1,1000", "ana03,2026-03-10,ana,booked,,1,1200"),
    ):
        (home / "orders.csv").write_text(orders)
        assert do("run", "2026-03", "--plan", "leaders").code == 0
    done = do("diff", "previous:2026-03", "latest:2026-03", "--json")
    said = json.loads(done.out)
    assert done.code == 1 and "trial" in done.err, "there is no run but of one plan"
    assert said["sums"][0]["delta"] == "10" and [row["participant"] for row in said["unpaid"]] == ["ana"]
    done = do("diff", "previous:2026-03", "latest:2026-03")
    assert f"next: komisi explain {said['new']} max" in done.err


def test_next_explains_somebody_whom_the_run_has(do: Komisi, home: Path) -> None:
    assert do("run", "2026-03").code == 0
    (home / "people.csv").write_text(PEOPLE.replace("max,2026-01-01,,Manager", "max,2026-01-01,,Guest"))
    assert do("run", "2026-03").code == 0
    said = as_json(do, "diff", "previous:2026-03", "latest:2026-03")
    assert said["participants"]["gone"] == ["max"] and [row["participant"] for row in said["rows"]] == ["max"]
    hint = do("diff", "previous:2026-03", "latest:2026-03").err.partition("next: komisi ")[2].split()
    assert hint == ["explain", said["old"], "max"] and do(*hint).code == 0

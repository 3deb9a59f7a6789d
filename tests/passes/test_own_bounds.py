"""Slices that begin at one's own number: figures by hand, bounds that don't rise, a bound that moves in the year, its words."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from engine import Run, open_workspace
from engine.explain import Node
from engine.report.curve import Curve
from engine.trial.curve import curves
from engine.trial.curve_person import person
from engine.trial.curve_tables import Example
from engine.trial.touched import touched
from tests.conformance.small_workspace import MAIN, PLAN, written

OWN = (
    MAIN.replace("payroll_id: text}", "payroll_id: text, start_at: {type: money, currency: USD, nullable: true}}")
    .replace("not_on_plan: unassigned}", "not_on_plan: unassigned, participant_values_on: segment_end}")
    .replace("policies:", "variables:\n  start_at: {type: money, currency: USD, default: 600, column: start_at}\npolicies:")
)  # fmt: skip
TIERS = "[{from: 0, rate: 2%}, {from: start_at, rate: 5%}, {from: 2 * start_at, rate: 8%}]"
FIXED = PLAN.replace("      against: goal\n", "").replace("      missing_target: block\n      zero_target: block\n", "").replace(
    "      boundary: upper\n", "")  # fmt: skip
PERIOD = FIXED.replace("[{from: 0%, rate: 1%}, {from: 100%, rate: 3%}]", TIERS)
TO_DATE = PERIOD.replace("over: period", "over: year_to_date").replace("basis: period", "basis: to_date").replace(
    "    then:\n", "    then:\n      - true_up: year\n")  # fmt: skip


def run_of(folder: Path, plan: str, people: list[str], orders: list[str], month: str = "2026-03") -> Run:
    """A month, with people (who, from, to, own number) and orders (day, whose, net)."""
    roster = [f"{who},{start},{end},Seller,X,{own}" for who, start, end, own in (row.split(",") for row in people)]
    sold = [f"O{n},{day},{who},booked,,1,{net}" for n, (day, who, net) in enumerate(row.split(",") for row in orders)]
    files: dict[str, Any] = {
        "komisi.yaml": OWN,
        "people.csv": "\n".join(["participant,start,end,title,payroll_id,start_at", *roster, ""]),
        "orders.csv": "\n".join(["order_id,booked_on,seller,status,account,quantity,net", *sold, ""]),
        "field/comp.yaml": plan,
    }
    return open_workspace(written(folder, files)).run(month)


def earned(run: Run) -> list[tuple[str, Decimal | None, str]]:
    rows = run.table("earnings/field.commission").sort("participant", "period")
    return rows.select("participant", "earning", "cause").rows()


SOLD = ["2026-03-02,P1,1300", "2026-03-02,P2,1300", "2026-03-02,P3,-100"]


def test_each_slice_lies_between_ones_own_numbers(tmp_path: Path) -> None:
    """P1: 400 × 2 % + 400 × 5 % + 500 × 8 % = 68; P2 has the default, 600 × 2 % + 600 × 5 % + 100 × 8 % = 50; a return at 2 %."""
    run = run_of(tmp_path, PERIOD, ["P1,2025-01-01,,400", "P2,2025-01-01,,", "P3,2025-01-01,,50"], SOLD)
    assert earned(run) == [("P1", Decimal(68), ""), ("P2", Decimal(50), ""), ("P3", Decimal(-2), "")]


def test_bounds_that_fall_block_and_two_at_one_place_do_not(tmp_path: Path) -> None:
    """A tier from −1 lies under the one from 0; of two tiers from 0 the first has nothing: 1,300 × 8 % = 104."""
    run = run_of(tmp_path, PERIOD, ["P1,2025-01-01,,-1", "P2,2025-01-01,,0"], SOLD[:2])
    assert earned(run) == [("P1", None, "bounds_fall"), ("P2", Decimal(104), "")]
    told = run.exceptions.filter(run.exceptions["code"] == "E445")
    assert told.select("severity", "part", "participant").rows() == [("blocks_component", "commission", "P1")]


def test_to_date_a_higher_bound_holds_for_all_of_the_year(tmp_path: Path) -> None:
    """January 1,500 by 1,000: 20 + 25 = 45. February 2,500 by 2,000: 40 + 25 = 65, so 20 is paid. In March 3,500 by 4,000 comes
    to 70, and 5 is paid, where 2,000 would have come to 115."""
    people = ["P1,2025-01-01,2026-01-31,1000", "P1,2026-02-01,2026-02-28,2000", "P1,2026-03-01,,4000"]
    sold = ["2026-01-05,P1,1500", "2026-02-05,P1,1000", "2026-03-05,P1,1000"]
    run = run_of(tmp_path, TO_DATE, people, sold)
    assert [earning for _, earning, _ in earned(run)] == [Decimal(45), Decimal(20), Decimal(5)]


def test_to_date_what_the_lower_bound_paid_is_taken_back(tmp_path: Path) -> None:
    """January 1,500 by 500: 10 + 25 + 40 = 75. February 1,600 by 2,000 comes to 32."""
    people = ["P1,2025-01-01,2026-01-31,500", "P1,2026-02-01,,2000"]
    run = run_of(tmp_path, TO_DATE, people, ["2026-01-05,P1,1500", "2026-02-05,P1,100"], "2026-02")
    assert [earning for _, earning, _ in earned(run)] == [Decimal(75), Decimal(-43)]


def test_a_formula_is_prorated_as_a_number_is(tmp_path: Path) -> None:
    """Here from the 17th: 620 × 15 ÷ 31 = 300, so 300 × 2 % + 300 × 5 % + 100 × 8 % = 29."""
    plan = PERIOD.replace("      below: same\n", "      below: same\n      prorate: {bounds: calendar_days}\n")
    run = run_of(tmp_path, plan, ["P1,2026-03-17,,620"], ["2026-03-20,P1,700"])
    assert earned(run) == [("P1", Decimal(29), "")]


ABOVE = PERIOD.replace("below: same", "below: same\n      above: exception").replace(
    "{from: 2 * start_at, rate: 8%}", "{from: 2 * start_at, to: 3 * start_at, rate: 8%}")  # fmt: skip


def test_a_table_may_end_at_a_formula(tmp_path: Path) -> None:
    """1,300 lies over 3 × 400 and under 3 × 600."""
    run = run_of(tmp_path, ABOVE, ["P1,2025-01-01,,400", "P2,2025-01-01,,"], SOLD[:2])
    assert earned(run) == [("P1", None, "above_highest"), ("P2", Decimal(50), "")]


def test_a_bound_that_is_not_known_blocks(tmp_path: Path) -> None:
    """A division by zero is no bound, though nothing would lie over it."""
    plan = PERIOD.replace("from: 2 * start_at", "from: 2 * start_at / (total / total - 1)")
    assert earned(run_of(tmp_path, plan, ["P1,2025-01-01,,"], SOLD[:1])) == [("P1", None, "no_value")]


def test_explained_with_its_formula_and_proved(tmp_path: Path) -> None:
    saved = run_of(tmp_path, PERIOD, ["P1,2025-01-01,,400"], SOLD[:1]).save(tmp_path / "runs")
    texts = list(_texts(saved.explain("P1")))
    assert "the part of 1,300.00 over 400.00, up to 2 × 400.00 = 800.00" in texts
    assert saved.verify().ok


def _texts(node: Node) -> Any:
    yield from (node.about, "" if node.worked is None else node.worked.grouped)
    for child in node.children:
        yield from _texts(child)


def test_a_curve_is_marked_at_the_numbers_of_whoever_it_is_of(tmp_path: Path) -> None:
    run = run_of(tmp_path, PERIOD, ["P1,2025-01-01,,400"], SOLD[:1])
    made = run.calculated.compiled
    (plan,) = made.workspace.plans
    for example, at in ((Example(), [0, 600, 1200]), (person(made, tmp_path, plan, "P1"), [0, 400, 800])):
        (found,) = curves(made, plan, example)
        assert isinstance(found, Curve) and [bound.at for bound in found.bounds] == at


def test_both_sides_of_a_formula_are_points(tmp_path: Path) -> None:
    """1,300 is a cent over what 2 × 649.995 comes to, and on no other bound."""
    run = run_of(tmp_path, PERIOD, ["P1,2025-01-01,,649.995"], SOLD[:1])
    found = {(point.part, point.case): hit for point, hit in touched(run.calculated).items() if "from" in point.part}
    assert len(found) == 9 and [key for key, hit in found.items() if hit and "unit" in key[1]] == [
        ("commission, tier 3 from 2 * start_at", "a unit above it")
    ]

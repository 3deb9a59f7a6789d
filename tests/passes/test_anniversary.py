"""Plans that begin anew with each anniversary: caps, tiers, true-ups and marks of a participant's own year."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.pipeline import front
from engine.run.scope import anniversary
from tests.conformance.small_workspace import TEXTS, written
from tests.passes.test_earned import HEAD, plan

ANEW = "begins_anew: {anniversary_of: hired}\n"
CAPPED = """\
  capped:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: CAP
    rate: {mode: flat, rate: 10%}
    then: [{cap: {over: plan, at: 100 USD, excess: lost}}]
"""
TRUED = """\
  trued:
    earning_period: month
    basis: to_date
    base: so_far
    earning_code: TRUED
    rate: {mode: whole, select: so_far, boundary: upper, below: same, tiers: [{from: 0, rate: 10%}, {from: 1000, rate: 20%}]}
    accept: {R001: meant}
    then: [{true_up: plan}]
"""
SO_FAR = "  so_far: {sum: sales, over: plan_to_date}\n"


def run_of(folder: Path, measures: str, components: str, period: str, hired: str, sold: dict[str, int]) -> Run:
    """A run of a plan that begins anew, of one participant."""
    text = plan(measures, components).replace("start: 2026-01-01}\n", f"start: 2025-01-01}}\n{ANEW}")
    orders = [f"O-{number},{day},P1,booked,,1,{net}" for number, (day, net) in enumerate(sold.items())]
    files: dict[str, Any] = {
        "field/comp.yaml": text,
        "orders.csv": "\n".join([HEAD, *orders, ""]),
        "people.csv": "participant,start,end,title,payroll_id,hired\n" + hired,
    }
    root = written(folder, files)
    config = root / "komisi.yaml"
    said = (
        config.read_text()
        .replace("first_year: 2026", "first_year: 2025")
        .replace("payroll_id: text", "payroll_id: text, hired: date")
    )
    config.write_text(said)
    return open_workspace(root).run(period)


def codes(folder: Path, text: str) -> list[str]:
    """What is told of a plan beside a roster with the day."""
    config = TEXTS["komisi.yaml"].replace("payroll_id: text", "payroll_id: text, hired: date")
    found = Diagnostics()
    front(written(folder, {"field/comp.yaml": text, "komisi.yaml": config}), found, {})
    return [each.code for each in found]


def earnings(run: Run) -> list[tuple[Any, ...]]:
    rows = run.table("earnings").sort("period", "segment").filter(in_pay_period=True)
    return [tuple(row) for row in rows.select("segment", "earning").iter_rows()]


ONE = "P1,2025-01-01,,Seller,X1,2020-06-15\n"


def test_a_cap_of_the_own_year_begins_anew_on_the_day(tmp_path: Path) -> None:
    """On 14 June 2026 the year of before ends, whose cap is reached; the day itself is of the new one."""
    sold = {"2025-06-15": 600, "2026-06-14": 900, "2026-06-15": 300}
    found = earnings(run_of(tmp_path, "", CAPPED, "2026-06", ONE, sold))
    assert found == [(date(2025, 6, 15), 40), (date(2026, 6, 15), 30)]


def test_what_is_trued_up_starts_from_nothing(tmp_path: Path) -> None:
    sold = {"2025-07-01": 900, "2026-06-14": 200, "2026-06-20": 100, "2026-07-02": 950}
    run = run_of(tmp_path / "june", SO_FAR, TRUED, "2026-06", ONE, sold)
    assert earnings(run) == [(date(2025, 6, 15), 130), (date(2026, 6, 15), 10)]
    assert earnings(run_of(tmp_path / "july", SO_FAR, TRUED, "2026-07", ONE, sold)) == [(date(2026, 6, 15), 200)]


def test_an_anniversary_on_the_first_of_a_month_cuts_no_month(tmp_path: Path) -> None:
    found = run_of(tmp_path, "", CAPPED, "2026-06", "P1,2025-01-01,,Seller,X1,2024-06-01\n", {"2026-06-01": 500})
    assert earnings(found) == [(date(2026, 6, 1), 50)]


def test_the_days_of_a_prorated_cap_are_those_of_the_own_year(tmp_path: Path) -> None:
    """On the plan since 1 January 2025, in a year that began on 2 July 2024: 31 of 214 days in January."""
    capped = CAPPED.replace("at: 100 USD", "at: 214 USD, prorate: calendar_days")
    hired = "P1,2025-01-01,,Seller,X1,2024-07-02\n"
    assert earnings(run_of(tmp_path, "", capped, "2025-01", hired, {"2025-01-05": 9000})) == [(date(2025, 1, 1), 31)]


def test_two_days_of_one_participant_hold_the_pay(tmp_path: Path) -> None:
    hired = "P1,2025-01-01,2026-02-28,Seller,X1,2020-06-15\nP1,2026-03-01,,Seller,X1,2020-06-16\n"
    run = run_of(tmp_path, "", CAPPED, "2026-06", hired, {"2026-06-02": 10})
    assert [(row["code"], row["participant"]) for row in run.exceptions.to_dicts()] == [("E420", "P1")]
    assert run.payouts.height and "payable" not in set(run.payouts["status"])


@pytest.mark.parametrize(
    ("year", "expected"), [(2024, date(2024, 2, 29)), (2025, date(2025, 3, 1)), (2100, date(2100, 3, 1))]
)
def test_who_began_on_29_february(year: int, expected: date) -> None:
    assert anniversary(2, 29, year) == expected


@pytest.mark.parametrize(
    ("measures", "components", "expected"),
    [
        ("", CAPPED.replace("over: plan", "over: year"), ["M264"]),
        (
            "  so_far: {sum: sales, over: year_to_date}\n",
            CAPPED + "      - gate: {when: so_far > 0, per: earning}\n",
            ["M264"],
        ),
        ("  record: {previous: sales_month, take: highest, since: year, no_previous: zero}\n", CAPPED, ["M264"]),
    ],
)
def test_nothing_adds_up_over_the_calendar(tmp_path: Path, measures: str, components: str, expected: list[str]) -> None:
    components = components.replace("then: [{cap: {over: plan", "then:\n      - {cap: {over: plan").replace(
        "lost}}]", "lost}}"
    )
    components = components.replace("then: [{cap: {over: year", "then:\n      - {cap: {over: year")
    if "record" in measures:
        components += "      - gate: {when: sales_month > record, per: earning}\n"
    text = plan(measures, components).replace("participants:", ANEW + "participants:")
    assert codes(tmp_path, text) == expected


@pytest.mark.parametrize(("column", "expected"), [("hird", ["N001"]), ("title", ["T009"]), ("start", ["T009"])])
def test_the_roster_says_the_day(tmp_path: Path, column: str, expected: list[str]) -> None:
    text = plan("", CAPPED).replace("participants:", ANEW.replace("hired", column) + "participants:")
    assert codes(tmp_path, text) == expected

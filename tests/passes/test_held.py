"""What is looked at once, when a quarter or year ends, and held through the next one: which periods read which end."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run
from engine.core.diagnostic import Diagnostics
from engine.pipeline import front
from tests.conformance.small_workspace import MAIN, written
from tests.passes.by_month import SELLER, months, run_of
from tests.passes.test_earned import codes, plan

LEVELS = """\
  commission:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: COMM
    rate:
      mode: whole
      select: reached
      boundary: upper
      below: same
      tiers:
        - {from: 0, rate: 1%}
        - {from: 1000, rate: 2%}
"""
QUARTER = "  sales_qtd: {sum: sales, over: quarter_to_date}\n"
YEAR = "  sales_ytd: {sum: sales, over: year_to_date}\n"
AMOUNTS = {
    "2025-07": 400, "2025-09": 600, "2025-10": 100, "2025-12": 50, "2026-01": 500, "2026-02": 300, "2026-03": 200,
    "2026-04": 10, "2026-06": 20, "2026-07": 30,
}  # fmt: skip


def levels(folder: Path, measures: str, period: str, people: str = SELLER, **more: str) -> Run:
    """A run; each month's amount is sold in its middle."""
    text = plan(measures, more.get("components", LEVELS))
    pays = ("pay_period: month", f"pay_period: {more.get('pay', 'month')}")
    return run_of(folder, text, AMOUNTS, period, people, pays)


def of(run: Run, name: str = "reached") -> dict[str, Any]:
    return months(run, name)


HELD = QUARTER + "  reached: {previous: sales_qtd, back: quarter_end, no_previous: zero}\n"


def test_all_months_of_a_quarter_read_what_the_one_before_came_to(tmp_path: Path) -> None:
    """January to March 150 of October to December, April to June 1,000 of January to March: exactly on the bound."""
    run = levels(tmp_path, HELD, "2026-06")
    assert of(run) == dict.fromkeys(("2026-04", "2026-05", "2026-06"), Decimal(1000))
    earned = dict(run.table("earnings/field.commission").select("period", "earning").iter_rows())
    assert earned == {"2026-04": Decimal("0.2"), "2026-05": Decimal(0), "2026-06": Decimal("0.4")}


def test_each_month_is_a_run_of_its_own(tmp_path: Path) -> None:
    """What a month reads does not depend on which others are run: 150, 150, then 1,000."""
    expected = {"2026-01": 150, "2026-03": 150, "2026-04": 1000, "2026-05": 1000}
    found = {month: of(levels(tmp_path / month, HELD, month))[month] for month in expected}
    assert found == {month: Decimal(value) for month, value in expected.items()}


def test_the_year_s_level_is_that_of_the_year_before(tmp_path: Path) -> None:
    """2025 came to 1,150 from July on: all of 2026 is on the upper tier, whatever it sells itself."""
    measures = YEAR + "  reached: {previous: sales_ytd, back: year_end, no_previous: zero}\n"
    run = levels(tmp_path, measures, "2026-06")
    assert set(of(run).values()) == {Decimal(1150)}
    earned = dict(run.table("earnings/field.commission").select("period", "earning").iter_rows())
    assert earned["2026-01"] == Decimal(10) and earned["2026-06"] == Decimal("0.4")


@pytest.mark.parametrize(("pay", "period"), [("quarter", "2026-Q2"), ("year", "2026")])
def test_a_run_of_a_longer_pay_period_says_the_same(tmp_path: Path, pay: str, period: str) -> None:
    found = of(levels(tmp_path, HELD, period, pay=pay))
    assert found["2026-04"] == found["2026-06"] == 1000
    if pay == "year":
        assert found["2026-03"] == 150 and found["2026-07"] == found["2026-09"] == 30 and found["2026-12"] == 30


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ("P1,2026-01-01,,Seller,X1", {"2026-01": 0, "2026-03": 0, "2026-04": 1000, "2026-07": 30}),
        ("P1,2026-01-02,,Seller,X1", {"2026-01": 0, "2026-03": 0, "2026-04": 0, "2026-07": 30}),
        ("P1,2025-01-01,2026-05-10,Seller,X1\nP1,2026-05-11,,Senior,X1", {"2026-04": 1000, "2026-06": 0, "2026-07": 0}),
    ],
)
def test_who_was_not_there_for_all_of_the_quarter(tmp_path: Path, people: str, expected: dict[str, int]) -> None:
    """A day of January is missing; or a new title has had no whole quarter yet, which October to December then reads."""
    found = dict(
        levels(tmp_path, HELD, "2026", people, pay="year")
        .table("measures/field.reached")
        .sort("period", "segment")
        .select("period", "value")
        .iter_rows()
    )
    assert {month: found[month] for month in expected} == {month: Decimal(value) for month, value in expected.items()}


def test_a_quarter_that_is_cut_has_two_values_and_the_other_segment_none(tmp_path: Path) -> None:
    people = "P1,2025-01-01,2026-05-10,Seller,X1\nP1,2026-05-11,,Senior,X1"
    block = HELD.replace("zero", "block")
    run = levels(tmp_path, block, "2026-05", people)
    rows = run.table("measures/field.reached").filter(period="2026-05").sort("segment").select("value", "whole")
    assert list(rows.iter_rows()) == [(Decimal(1000), True), (None, False)]
    outcomes = run.table("earnings").filter(period="2026-05").sort("segment")["outcome"]
    assert outcomes.to_list() == ["zero", "blocked"]


def test_a_window_is_looked_at_when_the_quarter_ends(tmp_path: Path) -> None:
    """Six months up to March have 1,150, of which the last is there whole; the best month of them is January."""
    window = (
        "  half: {{previous: sales_month, take: {}, last: 6, up_to: this_period, fewer: counts, partial: none,"
        " no_previous: zero}}\n"
    )
    held = "  reached: {previous: half, back: quarter_end, no_previous: zero}\n"
    for take, expected in (("sum", 1150), ("highest", 500)):
        found = of(levels(tmp_path / take, window.format(take) + held, "2026-05"))
        assert found["2026-05"] == expected


def test_a_quarter_before_the_quarter_before(tmp_path: Path) -> None:
    measures = HELD + "  half_ago: {previous: reached, back: quarter_end, no_previous: zero}\n"
    run = levels(tmp_path, measures, "2026-05", components=LEVELS.replace("select: reached", "select: half_ago"))
    assert of(run, "half_ago")["2026-05"] == 150


CREDITS = LEVELS.replace("basis: period", "basis: credit").replace("base: sales_month", "base: sales")
CREDITS = CREDITS.replace("from: 0,", "from: 0 USD,").replace("from: 1000,", "from: 1000 USD,") + "    then:\n"


def test_credits_are_looked_up_by_it_and_gates_and_formulas_read_it(tmp_path: Path) -> None:
    """In March 200 × 1 %, and no gate is met; in April 10 × 2 % × 1.5 for a quarter of 1,000."""
    then = """\
      - gate: {measure: reached, at_least: 150 USD, per: earning}
      - multiply: {by: "1.5 if reached > 500 else 1", per: earning}
"""
    for month, expected in (("2026-03", 2), ("2026-04", "0.3")):
        run = levels(tmp_path / month, HELD, month, components=CREDITS + then)
        assert dict(run.table("earnings").select("period", "earning").iter_rows())[month] == Decimal(expected)


@pytest.mark.parametrize(
    ("measures", "more", "expected"),
    [
        ("  reached: {previous: sales_month, back: quarter_end, no_previous: zero}\n", {}, ["M298"]),
        (QUARTER + "  reached: {previous: sales_qtd, back: year_end, no_previous: zero}\n", {}, ["M298"]),
        (YEAR + "  reached: {previous: sales_ytd, back: quarter_end, no_previous: zero}\n", {}, ["M145"]),
        (
            YEAR.replace("year", "plan") + "  reached: {previous: sales_ytd, back: year_end, no_previous: zero}\n",
            {},
            ["M145"],
        ),
        (QUARTER + "  reached: {previous: sales_qtd, back: quarter_end}\n", {}, ["M032"]),
        (HELD, {"segments: separate": "segments: joined, on_change: continue"}, ["M136"]),
        (HELD, {"base: sales_month": "base: reached"}, ["M300"]),
        (HELD, {"earning_period: month": "earning_period: year"}, ["M131"]),
        (HELD, {"back: quarter_end": "back: quarter"}, ["S004"]),
        (HELD, {"back: quarter_end": "back: quarter_end, last: 3"}, ["S014"]),
    ],
)
def test_what_is_not_of_the_quarter_or_paid_again(
    tmp_path: Path, measures: str, more: dict[str, str], expected: list[str]
) -> None:
    text = plan(measures, LEVELS)
    for old, new in more.items():
        text = text.replace(old, new)
    assert codes(tmp_path, text) == expected


def test_a_window_that_is_held_for_a_quarter_and_read_for_a_year(tmp_path: Path) -> None:
    window = (
        "  three: {previous: sales_month, take: sum, last: 3, up_to: this_period, fewer: counts, partial: none,"
        " no_previous: zero}\n"
    )
    held = "  reached: {previous: three, back: quarter_end, no_previous: zero}\n"
    yearly = LEVELS.replace("month\n    basis", "year\n    basis")
    assert codes(tmp_path / "year", plan(window + held, yearly)) == ["M299"]
    paid = LEVELS.replace("base: sales_month", "base: reached")
    assert codes(tmp_path / "paid", plan(window + held, paid)) == ["M286"]
    before = window.replace("up_to: this_period, fewer", "fewer")
    assert codes(tmp_path / "before", plan(before + held, LEVELS)) == ["M298"]


def test_a_calendar_without_quarters_has_no_end_of_one(tmp_path: Path) -> None:
    window = (
        "  three: {previous: sales_month, take: sum, last: 3, up_to: this_period, fewer: counts, partial: none,"
        " no_previous: zero}\n"
    )
    held = "  reached: {previous: three, back: quarter_end, no_previous: zero}\n"
    months = next(line for line in MAIN.splitlines() if line.startswith("calendar:"))
    halves = (("A", "2026-01-01", "2026-06-30"), ("B", "2026-07-01", "2026-12-31"))
    rows = ", ".join(f'{{name: {name}, start: {start}, end: {end}, year: "2026"}}' for name, start, end in halves)
    main = MAIN.replace(months, f"calendar: {{kind: custom, periods: [{rows}]}}").replace(
        "pay_period: month", "pay_period: period"
    )
    main = main.replace('targets: ["*/targets.yaml"]\n', "")
    text = plan(window + held, LEVELS.replace("month\n    basis", "period\n    basis"))
    found = Diagnostics()
    front(written(tmp_path, {"komisi.yaml": main, "field/comp.yaml": text}), found, {})
    assert [(each.code, each.span.line) for each in found if each.severity == "error"] == [("N005", 16)]

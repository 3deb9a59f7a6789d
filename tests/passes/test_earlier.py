"""What is taken of earlier periods: the best, the worst, the average, and which of them count."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.passes.by_month import SELLER, months, run_of
from tests.passes.test_earned import COMMISSION, codes, plan

OVER = """\
  growth:
    earning_period: month
    basis: period
    base: more
    earning_code: MORE
    rate: {mode: flat, rate: 10%}
"""
GATED = (
    OVER.replace("more", "sales_month")
    + """\
    then: [{gate: {when: sales_month > record, per: earning}}]
"""
)
MORE = "  more: {difference: sales_month, minus: record}\n"
AMOUNTS = {"2025-11": 700, "2025-12": 50, "2026-01": 100, "2026-02": 300, "2026-04": -20, "2026-05": 1000}


def marks(folder: Path, how: str, period: str, people: str = SELLER, **more: str) -> dict[str, Any]:
    """What the mark is in each month of a run; each month's amount is sold in its middle."""
    measure = f"  record: {{previous: {more.get('of', 'sales_month')}, {how}}}\n"
    text = plan(more.get("measures", "") + measure + more.get("more", MORE), more.get("components", OVER))
    text = text.replace("segments: separate", more.get("segments", "segments: separate"))
    return months(run_of(folder, text, AMOUNTS, period, people), "record")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("take: highest, since: year, no_previous: zero", [0, 100, 300, 300, 300]),
        ("take: lowest, since: year, no_previous: zero", [0, 100, 100, 0, -20]),
        ("take: average, since: year, no_previous: block", [None, 100, 200, "133.333333333333", 95]),
        ("take: highest, since: plan, no_previous: zero", [700] * 5),
    ],
)
def test_of_all_periods_since_something_began(tmp_path: Path, how: str, expected: list[Any]) -> None:
    """A month without sales is one of 0, and a reset forgets the year before."""
    found = marks(tmp_path, how, "2026-05")
    wanted = [None if each is None else Decimal(each) for each in expected]
    assert [found[month] for month in ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")] == wanted


@pytest.mark.parametrize(("period", "best", "average"), [("2026-01", 700, 375), ("2026-05", 300, "-10")])
def test_of_the_last_so_many_the_run_reads_as_far_back(tmp_path: Path, period: str, best: int, average: str) -> None:
    assert marks(tmp_path / "best", "take: highest, last: 3, no_previous: zero", period) == {period: best}
    found = marks(tmp_path / "average", "take: average, last: 2, no_previous: zero", period)
    assert found == {period: Decimal(average)}
    assert marks(tmp_path / "two", "take: highest, last: 2, no_previous: zero", "2026-05") == {"2026-05": 0}


def test_a_part_of_a_month_sets_no_mark(tmp_path: Path) -> None:
    people = "P1,2026-01-10,,Seller,X1"
    assert list(marks(tmp_path / "a", "take: highest, since: year, no_previous: zero", "2026-03", people).values()) == [
        0,
        0,
        300,
    ]
    assert marks(tmp_path / "b", "take: lowest, last: 5, no_previous: block", "2026-02", people) == {"2026-02": None}


def test_a_new_title_begins_anew_where_segments_are_separate(tmp_path: Path) -> None:
    people = "P1,2025-01-01,2026-01-31,Seller,X1\nP1,2026-02-01,,Senior,X1"
    titles = "segments: joined, on_change: continue, participant_values_on: segment_end"
    for name, segments, expected in (("own", "segments: separate", 300), ("all", titles, 700)):
        how = "take: highest, since: plan, no_previous: zero"
        assert marks(tmp_path / name, how, "2026-05", people, segments=segments)["2026-05"] == expected


def test_attainments_and_earnings_since_something_began(tmp_path: Path) -> None:
    """They are known of all periods that a run calculates, and of no other."""
    earned = "  commissions: {earned: commission, over: period}\n"
    said = {
        "measures": earned,
        "of": "commissions",
        "components": COMMISSION + OVER.replace("more", "record"),
        "more": "",
    }
    found = marks(tmp_path, "take: highest, since: year, no_previous: zero", "2026-05", **said)
    assert list(found.values()) == [0, 10, 30, 30, 30]
    assert codes(
        tmp_path / "back",
        plan(
            earned + "  record: {previous: commissions, take: highest, last: 2, no_previous: zero}\n",
            said["components"],
        ),
    ) == ["M261"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("take: highest, since: year", ["M032"]),
        ("no_previous: zero", ["S011"]),
        ("back: period, take: highest, since: year, no_previous: zero", ["S011"]),
        ("take: highest, no_previous: zero", ["S011"]),
        ("take: highest, since: year, last: 3, no_previous: zero", ["S011"]),
        ("back: period, since: year, no_previous: zero", ["S014"]),
        ("take: highest, last: 1, no_previous: zero", ["S006"]),
        ("take: highest, since: year, up_to: this_period, no_previous: zero", ["S011"]),
        ("take: best, since: year, no_previous: zero", ["S004"]),
        ("take: highest, since: year_to_date, no_previous: zero", ["S004"]),
    ],
)
def test_what_is_not_said_or_said_twice(tmp_path: Path, how: str, expected: list[str]) -> None:
    assert codes(tmp_path, plan(f"  record: {{previous: sales_month, {how}}}\n" + MORE, OVER)) == expected


@pytest.mark.parametrize(
    ("measures", "components", "expected"),
    [
        (
            "  ytd: {sum: sales, over: year_to_date}\n  record: {previous: ytd, take: highest, since: year, no_previous: zero}\n",
            GATED,
            ["M145"],
        ),
        (
            "  record: {previous: sales_month, take: highest, since: quarter, no_previous: zero}\n",
            GATED.replace("period: month", "period: quarter"),
            ["M262"],
        ),
        (
            "  record: {previous: sales_month, take: highest, since: quarter, no_previous: zero}\n",
            GATED.replace("period: month", "period: year"),
            ["M131"],
        ),
        (
            "  first: {previous: sales_month, take: highest, since: year, no_previous: zero}\n"
            "  record: {previous: first, take: highest, last: 3, no_previous: zero}\n",
            GATED,
            ["M263"],
        ),
    ],
)
def test_what_has_no_earlier_periods(tmp_path: Path, measures: str, components: str, expected: list[str]) -> None:
    assert codes(tmp_path, plan(measures, components)) == expected

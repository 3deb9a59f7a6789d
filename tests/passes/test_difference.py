"""Differences of measures: of the period and to date, as totals and not, and what can't be taken from what."""

from pathlib import Path

import pytest

from tests.passes.test_earned import all_earned, codes, each_month, plan, run_of

FLAT = each_month("more", "flat, rate: 10%")
MARGINAL = each_month("more", "marginal, select: more, below: same, tiers: [{from: 0, rate: 10%}]")
BACK = "  earlier: {previous: sales_month, back: period, no_previous: zero}\n"
MORE = "  more: {difference: sales_month, minus: earlier}\n"
TO_DATE = """\
  so_far: {sum: sales, over: year_to_date}
  small: {sum: sales, where: quantity < 2, over: year_to_date}
  more: {difference: so_far, minus: small}
"""


def test_growth_over_the_month_before_may_be_negative(tmp_path: Path) -> None:
    text = plan(BACK + MORE, FLAT)
    assert all_earned(tmp_path / "two", text, "2026-02") == [20]
    assert all_earned(tmp_path / "three", text, "2026-03") == [-35]


def test_to_date_it_is_of_the_values_to_date_and_trued_up(tmp_path: Path) -> None:
    paid = FLAT.replace("basis: period", "basis: to_date") + "    then: [{true_up: year}]\n"
    text = plan(TO_DATE, paid)
    run = run_of(tmp_path, text, "2026-03")
    rows = (
        run.table("measures/field.more")
        .sort("period")
        .select("own_minuend", "own_subtrahend", "minuend", "value")
        .rows()
    )
    assert rows == [(100, 100, 100, 0), (300, 0, 400, 300), (-50, -50, 350, 300)]
    assert list(run.table("earnings").sort("period")["earning"]) == [0, 30, 0]


@pytest.mark.parametrize(
    ("measures", "component", "expected"),
    [
        (BACK + MORE, MARGINAL, None),
        ("  few: {count: sales, over: period}\n  more: {difference: sales_month, minus: few}\n", FLAT, "T011"),
        (
            "  so_far: {sum: sales, over: year_to_date}\n  more: {difference: sales_month, minus: so_far}\n",
            FLAT,
            "M140",
        ),
        (
            "  least: {min: sales, over: period, no_credits: zero}\n  more: {difference: sales_month, minus: least}\n",
            MARGINAL,
            "M141",
        ),
        ("  more: {difference: sales_month}\n", FLAT, "S002"),
        ("  more: {difference: sales_month, minus: more}\n", FLAT, "N012"),
        (BACK + MORE.replace("earlier}", "earlier, over: period}"), FLAT, "S014"),
    ],
)
def test_what_can_be_taken_from_what(tmp_path: Path, measures: str, component: str, expected: str | None) -> None:
    found = codes(tmp_path, plan(measures, component))
    assert found == [] if expected is None else expected in found

"""Measures by formula: of the period and to date, as totals and not, with one's own values, and what can't stand in one."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.explain.node import Node
from engine.load.expression import expression_of
from engine.plan.formula_shape import adds_up, has_fixed, is_share
from engine.trial.diff.meaning import meaning
from tests.conformance.small_workspace import MAIN, written
from tests.passes.test_earned import HEAD, all_earned, codes, each_month, plan, run_of

FLAT = each_month("made", "flat, rate: 10%")
MARGINAL = each_month("made", "marginal, select: made, below: same, tiers: [{from: 0, rate: 10%}]")
SMALL = "  small: {sum: sales, where: quantity < 2, over: period}\n"
TO_DATE = """\
  so_far: {sum: sales, over: year_to_date}
  small_so_far: {sum: sales, where: quantity < 2, over: year_to_date}
  made: {formula: so_far - 0.5 * small_so_far}
"""


def made(text: str) -> str:
    return f'  made: {{formula: "{text}"}}\n'


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sales_month - 2 * small", [-10, 30, 5]),
        ("max(sales_month - 120 USD, 0)", [0, 18, 0]),
        ("sales_month if small == 0 USD else 0", [0, 30, 0]),
        ("sales_month * (sales_month / 200 USD)", [5, 45, Decimal("1.25")]),
        ("small / 3 + sales_month", [Decimal("13.333333333333"), 30, Decimal("-6.666666666667")]),
    ],
)
def test_of_the_period_it_is_what_is_written(tmp_path: Path, formula: str, expected: list[Any]) -> None:
    """100 in January, all of it small; 300 in February; -50 in March, all of it small. A tenth is paid."""
    text = plan(SMALL + made(formula), FLAT)
    found = [all_earned(tmp_path / month, text, f"2026-{month}") for month in ("01", "02", "03")]
    assert found == [[each] for each in expected]


def test_to_date_it_is_of_the_values_to_date_and_trued_up(tmp_path: Path) -> None:
    """So far 100, 400, 350, of them small 100, 100, 50: 50, 350, 325; of the months alone 50, 300, -25."""
    paid = FLAT.replace("basis: period", "basis: to_date") + "    then: [{true_up: year}]\n"
    run = run_of(tmp_path, plan(TO_DATE, paid), "2026-03")
    rows = run.table("measures/field.made").sort("period").select("own.so_far", "small_so_far", "own", "value").rows()
    assert rows == [(100, 100, 50, 50), (300, 100, 300, 350), (-50, 50, -25, 325)]
    assert list(run.table("earnings").sort("period")["earning"]) == [5, 30, Decimal("-2.5")]


def test_it_is_cut_into_slices_and_looked_back_at(tmp_path: Path) -> None:
    """50, 300, -25 in the months; each less half of the one before: 50, 275, -175."""
    back = "  half: {formula: sales_month - 0.5 * small}\n  earlier_half: {previous: half, back: period, no_previous: zero}\n"
    text = plan(SMALL + back + made("half - 0.5 * earlier_half"), MARGINAL)
    assert all_earned(tmp_path, text, "2026-03") == [Decimal("-17.5")]


def test_nothing_to_divide_by_blocks_what_reads_it(tmp_path: Path) -> None:
    run = run_of(tmp_path, plan(SMALL + made("sales_month * (sales_month / small)"), FLAT), "2026-02")
    assert run.table("earnings").select("earning", "outcome", "cause").rows() == [(None, "blocked", "no_value")]
    assert "E205" in list(run.exceptions["code"])


WEIGHED = "variables:\n  weight: {type: quantity, default: 1, column: weight}\n"


def weighed(folder: Path, day: str) -> Run:
    """A run of March: P1 has the weight 2, and 3 from the 16th on; P2 has 10."""
    people = "participant,start,end,title,payroll_id,weight\n"
    people += "P1,2026-01-01,2026-03-15,Seller,X1,2\nP1,2026-03-16,,Seller,X1,3\nP2,2026-01-01,,Seller,X2,10\n"
    orders = ["A,2026-02-10,P1,booked,,4,100", "B,2026-03-10,P1,booked,,5,100", "C,2026-03-11,P2,booked,,1,100"]
    measures = """\
  units: {sum: quantities, over: period}
  points: {formula: units * weight}
  points_before: {previous: points, back: period, no_previous: zero}
  of_all: {total: points, within: everyone}
  made: {formula: points + points_before + 0 * of_all}
"""
    text = plan(measures, FLAT.replace("rate: 10%", "rate: 1 USD"))
    rule = "  quantities: {from: orders, to: seller, credit_date: booked_on, value: quantity}\nmeasures:\n"
    text = text.replace("measures:\n", rule, 1).replace(
        "half_up}", f"half_up, participant_values_on: {day}, hit_policy: all}}"
    )
    main = MAIN.replace("payroll_id: text", "payroll_id: text, weight: quantity") + WEIGHED
    files = {
        "komisi.yaml": main,
        "field/comp.yaml": text,
        "people.csv": people,
        "orders.csv": "\n".join([HEAD, *orders, ""]),
    }
    return open_workspace(written(folder, files)).run("2026-03")


def test_it_is_explained_whatever_its_measures_are_called(tmp_path: Path) -> None:
    """By names that other kinds of measures have as columns: of a group, of several periods, of a rank."""
    named = {"group": 1, "found": 2, "now": 3, "each": 4, "place": 5}
    parts = "".join(f"  {name}: {{sum: sales, where: quantity < {n}, over: period}}\n" for name, n in named.items())
    run = run_of(tmp_path, plan(parts + made(" + ".join(named)), FLAT), "2026-02")
    [node] = [
        each for each in _nodes(run.save(tmp_path / "runs").explain("P1")) if each.title == "measure made · 2026-02"
    ]
    assert [each.title for each in node.children] == [f"measure {name} · 2026-02" for name in named]


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for each in node.children:
        yield from _nodes(each)


@pytest.mark.parametrize(("day", "points"), [("segment_start", 10), ("segment_end", 15)])
def test_variables_are_of_the_day_that_counts_and_of_the_period_then(tmp_path: Path, day: str, points: int) -> None:
    """P1: 5 units in March at 2 or at 3, 4 in February at 2; all together with P2's one at 10."""
    run = weighed(tmp_path, day)
    found = run.table("measures/field.points").filter(participant="P1", period="2026-03")
    assert found.select("units", "weight", "weight.said_by", "value").rows() == [
        (5, points // 5, "participant", points)
    ]
    assert run.table("earnings").sort("participant")["earning"].to_list() == [points + 8, 10]
    assert set(run.table("measures/field.of_all").filter(period="2026-03")["value"]) == {points + 10}


AGAINST = MARGINAL.replace(
    "tiers: [{from: 0, rate: 10%}]",
    "against: goal, missing_target: block, zero_target: block, tiers: [{from: 0%, rate: 10%}]",
)
TIERS = "[{from: 80%, amount: 5}, {from: 90%, amount: 9}]"
SHARE = each_month("made", f"step, select: made, boundary: upper, below: same, tiers: {TIERS}").replace(
    "    base: made\n", ""
)
REACHED = "  reached: {attainment: sales_month, against: goal, missing_target: block, zero_target: block}\n"
ALL_OF_IT = "  of_all: {total: made, within: everyone}\n"
PAY_ALL = FLAT.replace("base: made", "base: of_all")


@pytest.mark.parametrize(
    ("measures", "component", "expected"),
    [
        (SMALL + made("sales_month - 2 * small"), MARGINAL, []),
        (SMALL + made("sales_month - 2 * small"), AGAINST, []),
        (SMALL + made("-(small - sales_month / 3) * 2"), AGAINST, []),
        (made("max(sales_month - 50 USD, 0)"), AGAINST, ["M141", "M142"]),
        (made("sales_month - 50 USD"), MARGINAL, ["M141"]),
        (SMALL + made("sales_month * (small / sales_month)"), MARGINAL, ["M141"]),
        (SMALL + made("sales_month - 2 * small") + ALL_OF_IT, PAY_ALL, []),
        (made("max(sales_month - 50 USD, 0)") + ALL_OF_IT, PAY_ALL, ["M222"]),
        (TO_DATE + ALL_OF_IT, PAY_ALL.replace("basis: period", "basis: to_date"), ["M222", "M101"]),
        (made("sales_month + 50 EUR"), FLAT, ["T002"]),
        (made("sales_month > 50"), FLAT, ["T075"]),
        (made("sales_month + total"), FLAT, ["N002"]),
        (made("50 USD"), FLAT, ["M303"]),
        ("  own: {sum: sales, over: period}\n" + made("2 * own"), FLAT, ["M306"]),
        (made("made + sales_month"), FLAT, ["N012"]),
        (made("made2 + sales_month") + "  made2: {formula: made}\n", FLAT, ["N012"]),
        (made("goal + sales_month"), FLAT, ["N002"]),
        (made("sales + sales_month"), FLAT, ["T003"]),
        (REACHED + made("min(reached, 1.2)"), SHARE, []),
        (REACHED + made("min(reached, 1.2)"), SHARE.replace("%", ""), ["M111"]),
        (REACHED + made("0.6 * reached"), SHARE, ["T019"]),
        (REACHED + made("min(reached, 90)"), SHARE, ["T074"]),
        (made("max(sales_month - 50 USD, 0)"), FLAT, ["R040"]),
        (made("max(sales_month, 0)"), FLAT, []),
        (made("sales_month").replace("}", ", over: period}"), FLAT, ["S014"]),
        (made("sales_month").replace("}", ", minus: sales_month}"), FLAT, ["S014"]),
    ],
)
def test_what_can_be_made_of_what(tmp_path: Path, measures: str, component: str, expected: list[str]) -> None:
    found = codes(tmp_path, plan(measures, component))
    assert [code for code in found if code not in ("N010", "N009", "E450")] == expected


@pytest.mark.parametrize(
    ("text", "total", "fixed"),
    [
        ("a", True, False),
        ("a + b", True, False),
        ("a - 0.5 * b", True, False),
        ("(a + b) / rate * 2", True, False),
        ("a * rate", True, False),
        ("2 * c", False, False),
        ("a * b", False, False),
        ("rate / a", False, False),
        ("a + 100", False, True),
        ("a + rate", False, True),
        ("min(a, 100)", False, True),
        ("max(a, 0)", False, False),
        ("max(a - 100, 0) * rate", False, True),
        ("1 if a > 100 else 0", False, True),
        ("a if a > 100 else 0", False, False),
        ("-abs(a - 3) / 2", False, True),
        ("d * 2", False, True),
        ("a * (b + 1)", False, False),
    ],
)
def test_the_shape_of_a_formula(text: str, total: bool, fixed: bool) -> None:
    """`a` and `b` are totals, `c` and `d` measures that are none, `d` with an amount in it."""
    expr, measures = expression_of(text), {"a": True, "b": True, "c": False, "d": False}
    assert (adds_up(expr, measures), has_fixed(expr, measures.keys(), {"d"})) == (total, fixed)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("a", True), ("min(a, 1.5)", True), ("(a + b) / 2", True), ("a if a > 1 else 0", True), ("a - b", True),
        ("a / b", False), ("2 * a", False), ("1 if a > 1 else 0", False), ("x", False),
    ],
)  # fmt: skip
def test_a_share_of_a_target_stays_one(text: str, share: bool) -> None:
    assert is_share(expression_of(text), {"a", "b"}) is share


def test_another_formula_means_another_thing_to_diff(tmp_path: Path) -> None:
    """Versions of plans that mean the same are calculated once: of two formulas the second one's pay would be the first's."""

    def means(name: str, formula: str) -> Any:
        folder = written(tmp_path / name, {"field/comp.yaml": plan(SMALL + made(formula), FLAT)})
        return meaning(open_workspace(folder).compiled.workspace)

    assert means("one", "sales_month - small") != means("two", "1.1 * sales_month - small")
    assert means("one", "sales_month - small") == means("blanks", "sales_month  -  small")

"""Plans that pay the same people twice for the same rows (R041): a copy whose old plan has no end, and what is none."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.pipeline import check
from tests.conformance.small_workspace import MAIN, written

OLD = """\
kind: comp-plan
name: sales
currency: USD
in_force: {start: 2026-01-01}
participants: {title: Seller}
credits:
  sales:
    from: orders
    where: status == "booked"
    to: seller
    credit_date: booked_on
    value: net
measures:
  sold: {sum: sales, over: period}
components:
  commission: {earning_period: month, basis: period, base: sold, earning_code: COMM, rate: {mode: flat, rate: 10%}}
policies: {segments: separate, payout_rounding: half_up}
"""
NEW = OLD.replace("name: sales", "name: sales-h2").replace("2026-01-01", "2026-07-01").replace("10%", "12%")
START, END = "{start: 2026-01-01}", "{start: 2026-01-01, end: 2026-06-30}"
SPLIT = "{assignment: accounts, match: {account: account}, share: share, digits: exact}"
BONUS = (
    "  bonus: {earning_period: month, basis: credit, base: sales, earning_code: BONUS, rate: {mode: flat, rate: 1%}}\n"
)


def told(folder: Path, old: str, new: str) -> list[Diagnostic]:
    diagnostics = Diagnostics()
    check(written(folder, {"field/comp.yaml": old, "h2/comp.yaml": new}), diagnostics, {})
    return list(diagnostics)


def test_a_copy_whose_old_plan_has_no_end(tmp_path: Path) -> None:
    [twice] = told(tmp_path, OLD, NEW)
    assert (twice.code, twice.severity) == ("R041", "warning")
    assert twice.message == (
        "`sales` and `sales-h2` both pay `Seller` under `COMM` from 2026-07-01 on: rows that both take are paid twice"
    )
    assert twice.span.file.endswith("field/comp.yaml") and twice.span.line == 4
    assert [(span.line, words) for span, words in twice.related] == [(4, "`sales-h2`")]
    assert twice.help is not None and "`end: 2026-06-30` in `in_force` of `sales`" in twice.help
    assert twice.help.endswith('`accept: {R041: "…"}` in `commission` of `sales-h2`')


@pytest.mark.parametrize(
    ("end", "when"),
    [("2026-07-01", "on 2026-07-01"), ("2026-08-31", "from 2026-07-01 to 2026-08-31")],
)
def test_the_days_that_both_have(end: str, when: str, tmp_path: Path) -> None:
    [twice] = told(tmp_path, OLD.replace(START, f"{{start: 2026-01-01, end: {end}}}"), NEW)
    assert f"under `COMM` {when}:" in twice.message
    assert f"(or `start: {date.fromisoformat(end) + timedelta(days=1)}` in that of `sales-h2`)" in (twice.help or "")


def test_a_plan_within_the_days_of_another(tmp_path: Path) -> None:
    """There is no later start that keeps them apart, nor a day after the last."""
    short = NEW.replace("{start: 2026-07-01}", "{start: 2026-07-01, end: 2026-07-31}")
    for old in (OLD, OLD.replace(START, "{start: 2026-01-01, end: 9999-12-31}")):
        [twice] = told(tmp_path, old, short)
        assert "under `COMM` from 2026-07-01 to 2026-07-31:" in twice.message and "start:" not in (twice.help or "")
    [twice] = told(tmp_path, OLD.replace(START, "{start: 2026-01-01, end: 9999-12-31}"), NEW)
    assert "start:" not in (twice.help or "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (START, END),
        ("title: Seller", "title: Manager"),
        ("title: Seller", "names: [P1, P2]"),
        ("earning_code: COMM", "earning_code: LAST"),
        ("to: seller", f"to: {SPLIT}"),
        ('where: status == "booked"', 'where: status == "shared"'),
        ('where: status == "booked"', 'where: status in ("shared", "late") and net > 0'),
        ('where: status == "booked"', 'where: status != "booked"'),
        ('where: status == "booked"', 'where: net > 0\n    exclude: {booked: status == "booked"}'),
        ('where: status == "booked"', 'where: status not in ("booked", "shared")'),
    ],
)
def test_what_keeps_them_apart(old: str, new: str, tmp_path: Path) -> None:
    assert old in OLD
    assert told(tmp_path, OLD.replace(old, new), NEW) == []


@pytest.mark.parametrize(
    ("older", "newer", "apart"),
    [
        ("net > 0", "net < 0", True),
        ("net <= 100", "net > 100", True),
        ("net < 100", "net >= 100", True),
        ("net < 100", "net > 99.5", False),
        ("net <= 100", "net >= 100", False),
        ("net > 0", "quantity < 0", False),
    ],
)
def test_sides_of_one_column(older: str, newer: str, apart: bool, tmp_path: Path) -> None:
    plans = [
        plan.replace('status == "booked"', where)
        for plan, where in ((OLD, older), (NEW, newer), (OLD, newer), (NEW, older))
    ]
    for old, new in (plans[:2], plans[2:]):
        assert [each.code for each in told(tmp_path, old, new)] == ([] if apart else ["R041"])


def test_plans_that_begin_on_one_day_stand_side_by_side(tmp_path: Path) -> None:
    assert told(tmp_path, OLD, NEW.replace("2026-07-01", "2026-01-01")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('where: status == "booked"', 'where: status in ("booked", "late")'),
        ('    where: status == "booked"\n', ""),
        ('where: status == "booked"', 'where: status == "booked" and net > 100'),
        ("title: Seller", "title: [Manager, Seller]"),
        ("value: net", "value: net * 0.5"),
    ],
)
def test_a_copy_that_says_more(old: str, new: str, tmp_path: Path) -> None:
    assert [each.code for each in told(tmp_path, OLD, NEW.replace(old, new))] == ["R041"]


def test_conditions_of_measures_keep_rows_apart(tmp_path: Path) -> None:
    old, new = (
        text.replace("sum: sales", f"sum: sales, where: quantity {op} 5") for text, op in ((OLD, ">="), (NEW, "<"))
    )
    assert told(tmp_path, old, new) == []
    assert [each.code for each in told(tmp_path, old, NEW)] == ["R041"]


def test_two_components_are_told_once_and_each_is_accepted(tmp_path: Path) -> None:
    old, new = (text.replace("policies:", BONUS + "policies:") for text in (OLD, NEW))
    [twice] = told(tmp_path, old, new)
    assert "under `COMM` and `BONUS` from" in twice.message and "in `commission` and `bonus` of" in (twice.help or "")
    meant = ", accept: {R041: the kicker of the second half}}\n"
    half = new.replace("rate: 12%}}\n", "rate: 12%}" + meant)
    [twice] = told(tmp_path, old, half)
    assert "under `BONUS` from" in twice.message
    assert told(tmp_path, old, half.replace("rate: 1%}}\n", "rate: 1%}" + meant)) == []


def test_what_is_accepted_and_not_told(tmp_path: Path) -> None:
    meant = "rate: 12%}, accept: {R041: the old rate goes on}}\n"
    new = NEW.replace("rate: 12%}}\n", meant)
    assert [each.code for each in told(tmp_path, OLD.replace(START, END), new)] == ["R007"]


LEADERS = """\
kind: comp-plan
name: leaders
currency: USD
in_force: {start: 2026-01-01}
participants: {title: Lead}
measures:
  team: {earned: sales.commission, reports: {levels: [1], longer: stop, managers_on: last_day, not_on_plan: skip}, over: period}
components:
  override: {earning_period: month, basis: period, base: team, earning_code: OVER, rate: {mode: flat, rate: 10%}}
policies: {segments: separate, payout_rounding: half_up}
"""


def test_what_another_plan_earned_is_paid_twice_too(tmp_path: Path) -> None:
    main = MAIN.replace("title: text, ", "title: text, manager: {type: text, nullable: true}, ")
    copy = LEADERS.replace("name: leaders", "name: leaders-h2").replace("2026-01-01", "2026-07-01")
    files = {"komisi.yaml": main, "field/comp.yaml": OLD, "a/comp.yaml": LEADERS, "b/comp.yaml": copy}
    diagnostics = Diagnostics()
    check(written(tmp_path, files), diagnostics, {})
    assert [each.code for each in diagnostics] == ["R041"]
    assert "`leaders` and `leaders-h2` both pay `Lead` under `OVER` from" in next(iter(diagnostics)).message

"""A pay period without a row (E450): it holds everybody where a plan has none, and a component has nothing to pay for."""

from pathlib import Path

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.pipeline import prove
from tests.conformance.small_workspace import MAIN, ORDERS, PEOPLE, PLAN, written
from tests.conformance.test_logged import LEADS, OTHER, READER, TO_DATE, overridden
from tests.passes.test_earned import BONUS, COMMISSION, each_month, plan

HELD = "nothing is dated in the pay period; holds everybody: {} no row of {} to pay for"
COMMISSION_HAS = "the component `field.commission` has"
WARNED = "nothing is dated in the pay period"
FEBRUARY = ORDERS.replace("2026-03-", "2026-02-")
EMPTY = ORDERS.split("\n", 1)[0] + "\n"
ORDERS_SAID = MAIN[MAIN.index("  orders:") : MAIN.index("  accounts:")]
SERVICE = MAIN.replace("  accounts:\n", ORDERS_SAID.replace("orders", "service") + "  accounts:\n")
"""With a second source of transactions."""
BOTH = PLAN.replace("  shared:\n    from: orders", "  shared:\n    from: service")
LEADS_SERVICE = OTHER.replace("from: orders", "from: service")


LAST = "  last: {previous: sales_month, back: period, no_previous: zero}\n"
THREE = "  three: {previous: sales_month, take: average, last: 3, up_to: this_period, fewer: counts, partial: counts}\n"
PAID = {
    "last": (LAST, each_month("last", "flat, rate: 1%")),
    "three": (THREE, each_month("three", "flat, rate: 1%")),
    "grown": (LAST + "  grown: {difference: sales_month, minus: last}\n", each_month("grown", "flat, rate: 1%")),
    "gated": (
        THREE,
        each_month("sales_month", "flat, rate: 1%") + "    then: [{gate: {measure: three, at_least: 1 USD}}]\n",
    ),
    "heads": (
        "  heads: {headcount: everyone}\n",
        each_month("heads", "flat, rate: 10 USD") + "    then: [{gate: {measure: sales_month, at_least: 1 USD}}]\n",
    ),
    "quarterly": ("  commissions: {earned: commission, over: period}\n", COMMISSION + BONUS),
}
"""They pay for the month before, the mean of three, what it grew by, a month if the three had any, heads in a month that had any,
and a quarter's months."""
WAITS = MAIN.replace("booked_on: date\n", "booked_on: {type: date, nullable: true}\n")
WAITING = PLAN.replace("credit_date: booked_on\n", "credit_date: booked_on\n    undated: waits\n")
UNDATED = "W1,,P1,booked,,1,500\n"


def run(folder: Path, period: str = "2026-03", **changed: str) -> Run:
    return open_workspace(written(folder, changed)).run(period)


def told(found: Run) -> list[tuple[str, str, str, str]]:
    rows = found.exceptions.filter(pl.col("code") == "E450").select("severity", "source", "period", "message")
    return [(severity, source, period, said) for severity, source, period, said in rows.iter_rows()]


def statuses(found: Run) -> set[str]:
    return set(found.payouts["status"])


def test_a_forgotten_file_is_no_month_of_noughts(tmp_path: Path) -> None:
    found = run(tmp_path, **{"orders.csv": FEBRUARY})
    assert told(found) == [("blocks_period", "orders", "2026-03", HELD.format(COMMISSION_HAS, "`orders`"))]
    assert set(found.payouts["amount"]) == {0} and statuses(found) == {"not_payable"}
    assert prove(found.save(tmp_path / "runs").record).ok


def test_one_of_several_sources_only_warns(tmp_path: Path) -> None:
    files = {"komisi.yaml": SERVICE, "field/comp.yaml": BOTH, "service.csv": EMPTY}
    found = run(tmp_path / "one", **files)
    assert told(found) == [("warning", "service", "2026-03", WARNED)] and statuses(found) == {"payable"}
    both = told(run(tmp_path / "both", **files, **{"orders.csv": FEBRUARY}))
    assert both == [
        ("blocks_period", name, "2026-03", HELD.format(COMMISSION_HAS, "`orders`, `service`"))
        for name in ("orders", "service")
    ]


def test_another_plan_that_has_rows_does_not_help(tmp_path: Path) -> None:
    files = {"komisi.yaml": SERVICE, "other/comp.yaml": LEADS_SERVICE, "service.csv": EMPTY, "people.csv": LEADS}
    assert told(run(tmp_path / "on", **files)) == [
        ("blocks_period", "service", "2026-03", HELD.format("the component `other.commission` has", "`service`"))
    ]
    nobody = run(tmp_path / "nobody", **(files | {"people.csv": PEOPLE}))  # the plan pays nobody
    assert [severity for severity, *_ in told(nobody)] == ["warning"]


def test_a_quarter_has_its_earlier_months(tmp_path: Path) -> None:
    files = {
        "field/comp.yaml": PLAN.replace("earning_period: month", "earning_period: quarter"),
        "orders.csv": FEBRUARY,
    }
    assert [severity for severity, *_ in told(run(tmp_path / "march", **files))] == ["warning"]
    assert [severity for severity, *_ in told(run(tmp_path / "may", "2026-05", **files))] == [
        "warning"
    ]  # nothing is due
    assert [severity for severity, *_ in told(run(tmp_path / "june", "2026-06", **files))] == ["blocks_period"]


def test_what_others_earned_is_something(tmp_path: Path) -> None:
    credits = LEADS_SERVICE[LEADS_SERVICE.index("credits:") : LEADS_SERVICE.index("  shared:")]
    bonus = "{earning_period: month, basis: period, base: mine, earning_code: MINE, rate: {mode: flat, rate: 1%}}"
    own = READER.format("2026-01-01").replace(
        "measures:\n", f"{credits}measures:\n  mine: {{sum: sales, over: period}}\n"
    )
    own = own.replace("components:\n", f"components:\n  bonus: {bonus}\n")
    files = {"komisi.yaml": SERVICE, "own/comp.yaml": own, "service.csv": EMPTY}
    assert [severity for severity, *_ in told(run(tmp_path, **files))] == ["warning"]


@pytest.mark.parametrize("more", ["X,2026-03-07,P1,booked,,1,n/a\n", "X,2026-03-07,P1,booked,,1,7\n" * 2])
def test_rows_that_are_refused_hold_whom_they_name(more: str, tmp_path: Path) -> None:
    found = run(tmp_path, **{"orders.csv": FEBRUARY + more.replace(",7\nX", ",7\nX,2026-03-07,P1,booked,,1,8\nX", 1)})
    assert [severity for severity, *_ in told(found)] == ["warning"]
    assert dict(found.payouts.select("participant", "status").iter_rows())["P2"] == "payable"


def test_a_file_of_the_month_with_only_the_header_says_so(tmp_path: Path) -> None:
    files = {f"orders-2026-{month:02}.csv": EMPTY for month in (1, 2, 3)}
    files |= {"komisi.yaml": MAIN.replace("files: orders.csv", 'files: "orders-{period}.csv"')}
    assert [severity for severity, *_ in told(run(tmp_path / "header", **files))] == ["warning"]
    wrong = run(tmp_path / "wrong", **(files | {"orders-2026-03.csv": FEBRUARY}))  # that of another month
    assert [severity for severity, *_ in told(wrong)] == ["blocks_period"]


def test_it_can_be_waived(tmp_path: Path) -> None:
    waiver = (
        "exceptions: {waivers: [{code: E450, source: orders, period: 2026-03, applies_to: every_row, name: Ada,"
        " reason: the fair was in February, until: 2026-03}]}\n"
    )
    found = run(tmp_path, **{"komisi.yaml": MAIN + waiver, "orders.csv": FEBRUARY})
    assert found.exceptions.filter(code="E450")["state"].to_list() == ["waived"] and statuses(found) == {"payable"}


@pytest.mark.parametrize(
    ("paid", "month", "held"),
    [
        ("last", "02", []), ("last", "01", ["paid"]), ("three", "01", []), ("three", None, ["paid"]),
        ("grown", "02", ["paid"]), ("gated", "02", ["paid"]), ("heads", "02", ["paid"]), ("quarterly", "01", []),
        ("quarterly", None, ["bonus"]),
    ],
)  # fmt: skip
def test_what_a_base_looks_back_at_is_paid_for(paid: str, month: str | None, held: list[str], tmp_path: Path) -> None:
    """But where it is of this month, too, that is what is asked; and what it is held against is not what is paid for."""
    orders = EMPTY if month is None else ORDERS.replace("2026-03-", f"2026-{month}-")
    found = run(tmp_path, **{"field/comp.yaml": plan(*PAID[paid]), "orders.csv": orders})
    said = [HELD.format(f"the component `field.{name}` has", "`orders`") for name in held] or [WARNED]
    assert [message for *_, message in told(found)] == said
    assert statuses(found) == {"not_payable" if held else "payable"}
    if not held:
        assert {amount != 0 for amount in found.payouts["amount"]} == {True}


def test_beside_what_looks_back_a_month_is_still_asked_for(tmp_path: Path) -> None:
    month = each_month("sales_month", "flat, rate: 1%").replace("paid:", "month:")
    files = {"field/comp.yaml": plan(LAST, PAID["last"][1] + month), "orders.csv": FEBRUARY}
    assert [message for *_, message in told(run(tmp_path / "one", **files))] == [
        HELD.format("the component `field.month` has", "`orders`")
    ]
    both = HELD.format("the component `field.paid`, the component `field.month` have", "`orders`")
    assert [message for *_, message in told(run(tmp_path / "both", **(files | {"orders.csv": EMPTY})))] == [both]


def test_of_an_amount_to_date_a_month_without_rows_is_no_growth(tmp_path: Path) -> None:
    found = run(tmp_path, **{"field/comp.yaml": TO_DATE, "orders.csv": FEBRUARY})
    assert [severity for severity, *_ in told(found)] == ["blocks_period"]


def test_a_floor_alone_is_paid_for_no_row(tmp_path: Path) -> None:
    """It would be paid, but what is earned above it is lost with the file."""
    floor = each_month("sales_month", "flat, rate: 1%") + "    then: [{floor: {over: earning_period, at: 1000 USD}}]\n"
    found = run(tmp_path, **{"field/comp.yaml": plan("", floor), "orders.csv": FEBRUARY})
    assert set(found.payouts["amount"]) == {1000} and statuses(found) == {"not_payable"}
    assert [message for *_, message in told(found)] == [HELD.format("the component `field.paid` has", "`orders`")]


def test_a_share_of_what_the_same_plan_pays_is_nothing_more(tmp_path: Path) -> None:
    found = run(tmp_path, **overridden(), **{"orders.csv": EMPTY})
    both = "the component `field.override`, the component `field.commission` have"
    assert [message for *_, message in told(found)] == [HELD.format(both, "`orders`")]


@pytest.mark.parametrize(
    ("rows", "severity"),
    [(UNDATED, "warning"), (FEBRUARY.split("\n", 1)[1] + UNDATED, "blocks_period")],
)  # fmt: skip
def test_rows_that_all_wait_are_there(rows: str, severity: str, tmp_path: Path) -> None:
    """One that waits beside those of an earlier month may be as old as they are."""
    files = {"komisi.yaml": WAITS, "field/comp.yaml": WAITING, "orders.csv": EMPTY + rows}
    assert [found for found, *_ in told(run(tmp_path, **files))] == [severity]


@pytest.mark.parametrize(("made_on", "severity"), [("2026-03-30", "warning"), ("2026-02-27", "blocks_period")])
def test_a_row_that_waits_is_of_the_month_of_its_other_day(made_on: str, severity: str, tmp_path: Path) -> None:
    dated = [f"{line},2026-02-01" for line in FEBRUARY.splitlines()[1:]]
    rows = [EMPTY.strip() + ",made_on", *dated, f"{UNDATED.strip()},{made_on}", ""]
    files = {
        "komisi.yaml": WAITS.replace("      status: text\n", "      status: text\n      made_on: date\n"),
        "field/comp.yaml": WAITING,
        "orders.csv": "\n".join(rows),
    }
    assert [found for found, *_ in told(run(tmp_path, **files))] == [severity]


def test_in_a_file_for_each_month_a_row_waits_in_that_of_the_month(tmp_path: Path) -> None:
    by_month = WAITS.replace("files: orders.csv", 'files: "orders-{period}.csv"')
    files = {f"orders-2026-{month:02}.csv": EMPTY for month in (1, 2)} | {"komisi.yaml": by_month}
    files |= {"field/comp.yaml": WAITING, "orders-2026-02.csv": FEBRUARY}
    waits = run(tmp_path / "waits", **files, **{"orders-2026-03.csv": FEBRUARY.replace("A1,", "Z1,", 1) + UNDATED})
    assert [severity for severity, *_ in told(waits)] == ["warning"]


def test_a_total_that_is_skipped_is_no_row_of_the_file(tmp_path: Path) -> None:
    skips = MAIN.replace("files: orders.csv", 'files: "orders-{period}.csv"\n    skip_rows: [{order_id: Total}]')
    files = {f"orders-2026-{month:02}.csv": EMPTY for month in (1, 2)} | {"komisi.yaml": skips}
    found = run(tmp_path / "total", **files, **{"orders-2026-03.csv": EMPTY + "Total,,,,,,0\n"})
    assert [severity for severity, *_ in told(found)] == ["warning"] and statuses(found) == {"payable"}
    refused = run(tmp_path / "refused", **files, **{"orders-2026-03.csv": EMPTY + "X,2026-02-07,P1,booked,,1,n/a\n"})
    assert [severity for severity, *_ in told(refused)] == ["blocks_period"]


def test_measures_of_two_measures_each_are_read_once_each(tmp_path: Path) -> None:
    """By way of both, the lowest would be read 2^25 times."""
    steps = "".join(
        f"  m{n}: {{formula: m{n - 1} + n{n - 1}}}\n  n{n}: {{formula: m{n - 1} - n{n - 1}}}\n" for n in range(1, 26)
    )
    ladder = "  m0: {formula: 2 * sales_month}\n  n0: {formula: 3 * sales_month}\n" + steps
    files = {"field/comp.yaml": plan(ladder, each_month("n25", "flat, rate: 1%")), "orders.csv": FEBRUARY}
    assert told(run(tmp_path, **files)) == [
        ("blocks_period", "orders", "2026-03", HELD.format("the component `field.paid` has", "`orders`"))
    ]

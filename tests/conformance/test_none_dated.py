"""A pay period without a row (E450): it holds everybody where a plan has nothing at all that it could pay for."""

from pathlib import Path

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.pipeline import prove
from tests.conformance.small_workspace import MAIN, ORDERS, PEOPLE, PLAN, written
from tests.conformance.test_logged import LEADS, OTHER, READER

HELD = "nothing is dated in the pay period; holds everybody: the plan {} has no row of {} to pay for"
WARNED = "nothing is dated in the pay period"
FEBRUARY = ORDERS.replace("2026-03-", "2026-02-")
EMPTY = ORDERS.split("\n", 1)[0] + "\n"
ORDERS_SAID = MAIN[MAIN.index("  orders:") : MAIN.index("  accounts:")]
SERVICE = MAIN.replace("  accounts:\n", ORDERS_SAID.replace("orders", "service") + "  accounts:\n")
"""With a second source of transactions."""
BOTH = PLAN.replace("  shared:\n    from: orders", "  shared:\n    from: service")
LEADS_SERVICE = OTHER.replace("from: orders", "from: service")


def run(folder: Path, period: str = "2026-03", **changed: str) -> Run:
    return open_workspace(written(folder, changed)).run(period)


def told(found: Run) -> list[tuple[str, str, str, str]]:
    rows = found.exceptions.filter(pl.col("code") == "E450").select("severity", "source", "period", "message")
    return [(severity, source, period, said) for severity, source, period, said in rows.iter_rows()]


def statuses(found: Run) -> set[str]:
    return set(found.payouts["status"])


def test_a_forgotten_file_is_no_month_of_noughts(tmp_path: Path) -> None:
    found = run(tmp_path, **{"orders.csv": FEBRUARY})
    assert told(found) == [("blocks_period", "orders", "2026-03", HELD.format("`field`", "`orders`"))]
    assert set(found.payouts["amount"]) == {0} and statuses(found) == {"not_payable"}
    assert prove(found.save(tmp_path / "runs").record).ok


def test_one_of_several_sources_only_warns(tmp_path: Path) -> None:
    files = {"komisi.yaml": SERVICE, "field/comp.yaml": BOTH, "service.csv": EMPTY}
    found = run(tmp_path / "one", **files)
    assert told(found) == [("warning", "service", "2026-03", WARNED)] and statuses(found) == {"payable"}
    both = told(run(tmp_path / "both", **files, **{"orders.csv": FEBRUARY}))
    assert both == [
        ("blocks_period", name, "2026-03", HELD.format("`field`", "`orders`, `service`"))
        for name in ("orders", "service")
    ]


def test_another_plan_that_has_rows_does_not_help(tmp_path: Path) -> None:
    files = {"komisi.yaml": SERVICE, "other/comp.yaml": LEADS_SERVICE, "service.csv": EMPTY, "people.csv": LEADS}
    assert told(run(tmp_path / "on", **files)) == [
        ("blocks_period", "service", "2026-03", HELD.format("`other`", "`service`"))
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

"""What one plan leaves to another and that one to the first is told in some run (E111), whatever the days of their rules."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import engine.intake.large as large
import engine.run.nowhere as asked
from engine import open_workspace
from engine.pipeline import calculate, draft, finish, prove
from engine.record import Record, open_record
from tests.intake.company import PEOPLE, PLAN
from tests.passes.test_several_days import workspace

HEAD = "order_id,sold_on,paid_on,seller,net\n"
SOLD_THEN_PAID = "A-1,2026-03-05,2026-04-02,ben,80\n"
LEAD, SELLER = "ben,2026-01-01,,Lead\n", "ben,2026-01-01,,Seller\n"
PROMOTED = "ben,2026-01-01,2026-03-31,Seller\nben,2026-04-01,,Lead\n"
DEMOTED = "ben,2026-01-01,2026-03-31,Lead\nben,2026-04-01,,Seller\n"
LEADS = (
    PLAN.replace("name: sales", "name: team").replace("title: Seller", "title: Lead")
    .replace("credit_date: sold_on", "credit_date: paid_on, undated: waits")
)  # fmt: skip
Told = list[tuple[str, str, str | None, Decimal | None]]
"""Of each E111 the key, the severity, the period, what is at stake."""


def company(folder: Path, ben: str, orders: str, *changes: tuple[str, str]) -> Path:
    """Plan `sales` credits sellers by the sale, and `team` leads once it is paid."""
    main = workspace().replace("plans: sales.yaml", "plans: [sales.yaml, team.yaml]")
    people = PEOPLE.replace("ben,2026-01-01,,Seller\n", ben + "cia,2026-01-01,,Lead\n")
    files = {"komisi.yaml": main, "sales.yaml": PLAN, "team.yaml": LEADS, "people.csv": people}
    files |= {"orders.csv": HEAD + orders, "orders-2026-03.csv": HEAD + orders, "orders-2026-04.csv": HEAD}
    folder.mkdir(parents=True)
    for name, text in files.items():
        for old, new in changes:
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run_of(folder: Path, period: str, ben: str, orders: str, *changes: tuple[str, str]) -> Record:
    """A run on disk."""
    saved = open_workspace(company(folder, ben, orders, *changes)).run(period).save(folder / "runs")
    return open_record(saved.record.folder)


def told(record: Record) -> Told:
    rows = record.table("exceptions").filter(code="E111")
    return list(rows.select("key", "severity", "period", "at_stake").iter_rows())


def in_each(folder: Path, ben: str, orders: str, *changes: tuple[str, str]) -> dict[str, Told]:
    """What the runs of March and April tell."""
    return {name: told(run_of(folder / name, name, ben, orders, *changes)) for name in ("2026-03", "2026-04")}


def warned(key: str, period: str) -> Told:
    return [(key, "warning", period, Decimal(80))]


BACK = ("policies:\n", "recompute_from: 2026-01-01\npolicies:\n")


@pytest.mark.parametrize("changes", [(), (BACK,)], ids=["months", "from January"])
def test_who_is_on_neither_plan_on_its_day_is_told_of_once(
    changes: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    """A lead until March and a seller from April: in March `team` may credit it yet, in April `sales` has left it already."""
    assert in_each(tmp_path, DEMOTED, SOLD_THEN_PAID, *changes) == {"2026-03": [], "2026-04": warned("A-1", "2026-04")}


def test_the_message_says_which_rule_left_it_on_which_day_and_a_run_proves_it(tmp_path: Path) -> None:
    said = "left to another plan, and credited by none: "
    more = "A-2,2026-03-06,2026-04-03,ben,80\n"
    record = run_of(tmp_path / "one", "2026-04", DEMOTED, SOLD_THEN_PAID + more)
    assert record.table("exceptions").filter(code="E111")["message"].to_list() == [
        said + "`sales.sales` on 2026-03-05, `team.sales` on 2026-04-02",
        said + "`sales.sales` on 2026-03-06, `team.sales` on 2026-04-03",
    ]
    found = prove(record)
    assert found.ok, found.findings


def test_whichever_day_comes_last(tmp_path: Path) -> None:
    """Paid in March, while ben sells, and delivered in April, when ben leads."""
    assert in_each(tmp_path, PROMOTED, "A-1,2026-04-05,2026-03-02,ben,80\n") == {
        "2026-03": [], "2026-04": warned("A-1", "2026-04"),
    }  # fmt: skip


@pytest.mark.parametrize("ben", [SELLER, LEAD, PROMOTED])
@pytest.mark.parametrize("orders", [SOLD_THEN_PAID, "A-1,2026-03-05,2026-03-09,ben,80\n"])
def test_what_a_plan_credits_on_its_own_day_is_told_by_no_run(ben: str, orders: str, tmp_path: Path) -> None:
    """By `sales` in March, whatever April says of it; by `team` in April, whatever March does."""
    assert in_each(tmp_path, ben, orders) == {"2026-03": [], "2026-04": []}


def test_whom_an_earlier_run_credited_is_looked_up_as_it_was(tmp_path: Path) -> None:
    """In March `sales` credits ana, who manages ben: that ben was no seller then says nothing."""
    managers = (
        "to: {managers_of: seller, levels: 1, longer: stop, no_manager: skip, not_on_plan: skip}, credit_date: sold_on"
    )
    changes = (
        ("to: seller, credit_date: sold_on", managers), ("title: text}", "title: text, manager: {type: text, nullable: true}}"),
        ("start,end,title\n", "start,end,title,manager\n"), (",Seller\n", ",Seller,\n"), (",Lead\n", ",Lead,ana\n"),
    )  # fmt: skip
    assert in_each(tmp_path, DEMOTED, SOLD_THEN_PAID, *changes) == {"2026-03": [], "2026-04": []}


def test_what_waits_for_its_day_is_told_by_none(tmp_path: Path) -> None:
    """Once it has one, the plan of that day may credit it."""
    assert in_each(tmp_path, LEAD, "A-1,2026-03-05,,ben,80\n") == {"2026-03": [], "2026-04": []}


def test_no_rule_waits_for_what_it_would_not_take(tmp_path: Path) -> None:
    large = ("credit_date: paid_on", 'where: "net > 1000", credit_date: paid_on')
    expected = {"2026-03": warned("A-1", "2026-03"), "2026-04": []}
    assert in_each(tmp_path / "undated", LEAD, "A-1,2026-03-05,,ben,80\n", large) == expected
    assert in_each(tmp_path / "later", LEAD, SOLD_THEN_PAID, large) == expected
    ended = (LEADS, LEADS.replace("{start: 2026-01-01}", "{start: 2026-01-01, end: 2026-03-31}"))
    assert in_each(tmp_path / "ended", LEAD, SOLD_THEN_PAID, ended) == expected


def test_what_no_later_run_reads_is_told_now(tmp_path: Path) -> None:
    """April does not read the file of March, and after the calendar there is no run."""
    by_period = ("files: orders.csv", 'files: "orders-{period}.csv"')
    expected = {"2026-03": warned("A-1", "2026-03"), "2026-04": []}
    assert in_each(tmp_path / "by period", DEMOTED, SOLD_THEN_PAID, by_period) == expected
    late = SOLD_THEN_PAID.replace("2026-04-02", "2062-04-02")
    assert in_each(tmp_path / "beyond", DEMOTED, late) == expected


@pytest.mark.parametrize("changes", [(), (BACK,)], ids=["months", "from January"])
def test_a_plan_that_holds_whoever_is_on_none_holds_the_period(
    changes: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    holds = ("not_on_plan: unassigned", "not_on_plan: exception")
    for period, held in (("2026-03", False), ("2026-04", True)):
        record = run_of(tmp_path / period, period, DEMOTED, SOLD_THEN_PAID, holds, *changes)
        assert told(record) == ([("A-1", "blocks_period", "2026-04", Decimal(80))] if held else [])
        assert set(record.table("payouts")["status"]) == {"not_payable" if held else "payable"}
    credited = in_each(tmp_path / "credited", SELLER, SOLD_THEN_PAID, holds, *changes)
    assert credited == {"2026-03": [], "2026-04": []}


def test_each_rule_of_a_plan_is_asked_on_its_own_day(tmp_path: Path) -> None:
    """Leads have large orders by the sale: of A-2 that was in March, and nothing is asked of A-1, which is none."""
    large = '  large: {from: orders, where: "net > 1000", to: seller, credit_date: sold_on, value: net}\n  sales: {'
    team = (
        LEADS.replace("  sales: {", large).replace("sum: sales", "sum: [large, sales]")
        + "policies: {hit_policy: first}\n"
    )
    orders = SOLD_THEN_PAID + "A-2,2026-03-05,2026-04-02,ben,2000\n"
    assert in_each(tmp_path, DEMOTED, orders, (LEADS, team)) == {"2026-03": [], "2026-04": warned("A-1", "2026-04")}


def test_transactions_too_many_to_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of Parquet, a part at a time; who is on one plan throughout has been credited."""
    orders = "".join(SOLD_THEN_PAID.replace("A-1", f"A-{n}").replace("ben", ("ben", "ana")[n % 2]) for n in range(5))
    folder = company(
        tmp_path / "one", DEMOTED, orders, ("files: orders.csv", "format: parquet\n    files: orders.parquet")
    )
    rows = pl.read_csv(folder / "orders.csv", try_parse_dates=True)
    rows.with_columns(pl.col("net").cast(pl.Decimal(12, 2))).write_parquet(folder / "orders.parquet")
    monkeypatch.setattr(large, "MOST_ROWS", 0)
    monkeypatch.setattr(large, "PART_ROWS", 2)
    monkeypatch.setattr(asked, "AT_ONCE", 1)
    made = open_workspace(folder).compiled
    period = made.workspace.calendar.find("2026-04")
    assert period is not None
    with draft(made, tmp_path) as fresh:
        saved = finish(calculate(made, folder, period, draft=fresh), fresh, {"plans": ""})
    assert told(open_record(saved.folder)) == [warned(f"A-{n}", "2026-04")[0] for n in (0, 2, 4)]

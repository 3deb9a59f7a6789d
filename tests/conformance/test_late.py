"""Rows in the file of a period that are dated in another one: told where no run would pay them, and nowhere else."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.pipeline import prove
from tests.conformance.small_workspace import GOALS, MAIN, ORDERS, PLAN, written

HEADER = ORDERS.split("\n", 1)[0] + "\n"
BY_MONTH = MAIN.replace("files: orders.csv", 'files: "orders-{period}.csv"')
TO_DATE = (
    PLAN.replace("over: period", "over: year_to_date")
    .replace("basis: period", "basis: to_date")
    .replace("against: goal", "against: goal\n      reach: to_date")
    .replace("    then:\n", "    then:\n      - true_up: year\n")
)
FEBRUARY, APRIL = "L1,2026-02-27,P1,booked,,1,900\n", "L2,2026-04-01,P2,booked,,1,70\n"
Told = tuple[str, int, str, str, str, str, Decimal]


def run(folder: Path, period: str = "2026-03", late: str = FEBRUARY + APRIL, **changed: str) -> Run:
    files = {f"orders-2026-{month:02}.csv": HEADER for month in (1, 2, 4)}
    files["orders-2026-03.csv"] = ORDERS + late
    files["goals.csv"] = GOALS + "".join(f"P{n},2026-{month:02},1000\n" for n in (1, 2, 3) for month in (1, 2, 4))
    return open_workspace(written(folder, {"komisi.yaml": BY_MONTH, **files, **changed})).run(period)


def told(found: Run) -> list[Told]:
    rows = found.exceptions.filter(code="E340")
    return list(rows.select("file", "row", "key", "part", "participant", "period", "at_stake").iter_rows())


def test_no_run_pays_it_and_the_log_says_so(tmp_path: Path) -> None:
    found = run(tmp_path)
    assert told(found) == [
        ("orders-2026-03.csv", 8, "L1", "sales", "P1", "2026-02", Decimal(900)),
        ("orders-2026-03.csv", 9, "L2", "sales", "P2", "2026-04", Decimal(70)),
    ]
    first = found.exceptions.filter(code="E340").row(0, named=True)
    assert first["message"] == "dated 2026-02-27, in the file of 2026-03: no run pays it"
    assert (first["severity"], first["currency"]) == ("warning", "USD")
    assert dict(found.earnings.select("participant", "earning").iter_rows())["P1"] == Decimal(21)  # as without them
    assert prove(found.save(tmp_path / "runs").record).ok


def test_nor_is_it_told_in_the_runs_that_do_not_read_it(tmp_path: Path) -> None:
    assert [told(run(tmp_path / month, f"2026-{month}")) for month in ("02", "04")] == [[], []]


def test_what_adds_up_to_date_pays_an_early_row_but_no_late_one(tmp_path: Path) -> None:
    """A later run reads the files before. What a true-up takes off is calculated with the late row, so it pays none of it."""
    march = run(tmp_path / "march", **{"field/comp.yaml": TO_DATE})
    assert [row[2] for row in told(march)] == ["L1"]
    message = "dated 2026-02-27, in the file of 2026-03: no run pays it, though what is to date here counts it"
    assert march.exceptions.filter(code="E340")["message"].to_list() == [message]
    without = run(tmp_path / "without", late="", **{"field/comp.yaml": TO_DATE})
    paid = [dict(each.payouts.select("participant", "amount").iter_rows())["P1"] for each in (march, without)]
    assert paid == [Decimal(15), Decimal(15)]  # 1 % of 1,500, not of 2,400
    april = run(tmp_path / "april", "2026-04", **{"field/comp.yaml": TO_DATE})
    assert told(april) == []
    assert april.payouts.filter(participant="P2")["amount"].to_list() == [Decimal("0.70")]


def test_a_quarter_pays_the_whole_of_it(tmp_path: Path) -> None:
    quarter = PLAN.replace("earning_period: month", "earning_period: quarter")
    assert [row[2] for row in told(run(tmp_path, **{"field/comp.yaml": quarter}))] == ["L2"]


GATE = "  extra: {sum: OF, over: year_to_date}\ncomponents:"


@pytest.mark.parametrize(("of", "counts"), [("sales", True), ("shared", False)])
def test_it_counts_in_what_is_to_date_only_where_its_rule_is_in_it(of: str, counts: bool, tmp_path: Path) -> None:
    """A gate on the year so far, of this rule or another."""
    plan = PLAN.replace("components:", GATE.replace("OF", of))
    plan = plan.replace("    then:\n", '    then:\n      - gate: {per: earning, when: "extra >= -1000 USD"}\n')
    (message,) = run(tmp_path, **{"field/comp.yaml": plan}).exceptions.filter(code="E340")["message"]
    assert message.endswith("though what is to date here counts it") == counts


def test_a_row_after_the_period_is_in_nothing_to_date(tmp_path: Path) -> None:
    plan = TO_DATE.replace("year_to_date", "quarter_to_date").replace("true_up: year", "true_up: quarter")
    log = run(tmp_path, **{"field/comp.yaml": plan}).exceptions.filter(code="E340").sort("row")
    plain = "dated {}, in the file of 2026-03: no run pays it"
    counted = plain.format("2026-02-27") + ", though what is to date here counts it"
    assert log["message"].to_list() == [counted, plain.format("2026-04-01")]


@pytest.mark.parametrize(
    "late",
    [
        FEBRUARY.replace("booked", "lost"),  # no rule takes it
        FEBRUARY.replace("2026-02-27", "2025-12-31"),  # before the plan
        FEBRUARY.replace("2026-02-27", "2026-03-31"),
    ],
)
def test_what_no_rule_takes_is_not_late(late: str, tmp_path: Path) -> None:
    assert told(run(tmp_path, late=late)) == []


def test_one_that_a_rule_can_not_decide_on_may_be(tmp_path: Path) -> None:
    plan = PLAN.replace('where: status == "booked"', 'where: 100 / quantity > 0 and status == "booked"')
    late = FEBRUARY.replace(",1,900", ",0,900")
    assert [row[2] for row in told(run(tmp_path, late=late, **{"field/comp.yaml": plan}))] == ["L1"]


def test_a_file_that_every_run_reads_is_nobodys_own(tmp_path: Path) -> None:
    main = MAIN.replace("files: orders.csv", 'files: ["orders-{period}.csv", "orders-*.csv"]')
    found = run(tmp_path / "all", **{"komisi.yaml": main})
    assert told(found) == []
    february = run(tmp_path / "february", "2026-02", **{"komisi.yaml": main})
    assert february.payouts.filter(pl.col("participant") == "P1")["amount"].to_list() != [Decimal(0)]


def test_a_workspace_may_hold_whoever_has_a_sale_after_the_calendar(tmp_path: Path) -> None:
    """By itself it holds nobody: orders of next year are no reason to. Where each is a slip, the workspace says so."""
    orders = ORDERS + "L1,2062-03-07,P1,booked,,1,900\n"
    for said, status in (("", "payable"), ("exceptions: {severities: {E449: blocks_participant}}\n", "not_payable")):
        folder = written(tmp_path / status, {"komisi.yaml": MAIN + said, "orders.csv": orders})
        run = open_workspace(folder).run("2026-03")
        (row,) = run.exceptions.filter(pl.col("code") == "E449").to_dicts()
        assert (row["participant"], row["at_stake"], row["severity"]) == (
            "P1",
            900,
            "warning" if not said else "blocks_participant",
        )
        assert set(run.payouts.filter(pl.col("participant") == "P1")["status"]) == {status}
        assert "not_payable" not in set(run.payouts.filter(pl.col("participant") != "P1")["status"])

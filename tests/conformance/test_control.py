"""Control totals: an export that is not whole blocks the period, one that is changes nothing; and `verify` counts again."""

from pathlib import Path

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.intake import IntakeError
from tests.conformance.small_workspace import MAIN, ORDERS, written

SUM = "5200.25"  # of the six orders' net, by hand
HEADER, *LINES = ORDERS.rstrip("\n").split("\n")


def _run(folder: Path, control: str, orders: str = ORDERS, **files: str) -> Run:
    main = MAIN.replace("    files: orders.csv\n", f"    files: orders*.csv\n    control: {control}\n")
    written(folder, {"komisi.yaml": main, "orders.csv": orders, **{f"{k}.csv": v for k, v in files.items()}})
    return open_workspace(folder).run("2026-03")


def _logged(run: Run) -> list[tuple[str | None, str]]:
    log = run.exceptions.filter(pl.col("code") == "X022")
    assert set(log["severity"]) <= {"blocks_period"}
    return sorted(log.select("file", "message").iter_rows(), key=str)


def test_totals_that_hold(tmp_path: Path) -> None:
    run = _run(tmp_path, f"{{rows: 6, sums: {{net: {SUM}, quantity: 9}}}}")
    assert _logged(run) == [] and set(run.payouts["status"]) == {"payable"}
    saved = run.save(tmp_path / "runs")
    found = saved.verify()
    assert found.ok and found.checked["control totals"] == 3


def test_an_export_that_is_cut_off(tmp_path: Path) -> None:
    run = _run(tmp_path, f"{{rows: 6, sums: {{net: {SUM}}}}}", "\n".join([HEADER, *LINES[:-1]]) + "\n")
    assert _logged(run) == [
        (None, "net of orders: stated 5200.25, found 4600.25"), (None, "rows of orders: stated 6, found 5"),
    ]  # fmt: skip
    assert set(run.payouts["status"]) == {"not_payable"} and run.payouts["amount"].null_count() == 0
    assert run.save(tmp_path / "runs").verify().ok


def test_what_is_rejected_was_there(tmp_path: Path) -> None:
    run = _run(tmp_path, f"{{rows: 7, sums: {{net: {SUM}}}}}", f"{ORDERS}X,2026-03-03,,nowhere\n")
    assert _logged(run) == []  # the line is no record, but it is a row
    unread = _run(tmp_path, f"{{rows: 7, sums: {{net: {SUM}}}}}", f"{ORDERS}X,2026-13-03,P1,booked,,1,10\n")
    assert _logged(unread) == [(None, "net of orders: stated 5200.25, found 5210.25")]


TOTALS = "file,rows,net\norders.csv,4,3600.25\norders-2.csv,2,600\n"


@pytest.mark.parametrize(
    ("totals", "logged"),
    [
        (TOTALS, []),
        (TOTALS.replace("3600.25", "3600.26"), [("orders.csv", "net of orders.csv: stated 3600.26, found 3600.25")]),
        (TOTALS.replace("orders-2.csv,2,600\n", ""),
         [("orders-2.csv", "net of orders-2.csv: none is stated, found 600"),
          ("orders-2.csv", "rows of orders-2.csv: none is stated, found 2")]),
        (TOTALS.replace(",2,600", ",two,600"), [("orders-2.csv", "rows of orders-2.csv: none is stated, found 2")]),
    ],
)  # fmt: skip
def test_a_file_of_totals(tmp_path: Path, totals: str, logged: list[tuple[str, str]]) -> None:
    parts = {"orders-2": "\n".join([HEADER, "D1,2026-03-07,P9,other,,0,0", LINES[5]]) + "\n", "totals": totals}
    run = _run(tmp_path, "{file: totals.csv, sums: [net]}", "\n".join([HEADER, *LINES[1:5]]) + "\n", **parts)
    assert _logged(run) == logged


def test_no_file_of_totals(tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as found:
        _run(tmp_path, "{file: totals.csv}")
    assert found.value.code == "X001" and found.value.where == "totals.csv"
    assert found.value.message == "no control file of source `orders` is there"
    assert "`control: {file: totals.csv}` of source `orders`" in found.value.help


def test_a_file_of_totals_without_a_column(tmp_path: Path) -> None:
    """The header is the control file's own: the source's columns are not at fault."""
    with pytest.raises(IntakeError, match="the control file of source `orders` has no column `net`") as found:
        _run(tmp_path, "{file: totals.csv, sums: [net]}", totals="file,rows\norders.csv,6\n")
    assert "with the header `file,rows,net`" in found.value.help and "from:" not in found.value.help


def test_a_forged_count_is_found(tmp_path: Path) -> None:
    saved = _run(tmp_path, f"{{rows: 6, sums: {{net: {SUM}}}}}", "\n".join([HEADER, *LINES[:-1]]) + "\n").save(
        tmp_path / "runs"
    )
    path = saved.record.folder / "inputs" / "control.parquet"
    frame = pl.read_parquet(path)
    frame.with_columns(pl.col("stated").alias("found")).write_parquet(path)
    assert [f.column for f in saved.verify().findings if f.place == "control"] == ["found"]

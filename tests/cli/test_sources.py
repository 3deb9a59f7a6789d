"""`komisi sources`: what is there and what is wrong with it, with the exit codes of the README; and the presets."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.cli.command import Komisi, komisi
from tests.conformance.small_workspace import GOALS, ORDERS, PLAN, calculated, written
from tests.intake.company import company
from tests.intake.dirt import HEADER
from tests.intake.workbooks import sheet, workbook

ROWS = (
    ("A-1", "2026-03-02", "ana", "1200.00", "1", "0.05", "true"),
    ("A-2", "2026-03-17", "ana", "350.50", "2", "0", "false"),
    ("A-3", "2026-03-20", "ben", "-1", "10", "0", "0"),
)


@pytest.fixture(name="do")
def _do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    return komisi(monkeypatch, capsys)


def _csv(path: Path, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> None:
    path.write_text("".join(",".join(row) + "\n" for row in (header, *rows)), encoding="utf-8")


def _orders(folder: Path, done_out: str) -> dict[str, Any]:
    return next(each for each in json.loads(done_out) if each["source"] == "orders")


def test_a_sound_source_lacks_nothing(do: Komisi, tmp_path: Path) -> None:
    made = company(tmp_path, "files: orders.csv")
    _csv(made / "orders.csv", *((*row, "a note") for row in ROWS), header=(*HEADER, "remarks"))
    done = do("sources", "check", "2026-03", "-w", made)
    assert done.code == 0 and done.out.count("lacks nothing") == 2
    assert "  3 rows read, 3 accepted, dated 2026-03-02 to 2026-03-20\n" in done.out
    told = _orders(made, do("sources", "check", "2026-03", "-w", made, "--json").out)
    columns = {column["header"]: column for column in told["files"][0]["columns"]}
    assert columns["remarks"]["column"] is None and columns["remarks"]["looks_like"] == "text"
    net = columns["net"]
    assert (net["column"], net["type"], net["looks_like"]) == ("net", "money in USD", "number")
    assert (net["smallest"], net["largest"], net["distinct"], net["empty"]) == ("-1", "1200.00", 3, 0)
    assert columns["sold_on"]["looks_like"] == "day, as 2026-03-31" and columns["sold_on"]["read_by_plans"]
    assert not columns["units"]["read_by_plans"]
    assert (told["lacks"], told["days"], told["rows_by_period"]) == ([], ["2026-03-02", "2026-03-20"], {"2026-03": 3})


def test_the_smallest_and_the_largest_are_by_size_as_the_source_reads_them(do: Komisi, tmp_path: Path) -> None:
    """And of what is mapped to no column, by what it looks like; a day that is none (the 31st of February) is neither."""
    columns = """    columns:
      order_id: text
      sold_on: {type: date, format: "%d.%m.%Y"}
      seller: text
      net: {type: money, currency: USD, decimal_mark: ",", thousands: "."}
"""
    made = company(tmp_path, 'files: orders.csv\n    delimiter: ";"', columns)
    rows = (
        ("A-9", "09.01.2026", "ana", "12.500,00", "10,5", "01.02.2026", "900"),
        ("A-10", "05.02.2026", "ana", "9.999,99", "1.000,25", "28.01.2026", "1000"),
        ("A-1", "31.02.2026", "ana", "-1,5", "9", "15.01.2026", "n/a"),
    )
    head = ("order_id", "sold_on", "seller", "net", "weight", "sent", "boxes")
    (made / "orders.csv").write_text("".join(";".join(row) + "\n" for row in (head, *rows)), encoding="utf-8")
    told = _orders(made, do("sources", "check", "-w", made, "--json").out)
    ends = {column["header"]: (column["smallest"], column["largest"]) for column in told["files"][0]["columns"]}
    assert ends == {
        "order_id": ("A-1", "A-9"), "sold_on": ("09.01.2026", "05.02.2026"), "seller": ("ana", "ana"),
        "net": ("-1,5", "12.500,00"), "weight": ("9", "1.000,25"), "sent": ("15.01.2026", "01.02.2026"),
        "boxes": ("1000", "n/a"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["xlsx", "sqlite"])
def test_a_workbook_and_a_database_are_told_alike(kind: str, do: Komisi, tmp_path: Path) -> None:
    where = (
        "files: orders.xlsx\n    format: xlsx"
        if kind == "xlsx"
        else "database: {kind: sqlite, file: crm.db, table: orders}"
    )
    made = company(tmp_path / kind, where)
    if kind == "xlsx":
        workbook(made / "orders.xlsx", {"Orders": sheet([HEADER, *ROWS])})
    else:
        with sqlite3.connect(made / "crm.db") as connection:
            connection.execute(f"create table orders ({', '.join(HEADER)})")
            connection.executemany("insert into orders values (?, ?, ?, ?, ?, ?, ?)", ROWS)
        connection.close()
    as_csv = company(tmp_path / "csv", "files: orders.csv")
    _csv(as_csv / "orders.csv", *ROWS)
    told, other = (_orders(each, do("sources", "check", "-w", each, "--json").out) for each in (made, as_csv))
    assert told["files"][0]["columns"] == other["files"][0]["columns"] and told["lacks"] == other["lacks"] == []


def test_what_is_refused_and_what_lacks_is_told(do: Komisi, tmp_path: Path) -> None:
    made = company(tmp_path, "files: orders.csv\n    control: {rows: 5, sums: {net: 1549.50}}")
    _csv(made / "orders.csv", *ROWS, ROWS[0], ("A-4", "2026-03-32", "ana", "1", "1", "0", "1"))
    done = do("sources", "check", "2026-04", "-w", made)
    assert done.code == 3
    for line in (
        "  1 × X011 not a date, as in orders.csv:6, column `sold_on`: `2026-03-32`",
        "  1 × X012 the same row again, as in orders.csv:5, column `order_id`: `A-1`",
        "  lacks: no row is dated in 2026-04",
        "  lacks: net of orders: stated 1549.5, found 2750.5",
        "  lacks: 1 row is refused: not a date (X011)",
        "  1 control total holds",
    ):
        assert f"{line}\n" in done.out, done.out


def test_a_control_file_that_is_missing_hides_nothing(do: Komisi, tmp_path: Path) -> None:
    """The source's own columns and refused rows are told without it."""
    made = company(tmp_path, "files: orders.csv\n    control: {file: totals.csv, sums: [net]}")
    _csv(made / "orders.csv", *ROWS, ("A-4", "2026-03-32", "ana", "1", "1", "0", "1"))
    done = do("sources", "check", "-w", made)
    assert done.code == 4 and re.search("^    net +net: money in USD +", done.out, re.MULTILINE)
    assert "  lacks: totals.csv: no control file of source `orders` is there\n" in done.out
    assert "  1 × X011 not a date, as in orders.csv:5, column `sold_on`: `2026-03-32`\n" in done.out


def test_control_totals_are_told_in_words(do: Komisi, tmp_path: Path) -> None:
    made = company(tmp_path, "files: orders.csv\n    control: {file: totals.csv, sums: [net]}")
    _csv(made / "orders.csv", *ROWS)
    (made / "totals.csv").write_text("file,rows,net,exported\norders.csv,3,1e4,today\nothers.csv,2,5,today\n")
    done = do("sources", "check", "2026-03", "-w", made)
    for line in (
        "  totals.csv:1: the control file has a column `exported`, which is no column of numbers of source `orders`",
        "  lacks: totals.csv:2: net of orders.csv is not a number: `1e4`",
        "  lacks: totals.csv:3: the control file names `others.csv` (rows 2, net 5), which is not among the files read of source"
        " `orders`",
        "  1 control total holds",
    ):
        assert f"{line}\n" in done.out, done.out
    (made / "totals.csv").write_text("file,rows,net\norders.csv,4,1\n")
    said = do("run", "2026-03", "-w", made, "--runs", tmp_path / "runs").out
    assert "  orders.csv  X022  rows of orders.csv: stated 4, found 3" in said and "None" not in said


def test_a_column_that_is_missing_and_a_file_that_is_none(do: Komisi, tmp_path: Path) -> None:
    made = company(tmp_path, "files: [orders-1.csv, orders-2.csv]")
    _csv(made / "orders-1.csv", *(row[:3] + row[4:] for row in ROWS), header=HEADER[:3] + HEADER[4:])
    (made / "orders-2.csv").write_bytes(b"PK\x03\x04")
    done = do("sources", "check", "-w", made)
    assert done.code == 4
    assert re.search("^    net +net: money in USD +MISSING$", done.out, re.MULTILINE)
    assert "  lacks: orders-1.csv has no column `net`, which the plans read as `net`\n" in done.out
    assert (
        "  orders-2.csv: the file is a zip archive or an Excel workbook, not text\n    help: save it as CSV" in done.out
    )
    for path in made.glob("orders*"):
        path.unlink()
    done = do("sources", "check", "-w", made)
    assert done.code == 4 and "  lacks: orders-1.csv: no file of source `orders` is there\n" in done.out


def test_parquet_is_told_with_its_types_as_texts(do: Komisi, tmp_path: Path) -> None:
    made = company(tmp_path, "files: orders.parquet\n    format: parquet")
    rows = pl.DataFrame(ROWS, schema=list(HEADER), orient="row")
    rows = rows.with_columns(pl.col("sold_on").str.to_date(), pl.col("net").cast(pl.Decimal(18, 2)))
    rows.drop("paid").write_parquet(made / "orders.parquet")
    told = _orders(made, do("sources", "check", "-w", made, "--json").out)
    assert told["files"][0]["missing"] == [{"header": "paid", "column": "paid"}]
    assert [column["looks_like"] for column in told["files"][0]["columns"]][:4] == [
        "text", "day, as 2026-03-31", "text", "number",
    ]  # fmt: skip
    (made / "orders.parquet").write_bytes(b"PAR1 and no more")
    assert do("sources", "check", "-w", made).code == 4


def test_targets_that_nobody_has_are_told(do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, {"goals.csv": GOALS + "P1,2026-13,9\nP9,2026-03,8\nP8,2026-03,7\n"})
    done = do("sources", "check", "2026-03", "-w", tmp_path)
    assert done.code == 3
    assert "  lacks: 1 row counts for nothing: the calendar has no month `2026-13`, as in goals.csv:5\n" in done.out
    nobody = "\n  2 rows count for nothing: nobody in `people` has the participant `P9`, as in goals.csv:6\n"
    assert nobody in done.out


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ('status == "Booked"', 'no row has "Booked" in `status`, as field/comp.yaml:9 asks: there are "booked" (5 rows),'
         ' "shared" (1 row); did you mean "booked"?'),
        ('status == "booked" or status == "won"', 'no row has "won" in `status`, as field/comp.yaml:9 asks: there are "booked"'),
        ('status == "booked" and net > 1000000', "no row is one that the rule `field.sales` takes (field/comp.yaml:7):"
         ' `status == "booked" and net > 1000000`'),
        ('status != "Shared"', 'no row has "Shared" in `status`, as field/comp.yaml:9 asks'),
        ('status in ("booked", "woon")', 'no row has "woon" in `status`, as field/comp.yaml:9 asks'),
        ('status != "lost"', ""),
    ],
    ids=["another spelling", "one of two", "no row at all", "not it, in another spelling", "one of a list", "not it"],
)  # fmt: skip
def test_a_word_or_a_rule_that_no_row_meets_is_told_with_what_is_there(
    where: str, said: str, do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(written(tmp_path, {"field/comp.yaml": PLAN.replace('status == "booked"', where)}))
    done = do("sources", "check", "2026-03")
    assert done.code == 0 and said in done.out
    assert ("no row" in done.out) == bool(said)


def test_an_id_and_a_word_that_are_misspelt_are_told_with_what_was_meant(
    do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = ORDERS + "D1,2026-03-08,p1,booked,,1,9\nD2,2026-03-08,Q7,booked,,1,9\nD3,2026-03-08,Q7,boooked,,1,9\n"
    accounts = "account,participant,start,end,share\nK1,P1,2025-01-01,,0.5\nK1,P-2,2025-01-01,,0.25\n"
    goals = GOALS + "p3,2026-03,5\n"
    monkeypatch.chdir(written(tmp_path, {"orders.csv": orders, "accounts.csv": accounts, "goals.csv": goals}))
    done = do("sources", "check", "2026-03")
    assert done.code == 0
    for line in (
        "2 rows name in `seller` whom `people` doesn't have: `p1` (1 row, as in orders.csv:8; did you mean `P1`?),"
        " `Q7` (1 row, as in orders.csv:9)",
        "1 row names in `participant` whom `people` doesn't have: `P-2` (1 row, as in accounts.csv:3; did you mean `P2`?)",
        '1 row has "boooked" in `status`, as in orders.csv:10; did you mean "booked", as field/comp.yaml:9 asks?',
        "1 row counts for nothing: nobody in `people` has the participant `p3`, as in goals.csv:5; did you mean `P3`?",
    ):
        assert f"\n  {line}\n" in done.out, line
    log = calculated(tmp_path).exceptions.filter(code="E447")
    assert log["message"].to_list() == [
        "nobody in `people` is `P-2`; did you mean `P2`?",
        "nobody in `people` is `p1`; did you mean `P1`?",
        "nobody in `people` is `Q7`",
    ]


def test_a_day_after_the_calendar_is_told(do: Komisi, tmp_path: Path) -> None:
    written(tmp_path, {"orders.csv": ORDERS + "D1,2062-03-08,P1,booked,,1,45000\n"})
    done = do("sources", "check", "2026-03", "-w", tmp_path)
    said = "1 row is dated after 2026-12-31, when the calendar ends, and paid by no run: 2062-03-08 in orders.csv:8"
    assert said in done.out and done.code == 0


def test_nothing_of_the_data_is_obeyed_by_a_terminal(do: Komisi, tmp_path: Path) -> None:
    made = company(tmp_path, "files: orders.csv")
    _csv(made / "orders.csv", *ROWS, ("A-\x1b[2J4", "\u202e" + "9" * 5000, "ana", "1", "1", "0", "1"), header=HEADER)
    text = (made / "orders.csv").read_text(encoding="utf-8").replace("\n", ",n\x07\n")
    (made / "orders.csv").write_text(text.replace(",n\x07", ",no\x1b[31mtes", 1), encoding="utf-8")
    done = do("sources", "check", "2026-03", "-w", made)
    assert "no<U+001B>[31mtes" in done.out and "A-<U+001B>[2J4" in done.out
    assert not [c for c in done.out if not c.isprintable() and c != "\n"] and max(map(len, done.out.split("\n"))) < 250
    told = _orders(made, do("sources", "check", "2026-03", "-w", made, "--json").out)
    assert all(len(row["found"] or "") <= 200 for row in told["refused"])


def test_mistakes_in_plans_come_first(do: Komisi, tmp_path: Path) -> None:
    made = company(tmp_path, "files: orders.csv\n    keys: [order_id]")
    done = do("sources", "check", "-w", made)
    assert done.code == 1 and "error[S001]: `orders` has no key `keys`" in done.err


def test_presets_are_listed(do: Komisi) -> None:
    done = do("sources", "presets")
    assert done.code == 0 and "    deal_id         text    Record ID\n" in done.out
    assert {each["name"] for each in json.loads(do("sources", "presets", "--json").out)} >= {"hubspot_deals"}

"""Control totals: an export that is not whole blocks the period, one that is changes nothing; and `verify` counts again."""

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine import Run, SavedRun, open_run, open_workspace
from engine.intake import IntakeError
from engine.pipeline import prove
from engine.record.controls import CONTROLS, NOT_READ, untrue
from engine.trial.again import again
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


def _told(run: Run) -> list[tuple[str, str]]:
    """Code, place and message of all that the log says of control totals; each but a warning holds the period."""
    log = run.exceptions.filter(pl.col("code").is_in(["X022", "X053", "X054", "X055", "X056", "X059"]))
    blocked = {"not_payable"} if (log["severity"] == "blocks_period").any() else {"payable"}
    assert set(run.payouts["status"]) == blocked and run.payouts["amount"].null_count() == 0
    place = pl.concat_str("file", "row", separator=":", ignore_nulls=True)
    return list(log.select("code", pl.format("{}: {}", place, "message")).iter_rows())


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
        (TOTALS.replace(",2,600", ",,600"), [("orders-2.csv", "rows of orders-2.csv: none is stated, found 2")]),
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


A, B = ("\n".join([HEADER, *lines]) + "\n" for lines in (LINES[:4], LINES[4:]))
BOTH = "file,rows,net\norders-a.csv,4,2100.25\norders-b.csv,2,3100\n"


def _parts(folder: Path, totals: str = BOTH, lost: tuple[str, ...] = ()) -> Run:
    """Orders in two files, and a control file of both; some of them are lost."""
    files = {"orders-a": A, "orders-b": B, "totals": totals}
    main = MAIN.replace(
        "    files: orders.csv\n", "    files: orders-*.csv\n    control: {file: totals.csv, sums: [net]}\n"
    )
    written(folder, {"komisi.yaml": main, **{f"{name}.csv": text for name, text in files.items() if name not in lost}})
    return open_workspace(folder).run("2026-03")


def test_both_files_are_there(tmp_path: Path) -> None:
    assert _told(_parts(tmp_path)) == []


def test_a_file_that_is_lost_holds_the_period(tmp_path: Path) -> None:
    lost = (
        "the control file names `orders-b.csv` (rows 2, net 3100), which is not among the files read of source `orders`"
    )
    run = _parts(tmp_path, lost=("orders-b",))
    assert _told(run) == [("X053", f"totals.csv:3: {lost}")]
    assert run.save(tmp_path / "runs").verify().ok


def test_a_file_that_never_was_holds_the_period(tmp_path: Path) -> None:
    for name in ("other.csv", "data/orders-a.csv", "orders-a.CSV"):
        [(code, said)] = _told(_parts(tmp_path, f"{BOTH}{name},1,5\n"))
        assert code == "X053" and said.startswith(f"totals.csv:4: the control file names `{name}`")
    (tmp_path / "other.csv").write_text(B)  # it is there, and no pattern of the source finds it
    assert [code for code, _ in _told(_parts(tmp_path, f"{BOTH}other.csv,2,3100\n"))] == ["X053"]


def _monthly(folder: Path, totals: str, pattern: str = "in/{period}-*.csv") -> Run:
    files = MAIN.replace("    files: orders.csv\n", f'    files: "{pattern}"\n    control: {{file: totals.csv}}\n')
    empty = {f"in/2026-0{month}-a.csv": f"{HEADER}\n" for month in (1, 2)}
    written(folder, {"komisi.yaml": files, "in/2026-03-a.csv": ORDERS, "totals.csv": totals, **empty})
    return open_workspace(folder).run("2026-03")


def test_a_file_of_another_period_is_that_periods(tmp_path: Path) -> None:
    totals = "file,rows\n2026-01-a.csv,0\n2026-02-a.csv,0\nin/2026-03-a.csv,6\n"
    assert _told(_monthly(tmp_path, f"{totals}2026-04-a.csv,7\nin/2026-02-b.csv,7\n")) == []
    for lost in ("2026-03-b.csv", "2026-O4-a.csv", "2026-04.csv", "out/2026-04-a.csv"):
        assert [code for code, _ in _told(_monthly(tmp_path, f"{totals}{lost},7\n"))] == ["X053"], lost
    assert _told(_monthly(tmp_path, f"{totals}in/2026-02-b.csv,7\n", "./in/{period}-*.csv")) == []


def test_two_control_files_that_name_one_lost_file_are_told_each(tmp_path: Path) -> None:
    """Each at its line, with what it says itself."""
    line = {
        "source": "orders",
        "file": "c.csv",
        "total": "rows",
        "found": None,
        "line": 2,
        "fault": NOT_READ,
        "said": None,
    }
    rows = [{**line, "control": name, "stated": Decimal(rows)} for name, rows in (("a.csv", 2), ("b.csv", 3))]
    said = [
        (each.file, each.row, each.message.split(", which")[0]) for each in untrue(pl.DataFrame(rows, schema=CONTROLS))
    ]
    assert said == [
        ("a.csv", 2, "the control file names `c.csv` (rows 2)"),
        ("b.csv", 2, "the control file names `c.csv` (rows 3)"),
    ]


@pytest.mark.parametrize(
    ("totals", "told"),
    [
        (f"{BOTH}orders-a.csv,4,2100.25\n", ("X055", "totals.csv:4: orders-a.csv: totals.csv:2 and totals.csv:4 are both of it")),
        (f"{BOTH}orders-a.csv,5,9\n", ("X055", "totals.csv:4: orders-a.csv: totals.csv:2 and totals.csv:4 are both of it")),
        (f"{BOTH}orders-a.csv,4,1\norders-a.csv,4,2\n",
         ("X055", "totals.csv:5: orders-a.csv: totals.csv:2, totals.csv:4 and totals.csv:5 are all of it")),
        (BOTH.replace("2100.25", "21e2"), ("X054", "totals.csv:2: net of orders-a.csv is not a number: `21e2`")),
        (BOTH.replace(",2,3100", ',2,"3 100,00"'), ("X054", "totals.csv:3: net of orders-b.csv is not a number: `3 100,00`")),
        (BOTH.replace(",2,", ",two,"), ("X054", "totals.csv:3: rows of orders-b.csv is not a number: `two`")),
        (f"{BOTH}orders-c.csv,1\n", ("X054", "totals.csv:4: the line of the control file can't be read: `orders-c.csv,1`")),
        (f"{BOTH}x\u200b.csv,1,5\n",
         ("X053", "totals.csv:4: the control file names `x<U+200B>.csv` (rows 1, net 5), which is not among the files read of"
                  " source `orders`")),
        (f"{BOTH},1,5\n", ("X054", "totals.csv:4: the line of the control file can't be read: `,1,5`")),
    ],
)  # fmt: skip
def test_what_can_not_be_held_against_a_file_is_told_as_what_it_is(
    tmp_path: Path, totals: str, told: tuple[str, str]
) -> None:
    run = _parts(tmp_path, totals)
    assert _told(run) == [told]
    assert run.save(tmp_path / "runs").verify().ok


def test_one_line_for_two_files_of_that_name(tmp_path: Path) -> None:
    main = MAIN.replace("    files: orders.csv\n", '    files: "*/orders.csv"\n    control: {file: totals.csv}\n')
    files = {"komisi.yaml": main, "north/orders.csv": A, "south/orders.csv": B}
    written(tmp_path, {**files, "totals.csv": "file,rows\norders.csv,4\nsouth/orders.csv,2\n"})
    told = [told for code, told in _told(open_workspace(tmp_path).run("2026-03")) if code == "X055"]
    assert told == [
        "totals.csv:2: north/orders.csv: totals.csv:2 may be of another file of that name",
        "totals.csv:3: south/orders.csv: totals.csv:2 and totals.csv:3 are both of it",
    ]
    written(tmp_path, {**files, "totals.csv": "file,rows\nnorth/orders.csv,4\nsouth/orders.csv,2\n"})
    assert _told(open_workspace(tmp_path).run("2026-03")) == []


def test_a_column_that_nothing_is_held_against(tmp_path: Path) -> None:
    """The sum of a column that `sums` does not name holds the period; what is no sum is only told."""
    more = "file,rows,net,quantity,exported\norders-a.csv,4,2100.25,5,today\norders-b.csv,2,3100,4,today\n"
    run = _parts(tmp_path, more)
    assert _told(run) == [
        ("X056", "totals.csv:1: the control file has a column `quantity`,"
                 " and `sums` of source `orders` does not name `quantity`"),
        ("X056", "totals.csv:1: the control file has a column `exported`, which is no column of numbers of source `orders`"),
    ]  # fmt: skip
    assert run.save(tmp_path / "runs").verify().ok
    warned = _parts(tmp_path, more.replace(",quantity", ",batch"))
    assert {code for code, _ in _told(warned)} == {"X056"}


def test_a_file_of_totals_has_the_headers_and_marks_of_the_source(tmp_path: Path) -> None:
    net = "net: {type: money, currency: USD, from: Netto, decimal_mark: ',', thousands: .}"
    main = MAIN.replace("net: {type: money, currency: USD}", net).replace(
        "    files: orders.csv\n",
        "    files: orders.csv\n    delimiter: ;\n    control: {file: totals.csv, sums: [net]}\n",
    )
    orders = ORDERS.replace(",", ";").replace(".", ",").replace("net", "Netto")
    files = {"komisi.yaml": main, "orders.csv": orders, "totals.csv": "file,rows,net\norders.csv,6,1\n"}
    written(tmp_path, files)
    with pytest.raises(IntakeError) as raised:
        open_workspace(tmp_path).run("2026-03")
    assert "with the header `file;rows;Netto`" in raised.value.help
    written(tmp_path, {**files, "totals.csv": "file;rows;Netto\norders.csv;6;5.200,25\n"})
    assert _told(open_workspace(tmp_path).run("2026-03")) == []
    written(tmp_path, {**files, "totals.csv": "file;rows;Netto\norders.csv;6;1.234,5\n"})
    [(_, said)] = _told(open_workspace(tmp_path).run("2026-03"))
    assert said == "orders.csv: net of orders.csv: stated 1234.5, found 5200.25"


# ------------------------------------------------------------------------------------------------- what a run keeps of it


def _kept(run: Run, folder: Path) -> SavedRun:
    return run.save(folder / "runs")


def test_a_corrected_control_file_makes_another_run(tmp_path: Path) -> None:
    wrong = _kept(_parts(tmp_path, BOTH.replace("3100", "3101")), tmp_path)
    right = _kept(_parts(tmp_path), tmp_path)
    assert wrong.record.folder != right.record.folder and wrong.verify().ok and right.verify().ok
    assert wrong.record.manifest["controls"]["orders"].keys() == {"totals.csv"}
    assert again(right.record).same and again(wrong.record).same


def test_control_files_are_read_again(tmp_path: Path) -> None:
    saved = _kept(_parts(tmp_path), tmp_path)
    found = prove(saved.record, sources=tmp_path)
    assert found.ok and found.checked["control files"] == 1
    (tmp_path / "totals.csv").write_text(BOTH.replace("3100", "3101"))
    told = [(f.place, f.column) for f in prove(saved.record, sources=tmp_path).findings]
    assert told == [
        ("manifest.json", "controls / orders / totals.csv / sha256"), ("control", "stated"),
    ]  # fmt: skip
    (tmp_path / "totals.csv").unlink()
    gone = [(f.message, f.recomputed) for f in prove(saved.record, sources=tmp_path).findings]
    assert gone == [(f"the control file is not in {tmp_path.as_posix()}", "no such file")]


def _forged(saved: SavedRun, keep: pl.Expr) -> list[tuple[str, str]]:
    """What `verify` says of the control totals once only some of their rows are there."""
    path = saved.record.folder / "inputs" / "control.parquet"
    pl.read_parquet(path).filter(keep).write_parquet(path)
    return [(f.place, f.row) for f in saved.verify().findings if f.place == "control"]


def test_rows_of_a_file_that_were_taken_out_are_found(tmp_path: Path) -> None:
    saved = _kept(_parts(tmp_path, BOTH.replace("3100", "3101")), tmp_path)
    assert _forged(saved, pl.col("file") != "orders-b.csv") == [
        ("control", "source orders, file orders-b.csv, total net")
    ]


def test_a_total_of_a_file_that_was_taken_out_is_found(tmp_path: Path) -> None:
    saved = _kept(_parts(tmp_path, BOTH.replace("3100", "3101")), tmp_path)
    assert _forged(saved, (pl.col("file") != "orders-b.csv") | (pl.col("total") != "net")) != []


def test_a_lost_file_that_was_taken_out_is_found_in_the_control_file(tmp_path: Path) -> None:
    saved = _kept(_parts(tmp_path, lost=("orders-b",)), tmp_path)
    assert _forged(saved, pl.col("fault").is_null()) == []
    assert [f.row for f in prove(saved.record, sources=tmp_path).findings if f.place == "control"] != []


def test_a_manifest_without_its_control_file_is_found(tmp_path: Path) -> None:
    saved = _kept(_parts(tmp_path), tmp_path)
    path = saved.record.folder / "manifest.json"
    path.write_text(json.dumps({name: value for name, value in saved.record.manifest.items() if name != "controls"}))
    found = open_run(saved.record.folder).verify().findings
    assert ("manifest.json", "controls / orders") in [(f.place, f.column) for f in found]


def test_a_forged_count_is_found(tmp_path: Path) -> None:
    saved = _run(tmp_path, f"{{rows: 6, sums: {{net: {SUM}}}}}", "\n".join([HEADER, *LINES[:-1]]) + "\n").save(
        tmp_path / "runs"
    )
    path = saved.record.folder / "inputs" / "control.parquet"
    frame = pl.read_parquet(path)
    frame.with_columns(pl.col("stated").alias("found")).write_parquet(path)
    assert [f.column for f in saved.verify().findings if f.place == "control"] == ["found"]


BY_PERIOD = "{file: 'totals-{period}.csv', sums: [net]}"


def test_a_control_file_that_is_not_there_for_a_period(tmp_path: Path) -> None:
    """As a source's own file: a row of the log, and the period is held. A file of no period is told as without totals."""
    run = _run(tmp_path, BY_PERIOD)
    absent = "no control file for 2026-03 of source `orders`: `totals-2026-03.csv` is not there"
    assert sorted(_told(run)) == [
        ("X022", "orders.csv: net of orders.csv: none is stated, found 5200.25"),
        ("X022", "orders.csv: rows of orders.csv: none is stated, found 6"),
        ("X059", f"totals-2026-03.csv: {absent}"),
    ]
    assert run.save(tmp_path / "runs").verify().ok


def test_a_control_file_of_a_file_by_period_that_is_not_there(tmp_path: Path) -> None:
    main = MAIN.replace("    files: orders.csv\n", f"    files: orders-{{period}}.csv\n    control: {BY_PERIOD}\n")
    here = written(tmp_path / "here", {"komisi.yaml": main, "orders-2026-03.csv": ORDERS})
    run = open_workspace(here).run("2026-03")
    (told,) = _told(run)
    assert told[0] == "X059" and "no control file for 2026-03" in told[1]
    saved = run.save(tmp_path / "runs")
    assert prove(saved.record, sources=here).ok and again(saved.record).same
    totals = "file,rows,net\norders-2026-03.csv,6,5200.25\n"
    (here / "totals-2026-03.csv").write_text(totals, encoding="utf-8")
    mended = open_workspace(here).run("2026-03")
    assert _told(mended) == [] and mended.save(tmp_path / "runs").record.id != saved.record.id


@pytest.mark.parametrize(
    ("control", "orders"),
    [
        ("{file: totals.csv, sums: [rows]}", "rows: quantity"),
        ("{rows: 6, sums: {rows: 6}}", "rows: quantity"),
        ("{file: totals.csv, sums: [lines]}", "lines: {type: quantity, from: rows}"),
    ],
)
def test_a_column_that_is_called_as_the_count_is(control: str, orders: str, tmp_path: Path) -> None:
    """Two totals of one name would be one."""
    main = MAIN.replace("    files: orders.csv\n", f"    files: orders.csv\n    control: {control}\n")
    main = main.replace("      net: {type", f"      {orders}\n      net: {{type", 1)
    lines = [f"{HEADER},rows", *(f"{line},1" for line in LINES)]
    texts = {"komisi.yaml": main, "orders.csv": "\n".join(lines) + "\n", "totals.csv": "file,rows\norders.csv,6\n"}
    with pytest.raises(IntakeError) as error:
        open_workspace(written(tmp_path, texts)).run("2026-03")
    assert error.value.code == "X006" and "in control totals is how many rows there are" in error.value.message
    assert "komisi.yaml:" in error.value.where

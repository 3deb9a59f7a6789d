"""`skip_rows`: totals and remarks of an export are no rows of the source, alike wherever it is read from, and nothing is lost."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine import Run, open_run, open_workspace
from engine.intake import large
from engine.intake.profile import profile
from engine.pipeline import prove
from engine.record import verifier
from engine.record.pack import pack
from engine.record.read import find
from engine.report.source_profile import as_data, as_text
from engine.trial.again import again
from engine.trial.perform import run_tests
from tests.cli.command import komisi
from tests.intake.company import calculated, company, paid, refused
from tests.intake.databases import KINDS, table, texts
from tests.intake.workbooks import sheet, workbook
from tests.passes.forger import change, put

Captured = pytest.CaptureFixture[str]

HEADER = ("order_id", "sold_on", "seller", "net", "units", "discount", "paid")
SKIP = """
    skip_rows:
      - order_id: Total
      - order_id: {begins_with: Exported by}
      - order_id: {begins_with: TEST-}
      - {order_id: {empty: true}, seller: {empty: true}}"""
GOOD = (
    ("A-1", "2026-03-02", "ana", "1000.50", "1", "0", "true"),
    ("A-2", "2026-03-03", "ben", "200", "1", "0", "true"),
    ("total", "2026-03-04", "ben", "100", "1", "0", "true"),  # texts are compared exactly
)
NONE = (
    (" Total ", "", "", "1300.50", "", "", ""),
    ("", "", "", "1300.50", "3", "", ""),
    ("Exported by Max, on 31.03.2026", "", "", "", "", "", ""),
    ("Exported by Max, on 1.4.", "no day", "=cmd", "1e4", "x", "y", "z"),  # nothing else can be wrong with it
)
TEST = ("TEST-9", "2026-03-05", "ana", "500", "1", "0", "true")
ROWS = (*GOOD, *NONE, TEST)
TESTED = """\
kind: plan-test
defaults: {orders: {seller: ana, sold_on: 2026-03-02, units: 1, paid: true}}
tests:
  - name: five percent
    period: 2026-03
    input:
      people: [{participant: ana, start: 2026-01-01, title: Seller}]
      orders: [{order_id: A-1, net: 1000}]
    output:
      payouts: [{participant: ana, amount: 50}]
"""
PAY = {"ana": "50.03", "ben": "15.00"}
"""By hand: 5 % of 1,000.50 is 50.025, of 300 it is 15."""


def _csv(folder: Path) -> Path:
    made = company(folder, f"files: orders.csv{SKIP}")
    with (made / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    return made


def _xlsx(folder: Path) -> Path:
    made = company(folder, f"files: orders.xlsx\n    format: xlsx{SKIP}")
    workbook(made / "orders.xlsx", {"Orders": sheet([HEADER, *ROWS])})
    return made


def _database(kind: str) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        return company(folder, table(kind, folder, [f"{n} text" for n in HEADER], texts(ROWS)) + SKIP)

    return made


MADE: dict[str, Callable[[Path], Path]] = {"csv": _csv, "xlsx": _xlsx, **{kind: _database(kind) for kind in KINDS}}


def _log(run: Run) -> list[tuple[str, str, str, Decimal | None]]:
    log = run.exceptions.filter(pl.col("source") == "orders")
    rows = log.select("code", "severity", pl.col("key").fill_null(""), "at_stake").iter_rows()
    return sorted(rows, key=lambda row: row[2])


@pytest.mark.parametrize("kind", sorted(MADE))
def test_alike_in_every_kind_of_source(kind: str, tmp_path: Path) -> None:
    run = calculated(MADE[kind](tmp_path))
    assert paid(run) == PAY and set(run.payouts["status"]) == {"payable"}
    (file,) = (file for file in run.calculated.files if file.source == "orders")
    assert (file.read, file.accepted, file.rejected, file.skipped) == (8, 3, 0, 5)
    assert _log(run) == [
        ("X057", "notice", "", Decimal("1300.50")),
        ("X057", "notice", "Exported by Max, on 1.4.", None),
        ("X057", "notice", "Exported by Max, on 31.03.2026", None),
        ("X058", "warning", "TEST-9", Decimal(500)),
        ("X057", "notice", "Total", Decimal("1300.50")),
    ]
    record = run.save(tmp_path / "runs").record
    assert prove(record, sources=tmp_path).ok and again(record).same
    packed = pack(record, tmp_path / "run.zip").path
    alone = subprocess.run([sys.executable, "-I", "-S", verifier.__file__, str(packed)], capture_output=True, text=True)
    assert alone.returncode == 0, alone.stdout + alone.stderr


def test_typed_columns(tmp_path: Path) -> None:
    """A Parquet file has days and numbers of its own; a total lacks them."""
    made = company(tmp_path, f"files: orders.parquet\n    format: parquet{SKIP}")
    rows = [row for row in ROWS if row[1] != "no day"]
    frame = pl.DataFrame([[v or None for v in row] for row in rows], dict.fromkeys(HEADER, pl.String), orient="row")
    frame.with_columns(
        pl.col("sold_on").str.to_date(), pl.col("net").cast(pl.Decimal(38, 2)), pl.col("units").cast(pl.Int64),
        pl.col("discount").cast(pl.Int64), pl.col("paid") == "true",
    ).write_parquet(made / "orders.parquet")  # fmt: skip
    run = calculated(made)
    assert paid(run) == PAY
    assert [code for code, *_ in _log(run)] == ["X057", "X057", "X058", "X057"]


def test_a_remark_without_delimiters(tmp_path: Path) -> None:
    """A line with too few fields is skipped by a text in it; what it lacks is not empty, so a line cut off stays refused."""
    made = company(tmp_path, f"files: orders.csv{SKIP}")
    lines = [",".join(row) for row in (HEADER, *GOOD)]
    lines += ["Exported by Max", "Total,,,1300.50", ",2026-03-05", "A-9,2026-03-05,an"]
    (made / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = calculated(made)
    assert [(code, row) for code, row, _ in refused(run)] == [("X057", 5), ("X057", 6), ("X005", 7), ("X005", 8)]
    record = run.exceptions.filter(pl.col("row") == 5)["record"].to_list()
    assert record == ["Exported by Max"]  # whole, for whoever asks what was skipped


def test_an_order_that_lost_its_id_is_no_total(tmp_path: Path) -> None:
    """By one empty column an order would be skipped too: with a day, a seller and an amount it is told, and how much."""
    lost = ",2026-03-05,ana,70,1,0,true"
    rows = "\n".join([",".join(HEADER), *map(",".join, GOOD), lost, ",,,1370.50,,,"]) + "\n"
    for where, expected in (
        ("{order_id: {empty: true}}", [("X057", "notice", "", Decimal("1370.50")), ("X058", "warning", "", Decimal(70))]),
        ("{order_id: {empty: true}, seller: {empty: true}}",
         [("X007", "blocks_participant", "", Decimal(70)), ("X057", "notice", "", Decimal("1370.50"))]),
    ):  # fmt: skip
        made = company(tmp_path / str(len(where)), f"files: orders.csv\n    skip_rows: [{where}]")
        (made / "orders.csv").write_text(rows, encoding="utf-8")
        run = calculated(made)
        assert sorted(_log(run)) == expected
        assert set(run.payouts["status"]) == ({"not_payable", "payable"} if "seller" in where else {"payable"})
        assert paid(run) == PAY


def test_a_total_is_no_part_of_the_control_total(tmp_path: Path) -> None:
    made = _csv(tmp_path)
    main = (made / "komisi.yaml").read_text(encoding="utf-8")
    control = "    control: {rows: 3, sums: {net: 1300.50}}\n    key: [order_id]"
    (made / "komisi.yaml").write_text(main.replace("    key: [order_id]", control), encoding="utf-8")
    run = calculated(made)
    assert "X022" not in set(run.exceptions["code"]) and run.save(tmp_path / "runs").verify().ok


def test_an_empty_cell_is_empty_before_anything_stands_for_it(tmp_path: Path) -> None:
    """`on_empty` says what an empty cell of a row means; whether it is one is asked before."""
    columns = """\
    columns:
      order_id: {type: text, on_empty: none}
      sold_on: date
      seller: {type: text, on_empty: ana}
      net: {type: money, currency: USD}
"""
    item = "{order_id: {empty: true}, seller: {empty: true}, sold_on: {empty: true}}"
    made = company(tmp_path, f"files: orders.csv\n    skip_rows: [{item}]", columns)
    (made / "orders.csv").write_text(
        "order_id,sold_on,seller,net\nA-1,2026-03-02,,100\n,2026-03-02,ben,20\n,,,120\n", encoding="utf-8"
    )
    run = calculated(made)
    assert paid(run) == {"ana": "5.00", "ben": "1.00"} and [code for code, *_ in _log(run)] == ["X057"]


def test_an_error_in_a_cell_is_not_empty(tmp_path: Path) -> None:
    """Of a workbook: what can't be read is something."""
    made = company(tmp_path, "files: orders.xlsx\n    format: xlsx\n    skip_rows: [{seller: {empty: true}}]")
    rows = [HEADER, GOOD[0], ("A-2", "2026-03-03", '<c t="e"><v>#REF!</v></c>', "200", "1", "0", "true"),
            ("Sum", "", "", "1200.50", "", "", "")]  # fmt: skip
    workbook(made / "orders.xlsx", {"Orders": sheet(rows)})
    assert [(code, row) for code, row, _ in refused(calculated(made))] == [("X027", 3), ("X057", 4)]


def test_sources_check_tells_it(tmp_path: Path) -> None:
    made = _csv(tmp_path)
    workspace = open_workspace(made).compiled.workspace
    found = profile(workspace.sources["orders"], made, workspace.calendar.of_length("month")[2:3])
    page = as_text([found], {})
    assert "8 rows read, 3 accepted, 5 skipped" in page and "lacks nothing" in page
    assert "5 rows are skipped, as `skip_rows` says; in all net 3,101.00 USD" in page
    assert "orders.csv:9: `TEST-9,2026-03-05,ana,500,1,0,true`  X058 skipped, and it looks like any other row" in page
    (data,) = as_data([found], {})
    assert [row["row"] for row in data["skipped"]] == [5, 6, 7, 8, 9] and data["refused"] == []


def test_a_row_that_is_skipped_counts_by_itself(tmp_path: Path) -> None:
    """In the manifest and the identities; a run that says otherwise does not hold, to either verifier."""
    saved = calculated(_csv(tmp_path)).save(tmp_path / "runs")
    path = saved.record.folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    counts = manifest["rows"]["orders"]["orders.csv"]
    assert counts == {"read": 8, "accepted": 3, "rejected": 0, "skipped": 5}
    sums = saved.record.table("identities").filter(pl.col("place") == "orders: orders.csv")
    assert sums["identity"].to_list() == ["rows read = accepted + rejected + skipped"] and sums["left"].to_list() == [8]
    counts |= {"skipped": 4, "rejected": 1}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (finding, *_) = open_run(saved.record.folder).verify().findings
    assert "rows / orders / orders.csv" in str(finding)


def test_a_refused_row_can_not_be_told_as_a_total(tmp_path: Path) -> None:
    """It would hold nobody any more: `verify` asks the plans whether they skip such a row."""
    made = company(tmp_path, f"files: orders.csv{SKIP}")
    lost = ",2026-03-05,ana,70,1,0,true"
    (made / "orders.csv").write_text("\n".join([",".join(HEADER), *map(",".join, GOOD), lost]) + "\n", encoding="utf-8")
    saved = calculated(made).save(tmp_path / "runs")
    assert saved.verify().ok
    change(saved.record.folder, "rejected", put("code", "X057", code="X007"))
    found = [finding.message for finding in open_run(saved.record.folder).verify().findings]
    assert "the source's `skip_rows` names no such row" in found


FORGED = "{order_id: {begins_with: A}, units: '0', sold_on: '2026-03-03', paid: {empty: true}}"


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("A-3,2026-03-03,,100,0,0,", True), ("A-3,2026-03-03,,100,0.0,0,", True), ("A-3,2026-03-03,,100,12,0,", False),
        ("A-3,2026-03-03,,100,x,0,", False), ("A-3,2026-03-04,,100,0,0,", False), ("A-3,2026-03-03,,100,0,0,true", False),
        ("B-3,2026-03-03,,100,0,0,", False),
    ],
)  # fmt: skip
def test_what_was_kept_of_a_row_fits_the_whole_item(line: str, held: bool, tmp_path: Path) -> None:
    """Its values are those of the item's texts; that they are not written so is known of the first column only."""
    skip = f"\n    skip_rows: [{{order_id: NONE}}, {FORGED}]"
    made = company(tmp_path, f"files: orders.csv{skip}")
    (made / "orders.csv").write_text(
        "\n".join([",".join(HEADER), *map(",".join, GOOD), line, "A-9,2026-03-03,ana,50,0,0,"]) + "\n", encoding="utf-8"
    )
    saved = calculated(made).save(tmp_path / "runs")
    assert saved.verify().ok and saved.record.table("rejected")["code"].to_list()[-1] == "X058"
    for column, value in (("code", "X057"), ("column", "order_id"), ("found", line[:3])):
        change(saved.record.folder, "rejected", put(column, value, row=5))
    found = [finding.message for finding in open_run(saved.record.folder).verify().findings]
    assert ("the source's `skip_rows` names no such row" in found) != held


def test_a_total_in_a_hidden_row_is_proved(tmp_path: Path) -> None:
    """A workbook's cell may be told as no value, whatever its text is."""
    made = company(tmp_path, f"files: orders.xlsx\n    format: xlsx{SKIP}")
    rows = [HEADER, *GOOD, ("Total", "", "", "1300.50", "", "", "")]
    workbook(made / "orders.xlsx", {"Orders": sheet(rows, hidden=[5])})
    run = calculated(made)
    assert [code for code, *_ in _log(run)] == ["X057"]
    assert prove(run.save(tmp_path / "runs").record, sources=tmp_path).ok


@pytest.mark.parametrize("rows", [1, 3])
def test_alike_where_a_part_is_held_at_a_time(
    rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    made = company(tmp_path, f"files: orders.parquet\n    format: parquet{SKIP}")
    texts_only = [row[:1] + row[2:3] + row[3:4] for row in ROWS if row[1] != "no day"]
    frame = pl.DataFrame([[v or None for v in row] for row in texts_only],
                         dict.fromkeys(("order_id", "seller", "net"), pl.String), orient="row")  # fmt: skip
    day, whole = pl.date(2026, 3, 2), pl.lit(1, pl.Int64)
    frame.select(
        "order_id", day.alias("sold_on"), "seller", pl.col("net").cast(pl.Decimal(38, 2)), whole.alias("units"),
        whole.alias("discount"), pl.lit(True).alias("paid"),
    ).write_parquet(made / "orders.parquet")  # fmt: skip
    held = calculated(made).save(tmp_path / "runs").record
    monkeypatch.setattr(large, "MOST_ROWS", 0)
    monkeypatch.setattr(large, "PART_ROWS", rows)
    do = komisi(monkeypatch, capsys)
    monkeypatch.chdir(made)
    assert do("run", "2026-03", "--runs", "parts").code == 0
    parts = find(made / "parts", "latest:2026-03")
    for name in ("run", "run_digest", "rows", "kept"):
        assert parts.manifest[name] == held.manifest[name]
    assert parts.manifest["rows"]["orders"]["orders.parquet"] == {"read": 7, "accepted": 3, "rejected": 0, "skipped": 4}


def test_the_summary_says_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(_csv(tmp_path))
    done = komisi(monkeypatch, capsys)("run", "2026-03")
    assert "10 rows read from 2 files, 5 of them skipped" in done.out
    assert "X057  skipped, as `skip_rows` says: 2" in done.out and "500.00 USD  X058" in done.out


def test_what_another_column_has_may_be_no_text(tmp_path: Path) -> None:
    """An item may name a column of numbers by what stands there; what was read of it is a number, and the run is as it says."""
    made = company(tmp_path, 'files: orders.csv\n    skip_rows: [{order_id: Total, discount: "0"}]')
    rows = [HEADER, GOOD[0], ("Total", "", "", "1000.50", "1", "0", "")]
    (made / "orders.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    run = calculated(made)
    assert [code for code, *_ in _log(run)] == ["X057"] and run.save(tmp_path / "runs").verify().ok


def test_a_total_of_a_later_day_stays_one_as_of_an_earlier_day(tmp_path: Path) -> None:
    """It is no row that became known later: then as now it is in no control total, and its run holds."""
    control = "control: {rows: 1, sums: {net: 1000}}\n    recorded: known_on"
    columns = "    columns: {order_id: text, sold_on: date, seller: text, known_on: date, net: {type: money, currency: USD}}\n"
    made = company(tmp_path, f"files: orders.csv\n    skip_rows: [{{order_id: Total}}]\n    {control}", columns)
    main = (made / "komisi.yaml").read_text(encoding="utf-8")
    roster = main.replace("files: people.csv", "files: people.csv\n    recorded: {as_it_is: true}")
    (made / "komisi.yaml").write_text(roster, encoding="utf-8")
    (made / "orders.csv").write_text(
        "order_id,sold_on,seller,known_on,net\nA-1,2026-03-02,ana,2026-03-03,1000\nTotal,,,2026-04-30,1000\n",
        encoding="utf-8",
    )
    run = open_workspace(made).run("2026-03", as_of=date(2026, 4, 15))
    assert [code for code, *_ in _log(run)] == ["X057"] and run.save(tmp_path / "runs").verify().ok


def test_a_plan_test_skips_no_row(tmp_path: Path) -> None:
    """A column that the plan does not read may be left out of a test's rows, and is empty then."""
    made = company(tmp_path, "files: orders.csv\n    skip_rows: [{discount: {empty: true}}]")
    (made / "orders.csv").write_text("\n".join(map(",".join, (HEADER, *GOOD))) + "\n", encoding="utf-8")
    (made / "tests").mkdir()
    (made / "tests/sales.yaml").write_text(TESTED, encoding="utf-8")
    suite = run_tests(open_workspace(made).compiled, [made / "tests/sales.yaml"])
    assert suite.passed and len(suite.outcomes) == 1


def test_a_seller_who_is_skipped_is_told_as_one(tmp_path: Path) -> None:
    """On the roster there are totals and remarks, too; one with an id and a first day looks like a person."""
    made = _csv(tmp_path)
    main = (made / "komisi.yaml").read_text(encoding="utf-8")
    skip = "skip_rows: [{title: {begins_with: Sell}}, {participant: Total}]"
    (made / "komisi.yaml").write_text(
        main.replace("files: people.csv", f"files: people.csv\n    {skip}"), encoding="utf-8"
    )
    rows = "ana,2026-01-01,,Sales\nben,2026-01-01,,Seller\nTotal,,,2\n"
    (made / "people.csv").write_text(f"participant,start,end,title\n{rows}", encoding="utf-8")
    log = calculated(made).exceptions.filter(source="people").select("code", "key").rows()
    assert sorted(log) == [("X057", "Total / always"), ("X058", "ben / 2026-01-01")]


def test_sources_check_adds_up_what_is_skipped_whatever_its_columns_are_called(tmp_path: Path) -> None:
    columns = "    columns: {order_id: text, sold_on: date, seller: text, net: {type: money, currency: USD},\n"
    columns += "      unit: {type: money, currency: USD}}\n"
    made = company(tmp_path, "files: orders.csv\n    skip_rows: [{order_id: Total}]", columns)
    (made / "orders.csv").write_text("order_id,sold_on,seller,net,unit\nTotal,,,30,5\n", encoding="utf-8")
    workspace = open_workspace(made).compiled.workspace
    page = as_text([profile(workspace.sources["orders"], made, workspace.calendar.of_length("month")[2:3])], {})
    assert "in all net 30.00 USD, unit 5.00 USD" in page

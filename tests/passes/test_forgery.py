"""A forger changes a run and writes every fingerprint and digest anew: `verify` still names file, row and column."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.explain import Verification, verification_text
from engine.explain.checks.columns import Reader
from engine.explain.checks.sheets import check_sheets
from engine.explain.finding import Findings
from engine.pipeline import prove
from engine.record import Record, open_record

from .explained import run_of
from .forger import change, entry, line, put, reseal

Forgery = Callable[[Path], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run_of(tmp_path_factory.mktemp("company"))


@pytest.fixture
def copy(sound: Record, tmp_path: Path) -> Path:
    shutil.copytree(sound.folder, tmp_path / "run")
    return tmp_path / "run"


def forged(folder: Path, *forgeries: Forgery) -> Verification:
    for forgery in forgeries:
        forgery(folder)
    reseal(folder)
    named = folder.rename(folder.with_name(json.loads((folder / "manifest.json").read_text())["run"]))
    found: Verification = prove(open_record(named))
    named.rename(folder)
    return found


def table(name: str, how: Callable[[pl.DataFrame], pl.DataFrame]) -> Forgery:
    return lambda folder: change(folder, name, how)


def manifest(*path: str, value: Any) -> Forgery:
    return lambda folder: entry(folder, *path, value=value)


def sheet(file: str, old: str, new: str) -> Forgery:
    return lambda folder: line(folder, file, old, new)


def places(found: Verification) -> list[tuple[str, str, str]]:
    return [(finding.place, finding.row, finding.column) for finding in found.findings]


def test_sealing_anew_changes_nothing(copy: Path) -> None:
    before = json.loads((copy / "manifest.json").read_text())
    assert forged(copy).ok
    assert json.loads((copy / "manifest.json").read_text()) == before


def swapped(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("participant").replace({"ann": "cat", "cat": "ann"}))


def program(folder: Path) -> None:
    text = (folder / "program.json").read_text()
    (folder / "program.json").write_text(text.replace('"0.025"', '"0.035"'))


BOB = "plan rep, component commission, participant bob, period 2026-02, segment 2026-02-11"
NINE = put("earning", Decimal(99), participant="bob", period="2026-02", component="commission")
JANUARY = date(2026, 1, 15)
X008 = "code X008, source orders, file orders.csv, row 20, key F1 / 1, participant fay, period 2026-02"
ONE: dict[str, tuple[Forgery, tuple[str, str, str], str, str]] = {
    "scope": (table("scope", lambda f: f.with_columns(scope_start=pl.lit(JANUARY))), ("scope", "", "scope_start"),
              "2026-01-15", "2026-01-01"),
    "calendar": (table("calendar", put("days", 27, period="2026-02")), ("calendar", "period 2026-02", "days"), "27", "28"),
    "part": (table("calendar_parts", put("part_days", 27, period="2026-02", part="2026-02")),
             ("calendar_parts", "period 2026-02, part 2026-02", "part_days"), "27", "28"),
    "part deleted": (table("calendar_parts", lambda f: f.slice(1)),
                     ("calendar_parts", "period 2026-01, part 2026-01", ""), "35 rows", "36 rows"),
    "cell in credits": (table("credits/rep.sales", put("amount", Decimal(9), order="A1")),
                        ("credits/rep.sales", "order A1, line 1, participant ann", "amount"), "9", "3000"),
    "cell in earnings": (table("earnings", NINE), ("earnings", BOB, "earning"), "99", "17.95"),
    "row deleted": (table("credits/rep.sales", lambda f: f.filter(pl.col("order") != "A2")),
                    ("credits/rep.sales", "order A2, line 1, participant ann", ""), "8 rows", "9 rows"),
    "row doubled": (table("credits/rep.sales", lambda f: pl.concat([f, f.head(1)])),
                    ("credits/rep.sales", "order A1, line 1, participant ann", ""), "10 rows", "9 rows"),
    "row swapped": (table("credits/rep.sales", swapped),
                    ("credits/rep.sales", "order A1, line 1, participant cat", "participant"), "cat", "ann"),
    "line of a plan": (sheet("plans/rep/comp.yaml", "rate: 2.5%", "rate: 3.5%"),
                       ("plans/rep/comp.yaml:33", "earnings/rep.commission", "slice_2.rate"), "3.5 %", "2.5 %"),
    "program": (program,
                ("program.json", "earnings/rep.commission", "slice_2.rate"), "3.5 %", "2.5 %"),
    "period": (manifest("period", value="2026-01"), ("manifest.json", "", "period"), "2026-01", "2026-02"),
    "no period": (manifest("period", value="2026-Q1"), ("manifest.json", "", "period"), "2026-Q1", "2026-02"),
    "workspace": (manifest("workspace", value="large"), ("manifest.json", "", "workspace"), "large", "small"),
    "digits": (manifest("currencies", value={"USD": 3}), ("manifest.json", "", "currencies / USD"), "3", "2"),
    "options": (manifest("options", "as_of", value="2026-01-01"), ("manifest.json", "", "options / as_of"),
                "2026-01-01", "no such entry"),
    "rows read": (manifest("rows", "orders", "orders.csv", "read", value=9),
                  ("manifest.json", "", "rows / orders / orders.csv / read"), "9", "20"),
    "rows of a file": (manifest("rows", "goals", "goals.csv", "accepted", value=None),
                       ("manifest.json", "", "rows / goals / goals.csv / accepted"), "no such entry", "5"),
    "input": (manifest("inputs", "goals", value=None), ("manifest.json", "", "inputs / goals / goals.csv / sha256"),
              "no such entry", "a fingerprint"),
    "fingerprint": (manifest("inputs", "goals", "goals.csv", "sha256", value="x"),
                    ("manifest.json", "", "inputs / goals / goals.csv / sha256"), "x", "a fingerprint"),
    "identities": (manifest("identities", "checked", value=1), ("manifest.json", "", "identities / checked"), "1", "22"),
    "another entry": (manifest("approved", value="yes"), ("manifest.json", "", "approved"), "", ""),
    "no engine": (manifest("engine", value=None), ("manifest.json", "", "engine"), "", ""),
    "severity": (table("exceptions", put("severity", "warning", code="X008")), ("exceptions", X008, "severity"),
                 "warning", "blocks_participant"),
    "at stake": (table("exceptions", put("at_stake", Decimal(1), code="E103")),
                 ("exceptions", "code E103, source orders, file orders.csv, row 19, key E5 / 1, plan rep, part sales, "
                  "participant eve, period 2026-02", "at_stake"), "1", "60"),
    "message": (table("exceptions", put("message", "fine", code="X008")), ("exceptions", X008, "message"), "fine",
                "not a number (column `net`: `1x`)"),
    "row of the log": (table("exceptions", put("row", 3, code="X008")),
                       ("exceptions", X008.replace("row 20", "row 3"), "row"), "3", "20"),
    "record": (table("exceptions", put("record", "F1", code="X008")), ("exceptions", X008, "record"), "F1",
               "F1,1,2026-02-25,fay,,sale,USD,1x"),
    "log": (table("exceptions", lambda f: f.filter(pl.col("code") != "X008")), ("exceptions", X008, ""), "7 rows", "8 rows"),
    "status": (table("payouts", put("status", "payable", participant="eve")),
               ("payouts", "participant eve, plan team, entity West, earning_code DEAL, currency USD", "status"),
               "payable", "not_payable"),
    "holds": (table("identities", put("holds", False, place="rep.sales")),
              ("identities", "identity Σ matched value = Σ credited + unassigned + excluded + exception shares, place rep.sales",
               "holds"), "false", "true"),
    "money in a sheet": (sheet("payouts.csv", "17.95", "17.950"), ("payouts.csv", "line 4", "amount"), "17.950", "17.95"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(ONE))
def test_one_forgery_one_finding(copy: Path, name: str) -> None:
    forgery, place, stored, recomputed = ONE[name]
    found = forged(copy, forgery)
    assert places(found) == [place], verification_text(found)
    assert (found.findings[0].stored, found.findings[0].recomputed) == (stored, recomputed)


def test_every_column_of_a_sheet(copy: Path) -> None:
    def said() -> list[tuple[str, str, str]]:
        findings = Findings()
        check_sheets(Reader(open_record(copy), findings), {"USD": 2}, "2026-02", findings)
        return [(finding.place, finding.row, finding.column) for finding in findings.found]

    assert said() == []
    for name in ("payouts", "earnings", "exceptions", "identities"):
        path = copy / f"{name}.csv"
        whole = path.read_bytes()
        rows = pl.read_csv(path, infer_schema=False)
        for column in rows.columns:
            rows.with_columns((pl.col(column).fill_null("") + "~").alias(column)).write_csv(path)
            assert said() == [(f"{name}.csv", "line 2", column)]
        last = rows.height + 1
        for number, forgery in ((last, b"".join(whole.splitlines(True)[:-1])), (last + 1, whole + b"x\n")):
            path.write_bytes(forgery)
            assert said() == [(f"{name}.csv", f"line {number}", "")]
        path.write_bytes(whole.replace(b"\n", b"\r\n"))
        assert said() == [(f"{name}.csv", "", "")]
        path.write_bytes(whole)


def test_what_is_made_from_a_forged_cell_repeats_it(copy: Path) -> None:
    """All tables after a forged cell made anew: it is the cell that is named, and then what follows from it."""
    found = forged(copy, table("source/orders", put("net", Decimal(3001), order="A1")))
    assert places(found)[0] == ("matches/orders", "order A1, line 1", "rep.sales.value")
    assert "earnings/rep.growth" in found.follow and "measures/rep.month" in found.follow
    assert len(found.findings) == 4, verification_text(found)
    assert "What is made from these figures repeats them: measures/rep.month" in verification_text(found)


def test_two_forgeries_are_two_findings(copy: Path) -> None:
    credits = table("credits/rep.sales", put("amount", Decimal(9), order="A1"))
    payouts = table("payouts", put("amount", Decimal(500), participant="cat", earning_code="COMM"))
    assert [place for place, *_ in places(forged(copy, payouts, credits))] == ["credits/rep.sales", "payouts"]


def test_another_file(copy: Path) -> None:
    for name in ("inputs/mine.parquet", "tables/mine.parquet", "plans/mine.yaml", "mine.csv"):
        shutil.copy(copy / "tables" / "payouts.parquet", copy / name)
    found = {place for place, *_ in places(forged(copy))}
    assert found >= {"inputs/mine.parquet", "plans/mine.yaml", "mine.csv"}
    assert any(place.endswith("mine") for place in found)


def test_a_file_taken_out_of_the_inputs_by_period(copy: Path) -> None:
    """Which month has no file is known by the names of those that were read."""
    from engine.pipeline import remade

    texts = {p.relative_to(copy / "plans").as_posix(): p.read_bytes() for p in (copy / "plans").rglob("*.yaml")}
    texts["komisi.yaml"] = texts["komisi.yaml"].replace(b"files: orders.csv", b"files: 'o/{period}-*.csv'")
    made = remade(texts)
    assert made is not None
    period = made.workspace.calendar.find("2026-02")
    assert period is not None
    record = open_record(copy)
    names = [
        *record.names(),
        *(p.relative_to(copy / "inputs").with_suffix("").as_posix() for p in (copy / "inputs").rglob("*.parquet")),
    ]
    tables = {name: record.table(name) for name in names}
    for files, missing in (
        (["o/2026-01-x.csv", "o/2026-02-.csv"], []),
        (["o/2026-01-x.csv", "o/2026-02.csv"], ["2026-02"]),
    ):
        log = made.log(period, tables, {"orders": files})
        assert log.filter(code="X021")["period"].to_list() == missing


def test_a_few_findings_of_each_place_are_printed(copy: Path) -> None:
    counts = json.loads((copy / "manifest.json").read_text())["rows"]
    wrong = {
        source: {file: dict.fromkeys(entry, -1) for file, entry in files.items()} for source, files in counts.items()
    }
    found = forged(copy, manifest("rows", value=wrong))
    assert len(found.findings) == 16
    text = verification_text(found)
    assert text.count("manifest.json · ") == 3 and "  and 13 more in manifest.json" in text

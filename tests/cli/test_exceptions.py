"""`komisi exceptions`: grouped, filtered, compared, in every form; what the log holds is listed, and nothing twice."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from engine.report.document import as_text
from engine.report.log_listing import Listing, Run, listing
from engine.report.log_page import page
from engine.report.workbook import Sheet, workbook
from engine.run.logged import LOG
from tests.cli.command import Done, komisi
from tests.conformance.small_workspace import GOALS, MAIN, ORDERS, written

SECTION = """exceptions:
  owners: [{owner: data team, codes: "X*"}, {owner: sales operations, codes: ["E1*", E201, E447]}]
  waivers: [{code: E108, key: S1, name: Ada, reason: "=1+1 agreed", until: "2026-03"}]
"""
BAD = ORDERS + "X1,2026-03-07,P2,booked,,1,9o\nX2,2026-03-08,P9,booked,,1,12.5\nX3,2026-03-09,P9,booked,,1,99.5\n"
FILES = {"komisi.yaml": MAIN + SECTION, "orders.csv": BAD, "goals.csv": GOALS.replace("P1,2026-03,", "P1,2025-03,")}
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Done]:
    monkeypatch.chdir(written(tmp_path, {**FILES}))
    run = komisi(monkeypatch, capsys)
    assert run("run", "2026-03").code == 3
    return run


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_it_says_how_many_of_what_and_what_to_do(do: Callable[..., Done]) -> None:
    done = do("exceptions", "latest:2026-03")
    assert done.code == 0 and done.err == ""
    lines = done.out.split("\n")
    assert lines[0].startswith("small · 2026-03 · run ")
    assert lines[1] == "  · 6 exceptions: 3 stop a payment, 2 to look at, 1 waived"
    heads = [line for line in lines if (" · " in line and line[:1] in ("E", "X")) or line.startswith("WAIVED")]
    assert heads == [
        "E207 a target for a period that doesn't exist · 1",
        "X008 not a number · 1 · data team",
        "E201 the target is missing · 1 · sales operations",
        "E447 nobody in the roster has this id · 2 · sales operations",
        "WAIVED: 1",
        "E108 part of it is nobody's · 1 · sales operations",
    ]


def test_most_at_stake_comes_first(do: Callable[..., Done]) -> None:
    found = rows(do("exceptions", "latest:2026-03", "--code", "e447", "--output-format", "csv").out)
    assert [row["at_stake"] for row in found] == ["99.50", "12.50"]


def test_what_is_left_off_is_said(do: Callable[..., Done]) -> None:
    done = do("exceptions", "latest:2026-03", "--code", "E447", "--limit", "1")
    assert "1 more: --code E447 --limit 0" in done.out and "X3" in done.out and "X2" not in done.out
    assert "X2" in do("exceptions", "latest:2026-03", "--code", "E447", "--limit", "0").out


@pytest.mark.parametrize(("by", "names"), [
    ("owner", ["data team", "sales operations"]), ("participant", ["P1", "P2", "P9"]), ("source", ["orders"]),
])  # fmt: skip
def test_by_something_else(by: str, names: list[str], do: Callable[..., Done]) -> None:
    found = json.loads(do("exceptions", "latest:2026-03", "--by", by, "--json").out)
    assert set(names) <= {group["group"] for group in found["groups"]}
    assert sum(group["open"] + group["waived"] for group in found["groups"]) == len(found["rows"])
    out = do("exceptions", "latest:2026-03", "--by", by).out
    assert all(f"{by} {name} ·" in out for name in names)


def test_filters_go_together(do: Callable[..., Done]) -> None:
    asked = ("exceptions", "latest:2026-03", "--output-format", "csv")
    assert {row["code"] for row in rows(do(*asked, "--owner", "data team").out)} == {"X008"}
    assert {row["code"] for row in rows(do(*asked, "--code", "E1*").out)} == {"E108"}
    assert {row["code"] for row in rows(do(*asked, "--severity", "blocks_component").out)} == {"E201"}
    assert rows(do(*asked, "--severity", "blocks_component", "--code", "X*").out) == []
    assert "no exceptions" in do("exceptions", "latest:2026-03", "--owner", "nobody", "--code", "X*").out


def test_an_owner_that_there_is_not(do: Callable[..., Done]) -> None:
    done = do("exceptions", "latest:2026-03", "--owner", "data")
    assert (done.code, done.out) == (2, "")
    assert (
        "error: no owner of exceptions is called `data`\n  help: did you mean `data team`? there are `data team`,"
        in done.err
    )
    assert done.err.endswith("`sales operations`, `nobody` (`owners:` in komisi.yaml)\n")
    assert "no exceptions" in do("exceptions", "latest:2026-03", "--owner", "data team", "--code", "E*").out


def test_how_the_rest_of_an_owner_is_asked_for(do: Callable[..., Done]) -> None:
    done = do("exceptions", "latest:2026-03", "--by", "owner", "--limit", "1")
    assert "2 more: --by owner --owner 'sales operations' --limit 0" in done.out


@pytest.mark.parametrize(("name", "code"), [("a.pdf", 2), ("a.html", 2), ("a.txt", 0), ("a", 0), ("A.CSV", 0)])
def test_a_form_that_there_is_not(name: str, code: int, do: Callable[..., Done], tmp_path: Path) -> None:
    done = do("exceptions", "latest:2026-03", "--out", name)
    assert done.code == code and (tmp_path / name).exists() == (code == 0)
    assert code == 0 or f"error: no form is called `.{name[2:]}`\n  help: end in .txt, .json, .csv or .xlsx" in done.err
    assert do("exceptions", "latest:2026-03", "--out", f"x-{name}", "--output-format", "csv").code == 0


def test_csv_and_json_have_every_row_of_the_log(do: Callable[..., Done], tmp_path: Path) -> None:
    (log,) = tmp_path.glob("runs/*/exceptions.csv")
    stored = rows(log.read_text())
    for found in (rows(do("exceptions", "latest:2026-03", "--output-format", "csv").out),
                  json.loads(do("exceptions", "latest:2026-03", "--json").out)["rows"]):  # fmt: skip
        assert sorted(row["code"] + (row["key"] or "") for row in found) == sorted(r["code"] + r["key"] for r in stored)


def cells(path: Path, sheet: int) -> list[list[str]]:
    with zipfile.ZipFile(path) as book:
        tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
        assert not [name for name in book.namelist() if "hyperlink" in name]
    assert not tree.findall(".//m:f", NS)
    return [["".join(cell.itertext()) for cell in row] for row in tree.findall(".//m:row", NS)]


def test_a_workbook_has_all_rows_and_runs_nothing(do: Callable[..., Done], tmp_path: Path) -> None:
    assert do("exceptions", "latest:2026-03", "--out", "a.xlsx").code == 0
    assert do("exceptions", "latest:2026-03", "--out", "b.xlsx", "--output-format", "xlsx").code == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    listed = cells(tmp_path / "a.xlsx", 2)
    (log,) = tmp_path.glob("runs/*/exceptions.csv")
    assert len(listed) == len(rows(log.read_text())) + 1 and listed[0][:4] == ["owner", "severity", "state", "code"]
    assert any("=1+1 agreed" in cell for row in listed for cell in row)
    assert len(cells(tmp_path / "a.xlsx", 1)) == len({row["code"] for row in rows(log.read_text())}) + 1


def test_numbers_that_a_spreadsheet_would_change_are_texts() -> None:
    from decimal import Decimal

    given = (
        Decimal("123456789012.345"),
        Decimal("1234567890123.456"),
        Decimal("-0.000000000001"),
        7,
        "=cmd",
        "\x01\ufffe<&",
    )
    data = workbook((Sheet("s", (("n", 9),), tuple((value,) for value in given)),))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        found = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).findall(".//m:c", NS)[1:]
    assert [cell.get("t") for cell in found] == [None, "inlineStr", None, None, "inlineStr", "inlineStr"]
    said = ["".join(cell.itertext()) for cell in found]
    assert said == ["123456789012.345", "1234567890123.456", "-0.000000000001", "7", "=cmd", "\ufffd\ufffd<&"]


def test_a_file_that_is_there_is_not_written_over(do: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("my notes")
    done = do("exceptions", "latest:2026-03", "--out", "mine.csv")
    assert done.code == 4 and "is there already" in done.err and (tmp_path / "mine.csv").read_text() == "my notes"


@pytest.mark.parametrize(("given", "said", "code"), [
    (("--output-format", "xlsx"), "a workbook is a file", 2),
    (("--code", "E1O5"), "no exception has the code `E1O5`", 2),
    (("--new",), "there is no run of 2026-02, the pay period before", 4),
    (("--since", "zz"), "no run in runs begins with `zz`", 4),
    (("--out", "no/such/a.csv"), "can't be written", 4),
])  # fmt: skip
def test_what_goes_wrong_is_told(given: tuple[str, ...], said: str, code: int, do: Callable[..., Done]) -> None:
    done = do("exceptions", "latest:2026-03", *given)
    assert (done.code, said in done.err) == (code, True), done


def test_what_is_new_since_a_run_is_told_by_subject_not_by_row(do: Callable[..., Done], tmp_path: Path) -> None:
    first = json.loads(do("exceptions", "latest:2026-03", "--json").out)["run"]
    moved = BAD.replace("X2,", "N1,2026-03-01,P9,booked,,1,5\nX2,").replace("X3,2026-03-09,P9,booked,,1,99.5\n", "")
    (tmp_path / "orders.csv").write_text(moved)
    do("run", "2026-03")
    found = json.loads(do("exceptions", "latest:2026-03", "--since", first, "--code", "E447", "--json").out)
    assert {row["key"]: row["news"] for row in found["rows"]} == {"N1": "new", "X2": "still open", "X3": "gone"}
    assert found["news"] == {"new": 1, "still open": 1, "gone": 1}
    only = json.loads(do("exceptions", "latest:2026-03", "--since", first, "--new", "--json").out)
    assert [row["key"] for row in only["rows"]] == ["N1"] and only["news"]["gone"] == 1
    text = do("exceptions", "latest:2026-03", "--since", first, "--code", "E447").out
    assert "1 new, 1 still open, 1 gone (mended, or waived)" in text and "GONE: 1" in text


def test_new_is_since_the_month_before(do: Callable[..., Done]) -> None:
    do("run", "2026-02")
    found = json.loads(do("exceptions", "latest:2026-03", "--new", "--json").out)
    assert found["since"]["period"] == "2026-02" and {row["news"] for row in found["rows"]} == {"new"}
    assert {row["code"] for row in found["rows"]} == {"E447"}  # P1 had no target in February either: still open
    assert found["news"]["new"] == 2 and found["news"]["still open"] >= 2


def large(count: int) -> Listing:
    log = pl.DataFrame(
        {
            "code": ["E105"] * count, "severity": ["warning"] * count, "stage": ["credit"] * count, "state": ["open"] * count,
            "participant": [f"P{n % 5000}" for n in range(count)], "key": [str(n) for n in range(count)],
            "message": ["the participant is on no plan"] * count, "help": ["look"] * count,
        }
    )  # fmt: skip
    filled = log.select((pl.col(n) if n in log.columns else pl.lit(None)).cast(t).alias(n) for n, t in LOG.items())
    return listing(Run("large", "2026-03", "abc", {"USD": 2}, filled), None)


@pytest.mark.parametrize("by", ["code", "participant"])
def test_thirty_thousand_rows_are_a_page_to_read(by: str) -> None:
    text = as_text(page(large(30_000), by, 5), False)
    assert "30,000 exceptions" in text and len(text.split("\n")) < 300
    assert ("29,995 more" if by == "code" else "… 4,980 more participants") in text


def test_the_log_of_another_version_is_told(do: Callable[..., Done], tmp_path: Path) -> None:
    (log,) = tmp_path.glob("runs/*/tables/exceptions.parquet")
    pl.read_parquet(log).drop("state").write_parquet(log)
    done = do("exceptions", "latest:2026-03")
    assert done.code == 4 and "has no column `state`: another version made it" in done.err

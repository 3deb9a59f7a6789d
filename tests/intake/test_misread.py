"""Numbers whose mark may stand between thousands (X060): told with what they are read as, and not of what can't be meant so."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine import Run, open_run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.intake.profile import profile
from engine.pipeline import front, prove
from engine.report.source_profile import as_data, as_text
from engine.trial import check_people
from engine.trial.again import again
from tests.intake.company import calculated, company
from tests.intake.databases import table, texts
from tests.intake.workbooks import sheet, workbook
from tests.passes.forger import change, put

HEADER = ("order_id", "sold_on", "seller", "net", "units", "discount", "paid")
NET = "net: {type: money, currency: USD}"


def _rows(values: Sequence[str], column: str = "net") -> list[tuple[str, ...]]:
    usual = {"net": "20", "units": "1", "discount": "0"}
    filled = (usual | {column: value} for value in values)
    return [
        (f"A-{n}", "2026-03-02", "ana", each["net"], each["units"], each["discount"], "true")
        for n, each in enumerate(filled)
    ]


def _made(folder: Path, values: Sequence[str], column: str = "net", said: str = NET) -> Path:
    """The company with these values in a column of its orders."""
    made = company(folder, 'files: orders.csv\n    delimiter: ";"')
    main = made / "komisi.yaml"
    main.write_text(main.read_text(encoding="utf-8").replace(NET, said), encoding="utf-8")
    lines = [";".join(row) for row in (HEADER, *_rows(values, column))]
    (made / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


def _told(run: Run) -> list[tuple[str, int, str]]:
    rows = run.exceptions.filter(pl.col("code") == "X060")
    return [
        (severity, row, said.partition(";")[0])
        for severity, row, said in rows.select("severity", "row", "message").rows()
    ]


COMMA = NET.replace("}", ', decimal_mark: ","}')
FILLED = NET.replace("}", ", on_empty: 0.5}")
BOTH = NET.replace("}", ', thousands: ","}')


@pytest.mark.parametrize(
    ("column", "said", "values", "told"),
    [
        ("net", NET, ["20", "500.000", "750.000"],
         "`net`: each of the 2 values with a point has three digits after it: `500.000` is read as 500"),
        ("net", NET, ["-1.234"], "`net`: the one value with a point has three digits after it: `-1.234` is read as -1.234"),
        ("net", COMMA, ["1,234"], "`net`: the one value with a comma has three digits after it: `1,234` is read as 1.234"),
        ("net", NET, ["1.234", "12.50"], None),  # prices, of which some have fewer places
        ("net", NET, ["1.2345"], None),
        ("net", NET, ["0.125", "1.125"], None),
        ("net", BOTH, ["1.234"], None),  # both marks are said
        ("net", NET.replace("USD", "KWD"), ["1.234"] * 3, None),  # it has three places
        ("net", NET.replace("USD", "{column: seller}"), ["1.234"] * 2, None),
        ("net", NET.replace("USD", "{column: seller}"), ["1.234"] * 3, "`net`: each of the 3 values with a point"),
        ("units", NET, ["1.234"] * 2, None),  # of what has no places of its own it may be chance
        ("units", NET, ["1.234"] * 3, "`units`: each of the 3 values with a point"),
        ("discount", NET, ["0.125"] * 3, None),
        ("net", FILLED, ["500.000", "", "250.000"], "`net`: each of the 2 values with a point"),  # nobody wrote the 0.5
        ("net", NET, ["1.234.500", "500.000"], "`net`: the one value with a point"),  # the first is refused (X008)
    ],
)  # fmt: skip
def test_what_looks_like_thousands(column: str, said: str, values: list[str], told: str | None, tmp_path: Path) -> None:
    made = _made(tmp_path, values, column, said)
    plan = (made / "sales.yaml").read_text(encoding="utf-8")
    if "seller" in said:
        plan = plan.replace("value: net", "value: units").replace("5%", "1 USD")
    (made / "sales.yaml").write_text(plan.replace("USD", "KWD") if "KWD" in said else plan, encoding="utf-8")
    workspace = open_workspace(made).compiled.workspace
    (found,) = (profile(workspace.sources["orders"], made, workspace.calendar.of_length("month")[2:3]),)
    rows = [] if found.read is None else found.read.misread.rows(named=True)
    page = as_text([found], {})
    assert [row["column"] for row in rows] == ([] if told is None else [column])
    assert ("X060 thousands that may be read as decimals" in page) == (told is not None) and (told or "") in page


def test_a_run_says_it_and_is_proved(tmp_path: Path) -> None:
    made = _made(tmp_path, ["20", "500.000", "750.000"])
    run = calculated(made)
    (row,) = run.exceptions.filter(pl.col("code") == "X060").to_dicts()
    assert (row["severity"], row["file"], row["row"]) == ("warning", "orders.csv", 3)
    assert row["message"].endswith(
        '; if thousands are meant, say `decimal_mark: ",", thousands: "."` of the column, if decimals, `thousands: ","`'
    )
    assert set(run.payouts["status"]) == {"payable"}
    saved = run.save(tmp_path / "runs")
    assert prove(saved.record, sources=tmp_path).ok and again(saved.record).same
    change(saved.record.folder, "misread", put("rows", 1, file="orders.csv"))
    found = [finding.place for finding in prove(open_run(saved.record.folder).record, sources=tmp_path).findings]
    assert "misread" in found and "exceptions" in found


def test_each_file_of_a_source_has_a_say(tmp_path: Path) -> None:
    made = _made(tmp_path, ["20"])
    main = made / "komisi.yaml"
    main.write_text(main.read_text(encoding="utf-8").replace("orders.csv", "orders*.csv"), encoding="utf-8")
    for number, value in enumerate(("1.234", "2.345")):
        line = f"B-{number};2026-03-02;ben;{value};1;0;true"
        (made / f"orders-{number}.csv").write_text(f"{';'.join(HEADER)}\n{line}\n", encoding="utf-8")
    assert _told(calculated(made)) == [
        ("warning", 2, "`net`: each of the 2 values with a point has three digits after it: `1.234` is read as 1.234")
    ]
    (made / "orders-2.csv").write_text(f"{';'.join(HEADER)}\nB-2;2026-03-02;ben;7.50;1;0;true\n", encoding="utf-8")
    assert _told(calculated(made)) == []


def test_what_a_workbook_holds_as_a_number_is_not_asked(tmp_path: Path) -> None:
    made = company(tmp_path, "files: orders.xlsx\n    format: xlsx")
    (row,) = _rows(["<c><v>1.234</v></c>"])
    workbook(made / "orders.xlsx", {"Orders": sheet([HEADER, row])})
    assert _told(calculated(made)) == []
    workbook(made / "orders.xlsx", {"Orders": sheet([HEADER, row, ("B", *_rows(["500.000"])[0][1:])])})
    assert [row for _, row, _ in _told(calculated(made))] == [3]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database(kind: str, tmp_path: Path) -> None:
    """Texts are asked; a column of numbers is written as the database writes it."""
    rows = texts(_rows(["1.234"]))
    made = company(tmp_path, table(kind, tmp_path, [f"{name} text" for name in HEADER], rows))
    assert [row for _, row, _ in _told(calculated(made))] == [1]
    if kind == "duckdb":
        types = [f"{name} {'decimal(9, 3)' if name == 'net' else 'text'}" for name in HEADER]
        made = company(tmp_path, table(kind, tmp_path, types, rows))
        assert _told(calculated(made)) == []


def test_check_data_tells_it_of_the_roster(tmp_path: Path) -> None:
    made = _made(tmp_path, ["20"])
    main = made / "komisi.yaml"
    said = main.read_text(encoding="utf-8").replace(
        "title: text}", "title: text, salary: {type: money, currency: USD}}", 1
    )
    main.write_text(said, encoding="utf-8")
    (made / "people.csv").write_text(
        "participant,start,end,title,salary\nana,2026-01-01,,Seller,4.500\n", encoding="utf-8"
    )
    diagnostics = Diagnostics()
    compiled = front(made, diagnostics, {})
    assert compiled is not None
    check_people(compiled, made, None, diagnostics)
    (found,) = (each for each in diagnostics if each.code == "X060")
    assert found.severity == "warning" and "`4.500` is read as 4.5;" in found.message


def test_as_data(tmp_path: Path) -> None:
    made = _made(tmp_path, ["500.000"])
    workspace = open_workspace(made).compiled.workspace
    found = profile(workspace.sources["orders"], made, workspace.calendar.of_length("month")[2:3])
    (data,) = as_data([found], {})
    assert data["misread"] == [
        {
            "source": "orders",
            "file": "orders.csv",
            "row": 2,
            "column": "net",
            "found": "500.000",
            "value": "500",
            "rows": 1,
        }
    ]
    assert found.read is not None and found.read.misread["value"].to_list() == [Decimal(500)]

"""Workbooks: what each kind of cell is read as, which sheet, where the header stands, and what is refused as ambiguous."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import polars as pl
import pytest

from engine import open_workspace
from engine.intake import IntakeError, read_source
from tests.intake.company import GERMAN, calculated, company, refused
from tests.intake.workbooks import sheet, workbook

XLSX = "files: orders.xlsx\n    format: xlsx"
HEADER = ("order_id", "sold_on", "seller", "net", "units", "discount", "paid")


def _made(
    folder: Path, rows: Sequence[Sequence[str]], where: str = XLSX, columns: str | None = None, **more: str
) -> Path:
    made = company(folder, where, columns)
    workbook(made / "orders.xlsx", {"Orders": sheet([HEADER, *rows])}, **more)
    return made


def _row(**values: str) -> tuple[str, ...]:
    good = {"order_id": "A-1", "sold_on": "2026-03-02", "seller": "ana", "net": "1", "units": "1", "discount": "0",
            "paid": "1"}  # fmt: skip
    return tuple((good | values)[name] for name in HEADER)


def _n(number: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{number}</v></c>'


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("net", _n("1200"), "1200.000000000000"),
        ("net", _n("0.1"), "0.100000000000"),
        ("net", _n("0.30000000000000004"), "0.300000000000"),  # 0.1 + 0.2, of which Excel shows 0.3
        ("net", _n("77.525000000000006"), "77.525000000000"),
        ("net", _n("-1.5E-3"), "-0.001500000000"),
        ("net", _n("1E3"), "1000.000000000000"),
        ("net", _n("999999999999999"), "999999999999999.000000000000"),
        ("net", '<c t="str"><f>TEXT(A1)</f><v>12.50</v></c>', "12.500000000000"),
        ("net", "<c><f>SUM(A1)</f><v>12.5</v></c>", "12.500000000000"),
        ("discount", _n("0.05", 5), "0.050000000000"),
        ("sold_on", _n("46083", 1), "2026-03-02"),
        ("sold_on", _n("46083.75", 2), "2026-03-02"),
        ("sold_on", _n("61", 1), "1900-03-01"),
        ("sold_on", _n("59", 1), "1900-02-28"),
        ("sold_on", '<c t="d"><v>2026-03-02T10:00:00</v></c>', "2026-03-02"),
        ("order_id", _n("1001"), "1001"),
        ("order_id", '<c t="s"><v>1</v></c>', "rich text"),
        ("order_id", "a_x0041_b", "aAb"),
        ("paid", '<c t="b"><v>1</v></c>', "true"),
        ("paid", _n("0"), "false"),
    ],
)  # fmt: skip
def test_what_a_cell_is_read_as(tmp_path: Path, column: str, cell: str, value: str) -> None:
    texts = "<sst><si><t>x</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>aloud</t></rPh></si></sst>"
    made = _made(tmp_path, [_row(**{column: cell})], texts=texts)
    run = calculated(made)
    assert refused(run) == []
    assert run.table("source/orders").select(pl.col(column).cast(pl.String)).item() == value


@pytest.mark.parametrize(
    ("column", "cell", "code", "found"),
    [
        ("net", '<c t="e"><v>#REF!</v></c>', "X027", "#REF!"),
        ("net", "<c><f>1+1</f></c>", "X028", "=1+1"),
        ("net", "<c><f>1+1</f><v/></c>", "X028", "=1+1"),
        ("net", '<c t="b"><v>1</v></c>', "X029", "true"),
        ("net", _n("46083", 1), "X029", "2026-03-02"),
        ("net", _n("0.5", 4), "X029", "0.5"),
        ("net", _n("1234567890123456"), "X009", "1234567890123456"),
        ("net", _n("1E400"), "X009", "1E400"),
        ("net", _n("1E-300"), "X010", "1E-300"),
        ("net", _n("0.333333333333333"), "X010", "0.333333333333333"),
        ("net", _n("ten"), "X029", "ten"),
        ("sold_on", _n("46083"), "X011", "46083"),
        ("sold_on", _n("60", 1), "X011", "60"),  # 29 February 1900, a day that Excel alone has
        ("sold_on", _n("-1", 1), "X011", "-1"),
        ("sold_on", _n("0.5", 4), "X029", "0.5"),
        ("order_id", _n("46083", 1), "X029", "2026-03-02"),
        ("order_id", _n("123", 3), "X029", "123"),  # it shows 00123
        ("order_id", _n("1.5"), "X029", "1.5"),
        ("order_id", _n("12345678901234567"), "X009", "12345678901234567"),
        ("order_id", '<c t="b"><v>0</v></c>', "X029", "false"),
        ("order_id", "two\nlines", "X014", "two<U+000A>lines"),
    ],
)  # fmt: skip
def test_what_is_ambiguous_or_wrong(tmp_path: Path, column: str, cell: str, code: str, found: str) -> None:
    run = calculated(_made(tmp_path, [_row(order_id="G-1"), _row(**{column: cell})]))
    ((told, row, message),) = refused(run)
    assert (told, row) == (code, 3) and message.endswith(f"(column `{column}`: `{found}`)")
    assert run.table("source/orders")["order_id"].to_list() == ["G-1"]


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    made = _made(tmp_path, [_row(sold_on=_n("44621", 1))], properties='<workbookPr date1904="1"/>')
    assert str(calculated(made).table("source/orders")["sold_on"].item()) == "2026-03-02"


def test_cells_take_the_marks_that_the_columns_texts_have(tmp_path: Path) -> None:
    rows = [_row(order_id="1", sold_on="02.03.2026", net="1.200,50"),
            _row(order_id="2", sold_on=_n("46083", 1), net=_n("1200.5"))]  # fmt: skip
    found = calculated(_made(tmp_path, rows, columns=GERMAN)).table("source/orders")
    assert found.select("sold_on", "net").unique().height == 1 and found.height == 2


def test_rows_keep_the_sheets_numbers_and_empty_ones_are_none(tmp_path: Path) -> None:
    made = company(tmp_path, f"{XLSX}\n    header_row: 3\n    sheet: Orders")
    rows = [
        ("A report",),
        (),
        HEADER,
        (),
        _row(),
        ("", "", "", "", "", "", "", "a note beside it"),
        (" ",),
        _row(order_id="A-2"),
    ]
    workbook(made / "orders.xlsx", {"Cover": sheet([]), "Orders": sheet(rows)})
    run = calculated(made)
    assert run.table("source/orders")["row"].to_list() == [5, 8]
    assert [(code, row) for code, row, _ in refused(run)] == [("X007", 6)]


def test_merged_cells_and_hidden_rows(tmp_path: Path) -> None:
    rows = [HEADER, _row(order_id="1"), _row(order_id="2", seller=""), _row(order_id="3"), _row(order_id="4")]
    merged = '<mergeCells><mergeCell ref="C2:C3"/><mergeCell ref="J1:K9"/></mergeCells>'
    made = company(tmp_path, XLSX)
    workbook(made / "orders.xlsx", {"Orders": sheet(rows, merged, hidden=[4])})
    run = calculated(made)
    assert [(code, row) for code, row, _ in refused(run)] == [("X030", 3), ("X031", 4)]
    assert set(run.payouts.filter(participant="ana")["status"]) == {"not_payable"}
    main = made / "komisi.yaml"
    main.write_text(main.read_text().replace("format: xlsx\n", "format: xlsx\n    hidden_rows: read\n"))
    assert [(code, row) for code, row, _ in refused(calculated(made))] == [("X030", 3)]


@pytest.mark.parametrize(
    ("said", "sheets", "code", "words"),
    [
        ("", ("Orders", "Returns"), "X033", "the workbook has 2 sheets: `Orders`, `Returns`"),
        ("\n    sheet: orders", ("Orders",), "X033", "no sheet is called `orders`; the workbook has `Orders`"),
        ("\n    header_row: 2", ("Orders",), "X006", "row 2 is empty"),
        ("", (), "X002", "no sheet"),
    ],
)
def test_which_sheet_and_where(tmp_path: Path, said: str, sheets: tuple[str, ...], code: str, words: str) -> None:
    made = company(tmp_path, f"{XLSX}{said}")
    workbook(made / "orders.xlsx", {name: sheet([HEADER]) for name in sheets})
    with pytest.raises(IntakeError, match=words) as error:
        calculated(made)
    assert error.value.code == code and error.value.help


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<worksheet><sheetData><row r='0'/></sheetData></worksheet>", "row 0 stands after row 0"),
        ("<worksheet><sheetData><row r='1'><c r='B1'/><c r='A1'/></row></sheetData></worksheet>", "A1"),
        ("<worksheet><sheetData><row r='1'><c r='A7'/></row></sheetData></worksheet>", "A7"),
        ("<worksheet><sheetData><row r='1'><c r='ZZZ1'/></row></sheetData></worksheet>", "ZZZ1"),
        ("<worksheet><sheetData><row r='1'><c t='s'><v>7</v></c></row></sheetData></worksheet>", "text"),
        ("<worksheet><sheetData>", "no element found"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>', "document type"),
    ],
)
def test_a_damaged_workbook_is_told(tmp_path: Path, body: str, words: str) -> None:
    made = company(tmp_path, XLSX)
    workbook(made / "orders.xlsx", {"Orders": body})
    with pytest.raises(IntakeError, match=words) as error:
        calculated(made)
    assert error.value.code == "X002"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook"),
        (b"order_id,net\n", "no .xlsx"),
        (b"PK\x03\x04", "no workbook"),
        (b"", "no .xlsx"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, start: bytes, words: str) -> None:
    made = company(tmp_path, XLSX)
    (made / "orders.xlsx").write_bytes(start)
    with pytest.raises(IntakeError, match=words):
        calculated(made)


def test_a_workbook_of_another_hand_reads_the_same(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from datetime import date

    made = company(tmp_path, XLSX)
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(["A-1", date(2026, 3, 2), "ana", 350.5, 2, 0.05, True])
    book.active.append([7, date(2026, 3, 31), "ben", -0.1, 1, 0, False])
    book.save(made / "orders.xlsx")
    rows = calculated(made).table("source/orders").drop("file")
    workbook(
        made / "orders.xlsx",
        {"Sheet": sheet([HEADER, ("A-1", _n("46083", 1), "ana", _n("350.5"), _n("2"), _n("0.05"), '<c t="b"><v>1</v></c>'),
                         ("7", "2026-03-31", "ben", "-0.1", "1", "0", "false")])},
    )  # fmt: skip
    assert rows.equals(calculated(made).table("source/orders").drop("file"))
    assert rows.height == 2


def test_a_csv_may_have_its_header_below_the_first_line(tmp_path: Path) -> None:
    made = company(tmp_path, "files: orders.csv\n    header_row: 3")
    (made / "orders.csv").write_text(f"A report\n\n{','.join(HEADER)}\n{','.join(_row())}\n")
    assert calculated(made).table("source/orders").select("order_id", "row").row(0) == ("A-1", 4)
    (made / "orders.csv").write_text("A report\n\n")
    with pytest.raises(IntakeError, match="no line 3"):
        calculated(made)


def test_a_mangled_workbook_is_told_or_read(tmp_path: Path) -> None:
    """Bytes of a workbook, and characters of its sheet, changed at random: an answer each time, and never a traceback."""
    made = _made(tmp_path, [_row(order_id=str(n), sold_on=_n("46083", 1), net=_n("1.5")) for n in range(5)])
    whole = (made / "orders.xlsx").read_bytes()
    text = sheet([HEADER, *(_row(order_id=str(n), sold_on=_n("46083", 1), net=_n("1.5")) for n in range(5))])
    source = open_workspace(made).compiled.workspace.needed["orders"]
    chance = Random(7)
    read, told = 0, set[str]()
    for turn in range(300):
        if turn % 2:
            data = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            (made / "orders.xlsx").write_bytes(data)
        else:
            at = chance.randrange(len(text))
            piece = chance.choice(["", "<", "&", "'", "9" * 30, "\ufffd", "<v>", "</row>", 'r="B9"', "E999"])
            workbook(made / "orders.xlsx", {"Orders": text[:at] + piece + text[at + chance.randint(0, 9) :]})
        try:
            found = read_source(source, made, ("2026-03",))
        except IntakeError as error:
            told.add(error.code)
            continue
        read += 1
        assert found.rows.height + found.rejects.height == sum(file.read for file in found.files)
    assert 20 < read < 280 and told <= {"X002", "X006", "X032", "X033"}

"""Tables as one Excel workbook (.xlsx): a zip of XML, the same bytes for the same tables, and no cell that Excel would run.

Every text is an inline string, so `=1+1` stays four characters and nothing becomes a link. Numbers are written as the
decimal text that they are; Excel holds 15 digits of a number, so one with more is a text, rather than another number.
"""

import io
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from engine.core.money import plain

NEVER = (1980, 1, 1, 0, 0, 0)
"""The time of every part: the first that a zip can say."""
DIGITS, CELL, ROWS = 15, 32_767, 1_048_576
"""What Excel holds: digits of a number, characters of a cell, rows of a sheet."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PLAIN, HEAD, WRAPPED = 0, 1, 2
"""Styles, by their place in `STYLES`."""

Cell = str | int | Decimal | None


@dataclass(frozen=True)
class Sheet:
    """A table: the names of its columns with their widths in characters; texts of `wrapped` columns take several lines."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    wrapped: frozenset[str] = frozenset()


STYLES = f"""<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>\
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>\
</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def workbook(sheets: tuple[Sheet, ...]) -> bytes:
    """The file."""
    parts = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations([(f"{RELATIONS}/officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *((f"{RELATIONS}/worksheet", f"worksheets/sheet{n}.xml") for n, _ in enumerate(sheets, 1)),
                (f"{RELATIONS}/styles", "styles.xml"),
            ]
        ),
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheet) for n, sheet in enumerate(sheets, 1)},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, NEVER)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            data = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'
            zipped.writestr(info, data.encode(), compresslevel=6)
    return file.getvalue()


def _types(sheets: int) -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    said = "".join(f'<Override PartName="{name}" ContentType="{OFFICE}.{kind}+xml"/>' for name, kind in parts)
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{rels}<Default Extension="xml" ContentType="application/xml"/>{said}</Types>'


def _relations(targets: list[tuple[str, str]]) -> str:
    said = "".join(f'<Relationship Id="rId{n}" Type="{t}" Target="{to}"/>' for n, (t, to) in enumerate(targets, 1))
    return f'<Relationships xmlns="{PACKAGE}/relationships">{said}</Relationships>'


def _book(sheets: tuple[Sheet, ...]) -> str:
    listed = "".join(f'<sheet name="{_said(s.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, s in enumerate(sheets, 1))
    kept = 'name="_xlnm._FilterDatabase" hidden="1"'
    filters = "".join(
        f"<definedName {kept} localSheetId=\"{n}\">'{_said(s.name)}'!{_area(s, '$')}</definedName>"
        for n, s in enumerate(sheets)
    )
    names = f"<definedNames>{filters}</definedNames>"
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets>{names}</workbook>'


def _sheet(sheet: Sheet) -> str:
    """Its head stays in sight, and can be filtered by."""
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, (_, w) in enumerate(sheet.columns, 1)
    )
    names = tuple(name for name, _ in sheet.columns)
    head = "".join(_cell(name, column, 1, HEAD) for column, name in enumerate(names, 1))
    styles = tuple(WRAPPED if name in sheet.wrapped else PLAIN for name in names)
    rows = "".join(
        f'<row r="{n}">{"".join(_cell(v, c, n, styles[c - 1]) for c, v in enumerate(row, 1))}</row>'
        for n, row in enumerate(sheet.rows, 2)
    )
    view = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">{view}</sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData><row r="1">{head}</row>{rows}</sheetData><autoFilter ref="{_area(sheet)}"/></worksheet>'
    )


def _cell(value: Cell, column: int, row: int, style: int) -> str:
    if value is None or value == "":
        return ""
    place, text = f'r="{_letters(column)}{row}" s="{style}"', plain(value) if isinstance(value, Decimal) else str(value)
    if not isinstance(value, str) and len(text.lstrip("-").replace(".", "").lstrip("0")) <= DIGITS:
        return f"<c {place}><v>{text}</v></c>"
    shown = text if len(text) <= CELL else text[: CELL - 1] + "…"
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{_said(shown)}</t></is></c>'


def _said(text: str) -> str:
    """A text in XML; what XML can't hold is U+FFFD."""
    return escape(
        "".join(c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text), {'"': "&quot;"}
    )


def _letters(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _area(sheet: Sheet, mark: str = "") -> str:
    last = _letters(len(sheet.columns))
    return f"{mark}A{mark}1:{mark}{last}{mark}{len(sheet.rows) + 1}"

"""Workbooks for tests, written part by part: what a program writes that calculates nothing, or that means harm."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    '<styleSheet><numFmts count="3"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>'
    '<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    '<xf numFmtId="166"/><xf numFmtId="9"/></cellXfs></styleSheet>'
)
"""Styles of cells by number: 0 plain, 1 and 2 days, 3 with leading noughts, 4 hours, 5 a percentage."""


def column(number: int) -> str:
    """The letters of a column, from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell(value: str, place: str) -> str:
    """A cell: a text, or XML of a cell with `@` where its place belongs."""
    if value.startswith("<c"):
        return value.replace("<c", f'<c r="{place}"', 1)
    text = "".join(f"_x{ord(c):04X}_" if c < " " and c not in "\t\n" else c for c in value)
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>' if value else ""


def row(number: int, values: Sequence[str], said: str = "") -> str:
    """A row of such cells."""
    cells = "".join(cell(value, f"{column(at)}{number}") for at, value in enumerate(values))
    return f'<row r="{number}"{said}>{cells}</row>'


def sheet(rows: Iterable[Sequence[str]], after: str = "", hidden: Iterable[int] = (), first: int = 1) -> str:
    """A sheet whose rows stand one below the other."""
    out = set(hidden)
    body = "".join(row(n, values, ' hidden="1"' if n in out else "") for n, values in enumerate(rows, first))
    return f"<worksheet><sheetData>{body}</sheetData>{after}</worksheet>"


def workbook(path: Path, sheets: Mapping[str, str | int], texts: str | None = None, properties: str = "") -> Path:
    """Write a workbook of sheets by name: their XML, or how many megabytes of nothing."""
    named = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(sheets, 1))
    related = "".join(
        f'<Relationship Id="s{n}" Type="{KIND}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    related += f'<Relationship Id="t" Type="{KIND}/sharedStrings" Target="sharedStrings.xml"/>'
    related += f'<Relationship Id="y" Type="{KIND}/styles" Target="/xl/styles.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        out.writestr("_rels/.rels", f'<Relationships><Relationship Id="b" Type="{KIND}/officeDocument" '
                                    'Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
        out.writestr("xl/workbook.xml", f'<workbook xmlns:r="{KIND}">{properties}<sheets>{named}</sheets></workbook>')
        out.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{related}</Relationships>")
        out.writestr("xl/styles.xml", STYLES)
        if texts is not None:
            out.writestr("xl/sharedStrings.xml", texts)
        for n, text in enumerate(sheets.values(), 1):
            with out.open(f"xl/worksheets/sheet{n}.xml", "w") as part:
                for piece in [text.encode()] if isinstance(text, str) else [b"<row/>" * 174_762] * text:
                    part.write(piece)
    return path

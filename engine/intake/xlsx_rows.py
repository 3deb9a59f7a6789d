"""An XLSX workbook → the rows of one sheet as text columns, and what is wrong with cells that are no texts, days or numbers.

`row` is the sheet's own number. From here on the same code reads the texts that reads those of a CSV file.
"""

from pathlib import Path

import polars as pl

from engine.intake.csv_rows import BAD, RawRows
from engine.intake.header import every_column, header_of, places
from engine.intake.rejects import IntakeError
from engine.intake.text_rows import fault_name, number_name, recorded
from engine.intake.workbook.archive import Archive
from engine.intake.workbook.book import Book, Sheet, read_book
from engine.intake.workbook.cell import HIDDEN, MERGED, text_of
from engine.intake.workbook.sheet import Cell, Rows, read_sheet
from engine.plan.workspace import Column, Source

WHICH_SHEET = "X033"


def xlsx_rows(path: Path, name: str, source: Source, every: bool = False) -> RawRows:
    """Read one workbook of a source. `name` is what messages call it; `every` column, or those of the source."""
    try:
        archive = Archive(path, name)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise IntakeError("X002", name, f"can't be read: {why}", "check the file and its permissions") from None
    try:
        book = read_book(archive)
        sheet = _sheet(book, name, source)
        where = f"{name}:{sheet.name}:{source.header_row}"
        of: dict[str, int] = {}

        def choose(header: dict[int, Cell]) -> list[int]:
            nonlocal source
            width = max(header, default=0)
            texts = header_of(header[n].text if n in header else "" for n in range(1, width + 1))
            source = every_column(source, texts) if every else source
            of.update({column: place + 1 for column, place in places(texts, where, source).items()})
            return sorted(set(of.values()))

        rows = read_sheet(archive, sheet.part, book, source.header_row, choose)
    finally:
        archive.close()
    return _raw(rows, of, book, source)


def _sheet(book: Book, name: str, source: Source) -> Sheet:
    """The sheet that the source names, or the only one."""
    named = ", ".join(f"`{sheet.name[:40]}`" for sheet in book.sheets[:20])
    if not book.sheets:
        raise IntakeError("X002", name, "the workbook has no sheet with cells", "save it again as .xlsx")
    if source.sheet is None:
        if len(book.sheets) > 1:
            message = f"the workbook has {len(book.sheets)} sheets: {named}"
            raise IntakeError(WHICH_SHEET, name, message, f"say `sheet:` in source `{source.name}`")
        return book.sheets[0]
    found = next((sheet for sheet in book.sheets if sheet.name == source.sheet), None)
    if found is None:
        message = f"no sheet is called `{source.sheet}`; the workbook has {named}"
        raise IntakeError(WHICH_SHEET, name, message, f"correct `sheet:` of source `{source.name}`")
    return found


def _raw(rows: Rows, of: dict[str, int], book: Book, source: Source) -> RawRows:
    """The cells as texts, a column at a time."""
    data: dict[str, list[str | None]] = {}
    numbers: dict[str, list[bool]] = {}
    faults: dict[str, list[str | None]] = {}
    for column in source.columns:
        texts, wrong = _column(rows, of[column.name], column, book.since_1904)
        data[column.name] = texts
        if column.type.is_numeric:
            kinds = (None if cell is None else cell.kind for cell in rows.cells[of[column.name]])
            numbers[number_name(column.name)] = [kind != "s" for kind in kinds]
        if wrong:
            found: list[str | None] = [None] * len(texts)
            for at, code in wrong.items():
                found[at] = code
            faults[fault_name(column.name)] = found
    first = source.columns[0].name if not source.row_key else source.row_key[0]
    if rows.hidden and source.hidden_rows == "reject":
        known = faults.setdefault(fault_name(first), [None] * len(rows.numbers))
        faults[fault_name(first)] = [
            code or (HIDDEN if number in rows.hidden else None)
            for number, code in zip(rows.numbers, known, strict=True)
        ]
    texts_only = {**data, **faults}
    frame = pl.DataFrame({"row": rows.numbers, **texts_only}, {"row": pl.Int64, **dict.fromkeys(texts_only, pl.String)})
    frame = frame.with_columns(pl.Series(name, flags, pl.Boolean) for name, flags in numbers.items())
    return RawRows(recorded(frame, source), pl.DataFrame(schema=BAD), frame.height)


def _column(rows: Rows, place: int, column: Column, since_1904: bool) -> tuple[list[str | None], dict[int, str]]:
    """The texts of a column, and the code of what is wrong by the place in it."""
    texts: list[str | None] = []
    wrong: dict[int, str] = {}
    for at, cell in enumerate(rows.cells[place]):
        if cell is not None and cell.kind == "s":
            texts.append(cell.text)
            continue
        text, code = text_of(cell, column, since_1904)
        texts.append(text)
        if code is not None:
            wrong[at] = code
    covered = rows.covered.get(place, ())
    if covered:
        wrong |= {at: MERGED for at, number in enumerate(rows.numbers) if number in covered}
    return texts, wrong

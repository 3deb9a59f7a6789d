"""The part of a sheet → its header, and of each row below it the cells of the columns that are wanted.

A row without anything in it is none. Cells stand where their references say, so that a stray one far away costs nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.intake.workbook.archive import Archive
from engine.intake.workbook.book import Book, Shows, Text, local, unescaped

LAST_ROW, LAST_COLUMN, MOST_MERGED = 1_048_576, 16_384, 5_000_000
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Cell:
    """What a cell holds.

    `kind`: `s` text, `n` number, `d` day in ISO form, `b` true or false, `e` error, `f` formula without a value.
    """

    kind: str
    text: str
    shows: Shows = "plain"


@dataclass
class Rows:
    """Rows below the header: their numbers, what they hold by place, which are hidden, where merged cells cover one."""

    numbers: list[int] = field(default_factory=list)
    cells: dict[int, list[Cell | None]] = field(default_factory=dict)
    """Column → a cell for each row."""
    hidden: set[int] = field(default_factory=set)
    covered: dict[int, set[int]] = field(default_factory=dict)
    """Column → numbers of rows."""


def read_sheet(
    archive: Archive, part: str, book: Book, header_row: int, choose: Callable[[dict[int, Cell]], list[int]]
) -> Rows:
    """Read a sheet. `choose` is given the header's cells by column and says which columns are wanted."""
    reading = _Reading(archive, book, header_row, choose)
    archive.parse(
        part,
        {
            "StartElementHandler": reading.start,
            "EndElementHandler": reading.end,
            "CharacterDataHandler": reading.characters,
        },
    )
    reading.choose_late()
    _cover(archive, reading.rows, reading.merged)
    return reading.rows


class _Reading:
    """The state of the parser between two elements."""

    def __init__(self, archive: Archive, book: Book, header_row: int, choose: Callable[[dict[int, Cell]], list[int]]):
        self.rows = Rows()
        self.merged: list[str] = []
        self._archive, self._book, self._header_row, self._choose = archive, book, header_row, choose
        self._wanted: list[int] | None = None
        self._row = self._column = 0
        self._here: dict[int, Cell] = {}
        self._full = self._hidden = False
        self._kind, self._style = "n", 0
        self._value: list[str] = []
        self._length = 0
        self._formula: list[str] | None = None
        self._text: Text | None = None
        self._within = ""

    # ------------------------------------------------------------------------------------------------------- elements

    def start(self, name: str, said: dict[str, str]) -> None:
        """An element begins."""
        if name not in ("c", "v", "row", "f"):
            name = local(name)
        if name == "c":
            self._begin_cell(said)
        elif name == "v":
            self._within = "v"
        elif name == "f":
            self._within, self._formula = "f", []
        elif name == "row":
            self._begin_row(said)
        elif name == "is":
            self._text = Text()
        elif self._text is not None:
            self._text.start(name)
        elif name == "mergeCell":
            self.merged.append(said.get("ref", ""))

    def end(self, name: str) -> None:
        """An element ends."""
        if name not in ("c", "v", "row", "f"):
            name = local(name)
        if name in ("v", "f"):
            self._within = ""
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif self._text is not None:
            self._text.end(name)

    def characters(self, data: str) -> None:
        """Characters between tags; a value no longer than a cell may be."""
        if self._within == "v":
            if self._length <= 40_000:
                self._value.append(data[:40_000])
                self._length += len(data)
        elif self._within == "f" and self._formula is not None and len(self._formula) < 3:
            self._formula.append(data[:200])
        elif self._text is not None:
            self._text.add(data)

    # --------------------------------------------------------------------------------------------------- rows and cells

    def _begin_row(self, said: dict[str, str]) -> None:
        stated = said.get("r", str(self._row + 1))
        number = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 0
        if not self._row < number <= LAST_ROW:
            raise self._archive.damaged(f"row {stated[:20]} stands after row {self._row}")
        if self._wanted is None and number > self._header_row:
            self.choose_late()
        self._row, self._column, self._here, self._full = number, 0, {}, False
        self._hidden = said.get("hidden") in ("1", "true")

    def _end_row(self) -> None:
        if self._row < self._header_row:
            return
        if self._row == self._header_row:
            self._wanted = self._choose(self._here)
            self.rows.cells = {column: [] for column in self._wanted}
        elif self._full:
            self.rows.numbers.append(self._row)
            for column, cells in self.rows.cells.items():
                cells.append(self._here.get(column))
            if self._hidden:
                self.rows.hidden.add(self._row)

    def choose_late(self) -> None:
        """A sheet without the header's row: as if that row were empty."""
        if self._wanted is None:
            self._wanted = self._choose({})

    def _begin_cell(self, said: dict[str, str]) -> None:
        reference = said.get("r")
        column = self._column + 1
        if reference is not None:
            column = column_of(reference, self._row)
        if not self._column < column <= LAST_COLUMN:
            raise self._archive.damaged(f"the cell {(reference or '')[:20]} of row {self._row} is not in its place")
        self._column = column
        self._kind = said.get("t", "n")
        style = said.get("s", "0")
        self._style = int(style) if style.isascii() and style.isdigit() and len(style) < 9 else 0
        self._value, self._length, self._formula, self._text = [], 0, None, None

    def _end_cell(self) -> None:
        if not self._value and self._text is None and self._formula is None:
            return
        cell = self._cell()
        self._text = None
        if cell is None or (cell.kind == "s" and not cell.text.strip()):
            return
        self._full = True
        if self._wanted is None or self._column in self.rows.cells:
            self._here[self._column] = cell

    def _cell(self) -> Cell | None:
        """What the cell that ends holds; None for one that only has a style."""
        if self._text is not None:
            return Cell("s", str(self._text))
        value = "".join(self._value)
        kind = self._kind
        if kind == "s":
            number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
            if not 0 <= number < len(self._book.texts):
                raise self._archive.damaged(f"row {self._row} names a text that it doesn't have")
            return Cell("s", self._book.texts[number])
        if kind in ("str", "inlineStr"):
            return Cell("s", unescaped(value))
        if not value:
            return None if self._formula is None else Cell("f", "=" + "".join(self._formula))
        if kind == "n":
            styles = self._book.styles
            return Cell("n", value.strip(), styles[self._style] if self._style < len(styles) else "plain")
        return Cell(kind if kind in ("b", "e", "d") else "e", value)


def column_of(reference: str, row: int) -> int:
    """The number of the column that a reference such as `AB12` names; 0 where it is none of this row."""
    found = REFERENCE.fullmatch(reference)
    if found is None or int(found[2]) != row:
        return 0
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number


def _cover(archive: Archive, rows: Rows, merged: list[str]) -> None:
    """Note the wanted cells that lie in merged ones, but for the first of each, which has the value."""
    steps = 0
    for reference in merged:
        first, _, last = reference.partition(":")
        corners = [REFERENCE.fullmatch(corner) for corner in (first, last)]
        if None in corners:
            continue
        (left, top), (right, bottom) = ((column_of(m[0], int(m[2])), int(m[2])) for m in corners if m is not None)
        start, end = bisect_left(rows.numbers, top), bisect_left(rows.numbers, bottom + 1)
        columns = [column for column in rows.cells if left <= column <= right]
        steps += (end - start) * len(columns)
        if steps > MOST_MERGED:
            raise archive.damaged("its merged cells overlap")
        for column in columns:
            covered = set(rows.numbers[start:end]) - ({top} if column == left else set())
            rows.covered.setdefault(column, set()).update(covered)

"""What a workbook says beside its cells: which sheets there are, its texts, and which styles show a number as a date."""

import posixpath
import re
from dataclasses import dataclass
from typing import Literal

from engine.intake.workbook.archive import Archive

LONGEST_CELL = 32_767
"""Characters that a cell may hold."""
Shows = Literal["plain", "date", "time", "other"]
"""How a style shows a number: digit by digit · as a day · as a time · otherwise (decimals, marks, units)."""
PLAIN, DATES, TIMES = {0, 1, 49}, {*range(14, 18), 22, *range(27, 37), *range(50, 59)}, {*range(18, 22), *range(45, 48)}
"""Numbers of the forms that every workbook has."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: what it is called, and the part that holds it."""

    name: str
    part: str


@dataclass(frozen=True)
class Book:
    """`styles`: how the cells of each style show numbers. `since_1904`: days are counted from 1904."""

    sheets: tuple[Sheet, ...]
    texts: list[str]
    styles: list[Shows]
    since_1904: bool


def local(name: str) -> str:
    """The name of an element without the prefix that some programs write."""
    return name.rpartition(":")[2]


def read_book(archive: Archive) -> Book:
    """Read all but the cells."""
    main = next((t for kind, t in _related(archive, "", "_rels/.rels").values() if kind == "officeDocument"), None)
    main = main or "xl/workbook.xml"
    folder, file = posixpath.split(main)
    related = _related(archive, folder, posixpath.join(folder, "_rels", f"{file}.rels"))
    named: list[tuple[str, str]] = []
    old = False

    def start(name: str, said: dict[str, str]) -> None:
        nonlocal old
        if local(name) == "sheet":
            named.append((said.get("name", ""), next((v for k, v in said.items() if k.endswith(":id")), "")))
        elif local(name) == "workbookPr":
            old = said.get("date1904") in ("1", "true")

    archive.parse(main, {"StartElementHandler": start})
    sheets = tuple(Sheet(n, related[key][1]) for n, key in named if related.get(key, ("", ""))[0] == "worksheet")
    parts = dict(related.values())
    texts = _texts(archive, parts["sharedStrings"]) if archive.has(parts.get("sharedStrings", "")) else []
    styles = _styles(archive, parts["styles"]) if archive.has(parts.get("styles", "")) else []
    return Book(sheets, texts, styles, old)


def _related(archive: Archive, folder: str, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: by id, of which kind it is, and which part."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, said: dict[str, str]) -> None:
        if local(name) == "Relationship" and said.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, said.get("Target", ""))).lstrip("/")
            found[said.get("Id", "")] = (said.get("Type", "").rpartition("/")[2], target)

    if archive.has(part):
        archive.parse(part, {"StartElementHandler": start})
    return found


# --------------------------------------------------------------------------------------------------------------- texts


class Text:
    """Collects the runs of one text, without what is only read aloud; a text longer than a cell may be stays too long."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._aloud = self._open = False

    def start(self, name: str) -> None:
        """An element in the text begins."""
        self._aloud = self._aloud or name == "rPh"
        self._open = name == "t" and not self._aloud

    def end(self, name: str) -> None:
        """An element in the text ends."""
        self._aloud = self._aloud and name != "rPh"
        self._open = False

    def add(self, data: str) -> None:
        """Characters, wherever they stand."""
        if self._open and self._length <= LONGEST_CELL:
            self._parts.append(data[: LONGEST_CELL + 1])
            self._length += len(data)

    def __str__(self) -> str:
        return unescaped("".join(self._parts))


def unescaped(text: str) -> str:
    """Characters that XML can't hold are written `_x0007_`."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: _character(int(found[1], 16)), text)


def _character(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)


def _texts(archive: Archive, part: str) -> list[str]:
    """The texts that cells name by their number."""
    found: list[str] = []
    text = Text()

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal text
        if local(name) == "si":
            text = Text()
        text.start(local(name))

    def end(name: str) -> None:
        text.end(local(name))
        if local(name) == "si":
            found.append(str(text))

    archive.parse(
        part, {"StartElementHandler": start, "EndElementHandler": end, "CharacterDataHandler": lambda d: text.add(d)}
    )
    return found


# -------------------------------------------------------------------------------------------------------------- styles


def _styles(archive: Archive, part: str) -> list[Shows]:
    """How each style of cells shows numbers."""
    forms: dict[int, str] = {}
    cells: list[int] = []
    within = False

    def start(name: str, said: dict[str, str]) -> None:
        nonlocal within
        if local(name) == "numFmt":
            forms[_whole(said.get("numFmtId", ""))] = said.get("formatCode", "")
        elif local(name) == "cellXfs":
            within = True
        elif within and local(name) == "xf":
            cells.append(_whole(said.get("numFmtId", "")))

    def end(name: str) -> None:
        nonlocal within
        within = within and local(name) != "cellXfs"

    archive.parse(part, {"StartElementHandler": start, "EndElementHandler": end})
    return [_shows(form, forms.get(form)) for form in cells]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _shows(number: int, code: str | None) -> Shows:
    """How a form shows a number: by its code, or by its number where it is one that every workbook has."""
    if code is None:
        return "date" if number in DATES else "time" if number in TIMES else "plain" if number in PLAIN else "other"
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', "", code.lower())
    first = bare.partition(";")[0].strip()
    if first in ("general", "0", "@", ""):
        return "plain"
    letters = set(re.findall(r"[ymdhs]", first.replace("general", "")))
    if letters & {"y", "d"} or letters == {"m"}:
        return "date"
    return "time" if letters else "other"

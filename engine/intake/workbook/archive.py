"""The zip that a workbook is → the bytes of its parts, in pieces; refused is what would fill the machine.

Sizes are looked at before anything is unpacked: how long the list of parts is, how large a part says it is, and how much it
would grow. What a part says is also what is unpacked of it at most, so that a lie ends as a damaged file.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from engine.intake.rejects import IntakeError

BOMB = "X032"
LARGEST_LIST, LARGEST_PART = 4 << 20, 2 << 30
SMALL_PART, MOST_GROWTH = 32 << 20, 100
"""A part over `SMALL_PART` bytes may be `MOST_GROWTH` times as large as it is packed; sheets are 10 to 30 times."""
LONGEST_TOKEN, PIECE = 1 << 20, 1 << 16
OLD = b"\xd0\xcf\x11\xe0"
Handlers = dict[str, Callable[..., Any]]


class Archive:
    """An open workbook; `name` is what messages call it."""

    def __init__(self, path: Path, name: str):
        self._name = name
        _check_list(path, name)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise self.damaged(str(error)) from None
        self._parts = {part.filename: part for part in self._zip.infolist()}
        if len(self._parts) < len(self._zip.infolist()):
            raise self.damaged("two parts have one name")

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._parts

    def damaged(self, why: str) -> IntakeError:
        """What is told of a workbook that is none."""
        shown = " ".join(why.split())[:120]
        return IntakeError("X002", self._name, f"it is no workbook that can be read: {shown}", "save it again as .xlsx")

    def parse(self, part: str, handlers: Handlers) -> None:
        """Send a part through the XML parser, with these handlers of it."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._no_doctype
        for name, handler in handlers.items():
            setattr(parser, name, handler)
        fed = 0
        try:
            for piece in self._pieces(part):
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                    raise self._bomb(f"`{part}` has a single item of more than {LONGEST_TOKEN:,} bytes")
            parser.Parse(b"", True)
        except (expat.ExpatError, UnicodeError) as error:
            raise self.damaged(f"{part}: {error}") from None

    def _pieces(self, part: str) -> Iterator[bytes]:
        info = self._parts.get(part)
        if info is None:
            raise self.damaged(f"it has no part `{part}`")
        if info.flag_bits & 1:
            raise IntakeError("X002", self._name, "it is protected by a password", "save a copy without one")
        if info.file_size > LARGEST_PART or info.file_size > max(SMALL_PART, MOST_GROWTH * info.compress_size):
            raise self._bomb(f"`{part}` would be unpacked to {info.file_size:,} bytes from {info.compress_size:,}")
        try:
            with self._zip.open(info) as opened:
                while piece := opened.read(PIECE):
                    yield piece
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, zlib.error) as error:
            raise self.damaged(f"{part}: {error}") from None

    def _bomb(self, what: str) -> IntakeError:
        return _bomb(self._name, what)

    def _no_doctype(self, *_: object) -> None:
        raise self.damaged("it declares a document type, which no workbook does")


def _bomb(name: str, what: str) -> IntakeError:
    return IntakeError(BOMB, name, what, "no export is made like this; open it, and save just the rows as .xlsx or CSV")


def _check_list(path: Path, name: str) -> None:
    """How long the list of parts at the end says that it is: it is read as a whole, before anything else."""
    with path.open("rb") as file:
        start = file.read(8)
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 16) - 200))
        tail = file.read()
    if start.startswith(OLD):
        message = "the file is an old Excel workbook (.xls), or protected by a password"
        raise IntakeError("X002", name, message, "save it as .xlsx, without a password")
    if not start.startswith(b"PK"):
        raise IntakeError("X002", name, "the file is no .xlsx workbook", "say `format: csv` if it is text")
    for mark, place, form in ((b"PK\x05\x06", 12, "<L"), (b"PK\x06\x06", 40, "<Q")):
        at = tail.rfind(mark)
        if at < 0 or at + place + struct.calcsize(form) > len(tail):
            continue
        (said,) = struct.unpack_from(form, tail, at + place)
        if LARGEST_LIST < said < (1 << 32) - 1 or said > 1 << 32:
            raise _bomb(name, f"its list of parts has {said:,} bytes")

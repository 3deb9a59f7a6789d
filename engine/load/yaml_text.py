"""A file's bytes → a text that is safe to parse and print. In: a path or bytes. Out: a text, or None and diagnostics.

What can't be seen is refused here, before any parser: tabs, control characters, bidi overrides, other encodings.
"""

import stat
import unicodedata
from pathlib import Path
from typing import Literal

from engine.core.diagnostic import LIMIT_PER_FILE, Diagnostics, brief
from engine.core.span import Span

MAX_BYTES = 256 * 1024
"""Why not more: `yaml_file` gives the time that a file of this size may take."""

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
CONTROLS = {"\0": "NUL", "\b": "backspace", "\r": "carriage return", "\x1b": "escape", "\x7f": "delete"}
Hidden = Literal["control", "invisible"]


def read_text(path: Path, file: str, diagnostics: Diagnostics) -> str | None:
    """The text of a regular file, without its byte order mark, lines ended by `\\n`."""
    start = Span(file, 1, 1, 1, 1)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            diagnostics.error("Y001", f"`{brief(file, 200)}` is not a file", start)
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:
        reason = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
        diagnostics.error("Y001", f"`{brief(file, 200)}` can't be read: {brief(reason.lower(), 200)}", start)
        return None
    return clean_text(data, file, diagnostics)


def clean_text(data: bytes, file: str, diagnostics: Diagnostics) -> str | None:
    """As `read_text`, of bytes that are at hand. The text is kept in `diagnostics.sources` for the excerpts."""
    if len(data) > MAX_BYTES:
        diagnostics.error(
            "Y002",
            f"the file is larger than {MAX_BYTES // 1024} KiB",
            Span(file, 1, 1, 1, 1),
            help="put tables of data in a CSV or Parquet source, or split the file",
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _not_utf8(data, file, diagnostics)
        return None
    text = text.replace("\r\n", "\n")
    diagnostics.sources[file] = text
    return text if _all_visible(text, file, diagnostics) else None


def _not_utf8(data: bytes, file: str, diagnostics: Diagnostics) -> None:
    """One diagnostic at the first byte that is not UTF-8."""
    body = data.removeprefix(b"\xef\xbb\xbf")
    diagnostics.sources[file] = body.decode("utf-8", errors="replace").replace("\r\n", "\n")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message, help, line, column = "the file is UTF-16", "save it as UTF-8", 1, 1
    else:
        valid = len(body) - len(_after_valid(body))
        before = body[:valid].decode().split("\n")
        line, column, byte = len(before), len(before[-1]) + 1, body[valid]
        message, help = f"byte 0x{byte:02X} is not UTF-8", "save the file as UTF-8"
        letter = bytes([byte]).decode("cp1252", errors="replace")
        if letter.isalpha():
            help += f"; in Windows-1252 this byte is `{letter}`"
    diagnostics.error("Y003", message, Span(file, line, column, line, column + 1), help=help)


def _after_valid(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError as problem:
        return data[problem.start :]
    return b""


def _all_visible(text: str, file: str, diagnostics: Diagnostics) -> bool:
    """Report tabs and hidden characters: of each line the first of each kind."""
    found = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if line.isprintable():
            continue
        seen = set()
        for column, character in enumerate(line, start=1):
            kind = "tab" if character == "\t" else hidden_kind(character)
            if kind is None or kind in seen:
                continue
            seen.add(kind)
            found += 1
            _hidden(kind, character, Span(file, number, column, number, column + 1), diagnostics)
        if found > LIMIT_PER_FILE:
            break
    return not found


def hidden_kind(character: str) -> Hidden | None:
    """Whether a character is one that can't be seen: a control, or one that only changes how others look."""
    if character.isprintable():
        return None
    category, number = unicodedata.category(character), ord(character)
    if category in ("Cc", "Cs", "Zl", "Zp") or number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF:
        return "control"
    return "invisible" if category == "Cf" else None


def smuggled(text: str) -> tuple[str, str] | None:
    """(code, character) of what an escape in double quotes must not bring in: controls, bidi controls, surrogates."""
    if text.isprintable():
        return None
    for character in text:
        if character in BIDI:
            return "Y005", character
        if character not in "\n\t" and hidden_kind(character) == "control":
            return "Y004", character
    return None


def _hidden(kind: str, character: str, span: Span, diagnostics: Diagnostics) -> None:
    called = called_by_name(character)
    match kind:
        case "tab":
            diagnostics.error("Y006", "a tab is not allowed", span, help='use spaces; in a quoted text write "\\t"')
        case "control":
            diagnostics.error("Y004", f"the control character {called} is not allowed", span, help="delete it")
        case _:
            bidi = character in BIDI
            what = "changes the order in which the line is shown" if bidi else "can't be seen"
            help = "delete it" if bidi else f'delete it, or write "\\u{ord(character):04x}" in a text in double quotes'
            diagnostics.error("Y005", f"the character {called} {what}", span, help=help)


def called_by_name(character: str) -> str:
    """`U+202E (right-to-left override)`."""
    name = CONTROLS.get(character) or unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")

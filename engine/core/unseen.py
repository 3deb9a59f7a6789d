"""Characters that nobody sees: what no text of a data file may hold, what no id may, and how they are shown.

In: a text from the data. Out: the same, fit for a terminal and for a file that people open. Two ids may look the same and
differ by such a character.
"""

UNSEEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{200b}\x{2060}\x{feff}"
"""Control characters and blanks without width, as a class of a regular expression. Line ends and tabs come on top."""

BLANKS = r"\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}"
"""Blanks of another width, or that no line breaks at: they look like one."""

UNSEEN_IN_IDS = (
    rf"{UNSEEN}{BLANKS}\t\n\r\x{{ad}}\x{{34f}}\x{{61c}}\x{{115f}}\x{{1160}}\x{{180b}}-\x{{180f}}\x{{200e}}\x{{200f}}"
    r"\x{2028}-\x{202e}\x{2061}-\x{206f}\x{3164}\x{fe00}-\x{fe0f}\x{ffa0}\x{fff9}-\x{fffb}\x{e0000}-\x{e0fff}"
)
"""What an id may not hold either: marks of direction, soft hyphens, other blanks than the plain one, variants of signs."""

JOINERS = r"[\x{200c}\x{200d}]"
"""Part of the spelling of some scripts; in an id between Latin letters, before or after all others, they only hide."""

LONGEST_TEXT = 500
"""Characters of a value."""

RANGES = ((0x00, 0x08), (0x0A, 0x1F), (0x7F, 0xA0), (0xAD, 0xAD), (0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E),
          (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB))  # fmt: skip
"""What is shown by its number: controls but the tab, soft hyphens, marks of direction, blanks without width or break."""

SHOWN: dict[str, str] = {chr(c): f"<U+{c:04X}>" for first, last in RANGES for c in range(first, last + 1)}


def seen(text: str, width: int | None = None) -> str:
    """A text for a terminal: whatever can't be printed by its number; where it is longer than `width`, its beginning."""
    cut = text if width is None else text[:width]
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in cut) + ("…" if len(cut) < len(text) else "")

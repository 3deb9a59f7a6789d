"""Sound files, mangled as tired hands do: a line lost or twice, two lines swapped, an indentation, a quote, a type.

In: a seed and a text. Out: the text with one such change, and the lines that it touched. The same for the same seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

VALUES = (
    "[]", "{}", "12", "yes", "~", "2026-13-01", "'text'", "[1, 2]", "-1", "1e5", "{a: b}", "|", '"', "%", "@x", "*a",
    "&a b", "!!int 3", "5 %", "1,000", "NO",
)  # fmt: skip
"""What stands instead of a value of another type."""
Lines = list[str]


@dataclass(frozen=True)
class Mangled:
    """A mangled text: what was done to it, and the first and last line touched, counted from 1 in the new text."""

    kind: str
    text: str
    first: int
    last: int


def mangled(random: Random, text: str) -> Mangled | None:
    """One change; None where it would leave the text as it is."""
    lines = text.split("\n")
    at = random.choice([n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")])
    kind = random.choice(sorted(KINDS))
    new = list(lines)
    KINDS[kind](random, new, at)
    if new == lines:
        return None
    touched = 2 if kind in ("swap", "twice") else 1
    before = 1 if kind in ("delete", "cut") else 0  # what is missing is told where it should follow
    return Mangled(kind, "\n".join(new), at + 1 - before, at + touched)


def _delete(_: Random, lines: Lines, at: int) -> None:
    del lines[at]


def _twice(_: Random, lines: Lines, at: int) -> None:
    lines.insert(at, lines[at])


def _swap(_: Random, lines: Lines, at: int) -> None:
    if at + 1 < len(lines):
        lines[at], lines[at + 1] = lines[at + 1], lines[at]


def _cut(random: Random, lines: Lines, at: int) -> None:
    lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
    del lines[at + 1 :]


def _indent(random: Random, lines: Lines, at: int) -> None:
    by = random.choice((-2, -1, 1, 2, 3))
    lines[at] = " " * by + lines[at] if by > 0 else lines[at].removeprefix(" " * -by)


def _tab(_: Random, lines: Lines, at: int) -> None:
    lines[at] = "\t" + lines[at].lstrip()


def _type(random: Random, lines: Lines, at: int) -> None:
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}: {random.choice(VALUES)}" if colon else lines[at]


def _empty(_: Random, lines: Lines, at: int) -> None:
    key, colon, _value = lines[at].partition(":")
    lines[at] = key + colon


def _colon(random: Random, lines: Lines, at: int) -> None:
    lines[at] = lines[at].replace(*random.choice(((": ", ":"), (":", ""))), 1)


def _mark(random: Random, lines: Lines, at: int) -> None:
    """A bracket, quote or comma is lost."""
    marks = [n for n, character in enumerate(lines[at]) if character in "[]{}()\"',"]
    if marks:
        lost = random.choice(marks)
        lines[at] = lines[at][:lost] + lines[at][lost + 1 :]


def _letter(random: Random, lines: Lines, at: int) -> None:
    letters = [n for n, character in enumerate(lines[at]) if character.isalnum()]
    if letters:
        n = random.choice(letters)
        lines[at] = lines[at][:n] + random.choice(("", lines[at][n] * 2, "x", "7")) + lines[at][n + 1 :]


def _dash(_: Random, lines: Lines, at: int) -> None:
    text = lines[at].lstrip()
    indent = lines[at][: len(lines[at]) - len(text)]
    lines[at] = indent + (text.removeprefix("- ") if text.startswith("- ") else f"- {text}")


KINDS: dict[str, Callable[[Random, Lines, int], None]] = {
    "delete": _delete, "twice": _twice, "swap": _swap, "cut": _cut, "indent": _indent, "tab": _tab, "type": _type,
    "empty": _empty, "colon": _colon, "mark": _mark, "letter": _letter, "dash": _dash,
}  # fmt: skip
"""What is done → how."""

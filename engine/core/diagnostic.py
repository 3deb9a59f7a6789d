"""Mistakes in files, as values. In: what a pass found, with its place. Out: a sorted list, printed with excerpts.

A pass never raises for a user's mistake: it adds a `Diagnostic` and goes on, so that all mistakes of a pass are shown
at once. Nothing printed is trusted: control and bidi characters are made visible, long lines and lists are cut.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine.core.span import Span

Severity = Literal["error", "warning"]
Related = tuple[tuple[Span, str], ...]

LIMIT_PER_FILE = 100
"""Diagnostics kept of one file and severity; more are only counted."""
EXCERPT_WIDTH = 100
CARET_COLUMN = 60
"""In a line that must be cut, the most that is shown before the caret."""
MESSAGE_LENGTH = 600
TAB = "    "
RED, YELLOW, BLUE, BOLD = "1;31", "1;33", "1;34", "1"


@dataclass(frozen=True)
class Diagnostic:
    """One mistake: `message` says what is wrong, `label` stands beside the caret, `help` says what to do."""

    code: str
    message: str
    span: Span
    label: str | None = None
    help: str | None = None
    related: Related = ()
    severity: Severity = "error"

    @property
    def identity(self) -> tuple[str, int, int, str, str, str, int, int]:
        """What makes two of them the same, in the order in which they are shown."""
        at = self.span
        return (at.file, at.line, at.column, self.code, self.severity, self.message, at.end_line, at.end_column)


class Diagnostics:
    """Collects what the passes find, without doubles; iterates by file, line, column and code.

    `sources` holds the texts by displayed name, filled by whoever reads a file, so that excerpts can be printed later.
    """

    def __init__(self, limit_per_file: int = LIMIT_PER_FILE) -> None:
        self.sources: dict[str, str] = {}
        self._limit = limit_per_file
        self._kept: dict[tuple[object, ...], Diagnostic] = {}
        self._count: Counter[tuple[str, Severity]] = Counter()
        self._hidden: Counter[tuple[str, Severity]] = Counter()
        self._accepted: Counter[str] = Counter()
        self._wrong: set[str] = set()

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep one, unless it is there already or its file has too many. What came by another file is wrong there, too."""
        if diagnostic.severity == "error":
            self._wrong |= {diagnostic.span.file, *(span.file for span, _ in diagnostic.span.via)}
        if diagnostic.span.via:
            diagnostic = replace(diagnostic, related=(*diagnostic.related, *diagnostic.span.via))
        if diagnostic.identity in self._kept:
            return
        family = (diagnostic.span.file, diagnostic.severity)
        if self._count[family] >= self._limit:
            self._hidden[family] += 1
            return
        self._count[family] += 1
        self._kept[diagnostic.identity] = diagnostic

    def error(
        self, code: str, message: str, span: Span, *, help: str | None = None, label: str | None = None,
        related: Related = (),
    ) -> None:  # fmt: skip
        """Add a mistake that keeps its file out of the next pass."""
        self.add(Diagnostic(code, message, span, label, help, related, "error"))

    def warning(
        self, code: str, message: str, span: Span, *, help: str | None = None, label: str | None = None,
        related: Related = (),
    ) -> None:  # fmt: skip
        """Add something doubtful that stops nothing."""
        self.add(Diagnostic(code, message, span, label, help, related, "warning"))

    def has_errors(self, file: str | None = None) -> bool:
        """Whether there is an error, in one file or at all."""
        return bool(self._wrong) if file is None else file in self._wrong

    def hidden(self, severity: Severity) -> int:
        """How many were not kept because their file had too many."""
        return sum(number for (_, kind), number in self._hidden.items() if kind == severity)

    def forget(self, codes: Container[str], after: Container[str] | None = None) -> None:
        """Drop the warnings of these codes in files that have an error, or one of `after`: they may only follow from it."""
        files = {each.span.file for each in self._kept.values() if after is not None and each.code in after}
        files |= self._wrong if after is None else set()
        self._drop(k for k, each in self._kept.items() if each.code in codes and each.span.file in files)

    def drop(self, codes: Container[str]) -> None:
        """Drop the warnings of these codes."""
        self._drop(k for k, each in self._kept.items() if each.code in codes)

    def _drop(self, identities: Iterable[tuple[object, ...]]) -> None:
        for identity in list(identities):
            each = self._kept.pop(identity)
            self._count[each.span.file, each.severity] -= 1

    def accept(self, file: str) -> None:
        """Count a warning that a plan accepts, with its reason: it is not told."""
        self._accepted[file] += 1

    @property
    def accepted(self) -> int:
        """How many warnings plans accept."""
        return self._accepted.total()

    def only(self, asked: Callable[[str], bool]) -> "Diagnostics":
        """Those of the files asked for, and how many of these were not kept."""
        chosen = Diagnostics(self._limit)
        chosen.sources = self.sources
        chosen._kept = {
            identity: each
            for identity, each in self._kept.items()
            if asked(each.span.file) or any(asked(span.file) for span, _ in each.span.via)
        }
        chosen._count = Counter((each.span.file, each.severity) for each in chosen._kept.values())
        chosen._wrong = {each.span.file for each in chosen._kept.values() if each.severity == "error"}
        chosen._hidden = Counter({key: number for key, number in self._hidden.items() if asked(key[0])})
        chosen._accepted = Counter({file: number for file, number in self._accepted.items() if asked(file)})
        return chosen

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self._kept.values(), key=lambda diagnostic: diagnostic.identity))

    def __len__(self) -> int:
        return len(self._kept)


# ---------------------------------------------------------------------------------------------------------- printing


def render_full(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], color: bool) -> str:
    """All of them with excerpts, then one summary line. No trailing line break."""
    printer = _Printer(sources, color)
    found = list(diagnostics)
    blocks = ["\n".join(printer.block(diagnostic)) for diagnostic in found]
    hidden = diagnostics if isinstance(diagnostics, Diagnostics) else None
    return "\n\n".join([*blocks, summary(found, hidden)])


def summary(found: Iterable[Diagnostic], hidden: Diagnostics | None = None) -> str:
    """`2 errors, 1 warning in 1 file`."""
    found = list(found)
    parts = []
    severities: tuple[Severity, ...] = ("error", "warning")
    for severity in severities:
        number = sum(diagnostic.severity == severity for diagnostic in found)
        more = hidden.hidden(severity) if hidden else 0
        if number or more:
            parts.append(_counted(number, severity) + (f" ({more} more not shown)" if more else ""))
    files = len({diagnostic.span.file for diagnostic in found})
    return f"{', '.join(parts)} in {_counted(files, 'file')}" if parts else "no errors"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class _Printer:
    """Prints one diagnostic at a time; splits each source once."""

    def __init__(self, sources: Mapping[str, str], color: bool) -> None:
        self._sources = sources
        self._color = color
        self._lines: dict[str, list[str]] = {}

    def block(self, diagnostic: Diagnostic) -> list[str]:
        """The lines of one diagnostic: head, excerpt, help, related places."""
        hue = RED if diagnostic.severity == "error" else YELLOW
        head = self._paint(f"{diagnostic.severity}[{diagnostic.code}]", hue)
        spans = [diagnostic.span, *(span for span, _ in diagnostic.related)]
        margin = " " * len(str(max(span.line for span in spans)))
        lines = [f"{head}: {self._paint(one_line(diagnostic.message), BOLD)}"]
        lines += self._place(diagnostic.span, diagnostic.label, margin, hue)
        lines += self._help(diagnostic.help, margin)
        for span, message in diagnostic.related:
            lines.append(f"{self._paint('note', BLUE)}: {one_line(message)}")
            lines += self._place(span, None, margin, BLUE)
        return lines

    def _help(self, text: str | None, margin: str) -> list[str]:
        if text is None:
            return []
        first, *rest = text.split("\n")
        sign = self._paint("=", BLUE)
        return [
            f"{margin} {sign} {self._paint('help', BOLD)}: {one_line(first)}",
            *(f"{margin} {sign}       {one_line(line)}" for line in rest),
        ]

    def _place(self, span: Span, label: str | None, margin: str, hue: str) -> list[str]:
        where = f"{margin}{self._paint('-->', BLUE)} {one_line(span.file)}:{span.line}:{span.column}"
        line = self._line(span)
        if line is None:
            return [where] if label is None else [where, f"{margin} {self._paint('=', BLUE)} {one_line(label)}"]
        shown, indent, width = excerpt(line, span)
        bar = self._paint("|", BLUE)
        number = self._paint(str(span.line).rjust(len(margin)), BLUE)
        carets = self._paint("^" * width + (f" {one_line(label)}" if label else ""), hue)
        return [where, f"{margin} {bar}", f"{number} {bar} {shown}".rstrip(), f"{margin} {bar} {' ' * indent}{carets}"]

    def _line(self, span: Span) -> str | None:
        if span.file not in self._sources:
            return None
        if span.file not in self._lines:
            self._lines[span.file] = self._sources[span.file].split("\n")
        lines = self._lines[span.file]
        return lines[span.line - 1].rstrip("\r") if 0 < span.line <= len(lines) else None

    def _paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._color else text


def excerpt(line: str, span: Span) -> tuple[str, int, int]:
    """(what is shown of `line`, columns before the caret, number of carets), counted as a terminal shows them.

    Walks from the caret outwards, so that a line of a megabyte costs no more than one of a hundred characters.
    """
    start = min(max(span.column - 1, 0), len(line))
    end = len(line) if span.end_line > span.line else max(span.end_column - 1, start)
    first, last = _window(line, start)
    left, right = ("…" if first else ""), ("…" if last < len(line) else "")
    before, under, after = line[first:start], line[start : min(end, last)], line[max(min(end, last), start) : last]
    shown = left + "".join(map(_cell, before + under + after)) + right
    return shown, len(left) + _width(before), max(_width(under), 1)


def _window(line: str, start: int) -> tuple[int, int]:
    """The slice of `line` that is shown around `start`."""
    if len(line) <= EXCERPT_WIDTH and _cost(line) <= EXCERPT_WIDTH:
        return 0, len(line)
    first, used = start, 0
    while first and used + _cost(line[first - 1]) <= CARET_COLUMN:
        first -= 1
        used += _cost(line[first])
    last = start
    while last < len(line) and used + _cost(line[last]) <= EXCERPT_WIDTH:
        used += _cost(line[last])
        last += 1
    return first, last


def _cell(character: str) -> str:
    """How one character is shown: a tab as four spaces, what can't be seen by its number."""
    if character == "\t":
        return TAB
    return character if character.isprintable() else f"<U+{ord(character):04X}>"


def _width(text: str) -> int:
    """Columns that `text` takes on a terminal: two for wide East Asian characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for cell in map(_cell, text)
        for c in cell
    )


def _cost(text: str) -> int:
    """As `_width`, but a combining character counts too, so that a heap of them is cut."""
    return sum(max(_width(character), 1) for character in text)


def one_line(text: str) -> str:
    """A message fit to be printed: on one line, nothing invisible, cut where nobody reads on."""
    return brief(text, MESSAGE_LENGTH)


def brief(text: str, length: int = 60) -> str:
    """`text` fit to be quoted in a message: on one line, nothing invisible, not long."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return "".join(" " if c in "\t\n" else _cell(c) for c in cut)


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was probably meant to be, for "did you mean"; None if nothing is near."""
    import difflib  # late: a plan without mistakes has no use for it

    if not 0 < len(word) <= 100:
        return None
    names = sorted({name for name in candidates if len(name) <= 100})
    lowered = {name.lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(word.lower(), sorted(lowered), n=1, cutoff=0.6)
    return lowered[near[0]] if near else None

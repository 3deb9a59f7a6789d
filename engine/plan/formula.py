"""A formula of a plan: its text, its place, and the expression that `load` built from it."""

import re
from dataclasses import dataclass

from engine.core.span import Span
from engine.ir.expr import Expr

READ = re.compile(r"""\$[a-z][a-z0-9_]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")
"""What reads a parameter, or is in quotes and reads none."""


@dataclass(frozen=True)
class Formula:
    """`expr` never holds a user's string to be parsed again; `span` is where the text stands (its first character)."""

    text: str
    span: Span
    expr: Expr
    note: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    """The parameters of a library's part that it reads, each with its value as one writes it in a formula."""

    @property
    def words(self) -> str:
        """The text as people read it: with the values of its parameters."""
        values = {f"${name}": value for name, value in self.parameters}
        return READ.sub(lambda found: values.get(found[0], found[0]), self.text) if values else self.text

    def place(self, at: int, length: int) -> Span:
        """The place of `length` characters of the text from offset `at`."""
        return place(self.text, self.span, at, length)


def place(text: str, span: Span, at: int, length: int) -> Span:
    """The place of `length` characters from offset `at` of a text that stands at `span`; all of it where that is unsure.

    A plain scalar on one line stands in the file as it is, a quoted one between two quotes. A block, or a text with
    escapes, is longer in the file than in memory: then no offset can be trusted.
    """
    quotes = span.end_column - span.column - len(text)
    if span.line != span.end_line or quotes not in (0, 2) or at + length > len(text):
        return span
    start = span.column + quotes // 2 + at
    return Span(span.file, span.line, start, span.line, start + max(length, 1), span.via)

"""A place in a text file. In: nothing. Out: `Span`, which every node, field and diagnostic of a plan carries."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """From `line:column` up to, not including, `end_line:end_column`; both count from 1, columns in characters.

    `file` is the path as displayed: relative, with forward slashes. Spans sort by file, then by place.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

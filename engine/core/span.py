"""A place in a text file. In: nothing. Out: `Span`, which every node, field and diagnostic of a plan carries."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """From `line:column` up to, not including, `end_line:end_column`; both count from 1, columns in characters.

    `file` is the path as displayed: relative, with forward slashes. Spans sort by file, then by place. `via` says, of a text
    that a library brought here, where else to look: the use of a part, the line that reads a parameter.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    via: tuple[tuple["Span", str], ...] = ()

    @property
    def where(self) -> str:
        """`file:line`, with the nearest place in each file that it came by."""
        here = f"{self.file}:{self.line}"
        nearest = {span.file: f"{span.file}:{span.line}" for span, _ in reversed(self.via)}
        others = ", ".join(place for place in nearest.values() if place != here)
        return f"{here} ({others})" if others else here

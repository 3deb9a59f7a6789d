"""Where the characters of a YAML value stand. In: the file's lines, a value, its span. Out: spans and pieces.

A mistake inside a formula is shown under the very characters, also where the formula takes several lines.
"""

from engine.core.span import Span
from engine.load.yaml_node import Piece, Style

Row = tuple[int, int, str]
"""(line, column, text) of one line of a value, without quotes, header and indentation."""


def block_span(lines: list[str], span: Span) -> Span:
    """From `|` to the end of the last line that is not blank: PyYAML's own end is the start of the line after."""
    last = span.end_line if span.end_column > 1 else span.end_line - 1
    while last > span.line and not lines[last - 1].strip():
        last -= 1
    return Span(span.file, span.line, span.column, last, len(lines[last - 1].rstrip()) + 1)


def pieces_of(lines: list[str], text: str, style: Style, span: Span) -> tuple[Piece, ...]:
    """Where the lines of `text` stand; nothing if escapes or blank lines make it differ from what is written."""
    if style == "plain" and span.line == span.end_line:
        return ((0, span.line, span.column),)
    rows = _block_rows(lines, span) if style == "block" else _flow_rows(lines, span, 1 if style == "quoted" else 0)
    written = " ".join(row for _, _, row in rows)
    if written != text.replace("\n", " ")[: len(written)] or text[len(written) :].strip("\n"):
        return ()
    pieces, offset = [], 0
    for line, column, row in rows:
        pieces.append((offset, line, column))
        offset += len(row) + 1
    return tuple(pieces)


def _block_rows(lines: list[str], span: Span) -> list[Row]:
    body = lines[span.line : span.end_line]
    indent = min((len(row) - len(row.lstrip(" ")) for row in body if row.strip()), default=0)
    return [(span.line + 1 + i, indent + 1, row[indent:]) for i, row in enumerate(body)]


def _flow_rows(lines: list[str], span: Span, quote: int) -> list[Row]:
    """`quote` is 1 where the value stands between quotes."""
    first, end = span.column - 1 + quote, span.end_column - 1 - quote
    if span.line == span.end_line:
        return [(span.line, first + 1, lines[span.line - 1][first:end])]
    written = lines[span.line - 1 : span.end_line]
    starts = [first, *(len(row) - len(row.lstrip(" ")) for row in written[1:])]
    ends = [*map(len, written[:-1]), end]
    return [
        (span.line + i, start + 1, row[start:stop].rstrip(" "))
        for i, (row, start, stop) in enumerate(zip(written, starts, ends, strict=True))
    ]

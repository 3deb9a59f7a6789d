"""A CSV file of a look-up table → its rows as nodes, each cell at its place. In: bytes. Out: a list of mappings, or None.

Only what cannot be misread is taken: UTF-8, commas, one line per row, a header, quotes where a cell has a comma.
"""

import unicodedata
from collections.abc import Iterator

from engine.core.diagnostic import Diagnostics, Related, brief
from engine.core.span import Span
from engine.core.unseen import seen
from engine.load.yaml_node import Mapping, Scalar, Sequence

MAX_ROWS = 20_000


def rows_of(data: bytes, shown: str, via: Related, diagnostics: Diagnostics) -> Sequence | None:
    """The rows; None, and told, where the file as a whole can't be read."""
    here = Span(shown, 1, 1, 1, 1, via)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        diagnostics.error("S046", "the file is not UTF-8", here, help="save it as CSV in UTF-8, with commas")
        return None
    diagnostics.sources[shown] = text
    lines = [(n, line.removesuffix("\r")) for n, line in enumerate(text.split("\n"), start=1)]
    lines = [(n, line) for n, line in lines if line.strip(", \t")]
    if len(lines) < 2 or len(lines) > MAX_ROWS:
        help = f"a first line with the names of the columns, and below it 1 to {MAX_ROWS:,} rows"
        diagnostics.error("S046", "the file has no rows, or too many", here, help=help)
        return None
    header = tuple(_cells(*lines[0], shown, via))
    if any(cell is None for cell in header):
        _unclosed(lines[0], shown, via, diagnostics)
        return None
    names = [cell.text for cell in header if cell is not None]
    twice = next((cell for n, cell in enumerate(header) if cell is not None and cell.text in names[:n]), None)
    if twice is not None:
        message = f"two columns are called `{brief(twice.text)}`"
        diagnostics.error("S046", message, twice.span, help="a name for each dimension, and `value`")
        return None
    found = [_row(line, header, shown, via, diagnostics) for line in lines[1:]]
    return None if None in found else Sequence(tuple(row for row in found if row is not None), here)


def _row(
    line: tuple[int, str], header: tuple[Scalar | None, ...], shown: str, via: Related, diagnostics: Diagnostics
) -> Mapping | None:
    number, text = line
    cells = tuple(_cells(number, text, shown, via))
    span = Span(shown, number, 1, number, len(text) + 1, via)
    if any(cell is None for cell in cells):
        _unclosed(line, shown, via, diagnostics)
        return None
    if len(cells) != len(header):
        message = f"this line has {len(cells)} cells, the first one {len(header)}"
        help = "a cell for each column; one with a comma in it stands in quotes"
        diagnostics.error("S046", message, span, help=help)
        return None
    pairs = [(key, cell) for key, cell in zip(header, cells, strict=True) if key is not None and cell is not None]
    kept = tuple((key, cell) for key, cell in pairs if cell.text or not _may_be_empty(key.text))
    return Mapping(kept, span)


def _may_be_empty(name: str) -> bool:
    """Notes, and where a band ends."""
    return name in ("note", "reason") or name.endswith(".to")


def _unclosed(line: tuple[int, str], shown: str, via: Related, diagnostics: Diagnostics) -> None:
    span = Span(shown, line[0], 1, line[0], len(line[1]) + 1, via)
    help = 'a cell in quotes is whole on its line, and a quote in it stands twice: `"6"" pipe"`'
    diagnostics.error("S046", f"quotes that don't match: `{seen(brief(line[1]))}`", span, help=help)


def _cells(number: int, line: str, shown: str, via: Related) -> Iterator[Scalar | None]:
    """The cells of a line; None for one whose quotes don't match."""
    at = 0
    while True:
        start = at
        quoted = line[at : at + 1] == '"'
        if quoted:
            text, at = "", at + 1
            while True:
                end = line.find('"', at)
                if end < 0:
                    yield None
                    return
                text, at = text + line[at:end], end + 1
                if line[at : at + 1] != '"':
                    break
                text, at = text + '"', at + 1
        else:
            end = line.find(",", at)
            at = len(line) if end < 0 else end
            text = line[start:at]
        if at < len(line) and line[at] != ",":
            yield None
            return
        text = unicodedata.normalize("NFC", text).strip()
        span = Span(shown, number, start + 1, number, max(at, start + 1) + 1, via)
        yield Scalar(text, "quoted" if quoted else "plain", text, span)
        if at >= len(line):
            return
        at += 1

"""What differs between two texts of a file but means nothing: comments, and else its layout. Out: places."""

from difflib import SequenceMatcher

from engine.core.diagnostic import Diagnostics
from engine.load.yaml_file import parse_yaml
from engine.load.yaml_node import Mapping, Node, Scalar, Sequence
from engine.trial.diff.likeness import same
from engine.trial.diff.place import Place, cut


def comments(old: bytes, new: bytes, file: str) -> list[Place]:
    """A place for each run of comments that differ; one for the layout where nothing else differs in the file."""
    before, after = _parsed(old), _parsed(new)
    olds, news = _comments(*before), _comments(*after)
    said, now = ([text for _, text in each] for each in (olds, news))
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, said, now, autojunk=False).get_opcodes():
        if kind != "equal":
            line = news[c][0] if c < d else olds[a][0]
            texts = (cut(" ".join(each)) or None for each in (said[a:b], now[c:d]))
            found.append(Place(file, line, "", "comment", *texts))
    if not found and old != new and same(before[1], after[1]):
        lines = zip(before[0], after[0], strict=False)
        first = next((i for i, (a, b) in enumerate(lines, 1) if a != b), min(len(before[0]), len(after[0])))
        found.append(Place(file, first, "", "layout", None, None))
    return found


def _parsed(text: bytes) -> tuple[list[str], Node]:
    diagnostics = Diagnostics()
    node = parse_yaml(text, "", diagnostics)
    assert node is not None, "only files that compile are compared"
    return diagnostics.sources[""].split("\n"), node


def _comments(lines: list[str], node: Node) -> list[tuple[int, str]]:
    """Line and text of every comment: from the first `#` that begins a word outside of all values."""
    taken: dict[int, int] = {}
    for scalar in _scalars(node):
        span = scalar.span
        ends = len(lines[span.line - 1]) if span.line < span.end_line else span.end_column - 1
        taken[span.line] = max(taken.get(span.line, 0), ends)
        taken |= dict.fromkeys(range(span.line + 1, span.end_line), 10**6)
        taken[span.end_line] = max(taken.get(span.end_line, 0), span.end_column - 1)
    found = []
    for number, line in enumerate(lines, 1):
        start = line.find("#", taken.get(number, 0))
        if start == 0 or (start > 0 and line[start - 1] in " ,]}"):
            found.append((number, line[start:].rstrip()))
    return found


def _scalars(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence():
            return [scalar for item in node.items for scalar in _scalars(item)]
        case Mapping():
            return [scalar for key, value in node.items for scalar in (key, *_scalars(value))]

"""A CSV file of a look-up table as a tree that two versions can be compared by, and back. In: bytes, or a node. Out: the other.

A row stands under what its dimensions say, so that a row is found again wherever it stands, and only its value has changed.
"""

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.load.fields import NOTES
from engine.load.table_file import rows_of
from engine.load.yaml_node import Mapping, Node, Scalar

BESIDE = ("value", *NOTES)


def is_table(path: str) -> bool:
    """Whether a file of a workspace is one of a look-up table."""
    return path.endswith(".csv")


def table_node(data: bytes) -> Node:
    """The rows by what their dimensions say."""
    rows = rows_of(data, "", (), Diagnostics())
    assert rows is not None, "only files that compile are compared"
    pairs = []
    for row in rows.items:
        assert isinstance(row, Mapping)
        pairs.append((_key(row), row))
    return Mapping(tuple(pairs), Span("", 1, 1, 1, 1))


def table_text(node: Node) -> bytes:
    """The file that has these rows."""
    assert isinstance(node, Mapping)
    rows = [row for _, row in node.items if isinstance(row, Mapping)]
    names = list(dict.fromkeys(name for row in rows for name in row.names))
    lines = [[row.get(name) for name in names] for row in rows]
    texts = [[cell.text if isinstance(cell, Scalar) else "" for cell in line] for line in lines]
    return "".join(",".join(map(_quoted, line)) + "\n" for line in [names, *texts]).encode()


def _key(row: Mapping) -> Scalar:
    keys = [(name.text, cell) for name, cell in row.items if isinstance(cell, Scalar)]
    text = ", ".join(cell.text for name, cell in keys if name not in BESIDE and not name.endswith(".to"))
    return Scalar(text, "quoted", text, row.span)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text

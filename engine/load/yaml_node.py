"""A YAML file as a tree in which every key and value knows its place. In: events. Out: nodes to build plans from.

Numbers are `int` or exact `Decimal`, never float; keys are texts. `to_plain` gives what JSON Schema checks,
`node_at` and `key_span` lead back from a path of the schema to a place in the file.
"""

from collections.abc import Sequence as PathOf
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.core.span import Span

Style = Literal["plain", "quoted", "block"]
Value = None | bool | int | Decimal | str
Plain = None | bool | int | Decimal | str | list["Plain"] | dict[str, "Plain"]
ParameterType = Literal["rate", "quantity", "money", "text", "day"]
Piece = tuple[int, int, int]
"""From this offset in a text on, the text stands in the file at (line, column) as it is."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `text` is what is written (quotes and folding resolved); `value` is typed if the style is plain."""

    text: str
    style: Style
    value: Value
    span: Span
    pieces: tuple[Piece, ...] = field(default=(), compare=False, repr=False)
    given: tuple["Given", ...] = field(default=(), compare=False, repr=False)
    """The parameters that a formula here may read, in a part of a library."""
    parameter: "ParameterType | None" = field(default=None, compare=False, repr=False)
    """The type of a parameter whose value it is: so it is a value, and never a formula."""

    def span_of(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands, for a mistake inside a formula; the whole value where escapes hide it."""
        if not self.pieces:
            return self.span
        start = min(max(start, 0), len(self.text))
        end = min(max(end, start), len(self.text))
        line, column = self._place(start)
        end_line, end_column = self._place(end - 1) if end > start else (line, column - 1)
        return Span(self.span.file, line, column, end_line, end_column + 1, self.span.via)

    def _place(self, offset: int) -> tuple[int, int]:
        first, line, column = next(piece for piece in reversed(self.pieces) if piece[0] <= offset)
        return line, column + offset - first


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter of a part of a library, set: `$name` is this value there."""

    name: str
    type: "ParameterType"
    value: Scalar


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order written; no key stands twice."""

    items: tuple[tuple[Scalar, "Node"], ...]
    span: Span

    def get(self, name: str) -> "Node | None":
        """The value of a key, if it is there."""
        return next((value for key, value in self.items if key.text == name), None)

    def key(self, name: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((key for key, _ in self.items if key.text == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys' texts."""
        return tuple(key.text for key, _ in self.items)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, in the order written."""

    items: tuple["Node", ...]
    span: Span


Node = Scalar | Mapping | Sequence


def to_plain(node: Node) -> Plain:
    """The same as dicts, lists, texts, ints, Decimals, booleans and None; a key is always a text."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [to_plain(item) for item in node.items]
        case Mapping():
            return {key.text: to_plain(value) for key, value in node.items}


def node_at(node: Node, path: PathOf[str | int]) -> Node:
    """The node that a path leads to; the last one on the way if the path leads nowhere."""
    for step in path:
        below = _step(node, step)
        if below is None:
            return node
        node = below
    return node


def key_span(node: Node, path: PathOf[str | int]) -> Span:
    """The place of the last key of a path; of the item itself where the last step is a number."""
    if not path:
        return node.span
    above = node_at(node, path[:-1])
    if isinstance(above, Mapping):
        key = above.key(str(path[-1]))
        if key is not None:
            return key.span
    return node_at(above, path[-1:]).span


def _step(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Mapping):
        return node.get(str(step))
    if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None

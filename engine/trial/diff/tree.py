"""Two versions of a plan file as one tree. In: the nodes of the old and the new file. Out: a `Tree` with switches.

Every difference stands at its place and has the number of a switch; `variant` makes of the tree the file in which only
some differences are switched on. Differences with the same switch can't be had one without the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.core.span import Span
from engine.load.yaml_node import Node, Scalar

Path = tuple[str | int, ...]
"""Keys and, counted from 1, items, as in `components`, `commission`, `rate`, `tiers`, 2."""


@dataclass(frozen=True)
class Kept:
    """The same in both."""

    node: Node


@dataclass(frozen=True)
class Changed:
    """`old` becomes `new`: None where there was nothing, or nothing is left. `line`: in the new file if it stands there."""

    switch: int
    old: Node | None
    new: Node | None
    line: int
    path: Path


@dataclass(frozen=True)
class Entry:
    """One key of a mapping. `renamed` is the switch that makes `new_key` of `old_key`."""

    old_key: Scalar
    new_key: Scalar
    value: "Tree"
    path: Path
    renamed: int | None = None


@dataclass(frozen=True)
class Keys:
    """A mapping. `entries` stand in the new order; in the old one, `before`, while `reordered` is off."""

    entries: tuple[Entry, ...]
    before: tuple[Entry, ...]
    span: Span
    path: Path
    reordered: int | None = None


@dataclass(frozen=True)
class Items:
    """A list: what stands in both, and what is only in one of them, in one order."""

    items: tuple["Tree", ...]
    span: Span


Tree = Kept | Changed | Keys | Items
Difference = Changed | Entry | Keys
"""What has a switch: a value, a renamed key, the order of a mapping's keys."""


@dataclass(frozen=True)
class FileTree:
    """A file in both versions; `old` or `new` is None where it isn't there. `renamed` is the switch of its new path."""

    old: str | None
    new: str | None
    tree: Tree
    renamed: int | None

    @property
    def path(self) -> str:
        """Its path in the workspace: the new one, else where it was."""
        return self.new or self.old or ""


def differences(tree: Tree | None) -> Iterator[tuple[int, Difference]]:
    """Every switch of a tree with what it does, in the order of the file."""
    match tree:
        case Changed():
            yield tree.switch, tree
        case Items():
            for item in tree.items:
                yield from differences(item)
        case Keys():
            if tree.reordered is not None:
                yield tree.reordered, tree
            for entry in tree.entries:
                if entry.renamed is not None:
                    yield entry.renamed, entry
                yield from differences(entry.value)

"""A tree of differences, some switched on → the file's text. In: a `Tree` and switches. Out: YAML that `load` reads.

What is switched off stands as it was. The text has no comments and its own layout: it is to be compiled, not read.
"""

import json
from collections.abc import Set

from engine.load.yaml_node import Mapping, Node, Scalar, Sequence
from engine.trial.diff.tree import Changed, Entry, Items, Kept, Keys, Tree


def variant(tree: Tree, on: Set[int]) -> Node | None:
    """The node with these switches on; None where nothing stands there."""
    match tree:
        case Kept():
            return tree.node
        case Changed():
            return tree.new if tree.switch in on else tree.old
        case Items():
            found = [node for item in tree.items if (node := variant(item, on)) is not None]
            return Sequence(tuple(found), tree.span)
        case Keys():
            order = tree.entries if tree.reordered is None or tree.reordered in on else tree.before
            pairs = [(_key(entry, on), variant(entry.value, on)) for entry in order]
            return Mapping(tuple((key, node) for key, node in pairs if node is not None), tree.span)


def _key(entry: Entry, on: Set[int]) -> Scalar:
    return entry.old_key if entry.renamed is not None and entry.renamed not in on else entry.new_key


def yaml_text(node: Node) -> bytes:
    """A node as YAML, every value written so that it is read as it was."""
    return "\n".join([*_lines(node, 0), ""]).encode()


def _lines(node: Node, indent: int) -> list[str]:
    margin = " " * indent
    match node:
        case Mapping(items) if items:
            return [line for key, value in items for line in _below(f"{margin}{_inline(key)}:", value, indent)]
        case Sequence(items) if items:
            return [line for item in items for line in _below(f"{margin}-", item, indent)]
        case _:
            return _below(margin, node, indent)


def _below(head: str, node: Node, indent: int) -> list[str]:
    """A value after its key or dash: on the same line, or indented under it."""
    match node:
        case Scalar(style="block"):
            ends = len(node.text) - len(node.text.rstrip("\n"))
            keep = "-" if ends == 0 else "" if ends == 1 else "+"
            body = node.text.removesuffix("\n").split("\n")
            return [f"{head} |1{keep}", *(f"{' ' * (indent + 1)}{line}" if line else "" for line in body)]
        case Scalar():
            return [f"{head} {_inline(node)}".rstrip()]
        case Mapping(items) | Sequence(items) if not items:
            return [f"{head} {'{}' if isinstance(node, Mapping) else '[]'}"]
        case _:
            return [head, *_lines(node, indent + 1)]


def _inline(scalar: Scalar) -> str:
    plain = scalar.style == "plain" and "\n" not in scalar.text
    return scalar.text if plain else json.dumps(scalar.text, ensure_ascii=False)

"""Two versions of a workspace's plan files → the edits between them. In: texts by path. Out: `Edits`, in file order.

An edit is what one can have without the rest: a changed, added or removed value, mapping or item; a name, with
everything that says the name; a file; the comments of a place. komisi.yaml comes first, then the files by path.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import count

from engine.core.diagnostic import Diagnostics
from engine.load.yaml_file import parse_yaml
from engine.load.yaml_node import Mapping as Keyed
from engine.load.yaml_node import Node, Scalar
from engine.trial.diff.comments import comments
from engine.trial.diff.compare import compare
from engine.trial.diff.likeness import alike
from engine.trial.diff.place import Place, file_place, places
from engine.trial.diff.renames import joined
from engine.trial.diff.table_file import is_table, table_node, table_text
from engine.trial.diff.tree import Changed, Difference, FileTree, differences
from engine.trial.diff.variant import variant, yaml_text

MAIN = "komisi.yaml"


@dataclass(frozen=True)
class Edit:
    """One edit. Without `switches` it is of comments or layout, which no plan can mean anything by."""

    number: int
    switches: frozenset[int]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Edits:
    """All edits between two versions, and the files to switch them in."""

    edits: tuple[Edit, ...]
    files: tuple[FileTree, ...]

    @property
    def switches(self) -> frozenset[int]:
        """Everything on: the new version."""
        return frozenset(switch for edit in self.edits for switch in edit.switches)

    def texts(self, on: Set[int]) -> dict[str, bytes]:
        """The workspace's files with only these switches on."""
        made = {}
        for file in self.files:
            node = variant(file.tree, on)
            if node is not None:
                moved = file.renamed is not None and file.renamed not in on
                path = (file.old if moved else None) or file.path
                made[path] = table_text(node) if is_table(path) else yaml_text(node)
        return made


def edits(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Edits:
    """The edits that make the new texts of the old ones; both are texts that were loaded without mistakes."""
    files = tuple(_files(old, new, count(1)))
    where: dict[int, list[Place]] = {}
    for file in files:
        if file.renamed is not None:
            where[file.renamed] = [file_place(file)]
        by_switch: dict[int, list[Difference]] = {}
        for switch, what in differences(file.tree):
            by_switch.setdefault(switch, []).append(what)
        where |= {switch: places(file, found) for switch, found in by_switch.items()}
    groups = [(switches, tuple(p for switch in switches for p in where[switch])) for switches in joined(files)]
    meaningless = [
        ((), (each,))
        for file in files
        if file.old is not None and file.new is not None and not is_table(file.path)
        for each in comments(old[file.old], new[file.new], file.path)
    ]
    order = {file.path: number for number, file in enumerate(files)}
    found = sorted([*groups, *meaningless], key=lambda group: (order[group[1][0].file], group[1][0].line))
    return Edits(tuple(Edit(i, frozenset(on), at) for i, (on, at) in enumerate(found, 1)), files)


def _files(old: Mapping[str, bytes], new: Mapping[str, bytes], switches: Iterator[int]) -> Iterator[FileTree]:
    olds = {path: _node(path, text) for path, text in old.items()}
    news = {path: _node(path, text) for path, text in new.items()}
    went = _moved(olds, news)
    came = {after: before for before, after in went.items()}
    for path in sorted({*olds, *news}, key=lambda name: (name != MAIN, name)):
        before = came.get(path, path)
        if path in news and before in olds:
            renamed = next(switches) if before != path else None
            yield FileTree(before, path, compare(olds[before], news[path], switches), renamed)
        elif path in news:
            yield FileTree(None, path, Changed(next(switches), None, news[path], 1, ()), None)
        elif path not in went:
            yield FileTree(path, None, Changed(next(switches), olds[path], None, 1, ()), None)


def _node(path: str, text: bytes) -> Node:
    if is_table(path):
        return table_node(text)
    node = parse_yaml(text, "", Diagnostics())
    assert node is not None, "only files that compile are compared"
    return node


def _moved(olds: Mapping[str, Node], news: Mapping[str, Node]) -> dict[str, str]:
    """Old path → new path of files that only stand elsewhere: of the same kind and name, or much alike."""
    found: dict[str, str] = {}
    for path, node in sorted(olds.items()):
        if path not in news:
            free = [other for other in sorted(news) if other not in olds and other not in found.values()]
            named = [other for other in free if _said(news[other]) == _said(node)]
            like = [other for other in free if _said(news[other])[0] == _said(node)[0] and alike(node, news[other])]
            if free := named or like:
                found[path] = free[0]
    return found


def _said(node: Node) -> tuple[str, ...]:
    """The kind and the name of a file."""
    said = [node.get(key) if isinstance(node, Keyed) else None for key in ("kind", "name")]
    return tuple(each.text if isinstance(each, Scalar) else "" for each in said)

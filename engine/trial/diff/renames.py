"""A name and everything that says it are one edit. In: file trees. Out: switches that belong together; names that do.

Only so is a new name one edit that compiles, and is seen to pay nobody more or less.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from engine.load.yaml_node import Scalar
from engine.trial.diff.tree import Changed, Difference, Entry, FileTree, Kept, Keys, Tree, differences

EVERYWHERE = ("sources", "variables", "profiles")
"""Names that komisi.yaml gives for all files; the own name of a plan or target plan is known in all files, too."""


def joined(files: Sequence[FileTree]) -> list[list[int]]:
    """All switches, those that only make sense together in one list, each list in file order."""
    together: dict[int, int] = {}
    said = [(file, switch, what) for file in files for switch, what in differences(file.tree)]
    renames = [each for each in said if _names(each[0], each[2])]
    for file, switch, what in said:
        reads = [r for r in renames if r[1] != switch and _known_in(r[0], r[2], file, what)]
        for rename in _read_by(what, reads):
            together[_first(together, switch)] = _first(together, rename)
    heads = [file.renamed for file in files if file.renamed is not None]
    groups: dict[int, list[int]] = {}
    for switch in [*(r[1] for r in renames), *heads, *(switch for _, switch, _ in said)]:
        mine = groups.setdefault(_first(together, switch), [])
        if switch not in mine:
            mine.append(switch)
    return list(groups.values())


def _first(together: Mapping[int, int], switch: int) -> int:
    while switch in together and together[switch] != switch:
        switch = together[switch]
    return switch


def _names(file: FileTree, what: Difference) -> tuple[str, str] | None:
    """Old and new name, of a difference that is a rename."""
    if isinstance(what, Entry):
        return what.old_key.text, what.new_key.text
    if isinstance(what, Changed) and what.path == ("name",) and _texts(what) and file.old and file.new:
        return _texts(what)
    return None


def _known_in(home: FileTree, rename: Difference, file: FileTree, reader: Difference) -> bool:
    """Whether what a file says can mean the name: a component is known in other plans with its plan's name before it."""
    path, names = rename.path, _names(home, rename)
    if home is not file and path[:1] == ("components",) and names is not None:
        texts = _texts(reader)
        return texts is not None and any(texts[0] == f"{plan}.{names[0]}" for plan in _own_names(home.tree))
    return home is file or path == ("name",) or (len(path) == 2 and path[0] in EVERYWHERE)


def _own_names(tree: Tree) -> Iterator[str]:
    """What a file calls itself, in the old version."""
    for entry in tree.entries if isinstance(tree, Keys) else ():
        if entry.old_key.text == "name":
            node = entry.value.node if isinstance(entry.value, Kept) else None
            texts = _texts(entry.value) if isinstance(entry.value, Changed) else None
            yield from [node.text] if isinstance(node, Scalar) else [texts[0]] if texts is not None else []


def _texts(what: Difference) -> tuple[str, str] | None:
    if isinstance(what, Changed) and isinstance(what.old, Scalar) and isinstance(what.new, Scalar):
        return what.old.text, what.new.text
    return None


def _read_by(what: Difference, renames: Sequence[tuple[FileTree, int, Difference]]) -> list[int]:
    """The renames that make the new text of the old one, if they are all that a difference is."""
    texts = _texts(what)
    if texts is None:
        return []
    pairs = {names[0]: (names[1], switch) for file, switch, r in renames if (names := _names(file, r))}
    words = re.split(r"([A-Za-z_][\w-]*)", texts[0])
    if "".join(pairs[word][0] if word in pairs else word for word in words) != texts[1]:
        return []
    return sorted({pairs[word][1] for word in words if word in pairs})


@dataclass(frozen=True)
class Names:
    """What plans, and components and rules of plans, are called in both versions, by what they are called in one."""

    plans: Mapping[str, str]
    parts: Mapping[tuple[str, str], str]


def names(files: Sequence[FileTree], on: Set[int]) -> Names:
    """The names that differ: by those with these switches on, the label that shows the old and the new one."""
    plans: dict[str, str] = {}
    parts: dict[tuple[str, str], str] = {}
    for file in files:
        own = dict(_named(file.tree, on))
        if ("name",) not in own:
            continue
        plan, label = own.pop(("name",))
        plans |= {plan: label} if plan != label else {}
        parts |= {(plan, name): label for name, label in own.values() if name != label}
    return Names(plans, parts)


def _named(tree: Tree, on: Set[int]) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    """Path → name and label, of the name of a plan and of what is renamed in it."""
    for entry in tree.entries if isinstance(tree, Keys) else ():
        texts = _texts(entry.value) if isinstance(entry.value, Changed) else None
        if entry.new_key.text == "name" and texts is not None:
            assert isinstance(entry.value, Changed)
            yield ("name",), _label(*texts, entry.value.switch in on)
        elif entry.new_key.text == "name" and isinstance(entry.value, Kept) and isinstance(entry.value.node, Scalar):
            yield ("name",), (entry.value.node.text, entry.value.node.text)
        elif entry.new_key.text in ("components", "credits") and isinstance(entry.value, Keys):
            for part in entry.value.entries:
                if part.renamed is not None:
                    found = _label(part.old_key.text, part.new_key.text, part.renamed in on)
                    yield (entry.new_key.text, part.new_key.text), found


def _label(old: str, new: str, is_on: bool) -> tuple[str, str]:
    return (new if is_on else old), f"{old} → {new}"

"""Where an edit stands and what it does there, for people: file, line, path, what was and what is now."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.load.yaml_node import Mapping, Node, Scalar
from engine.load.yaml_node import Sequence as Listed
from engine.trial.diff.tree import Changed, Difference, Entry, FileTree, Keys, Path

LONGEST = 70
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class Place:
    """One place of an edit. `line` is in the new file, or, for what is `removed`, in the old one."""

    file: str
    line: int
    path: str
    kind: str
    """`changed`, `added`, `removed`, `renamed`, `reordered`, `moved`, `comment` or `layout`."""
    before: str | None
    after: str | None


def places(file: FileTree, found: Sequence[Difference]) -> list[Place]:
    """The places of one switch; an item that only stands elsewhere has one, the new one."""
    if len(found) == 2 and all(isinstance(each, Changed) for each in found):
        there = next(each for each in found if isinstance(each, Changed) and each.new is not None)
        text = _brief(there.new)
        return [Place(file.path, there.line, path_text(there.path), "moved", text, text)]
    return [_place(file, each) for each in found]


def file_place(file: FileTree) -> Place:
    """The place of a file that only stands elsewhere."""
    return Place(file.path, 1, "", "renamed", file.old, file.new)


def _place(file: FileTree, what: Difference) -> Place:
    path = path_text(what.path)
    match what:
        case Entry():
            return Place(file.path, what.new_key.span.line, path, "renamed", what.old_key.text, what.new_key.text)
        case Changed():
            kind = "added" if what.old is None else "removed" if what.new is None else "changed"
            return Place(file.path, what.line, path, kind, _brief(what.old), _brief(what.new))
        case Keys():
            kept = [entry for entry in what.entries if _in_both(entry)]
            before, after = (
                cut(", ".join(e.new_key.text for e in order if e in kept)) for order in (what.before, what.entries)
            )
            return Place(file.path, what.span.line, path, "reordered", before, after)


def _in_both(entry: Entry) -> bool:
    return not isinstance(entry.value, Changed) or None not in (entry.value.old, entry.value.new)


def path_text(path: Path) -> str:
    """`components.commission.rate.tiers[2].rate`; items count from 1."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _brief(node: Node | None) -> str | None:
    return None if node is None else cut(_flow(node))


def cut(text: str) -> str:
    """A text on one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _flow(node: Node) -> str:
    """A node on one line, as one would type it."""
    match node:
        case Scalar():
            return node.text
        case Listed():
            return f"[{', '.join(map(_flow, node.items))}]"
        case Mapping():
            return f"{{{', '.join(f'{key.text}: {_flow(value)}' for key, value in node.items)}}}"

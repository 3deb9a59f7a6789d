"""Two nodes → the tree of their differences. In: an old and a new file's node. Out: a `Tree`; switches are given out in order.

Keys belong together by name, or, where keys are names that a plan gives, by what stands under them: then it is a
rename. Items of lists belong together by likeness; an item that only stands elsewhere has one switch for both places.
"""

from collections.abc import Iterator

from engine.load.yaml_node import Mapping, Node, Sequence
from engine.trial.diff.likeness import aligned, alike, likeness, same
from engine.trial.diff.tree import Changed, Entry, Items, Kept, Keys, Path, Tree

NAMED = ("components", "credits", "measures", "sources", "variables", "exclude")
"""Mappings whose keys are names that a plan gives."""


def compare(old: Node, new: Node, switches: Iterator[int], path: Path = ()) -> Tree:
    """The tree of what differs between two nodes at the same place."""
    if same(old, new):
        return Kept(new)
    match old, new:
        case Mapping(), Mapping():
            return _Pair(old, new, switches, path).tree()
        case Sequence(), Sequence():
            return _items(old, new, switches, path)
        case _:
            return Changed(next(switches), old, new, new.span.line, path)


class _Pair:
    """Two mappings at the same place."""

    def __init__(self, old: Mapping, new: Mapping, switches: Iterator[int], path: Path):
        self._old, self._new, self._switches, self._path = old, new, switches, path
        self._renamed = _renamed(old, new) if path and path[-1] in NAMED else {}

    def tree(self) -> Keys:
        """Entries in the new order, what is gone after what it stood after."""
        olds, news = [self._renamed.get(name, name) for name in self._old.names], list(self._new.names)
        in_both = [name for name in olds if name in news]
        moved = in_both != [name for name in news if name in in_both]
        switch = next(self._switches) if moved else None
        after = _merged(news, olds)
        entries = {name: self._entry(name) if name in news else self._gone(name) for name in after}
        before = _merged(olds, news) if moved else after
        ordered, earlier = (tuple(entries[name] for name in order) for order in (after, before))
        return Keys(ordered, earlier, self._new.span, self._path, switch)

    def _entry(self, name: str) -> Entry:
        key, value = self._new.key(name), self._new.get(name)
        assert key is not None and value is not None
        path = (*self._path, name)
        old_name = next((old for old, new in self._renamed.items() if new == name), name)
        old_key, old_value = self._old.key(old_name), self._old.get(old_name)
        if old_key is None or old_value is None:
            return Entry(key, key, Changed(next(self._switches), None, value, key.span.line, path), path)
        renamed = next(self._switches) if old_name != name else None
        return Entry(old_key, key, compare(old_value, value, self._switches, path), path, renamed)

    def _gone(self, name: str) -> Entry:
        key, value = self._old.key(name), self._old.get(name)
        assert key is not None and value is not None
        path = (*self._path, name)
        return Entry(key, key, Changed(next(self._switches), value, None, key.span.line, path), path)


def _renamed(old: Mapping, new: Mapping) -> dict[str, str]:
    """Old name → new name, of what has more than half in common with something new, the most alike first."""
    gone = [(key.text, value) for key, value in old.items if key.text not in new.names]
    come = [(key.text, value) for key, value in new.items if key.text not in old.names]
    found = [(likeness(a, b), i, j) for i, (_, a) in enumerate(gone) for j, (_, b) in enumerate(come) if alike(a, b)]
    pairs: dict[str, str] = {}
    for _, i, j in sorted(found, key=lambda pair: (-pair[0], *pair[1:])):
        if gone[i][0] not in pairs and come[j][0] not in pairs.values():
            pairs[gone[i][0]] = come[j][0]
    return pairs


def _merged(first: list[str], second: list[str]) -> list[str]:
    """`first`, with what only `second` has after what it stands after there."""
    merged, last = list(first), -1
    for name in second:
        if name in merged:
            last = merged.index(name)
        else:
            last += 1
            merged.insert(last, name)
    return merged


def _items(old: Sequence, new: Sequence, switches: Iterator[int], path: Path) -> Items:
    """Items in the new order, what is gone before what came in its stead."""
    pairs = aligned(old.items, new.items)
    moved = _moved(old, new, pairs)
    given: dict[int, int] = {}
    made: list[Tree] = []
    i = j = 0
    for a, b in [*pairs, (len(old.items), len(new.items))]:
        for k in range(i, a):
            switch = given.setdefault(moved[k], next(switches)) if k in moved else next(switches)
            made.append(Changed(switch, old.items[k], None, old.items[k].span.line, (*path, k + 1)))
        for k in range(j, b):
            switch = given.setdefault(k, next(switches)) if k in moved.values() else next(switches)
            made.append(Changed(switch, None, new.items[k], new.items[k].span.line, (*path, k + 1)))
        if a < len(old.items):
            made.append(compare(old.items[a], new.items[b], switches, (*path, b + 1)))
        i, j = a + 1, b + 1
    return Items(tuple(made), new.span)


def _moved(old: Sequence, new: Sequence, pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Old place → new place of items that only stand elsewhere."""
    gone = [i for i in range(len(old.items)) if i not in {a for a, _ in pairs}]
    come = [j for j in range(len(new.items)) if j not in {b for _, b in pairs}]
    found: dict[int, int] = {}
    for i in gone:
        j = next((j for j in come if j not in found.values() and same(old.items[i], new.items[j])), None)
        if j is not None:
            found[i] = j
    return found

"""How alike two nodes are, as a whole number: what decides which items of two lists, and which names, are the same thing."""

from collections.abc import Sequence as ListOf

from engine.load.yaml_node import Mapping, Node, Scalar, Sequence

WHOLE = 10
"""What two equal scalars are worth; two unequal ones at the same place are worth 1."""


def same(old: Node, new: Node) -> bool:
    """Whether two nodes say the same in the same order, however they are written."""
    match old, new:
        case Scalar(), Scalar():
            plain = old.style == "plain"
            return old.text == new.text and old.value == new.value and plain == (new.style == "plain")
        case Sequence(), Sequence():
            return len(old.items) == len(new.items) and all(map(same, old.items, new.items))
        case Mapping(), Mapping():
            values = zip((v for _, v in old.items), (v for _, v in new.items), strict=False)
            return old.names == new.names and all(same(a, b) for a, b in values)
        case _:
            return False


def likeness(old: Node, new: Node) -> int:
    """0 for what has nothing in common."""
    match old, new:
        case Scalar(), Scalar():
            return WHOLE if same(old, new) else 1
        case Sequence(), Sequence():
            return 1 + sum(likeness(old.items[i], new.items[j]) for i, j in aligned(old.items, new.items))
        case Mapping(), Mapping():
            shared = [(old.get(name), new.get(name)) for name in old.names]
            found = [likeness(a, b) for a, b in shared if a is not None and b is not None]
            return 1 + sum(found) if found or not (old.items or new.items) else 0
        case _:
            return 0


def alike(old: Node, new: Node) -> bool:
    """Whether more than half of both is in common."""
    return 2 * likeness(old, new) > max(likeness(old, old), likeness(new, new))


def aligned(old: ListOf[Node], new: ListOf[Node]) -> list[tuple[int, int]]:
    """Which items of two lists belong together, in order, so that as much as possible is alike."""
    head = 0
    while head < min(len(old), len(new)) and same(old[head], new[head]):
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    between = _best(old[head : len(old) - tail], new[head : len(new) - tail])
    ends = [(len(old) - i, len(new) - i) for i in range(tail, 0, -1)]
    return [*((i, i) for i in range(head)), *((head + i, head + j) for i, j in between), *ends]


def _best(old: ListOf[Node], new: ListOf[Node]) -> list[tuple[int, int]]:
    """The pairs with the greatest likeness in all: `best[i][j]` is that of the rests from i and j on."""
    if not old or not new:
        return []
    worth = [[likeness(a, b) for b in new] for a in old]
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = worth[i][j] + best[i + 1][j + 1] if worth[i][j] else 0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if worth[i][j] and best[i][j] == worth[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs

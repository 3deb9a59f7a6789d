"""Definitions cut into columns that Polars can take: windows stand alone, and nothing long is written out twice.

In: definitions. Out: more of them, the additional ones under names that begin with `~`, and the order they need. A
Polars expression is a tree, so an implementation that mentions an argument three times triples it: twenty nested ones
would make a billion nodes. An argument that is mentioned more than once is a column of its own, unless it is short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.table import Def
from engine.ir.walk import rebuilt, refs

HIDDEN = "~"
SHORT = 12
"""Nodes that may be repeated."""

MENTIONS = {
    "div": (1, 3), "min": (2,), "max": (2,), "round": (4, 1, 1), "floor_product": (1, 4, 1), "product_rest": (2, 8, 1),
    "floor_part": (4, 6, 8, 1), "part_rest": (4, 6, 8, 1),
    "in": (2,), "scaled": (2, 2, 4),
}  # fmt: skip
"""How often an implementation writes out each argument, where not once; the last figure is for all that follow."""


@dataclass
class Hoist:
    """Takes parts out of expressions; `parts` are the columns they become, each seeing those before."""

    parts: list[tuple[str, Expr]] = field(default_factory=list)
    taken: dict[Expr, str] = field(default_factory=dict)
    count: int = 0

    def flat(self, expr: Expr) -> Expr:
        """The expression without windows and without long repetitions."""
        return self._flat(expr)[0]

    def _flat(self, expr: Expr) -> tuple[Expr, int]:
        """The expression, and how many nodes Polars will see of it."""
        if isinstance(expr, Ref | Lit):
            return expr, 1
        if isinstance(expr, Over):
            arg = expr.arg if isinstance(expr.arg, Ref) else self._column(self.flat(expr.arg))
            return self._column(Over(expr.fn, arg, expr.by, expr.order, expr.frame)), 1
        if isinstance(expr, Fold):  # its parts see what only its own rows bring (`fold.py`)
            return self._column(expr), 1
        times = _mentions(expr)
        size = 1
        changed: list[Expr] = []

        def change(child: Expr) -> Expr:
            nonlocal size
            flat, own = self._flat(child)
            mentioned = times[min(len(changed), len(times) - 1)]
            if mentioned > 1 and own > SHORT:
                flat, own = self._column(flat), 1
            changed.append(flat)
            size += own * mentioned
            return flat

        return rebuilt(expr, change), size

    def _column(self, expr: Expr) -> Ref:
        if expr not in self.taken:
            self.count += 1
            self.taken[expr] = f"{HIDDEN}{self.count}"
            self.parts.append((self.taken[expr], expr))
        return Ref(self.taken[expr])


def _mentions(expr: Expr) -> Sequence[int]:
    """How often each child of a call or case is written out, in the order of `walk.children`."""
    if isinstance(expr, Call):
        return MENTIONS.get(expr.fn, (1,))
    assert isinstance(expr, Case)
    return (*((2, 1) * len(expr.branches)), 1)


def hoisted(defs: Iterable[Def]) -> list[tuple[str, Expr]]:
    """The definitions in order, each after the columns that were taken out of it."""
    hoist = Hoist()
    for definition in defs:
        flat = hoist.flat(definition.expr)
        hoist.parts.append((definition.name, flat))
        hoist.taken = {expr: name for expr, name in hoist.taken.items() if definition.name not in refs(expr)}
    return hoist.parts


def layers(defs: Sequence[tuple[str, Expr]]) -> list[list[tuple[str, Expr]]]:
    """The definitions in as few batches as can be, such that each sees what it saw in the given order.

    Within a batch all see the columns as they were before it.
    """
    written: dict[str, int] = {}
    read: dict[str, int] = {}
    found: list[list[tuple[str, Expr]]] = []
    for name, expr in defs:
        seen = refs(expr)
        layer = max((written[r] + 1 for r in seen if r in written), default=0)
        layer = max(layer, read.get(name, 0), written.get(name, -1) + 1)
        written[name] = layer
        for ref in seen:
            read[ref] = max(read.get(ref, 0), layer)
        if layer == len(found):
            found.append([])
        found[layer].append((name, expr))
    return found

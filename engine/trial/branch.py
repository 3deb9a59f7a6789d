"""The ways through a formula's conditions. In: an expression. Out: for each value that it can choose, what must hold for that."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.explain.formula import in_names
from engine.ir.expr import Case, Expr
from engine.ir.walk import children, refs


@dataclass(frozen=True)
class Branch:
    """One of the values of a choice: all of `true` hold on the way to it and none of `false`."""

    words: str
    """What decides it, as coverage says it: `where family = support`."""
    true: tuple[Expr, ...]
    false: tuple[Expr, ...]

    @property
    def reads(self) -> frozenset[str]:
        """The names that its conditions read."""
        return frozenset().union(*(refs(each) for each in (*self.true, *self.false)))


def branches(expr: Expr, true: tuple[Expr, ...] = (), false: tuple[Expr, ...] = ()) -> Iterator[Branch]:
    """All of an expression, choices within choices too; one that chooses again has its own values' instead."""
    if not isinstance(expr, Case):
        for child in children(expr):
            yield from branches(child, true, false)
        return
    refused = false
    for condition, value in expr.branches:
        yield from branches(condition, true, refused)
        yield Branch(f"where {in_names(condition)}", (*true, condition), refused)
        yield from branches(value, (*true, condition), refused)
        refused = (*refused, condition)
    if not isinstance(expr.otherwise, Case):
        without = " nor ".join(in_names(condition) for condition, _ in expr.branches)
        yield Branch(f"where not {without}", true, refused)
    yield from branches(expr.otherwise, true, refused)

"""A row that formulas are content with: values of its columns, so that some conditions hold and others don't.

The constants that a plan's formulas compare a column with are the values that matter; every other value is as good as one
that stands for all. So few rows need be tried.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice, product
from typing import Any

from engine.ir.expr import Expr, Lit
from engine.ir.types import Type
from engine.ir.walk import children, refs
from engine.plan.formula import Formula
from engine.plan.workspace import Column
from engine.reference.scalar import Typed, truth

MOST = 20_000
"""Rows that are tried."""
Known = Mapping[str, tuple[Any, Type]]


def candidates(column: Column, formulas: Iterable[Formula], day: date) -> list[Any]:
    """Values of a column that may matter: nothing or a plain one first, then those that formulas name."""
    named = [
        value
        for formula in formulas
        if column.name in refs(formula.expr)
        for value in _constants(formula.expr)
        if _fits(value, column.type)
    ]
    plain: dict[str, Any] = {"text": "any", "bool": False, "date": day, "quantity": Decimal(1), "rate": Decimal(1)}
    empty = [None] if column.type.nullable else []
    both = [True] if column.type.dtype == "bool" else []
    return list(dict.fromkeys([*empty, plain.get(column.type.dtype, Decimal(1000)), *named, *both]))


def satisfying(
    known: Known, free: Mapping[str, tuple[Sequence[Any], Type]], true: Sequence[Formula], false: Sequence[Formula]
) -> dict[str, Any] | None:
    """Values of the free columns with which all of `true` hold and none of `false`; None if none were found."""
    names = list(free)
    for values in islice(product(*(free[name][0] for name in names)), MOST):
        row = {name: Typed(value, type_.dtype) for name, (value, type_) in known.items()}
        row |= {name: Typed(value, free[name][1].dtype) for name, value in zip(names, values, strict=True)}
        if all(holds(f.expr, row) is True for f in true) and not any(holds(f.expr, row) for f in false):
            return dict(zip(names, values, strict=True))
    return None


def holds(expr: Expr, row: Mapping[str, Typed]) -> bool | None:
    """Whether a condition holds on a row; None where it can't be known there."""
    return truth(expr, row) if refs(expr) <= set(row) else None


def _constants(expr: Expr) -> Iterator[Any]:
    if isinstance(expr, Lit):
        yield expr.value
    for child in children(expr):
        yield from _constants(child)


def _fits(value: Any, type_: Type) -> bool:
    kinds = {"text": str, "bool": bool, "date": date}
    kind = kinds.get(type_.dtype, Decimal)
    return isinstance(value, kind)

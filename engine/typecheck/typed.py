"""Expressions with their types, and the one liberty types take: a bare number has the type of what it stands beside.

In: expressions of a plan. Out: the same with literals of the right type; nothing else is ever rewritten.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.ir.expr import Call, Case, Expr, Lit
from engine.ir.types import QUANTITY, Type

CURRENCY = re.compile(r" (?!AND|NOT)[A-Z]{3}(?![A-Za-z0-9_])")
"""What an amount has after its number; `AND` and `NOT` are words of formulas that people write large."""
BY = "by "
"""Money of a row's own currency is `money[by <column>]` here, so that two such columns are told apart."""


@dataclass(frozen=True)
class Typed:
    """An expression and its type; None where a mistake in it was reported already."""

    expr: Expr
    type: Type | None

    @property
    def nullable(self) -> bool:
        """Whether it may be missing."""
        return self.type is not None and self.type.nullable


def by_column(column: str) -> str:
    """The stand-in for a currency that is read from a column of the row."""
    return BY + column


def stored(type_: Type) -> Type:
    """The type as the IR knows it, where a currency by column is None."""
    if type_.currency is not None and type_.currency.startswith(BY):
        return replace(type_, currency=None)
    return type_


def is_bare(expr: Expr) -> bool:
    """Whether an expression is made of bare numbers alone, so that it can take any numeric type."""
    match expr:
        case Lit():
            return expr.type == QUANTITY and isinstance(expr.value, Decimal)
        case Call("neg" | "abs" | "min" | "max"):
            return all(is_bare(arg) for arg in expr.args)
        case Case():
            return is_bare(expr.otherwise) and all(is_bare(value) for _, value in expr.branches)
        case _:
            return False


def adapted(term: Typed, type_: Type) -> Typed:
    """`term` in that type if it is a bare number and the type is numeric; otherwise as it was."""
    if not type_.is_numeric or not is_bare(term.expr):
        return term
    return Typed(_retyped(term.expr, stored(type_.required())), type_.required())


def _retyped(expr: Expr, type_: Type) -> Expr:
    match expr:
        case Lit():
            return Lit(expr.value, type_, expr.at)
        case Call():
            return Call(expr.fn, tuple(_retyped(arg, type_) for arg in expr.args), expr.at)
        case Case():
            branches = tuple((condition, _retyped(value, type_)) for condition, value in expr.branches)
            return Case(branches, _retyped(expr.otherwise, type_), expr.at)
        case _:
            return expr


def unified(terms: Sequence[Typed]) -> tuple[tuple[Expr, ...], Type | None]:
    """The terms in one type (nullable if one is), bare numbers taking the others'; None if they have several."""
    known = [term.type for term in terms if term.type is not None]
    leading = next((term.type for term in terms if term.type is not None and not is_bare(term.expr)), None)
    if leading is None:
        leading = known[0] if known else None
    if leading is None or len(known) < len(terms):
        return tuple(term.expr for term in terms), None
    adjusted = [adapted(term, leading) for term in terms]
    types = {term.type.required() for term in adjusted if term.type is not None}
    if len(types) > 1:
        return tuple(term.expr for term in terms), None
    nullable = any(term.nullable for term in adjusted)
    common = leading.optional() if nullable else leading.required()
    return tuple(term.expr for term in adjusted), common


def product(left: Type, right: Type) -> Type | None:
    """Type of left × right; None for money × money."""
    monies = [t for t in (left, right) if t.dtype == "money"]
    if len(monies) == 2:
        return None
    if monies:
        return monies[0].required()
    return Type("rate") if left.dtype == right.dtype == "rate" else QUANTITY


def quotient(left: Type, right: Type) -> Type | None:
    """Type of left ÷ right; None where money would be divided by other money, or a number by money."""
    if left.dtype == "money":
        if right.dtype != "money":
            return left.required()
        return Type("rate") if left.required() == right.required() else None
    if right.dtype == "money":
        return None
    return Type("rate") if left.dtype == "rate" else QUANTITY


def extent(text: str, expr: Expr) -> tuple[int, int]:
    """Where an expression stands in its formula: first character, and the one after the last."""
    match expr:
        case Call():
            parts = [extent(text, arg) for arg in expr.args]
        case Case():
            parts = [extent(text, e) for branch in expr.branches for e in branch] + [extent(text, expr.otherwise)]
        case _:
            return expr.at, _leaf_end(text, expr.at)
    start = min([expr.at, *(first for first, _ in parts)])
    end = max([expr.at + 1, *(last for _, last in parts)])
    listed = isinstance(expr, Call) and expr.fn == "in" and "(" in text[parts[0][1] : parts[1][0]]
    named = isinstance(expr, Call) and text.startswith(expr.fn + "(", expr.at)
    if (named or listed) and ")" in text[end:]:
        end = text.index(")", end) + 1
    return start, min(end, len(text))


def _leaf_end(text: str, at: int) -> int:
    """The end of the name, number, amount or quoted text that begins at `at`."""
    if at < len(text) and text[at] in "\"'":
        end = at + 1
        while end < len(text) and text[end] != text[at]:
            end += 2 if text[end] == "\\" else 1
        return min(end + 1, len(text))
    end = at + 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_."):
        end += 1
    currency = CURRENCY.match(text, end) if text[at : at + 1].isdigit() else None
    return min(end if currency is None else currency.end(), len(text))

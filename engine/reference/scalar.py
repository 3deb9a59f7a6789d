"""Scalar formulas by the function table: an expression and a row of typed values in, one typed value out.

The oracle's own arithmetic: every value carries its dtype, because a product's bounds depend on it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast

from engine.core import money
from engine.ir.expr import Call, Case, Expr, Lit, Ref, Value


class Typed(NamedTuple):
    """A value, or None where it is not known, with its dtype (known in either case)."""

    value: Value
    dtype: str


Row = Mapping[str, Typed]

LIMITS = {"money": money.MONEY_LIMIT, "rate": money.RATE_LIMIT, "quantity": money.RATE_LIMIT}


def evaluate(expr: Expr, row: Row) -> Typed:
    """The value of `expr` on `row`: × and ÷ in the order written, left to right."""
    match expr:
        case Ref(name):
            return row[name]
        case Lit(value, type_):
            return Typed(value, type_.dtype)
        case Case(branches, otherwise):
            return _case(branches, otherwise, row)
        case Call(fn, args):
            return _call(fn, [evaluate(arg, row) for arg in args])
    raise AssertionError(f"no formula of a plan holds {expr}")


def decimal(expr: Expr, row: Row) -> Decimal | None:
    """The value of a numeric expression."""
    value = evaluate(expr, row).value
    assert value is None or isinstance(value, Decimal)
    return value


def truth(expr: Expr, row: Row) -> bool | None:
    """The value of a condition."""
    value = evaluate(expr, row).value
    assert value is None or isinstance(value, bool)
    return value


def bounded(value: Decimal | None, dtype: str) -> Decimal | None:
    """Bounds by type hold for every value; a value outside is null."""
    return None if value is None or abs(value) >= LIMITS[dtype] else value


def plus(left: Decimal | None, right: Decimal | None, dtype: str = "money") -> Decimal | None:
    """+ and − are exact; null if either is null, or the sum is outside its bounds."""
    return None if left is None or right is None else bounded(money.EXACT.add(left, right), dtype)


def minus(left: Decimal | None, right: Decimal | None, dtype: str = "money") -> Decimal | None:
    """The exact difference, as `plus`."""
    return None if left is None or right is None else bounded(money.EXACT.subtract(left, right), dtype)


def total(values: Iterable[Decimal | None], dtype: str = "money") -> Decimal | None:
    """The exact sum; null if any value is null ("a missing part makes a sum missing"), 0 of nothing."""
    result: Decimal | None = Decimal(0)
    for value in values:
        result = None if result is None or value is None else money.EXACT.add(result, value)
    return bounded(result, dtype)


def multiplied(left: Typed, right: Typed) -> Typed:
    """left × right, typed and bounded as `mul`."""
    return _call("mul", [left, right])


def divided(left: Typed, right: Typed) -> Typed:
    """left ÷ right, typed and bounded as `div`."""
    return _call("div", [left, right])


def _case(branches: tuple[tuple[Expr, Expr], ...], otherwise: Expr, row: Row) -> Typed:
    """A null that arises from a division or a look-up blocks, it never chooses a branch."""
    dtype = _one_dtype([evaluate(value, row) for _, value in branches] + [evaluate(otherwise, row)])
    for condition, value in branches:
        holds = truth(condition, row)
        if holds is None:
            return Typed(None, dtype)
        if holds:
            return Typed(evaluate(value, row).value, dtype)
    return Typed(evaluate(otherwise, row).value, dtype)


def _call(fn: str, args: list[Typed]) -> Typed:
    """A function or operator of the function table on evaluated arguments: its dtype first, then its value."""
    dtype = _dtype(fn, args)
    values = [arg.value for arg in args]
    if fn in NULL_RULES:
        return Typed(NULL_RULES[fn](*values), dtype)
    if any(value is None for value in values):
        return Typed(None, dtype)
    value = PLAIN[fn](*values)
    return Typed(bounded(value, dtype) if dtype in LIMITS else value, dtype)


def _dtype(fn: str, args: list[Typed]) -> str:
    """Column `gives` of the function table."""
    dtypes = {arg.dtype for arg in args}
    match fn:
        case "mul":
            assert [arg.dtype for arg in args].count("money") < 2, "money × money"
            return "money" if "money" in dtypes else "quantity" if "quantity" in dtypes else "rate"
        case "div":
            left, right = (arg.dtype for arg in args)
            if left == "money":
                return "rate" if right == "money" else "money"
            return left
        case "add" | "sub" | "neg" | "abs" | "min" | "max" | "coalesce" | "round":
            return _one_dtype(args)
        case "year" | "month" | "day" | "days_between":
            return "quantity"
        case "date":
            return "date"
    return "bool"


def _one_dtype(args: list[Typed]) -> str:
    """The type that arguments agree in; a bare number (a quantity) takes the other side's type."""
    return next((arg.dtype for arg in args if arg.dtype != "quantity"), args[0].dtype)


def _and(*values: bool | None) -> bool | None:
    return False if False in values else None if None in values else True


def _or(*values: bool | None) -> bool | None:
    return True if True in values else None if None in values else False


NULL_RULES: dict[str, Callable[..., Any]] = {
    "and": _and,
    "or": _or,
    "coalesce": lambda first, second: second if first is None else first,
    "is_missing": lambda value: value is None,
}
"""Functions that say themselves what a null argument does; all others are null if any argument is."""

PLAIN: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: money.EXACT.add(a, b),
    "sub": lambda a, b: money.EXACT.subtract(a, b),
    "neg": lambda a: money.EXACT.subtract(Decimal(0), a),
    "mul": money.product,
    "div": money.quotient,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "not": lambda a: not a,
    "in": lambda a, *members: a in members,
    "abs": lambda a: a.copy_abs(),
    "min": min,
    "max": max,
    "date": lambda a: a if isinstance(a, date) else date.fromisoformat(a),
    "year": lambda a: Decimal(cast(date, a).year),
    "month": lambda a: Decimal(cast(date, a).month),
    "day": lambda a: Decimal(cast(date, a).day),
    "days_between": lambda a, b: Decimal((b - a).days),
    "starts_with": lambda a, b: cast(str, a).startswith(b),
    "round": money.rounded,
}

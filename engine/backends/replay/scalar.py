"""Scalar expressions in plain Python: one small function of values per row of the function table.

An expression becomes a closure from columns to a column, so that a table costs one call per node, not one per row.
All arithmetic is `core.money`'s, in a context that rounds nothing: Python's own operators round to 28 digits.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import reduce
from typing import Any

from engine.backends.replay.rows import Columns, Values
from engine.backends.replay.term import Evaluate, Function, Term, many, one, two, within
from engine.core.money import EXACT, ROUNDING_MODES, product, quantize, quotient, scaled
from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.functions import REST_FACTOR, SHARE_PLACES
from engine.ir.infer import type_of
from engine.ir.program import Schema
from engine.ir.types import limit_of

LAST_ORDINAL = date.max.toordinal()


def compiled(expr: Expr, schema: Schema, windows: Callable[[Over | Fold], Evaluate]) -> Evaluate:
    """A closure for an expression over rows of `schema`; `windows` makes those of windows."""
    match expr:
        case Ref(name):
            return lambda columns, height: columns[name]
        case Lit(value, _):
            return lambda columns, height: [value] * height
        case Call(fn, args):
            evaluates = [compiled(arg, schema, windows) for arg in args]
            function = FUNCTIONS[fn](Term(expr, type_of(expr, schema)))
            return lambda columns, height: function([evaluate(columns, height) for evaluate in evaluates])
        case Case(branches, otherwise):
            tests = [(compiled(test, schema, windows), compiled(value, schema, windows)) for test, value in branches]
            return _case(tests, compiled(otherwise, schema, windows))
        case Over() | Fold():
            return windows(expr)


def _case(tests: Sequence[tuple[Evaluate, Evaluate]], otherwise: Evaluate) -> Evaluate:
    """The value of the first true test; None from the first test that is None."""

    def evaluate(columns: Columns, height: int) -> Values:
        result = otherwise(columns, height)
        for test, value in reversed(tests):
            triples = zip(test(columns, height), value(columns, height), result, strict=True)
            result = [then if true else (None if true is None else other) for true, then, other in triples]
        return result

    return evaluate


# -- arithmetic


def _add(t: Term) -> Function:
    if not t.type.is_numeric:
        return many(lambda row: None if None in row else sum(row))
    limit = limit_of(t.type)
    if len(t.call.args) == 2:
        return two(lambda x, y: within(EXACT.add(x, y), limit))
    return many(lambda row: None if None in row else within(reduce(EXACT.add, row), limit))


def _sub(t: Term) -> Function:
    if not t.type.is_numeric:
        return two(lambda x, y: x - y)
    limit = limit_of(t.type)
    return two(lambda x, y: within(EXACT.subtract(x, y), limit))


def _neg(t: Term) -> Function:
    return one(EXACT.minus if t.type.is_numeric else lambda x: -x)


def _abs(t: Term) -> Function:
    return one(EXACT.abs if t.type.is_numeric else abs)


def _mul(t: Term) -> Function:
    limit = limit_of(t.type)
    return two(lambda x, y: within(product(x, y), limit))


def _div(t: Term) -> Function:
    limit = limit_of(t.type)
    return two(lambda x, y: within(quotient(x, y), limit))


def _scaled(t: Term) -> Function:
    limit = limit_of(t.type)
    return many(lambda row: None if None in row else within(scaled(*row), limit))


def _round(t: Term) -> Function:
    limit, mode, digits = limit_of(t.type), ROUNDING_MODES[t.literal(1)], t.literal(2)
    return lambda args: [None if x is None else within(quantize(x, digits, mode), limit) for x in args[0]]


def _cut_product(value: Decimal, share: Decimal, digits: int) -> tuple[Decimal, Decimal] | None:
    """|value| × share exactly, and the same cut at `digits`; None where the share is none."""
    if not 0 <= share <= 1 or quantize(share, SHARE_PLACES, ROUND_DOWN) != share:
        return None
    exact = EXACT.multiply(value.copy_abs(), share)
    return exact, quantize(exact, digits, ROUND_DOWN)


def _floor_product(t: Term) -> Function:
    digits = t.literal(2)

    def floor(value: Decimal, share: Decimal) -> Decimal | None:
        found = _cut_product(value, share, digits)
        return None if found is None else found[1]

    return two(floor)


def _product_rest(t: Term) -> Function:
    digits, factor = t.literal(2), Decimal(REST_FACTOR)

    def rest(value: Decimal, share: Decimal) -> Decimal | None:
        found = _cut_product(value, share, digits)
        return None if found is None else EXACT.multiply(EXACT.subtract(*found), factor)

    return two(rest)


def _cut_part(t: Term) -> Callable[[tuple[Any, ...]], tuple[Decimal, Decimal] | None]:
    """|value| × part ÷ whole cut at `digits`, and what that leaves of |value| × part in units of the last digit."""
    digits = t.literal(3)

    def cut(row: tuple[Any, ...]) -> tuple[Decimal, Decimal] | None:
        if None in row[:3]:
            return None
        value, part, whole = row[:3]
        if not 0 <= part <= whole or whole == 0 or quantize(value, digits, ROUND_DOWN) != value:
            return None
        units, rest = EXACT.divmod(EXACT.multiply(EXACT.scaleb(abs(value), digits), part), whole)
        return EXACT.scaleb(units, -digits), rest

    return cut


def _floor_part(t: Term) -> Function:
    cut = _cut_part(t)
    return many(lambda row: None if (found := cut(row)) is None else found[0])


def _part_rest(t: Term) -> Function:
    cut = _cut_part(t)
    return many(lambda row: None if (found := cut(row)) is None else found[1])


def _as_rate(t: Term) -> Function:
    return one(lambda x: x)


def _as_money(t: Term) -> Function:
    return two(lambda x, currency: x)


def _as_quantity(t: Term) -> Function:
    limit = limit_of(t.type)
    return one(lambda x: within(Decimal(x), limit))


# -- conditions


def _eq(t: Term) -> Function:
    return two(lambda x, y: x == y)


def _ne(t: Term) -> Function:
    return two(lambda x, y: x != y)


def _lt(t: Term) -> Function:
    return two(lambda x, y: x < y)


def _le(t: Term) -> Function:
    return two(lambda x, y: x <= y)


def _gt(t: Term) -> Function:
    return two(lambda x, y: x > y)


def _ge(t: Term) -> Function:
    return two(lambda x, y: x >= y)


def _and(t: Term) -> Function:
    return many(lambda row: False if False in row else None if None in row else True)


def _or(t: Term) -> Function:
    return many(lambda row: True if True in row else None if None in row else False)


def _not(t: Term) -> Function:
    return one(lambda x: not x)


def _in(t: Term) -> Function:
    values = {t.literal(index) for index in range(1, len(t.call.args))}
    if None in values:
        return lambda args: [None] * len(args[0])
    return one(lambda x: x in values)


# -- choice


def _min(t: Term) -> Function:
    return two(min) if len(t.call.args) == 2 else many(lambda row: None if None in row else min(row))


def _max(t: Term) -> Function:
    return two(max) if len(t.call.args) == 2 else many(lambda row: None if None in row else max(row))


def _first_known(row: Iterable[Any]) -> Any:
    return next((x for x in row if x is not None), None)


def _coalesce(t: Term) -> Function:
    return many(_first_known)


def _is_missing(t: Term) -> Function:
    return lambda args: [x is None for x in args[0]]


# -- dates and texts


def _date(t: Term) -> Function:
    return one(date.fromisoformat)


def _year(t: Term) -> Function:
    return one(lambda x: Decimal(x.year))


def _month(t: Term) -> Function:
    return one(lambda x: Decimal(x.month))


def _day(t: Term) -> Function:
    return one(lambda x: Decimal(x.day))


def _days_between(t: Term) -> Function:
    return two(lambda x, y: Decimal((y - x).days))


def _days(t: Term) -> Function:
    return two(lambda x, y: (y - x).days + 1)


def _add_days(t: Term) -> Function:
    def add(day: date, count: int) -> date | None:
        ordinal = day.toordinal() + count
        return date.fromordinal(ordinal) if 1 <= ordinal <= LAST_ORDINAL else None

    return two(add)


def _starts_with(t: Term) -> Function:
    return two(lambda x, y: x.startswith(y))


def _concat(t: Term) -> Function:
    return many(lambda row: "".join(x for x in row if x is not None))


FUNCTIONS: dict[str, Callable[[Term], Function]] = {
    "add": _add, "sub": _sub, "neg": _neg, "mul": _mul, "div": _div, "scaled": _scaled, "abs": _abs, "round": _round,
    "floor_product": _floor_product, "product_rest": _product_rest, "floor_part": _floor_part, "part_rest": _part_rest,
    "as_rate": _as_rate, "as_money": _as_money, "as_quantity": _as_quantity,
    "eq": _eq, "ne": _ne, "lt": _lt, "le": _le, "gt": _gt, "ge": _ge,
    "and": _and, "or": _or, "not": _not, "in": _in,
    "min": _min, "max": _max, "coalesce": _coalesce, "is_missing": _is_missing,
    "date": _date, "year": _year, "month": _month, "day": _day, "days_between": _days_between, "days": _days,
    "add_days": _add_days, "starts_with": _starts_with, "concat": _concat,
}  # fmt: skip
"""One implementation per row of `ir.functions`."""

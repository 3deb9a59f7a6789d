"""Scalar expressions as Polars expressions: one small function per row of the function table.

Every result is at 12 places and inside the bounds of its type, or null. Nothing here can raise for a value.
Windows are columns before an expression comes here (`window.py`).
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add, and_, or_

import polars as pl

from engine.backends.polars.schema import DECIMAL, dtype_of
from engine.backends.polars.term import Term, bounded, column, literal, nothing, number
from engine.core.money import DIVISOR_LEAST, PLACES, PRODUCT_LIMIT
from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.functions import REST_FACTOR, SHARE_PLACES
from engine.ir.infer import called, chosen, type_of
from engine.ir.program import Schema
from engine.ir.types import Type

FINE = pl.Decimal(38, PLACES + SHARE_PLACES)
"""Holds value × share exactly: 10¹⁶ at 18 places has 34 digits."""
WHOLE = pl.Decimal(38, 0)
MONEY_PLACES, CHUNK = 16, 9
"""Digits before the point that money has at most; how many of them times a part of 28 digits stay within 128 bits."""
EPOCH = date(1970, 1, 1)
FIRST_DAY, LAST_DAY = (date.min - EPOCH).days, (date.max - EPOCH).days


def compiled(expr: Expr, schema: Schema) -> pl.Expr:
    """An expression without windows over rows of `schema`."""
    return typed(expr, schema)[0]


def typed(expr: Expr, schema: Schema) -> tuple[pl.Expr, Type]:
    """The same with its type, which is read off once on the way."""
    match expr:
        case Ref(name):
            return column(name), type_of(expr, schema)
        case Lit(value, type_):
            return literal(value, type_), type_of(expr, schema)
        case Call(fn, args):
            parts = [typed(arg, schema) for arg in args]
            type_ = called(expr, [type_ for _, type_ in parts])
            return FUNCTIONS[fn](
                Term(tuple(part for part, _ in parts), expr, type_, tuple(kind for _, kind in parts))
            ), type_
        case Case(branches, otherwise):
            tests = [(typed(test, schema), typed(value, schema)) for test, value in branches]
            last, last_type = typed(otherwise, schema)
            type_ = chosen([test for (_, test), _ in tests], [*(value for _, (_, value) in tests), last_type])
            return case([(test, value) for (test, _), (value, _) in tests], last, dtype_of(type_)), type_
        case Over() | Fold():
            raise AssertionError("a window inside an expression that was not taken out")


def case(tests: Sequence[tuple[pl.Expr, pl.Expr]], otherwise: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The value of the first true test; null from the first test that is null."""
    result = otherwise
    null = nothing(dtype)
    for test, value in reversed(tests):
        result = pl.when(test).then(value).when(test.is_null()).then(null).otherwise(result)
    return result


# -- arithmetic


def _add(t: Term) -> pl.Expr:
    return bounded(reduce(add, t.args), t.type)


def _sub(t: Term) -> pl.Expr:
    return bounded(t.args[0] - t.args[1], t.type)


def _neg(t: Term) -> pl.Expr:
    return -t.args[0]


def _abs(t: Term) -> pl.Expr:
    return t.args[0].abs()


def _mul(t: Term) -> pl.Expr:
    return bounded(t.args[0] * t.args[1], t.type)


def _div(t: Term) -> pl.Expr:
    """By 1 where the divisor is too small, and without the result: even inside `when` a division by 0 may raise."""
    value, divisor = t.args
    return _quotient(value, divisor, t.type)


def _quotient(value: pl.Expr, divisor: pl.Expr, type_: Type) -> pl.Expr:
    can = divisor.abs() >= number(DIVISOR_LEAST)
    safe = pl.when(can).then(divisor).otherwise(number(1))
    return bounded(pl.when(can).then(value / safe), type_)


def _scaled(t: Term) -> pl.Expr:
    """The product is made only where it has room: a column of 38 digits holds the whole numbers' product, which tells."""
    value, part, whole = t.args
    above = [factor.abs().truncate(0).cast(WHOLE) + pl.lit(Decimal(1), dtype=WHOLE) for factor in (value, part)]
    fits = above[0] * above[1] <= pl.lit(PRODUCT_LIMIT, dtype=WHOLE)
    product = pl.when(fits).then(value) * pl.when(fits).then(part)
    small = product.abs() <= pl.min_horizontal(whole.abs(), number(1)) * number(PRODUCT_LIMIT)
    return _quotient(pl.when(small).then(product), whole, t.type)


def rounded(value: pl.Expr, mode: str, digits: int) -> pl.Expr:
    """A decimal at `digits` places by a mode of a plan. Floor and ceiling are composed of `truncate` and one unit."""
    if digits >= PLACES:
        return value
    unit = number(Decimal(1).scaleb(-digits))
    cut = value.truncate(digits)
    match mode:
        case "half_up":
            return value.round(digits, mode="half_away_from_zero")
        case "half_even":
            return value.round(digits, mode="half_to_even")
        case "truncate":
            return cut
        case "floor":
            return pl.when(cut > value).then(cut - unit).otherwise(cut)
        case "ceiling":
            return pl.when(cut < value).then(cut + unit).otherwise(cut)
        case _:
            raise AssertionError(f"no rounding mode `{mode}`")


def _round(t: Term) -> pl.Expr:
    mode, digits = t.literal(1), t.literal(2)
    assert isinstance(mode, str) and isinstance(digits, int)
    return bounded(rounded(t.args[0], mode, digits), t.type)


def _exact_product(t: Term) -> tuple[pl.Expr, pl.Expr]:
    """|value| × share at 18 places, and the same cut at `digits`; null where the share is none."""
    value, share = t.args[0], t.args[1]
    digits = t.literal(2)
    assert isinstance(digits, int)
    fits = (share >= number(0)) & (share <= number(1)) & (share.truncate(SHARE_PLACES) == share)
    exact = value.abs().cast(FINE) * pl.when(fits).then(share).cast(FINE)
    return exact, exact.truncate(digits)


def _floor_product(t: Term) -> pl.Expr:
    _, floor = _exact_product(t)
    return floor.cast(DECIMAL)


def _product_rest(t: Term) -> pl.Expr:
    exact, floor = _exact_product(t)
    return ((exact - floor) * pl.lit(Decimal(REST_FACTOR), dtype=FINE)).cast(DECIMAL)


def _units(value: pl.Expr, digits: int = PLACES) -> pl.Expr:
    """A decimal under 10²⁶⁻ᵈⁱᵍⁱᵗˢ as a whole number of its last of `digits` places."""
    return (value * number(Decimal(1).scaleb(digits))).cast(pl.Int128)


def _cut_part(t: Term) -> tuple[pl.Expr, pl.Expr]:
    """|value| × part ÷ whole cut at `digits`, and the rest, by long division. No step leaves 128 bits."""
    value, part, whole = t.args[0].abs(), t.args[1], t.args[2]
    digits = t.literal(3)
    assert isinstance(digits, int)
    fits = (part >= number(0)) & (part <= whole) & (whole > number(0)) & (value.truncate(digits) == value)
    if t.types[1].dtype == "money":
        return _cut_money(value, pl.when(fits).then(part), pl.when(fits).then(whole), digits)
    return _cut_small(value, _units(pl.when(fits).then(part)), _units(pl.when(fits).then(whole)), digits)


def _cut_small(value: pl.Expr, part: pl.Expr, whole: pl.Expr, digits: int) -> tuple[pl.Expr, pl.Expr]:
    """The whole number first, then its decimals: 10¹⁶ × 10²¹, and a rest under 10²¹ brought down by 12 places."""
    first = value.truncate(0)
    product = first.cast(pl.Int128) * part
    units = product // whole
    below = (product - units * whole) * pl.lit(10**digits, dtype=pl.Int128) + _units(value - first, digits) * part
    decimals = below // whole
    unit = number(Decimal(1).scaleb(-digits))
    rest = (below - decimals * whole).cast(DECIMAL) * number(Decimal(1).scaleb(-PLACES))
    return units.cast(DECIMAL) + decimals.cast(DECIMAL) * unit, rest


def _cut_money(value: pl.Expr, part: pl.Expr, whole: pl.Expr, digits: int) -> tuple[pl.Expr, pl.Expr]:
    """Of parts under 10²⁸, nine digits of the value at a time: each is put behind a rest under 10²⁸, and divided."""
    size, part, whole = (_wide(each, places) for each, places in ((value, digits), (part, PLACES), (whole, PLACES)))
    units, rest = _big(0), _big(0)
    for place in reversed(range(-(-(MONEY_PLACES + digits) // CHUNK))):
        figures = (size // _big(10 ** (CHUNK * place))) % _big(10**CHUNK)
        below = rest * _big(10**CHUNK) + figures * part
        units, rest = units * _big(10**CHUNK) + below // whole, below % whole
    return _narrow(units, digits), _narrow(rest, PLACES)


def _big(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.Int128)


def _wide(value: pl.Expr, digits: int) -> pl.Expr:
    """A decimal of any size as a whole number of its last of `digits` places."""
    first = value.truncate(0)
    return first.cast(pl.Int128) * _big(10**digits) + _units(value - first, digits)


def _narrow(units: pl.Expr, digits: int) -> pl.Expr:
    """The decimal of which there are so many units."""
    last = (units % _big(10**digits)).cast(DECIMAL) * number(Decimal(1).scaleb(-digits))
    return (units // _big(10**digits)).cast(DECIMAL) + last


def _floor_part(t: Term) -> pl.Expr:
    return _cut_part(t)[0]


def _part_rest(t: Term) -> pl.Expr:
    return _cut_part(t)[1]


def _as_money(t: Term) -> pl.Expr:
    return t.args[0]


def _as_rate(t: Term) -> pl.Expr:
    return t.args[0]


def _as_quantity(t: Term) -> pl.Expr:
    return bounded(t.args[0].cast(DECIMAL, strict=False), t.type)


# -- conditions


def _eq(t: Term) -> pl.Expr:
    return t.args[0] == t.args[1]


def _ne(t: Term) -> pl.Expr:
    return t.args[0] != t.args[1]


def _lt(t: Term) -> pl.Expr:
    return t.args[0] < t.args[1]


def _le(t: Term) -> pl.Expr:
    return t.args[0] <= t.args[1]


def _gt(t: Term) -> pl.Expr:
    return t.args[0] > t.args[1]


def _ge(t: Term) -> pl.Expr:
    return t.args[0] >= t.args[1]


def _and(t: Term) -> pl.Expr:
    return reduce(and_, t.args)


def _or(t: Term) -> pl.Expr:
    return reduce(or_, t.args)


def _not(t: Term) -> pl.Expr:
    return ~t.args[0]


def _in(t: Term) -> pl.Expr:
    """Not `is_in`, whose list would take its own view of dtypes; literals are few."""
    found = reduce(or_, [t.args[0] == literal for literal in t.args[1:]])
    has_null = any(t.literal(index) is None for index in range(1, len(t.args)))
    return pl.lit(None, dtype=pl.Boolean) if has_null else found


# -- choice


def _all_known(t: Term) -> pl.Expr:
    return reduce(and_, [arg.is_not_null() for arg in t.args])


def _min(t: Term) -> pl.Expr:
    """`min_horizontal` by itself leaves nulls out."""
    return pl.when(_all_known(t)).then(pl.min_horizontal(*t.args))


def _max(t: Term) -> pl.Expr:
    return pl.when(_all_known(t)).then(pl.max_horizontal(*t.args))


def _coalesce(t: Term) -> pl.Expr:
    return pl.coalesce(*t.args)


def _is_missing(t: Term) -> pl.Expr:
    return t.args[0].is_null()


# -- dates and texts


def _date(t: Term) -> pl.Expr:
    text = t.literal(0)
    return pl.lit(date.fromisoformat(text) if isinstance(text, str) else None, dtype=pl.Date)


def _year(t: Term) -> pl.Expr:
    return t.args[0].dt.year().cast(pl.Int64).cast(DECIMAL)


def _month(t: Term) -> pl.Expr:
    return t.args[0].dt.month().cast(pl.Int64).cast(DECIMAL)


def _day(t: Term) -> pl.Expr:
    return t.args[0].dt.day().cast(pl.Int64).cast(DECIMAL)


def day_number(day: pl.Expr) -> pl.Expr:
    """Days since 1970-01-01."""
    return day.cast(pl.Int32).cast(pl.Int64)


def _days_between(t: Term) -> pl.Expr:
    return (day_number(t.args[1]) - day_number(t.args[0])).cast(DECIMAL)


def _days(t: Term) -> pl.Expr:
    return day_number(t.args[1]) - day_number(t.args[0]) + pl.lit(1, dtype=pl.Int64)


def _add_days(t: Term) -> pl.Expr:
    moved = day_number(t.args[0]) + t.args[1]
    return pl.when(moved.is_between(FIRST_DAY, LAST_DAY)).then(moved).cast(pl.Int32).cast(pl.Date)


def _starts_with(t: Term) -> pl.Expr:
    return t.args[0].str.starts_with(t.args[1])


def _concat(t: Term) -> pl.Expr:
    return pl.concat_str([arg.fill_null("") for arg in t.args])


FUNCTIONS: dict[str, Callable[[Term], pl.Expr]] = {
    "add": _add, "sub": _sub, "neg": _neg, "mul": _mul, "div": _div, "scaled": _scaled, "abs": _abs, "round": _round,
    "floor_product": _floor_product, "product_rest": _product_rest, "floor_part": _floor_part,
    "part_rest": _part_rest, "as_rate": _as_rate, "as_money": _as_money, "as_quantity": _as_quantity,
    "eq": _eq, "ne": _ne, "lt": _lt, "le": _le, "gt": _gt, "ge": _ge,
    "and": _and, "or": _or, "not": _not, "in": _in,
    "min": _min, "max": _max, "coalesce": _coalesce, "is_missing": _is_missing,
    "date": _date, "year": _year, "month": _month, "day": _day, "days_between": _days_between, "days": _days,
    "add_days": _add_days, "starts_with": _starts_with, "concat": _concat,
}  # fmt: skip
"""One implementation per row of `ir.functions`."""

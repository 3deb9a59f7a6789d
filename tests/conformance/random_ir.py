"""Random well-typed expressions and rows, biased to where money is lost: ties, limits, zeros, nulls, equal keys.

All are made by a `random.Random`, so that a seed makes many at once and hypothesis can make, and shrink, single ones.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from engine.core.money import ROUNDING_MODES
from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.types import BOOL, DATE, INTEGER, QUANTITY, RATE, TEXT, Type, money

UNIT = Decimal("1e-12")
MONEY = money("USD")
TYPES = (MONEY, RATE, QUANTITY, INTEGER, DATE, TEXT, BOOL)
SMALL = ["0", "1", "-1", "2", "0.5", "-0.5", "1.005", "-1.005", "2.5", "-2.5", "0.333333333333", "7", "1e-12", "-1e-12"]
SMALL += ["3e-12", "1e-9", "-1e-9", "0.999e-9", "0.05", "0.000005", "123.45", "-99.995", "999999999.999999999999"]
LARGE = [
    "9999999999999999.999999999999",
    "-9999999999999999.999999999999",
    "9999999999999999.5",
    "1e15",
    "-1e15",
    "3e9",
]
LARGE += ["1234567890123456.789012345678", "4999999999999999.999999999999", "5e15"]
DAYS = [date(1, 1, 1), date(2024, 2, 29), date(2026, 1, 1), date(2026, 1, 31), date(2026, 12, 31), date(9999, 12, 31)]
TEXTS = ["", "a", "b", "ab", "B", "\u00e4", "a\u0308", "Ω", "😀", "z"]

SCHEMA: dict[str, Type] = {
    "g": TEXT.optional(), "o": INTEGER, "m1": MONEY.optional(), "m2": MONEY.optional(), "r1": RATE.optional(),
    "r2": RATE.optional(), "q1": QUANTITY.optional(), "q2": QUANTITY.optional(), "d1": DATE.optional(),
    "d2": DATE.optional(), "t1": TEXT.optional(), "t2": TEXT.optional(), "b1": BOOL.optional(), "b2": BOOL.optional(),
    "i1": INTEGER.optional(), "i2": INTEGER.optional(),
}  # fmt: skip
"""Columns of a random table; `o` is unique, `g` is for groups."""


def value_of(rng: Random, type_: Type) -> Any:
    """A value that is not null."""
    if type_.is_numeric:
        places = rng.choice([0, 2, 6, 9, 12])
        digits = rng.randint(1, 28 if type_.dtype == "money" else 21)
        drawn = Decimal(rng.randint(-(10**digits) + 1, 10**digits - 1)) * UNIT
        known = Decimal(rng.choice(SMALL + LARGE if type_.dtype == "money" else SMALL))
        return rng.choice([known, drawn, round(drawn, places) if abs(drawn) < 10**8 else drawn])
    if type_.dtype == "integer":
        return rng.choice([rng.randint(-4, 4), rng.randint(-4, 4), 10**9, -(10**9), 999_999_999, 40_000])
    if type_.dtype == "bool":
        return rng.choice([True, False])
    return rng.choice(DAYS if type_.dtype == "date" else TEXTS)


def rows(rng: Random, height: int) -> dict[str, list[Any]]:
    """A table of `SCHEMA`; about half its columns have nulls."""
    columns: dict[str, list[Any]] = {}
    for name, type_ in SCHEMA.items():
        nulls = rng.choice([0, 0.2])
        columns[name] = [None if rng.random() < nulls else value_of(rng, type_) for _ in range(height)]
    columns["g"] = [rng.choice(["a", "b", "c", None]) for _ in range(height)]
    columns["o"] = list(range(height))
    rng.shuffle(columns["o"])
    return columns


def expression(rng: Random, type_: Type, depth: int = 3) -> Expr:
    """A well-typed expression over `SCHEMA`."""
    if depth == 0 or rng.random() < 0.15:
        return _leaf(rng, type_)
    kind = rng.choice(["case", "coalesce", "over", "fold", *KINDS[type_.dtype], *KINDS[type_.dtype]])
    return (MAKERS.get(kind) or _call)(rng, kind, type_, depth - 1)


def _leaf(rng: Random, type_: Type) -> Expr:
    names = [name for name, found in SCHEMA.items() if found.dtype == type_.dtype and name not in "go"]
    choice = rng.random()
    if choice < 0.05:
        return Lit(None, type_.optional())
    return Lit(value_of(rng, type_), type_) if choice < 0.35 else Ref(rng.choice(names))


NUMERIC = [
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "abs",
    "min",
    "max",
    "round",
    "floor_product",
    "floor_part",
    "part_rest",
    "scaled",
]
KINDS: dict[str, list[str]] = {
    "money": [*NUMERIC, "as_money"], "rate": [*NUMERIC, "as_rate"],
    "quantity": [*NUMERIC, "product_rest", "as_quantity", "year", "month", "day", "days_between"],
    "integer": ["add", "sub", "neg", "abs", "min", "max", "days"], "date": ["min", "max", "add_days"],
    "text": ["concat"],
    "bool": ["eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "in", "is_missing", "starts_with"],
}  # fmt: skip
"""Functions that give each dtype."""

TAKES: dict[str, Sequence[Type]] = {
    "starts_with": (TEXT, TEXT), "concat": (TEXT, TEXT), "as_quantity": (INTEGER,), "as_rate": (QUANTITY,),
    "year": (DATE,), "month": (DATE,), "day": (DATE,), "days_between": (DATE, DATE),
    "days": (DATE, DATE), "add_days": (DATE, INTEGER),
    "and": (BOOL, BOOL, BOOL), "or": (BOOL, BOOL, BOOL), "not": (BOOL,),
}  # fmt: skip
PRODUCTS = {"money": (MONEY, RATE), "rate": (RATE, RATE), "quantity": (QUANTITY, RATE)}
QUOTIENTS = {"money": [(MONEY, QUANTITY), (MONEY, RATE)], "rate": [(MONEY, MONEY), (RATE, QUANTITY)],
             "quantity": [(QUANTITY, RATE), (QUANTITY, QUANTITY)]}  # fmt: skip


def _call(rng: Random, fn: str, type_: Type, depth: int) -> Expr:
    """A call whose arguments have fixed types, or that of the result."""
    if fn == "as_money":
        return Call(fn, (expression(rng, type_, depth), Lit(type_.currency, TEXT)))
    if fn in TAKES:
        types: Sequence[Type] = TAKES[fn]
    elif fn == "is_missing":
        types = (rng.choice(TYPES),)
    elif fn in ("eq", "ne"):
        types = (rng.choice(TYPES),) * 2
    elif fn in ("lt", "le", "gt", "ge"):
        types = (rng.choice(TYPES[:5]),) * 2
    elif fn == "mul":
        types = rng.sample(PRODUCTS[type_.dtype], 2)
    elif fn == "div":
        types = rng.choice(QUOTIENTS[type_.dtype])
    elif fn == "scaled":
        types = (type_, *(rng.choice((MONEY, RATE, QUANTITY)),) * 2)
    elif fn in ("min", "max", "add"):
        types = (type_,) * rng.randint(2, 4)
    else:
        types = (type_,) if fn in ("neg", "abs") else (type_, type_)
    return Call(fn, tuple(expression(rng, of, depth) for of in types))


def _case(rng: Random, kind: str, type_: Type, depth: int) -> Expr:
    tests = [(expression(rng, BOOL, depth), expression(rng, type_, depth)) for _ in range(rng.randint(1, 3))]
    return Case(tuple(tests), expression(rng, type_, depth))


def _round(rng: Random, kind: str, type_: Type, depth: int) -> Expr:
    mode, digits = Lit(rng.choice(list(ROUNDING_MODES)), TEXT), Lit(rng.randint(0, 12), INTEGER)
    return Call("round", (expression(rng, type_, depth), mode, digits))


def _cut(rng: Random, fn: str, type_: Type, depth: int) -> Expr:
    value = expression(rng, MONEY if fn == "product_rest" else type_, depth)
    share = Lit(Decimal(rng.randint(0, 10**6)) * Decimal("1e-6"), RATE)
    return Call(
        fn, (value, share if rng.random() < 0.8 else expression(rng, RATE, 0), Lit(rng.randint(0, 12), INTEGER))
    )


def _part(rng: Random, fn: str, type_: Type, depth: int) -> Expr:
    """Most often of a value that has so many places, and a part that is one."""
    digits, of = (
        rng.choice((0, 2, 12)),
        rng.choice((RATE, QUANTITY, *((MONEY, MONEY) if type_.dtype == "money" else ()))),
    )
    value = expression(rng, type_, depth)
    if rng.random() < 0.8:
        value = Call("round", (value, Lit("half_up", TEXT), Lit(digits, INTEGER)))
    part = expression(rng, of, 0)
    whole = Call("max", (Call("abs", (part,)), expression(rng, of, 0))) if rng.random() < 0.8 else part
    return Call(fn, (value, Call("abs", (part,)) if rng.random() < 0.8 else part, whole, Lit(digits, INTEGER)))


def _in(rng: Random, fn: str, type_: Type, depth: int) -> Expr:
    of = rng.choice(TYPES)
    return Call("in", (expression(rng, of, depth), *(Lit(value_of(rng, of), of) for _ in range(rng.randint(1, 3)))))


WINDOWS = {"bool": ["any"], "integer": ["count", "sum", "min", "max"], "text": ["min", "max"], "date": ["min", "max"]}


def _window(rng: Random, kind: str, type_: Type, depth: int) -> Expr:
    """A window whose total order ends with `o`."""
    by = rng.choice([(), ("g",), ("g", "b1")])
    frame: Any = rng.choice(["partition", "running", "running_before", "shift"])
    fn: Any = rng.choice(WINDOWS.get(type_.dtype, ["sum", "sum", "min", "max"]))
    if frame == "shift":
        fn = "value"
    elif type_.dtype == "text":
        frame = "partition"
    first = rng.choice([None, "d1", "t1", "m1", "r1", "i1", "b1"])
    order = tuple((name, rng.random() < 0.5) for name in (first, "o") if name is not None)
    arg = expression(rng, BOOL if fn in ("count", "any") else type_, depth)
    return Over(fn, arg, by, () if frame == "partition" else order, frame)


def _fold(rng: Random, kind: str, type_: Type, depth: int) -> Expr:
    """A fold whose `next` mostly reads what came before; without windows, which may stand inside none."""
    by = rng.choice([(), ("g",), ("g", "b1")])
    first = rng.choice([None, "d1", "t1", "m1", "r1", "i1", "b1"])
    order = tuple((name, rng.random() < 0.5) for name in (first, "o") if name is not None)
    own = expression(rng, type_, 0)
    combine = {"bool": ("and", "or"), "text": ("min", "max"), "date": ("min", "max")}
    fn = rng.choice(combine.get(type_.dtype, ("add", "sub", "min", "max")))
    before = f"before{rng.randint(0, 10**9)}"
    following: Expr = Call(fn, (Ref(before), own))
    if type_.is_numeric and rng.random() < 0.5:  # a balance between two limits
        low, high = (Lit(Decimal(rng.choice(SMALL)), type_) for _ in range(2))
        following = Call("sub", (following, Call("min", (Call("max", (following, low)), high))))
    if rng.random() < 0.2:
        following = Case(((expression(rng, BOOL, 0), following),), Ref(before))
    return Fold(before, Lit(value_of(rng, type_), type_), following, by, order)


MAKERS: dict[str, Callable[[Random, str, Type, int], Expr]] = {
    "case": _case, "over": _window, "fold": _fold, "round": _round, "floor_product": _cut, "product_rest": _cut,
    "floor_part": _part, "part_rest": _part, "in": _in,
}  # fmt: skip

"""Every function, window and node on edge values, in both backends; the expected figures are written out."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.backends.polars.scalar import FUNCTIONS as POLARS
from engine.backends.replay.scalar import FUNCTIONS as REPLAY
from engine.ir.expr import Call, Case, Lit, Over, Ref
from engine.ir.functions import FUNCTIONS
from engine.ir.types import BOOL, DATE, INTEGER, QUANTITY, RATE, TEXT, Type, money
from tests.conformance.both import decimals, values

USD = money("USD").optional()
TOP = "9999999999999999.999999999999"
RATE_TOP = "999999999.999999999999"
TINY = "0.000000000001"
NULL = None


def test_one_implementation_per_function() -> None:
    assert set(POLARS) == set(REPLAY) == set(FUNCTIONS)


def _two(fn: str, left: list[Any], right: list[Any], types: tuple[Type, Type]) -> list[Any]:
    schema = {"a": types[0].optional(), "b": types[1].optional()}
    return values(Call(fn, (Ref("a"), Ref("b"))), schema, {"a": left, "b": right})


def _one(fn: str, args: list[Any], type_: Type, *literals: Lit) -> list[Any]:
    return values(Call(fn, (Ref("a"), *literals)), {"a": type_.optional()}, {"a": args})


@pytest.mark.parametrize(
    ("fn", "left", "right", "expected"),
    [
        ("add", TOP, TINY, NULL), ("add", TOP, "-" + TINY, "9999999999999999.999999999998"), ("add", "1", NULL, NULL),
        ("add", "-" + TOP, "-" + TINY, NULL), ("sub", "-" + TOP, TINY, NULL), ("sub", "0.1", "0.3", "-0.2"),
        ("sub", TOP, TOP, "0"), ("add", "0.000000000001", "9000000000000000", "9000000000000000.000000000001"),
    ],
)  # fmt: skip
def test_sums(fn: str, left: str | None, right: str | None, expected: str | None) -> None:
    assert _two(fn, decimals(left), decimals(right), (USD, USD)) == decimals(expected)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("0.000001", "0.0000005", "0"),  # a tie goes to the even: 5e-13 → 0
        ("0.000003", "0.0000005", "0.000000000002"),  # 15e-13 → 2e-12
        ("-0.000003", "0.0000005", "-0.000000000002"), ("-0.000001", "0.0000005", "0"),
        ("0.000001", "0.000000500001", "0.000000000001"), (TOP, "1", TOP), (TOP, "1.000000000001", NULL),
        (TOP, RATE_TOP, NULL), ("-" + TOP, RATE_TOP, NULL), (TOP, "0", "0"), ("1", NULL, NULL),
        ("10000000", RATE_TOP, "9999999999999999.99999"), ("123456789.123456789", "-987654.321", "-121932631234567.900112635269"),
    ],
)  # fmt: skip
def test_products(left: str, right: str, expected: str | None) -> None:
    assert _two("mul", decimals(left), decimals(right), (USD, RATE)) == decimals(expected)
    assert _two("mul", decimals(right), decimals(left), (RATE, USD)) == decimals(expected)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1", "3", "0.333333333333"), ("2", "3", "0.666666666667"), ("-2", "3", "-0.666666666667"),
        ("0.000000000001", "2", "0"), ("0.000000000003", "2", "0.000000000002"), ("-0.000000000001", "2", "0"),
        ("-0.000000000003", "2", "-0.000000000002"), ("0.000000000003", "-2", "-0.000000000002"),
        ("1", "0", NULL), ("0", "0", NULL), ("1", "0.000000000999", NULL), ("1", "-0.000000000999", NULL),
        ("1", "0.000000001", "1000000000"), ("-1", "-0.000000001", "1000000000"), (TOP, "0.000000001", NULL),
        ("9999999.999999999999", "0.000000001", "9999999999999999.999"), (TOP, RATE_TOP, "10000000"),
        ("9999999.999999999999", "-0.000000001", "-9999999999999999.999"),
        (TOP, NULL, NULL), (NULL, "0", NULL), ("9999999996", "10000000", "999.9999996"),
    ],
)  # fmt: skip
def test_quotients(left: str | None, right: str | None, expected: str | None) -> None:
    assert _two("div", decimals(left), decimals(right), (USD, QUANTITY)) == decimals(expected)


def test_a_ratio_has_the_bounds_of_a_rate() -> None:
    left, right = decimals(TOP, "1", "999999999", "9999996"), decimals("0.5", "0.000000001", "1", "10000000")
    assert _two("div", left, right, (USD, USD)) == decimals(None, None, "999999999", "0.9999996")


def test_a_zero_divisor_anywhere() -> None:
    """In branches that are not taken, in conditions, inside windows, and under other divisions."""
    schema = {"a": USD, "b": USD, "g": TEXT}
    data = {"a": decimals("1", "2", "4"), "b": decimals("0", None, "2"), "g": ["x", "x", "y"]}
    ratio = Call("div", (Ref("a"), Ref("b")))
    zero = Lit(Decimal(0), RATE)
    guarded = Case(((Call("eq", (Ref("b"), Lit(Decimal(0), money("USD")))), zero),), ratio)
    assert values(guarded, schema, data) == decimals("0", None, "2")
    assert values(Case(((Call("gt", (ratio, zero)), zero),), ratio), schema, data) == decimals(None, None, "0")
    assert values(Over("sum", ratio, ("g",)), schema, data) == decimals(None, None, "2")
    assert values(Over("max", ratio, ()), schema, data) == decimals("2", "2", "2")
    assert values(Call("coalesce", (ratio, zero)), schema, data) == decimals("0", "0", "2")


MODES = ["half_up", "half_even", "truncate", "floor", "ceiling"]


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        ("2.5", 0, ["3", "2", "2", "2", "3"]), ("-2.5", 0, ["-3", "-2", "-2", "-3", "-2"]),
        ("3.5", 0, ["4", "4", "3", "3", "4"]), ("-0.5", 0, ["-1", "0", "0", "-1", "0"]),
        ("1.005", 2, ["1.01", "1", "1", "1", "1.01"]), ("-1.005", 2, ["-1.01", "-1", "-1", "-1.01", "-1"]),
        ("1.015", 2, ["1.02", "1.02", "1.01", "1.01", "1.02"]), ("0", 2, ["0"] * 5), ("-7", 0, ["-7"] * 5),
        ("0.000000000001", 2, ["0", "0", "0", "0", "0.01"]), ("-0.000000000001", 2, ["0", "0", "0", "-0.01", "0"]),
        ("1.999999999999", 12, ["1.999999999999"] * 5),
        (TOP, 2, [None, None, "9999999999999999.99", "9999999999999999.99", None]),
        ("-" + TOP, 0, [None, None, "-9999999999999999", None, "-9999999999999999"]), (None, 2, [None] * 5),
        ("9999999999999999.995", 2, [None, None, "9999999999999999.99", "9999999999999999.99", None]),
        ("0.000000000005", 11, ["0.00000000001", "0", "0", "0", "0.00000000001"]),
    ],
)  # fmt: skip
def test_rounding(value: str | None, digits: int, expected: list[str | None]) -> None:
    for mode, wanted in zip(MODES, expected, strict=True):
        assert _one("round", decimals(value), USD, Lit(mode, TEXT), Lit(digits, INTEGER)) == decimals(wanted), mode


@pytest.mark.parametrize(
    ("value", "share", "digits", "floor", "rest"),
    [
        ("100", "0.333333", 2, "33.33", "3300"), ("100", "0.333333", 0, "33", "333300"), ("-100", "0.333333", 2, "33.33", "3300"),
        ("0.000000000001", "0.333333", 12, "0", "0.000000333333"), ("0.000000000001", "1", 12, "0.000000000001", "0"),
        (TOP, "0.999999", 12, "9999989999999999.999999999999", "0.000000000001"),
        (TOP, "1", 0, "9999999999999999", "999999.999999"), (TOP, "0", 0, "0", "0"), ("1", "1.000001", 2, None, None),
        ("1", "-0.000001", 2, None, None), ("1", "0.3333333", 2, None, None), (None, "0.5", 2, None, None),
        ("1", None, 2, None, None), (TOP, RATE_TOP, 2, None, None), ("0.01", "0.5", 2, "0", "5000"),
    ],
)  # fmt: skip
def test_cut_products(value: str | None, share: str | None, digits: int, floor: str | None, rest: str | None) -> None:
    schema, data = {"a": USD, "s": RATE.optional()}, {"a": decimals(value), "s": decimals(share)}
    args = (Ref("a"), Ref("s"), Lit(digits, INTEGER))
    assert values(Call("floor_product", args), schema, data) == decimals(floor)
    assert values(Call("product_rest", args), schema, data) == decimals(rest)


@pytest.mark.parametrize(
    ("value", "part", "whole", "digits", "floor", "rest"),
    [
        ("100", "1", "3", 2, "33.33", "1"), ("-100", "2", "3", 2, "66.66", "2"), ("100", "3", "3", 2, "100", "0"),
        ("10", "0.000000000001", "0.000000000003", 0, "3", "0.000000000001"), ("100", "0", "3", 2, "0", "0"),
        (TOP, "999999999.999999999998", RATE_TOP, 12, "9999999999999999.999989999998", "999999999.99999"),
        (TOP, RATE_TOP, RATE_TOP, 12, TOP, "0"), (TOP, "0.000000000001", RATE_TOP, 12, "0.00001", "0.000009999999"),
        ("0.000000000001", "1", "3", 12, "0", "1"), ("1.5", "1", "3", 0, None, None), ("1", "4", "3", 2, None, None),
        ("1", "-1", "3", 2, None, None), ("1", "0", "0", 2, None, None), (None, "1", "3", 2, None, None),
        ("1", None, "3", 2, None, None), ("1", "1", None, 2, None, None), ("0", "1", "3", 2, "0", "0"),
    ],
)  # fmt: skip
def test_cut_parts(
    value: str | None, part: str | None, whole: str | None, digits: int, floor: str | None, rest: str | None
) -> None:
    quantity = QUANTITY.optional()
    schema, data = (
        {"a": USD, "p": quantity, "w": quantity},
        {"a": decimals(value), "p": decimals(part), "w": decimals(whole)},
    )
    args = (Ref("a"), Ref("p"), Ref("w"), Lit(digits, INTEGER))
    assert values(Call("floor_part", args), schema, data) == decimals(floor)
    assert values(Call("part_rest", args), schema, data) == decimals(rest)


@pytest.mark.parametrize(
    ("value", "part", "whole", "floor", "rest"),
    [
        ("123456789012.34", "1", "3", "41152263004.11", "1"),
        ("123456789012.34", "5000000000", "15000000000", "41152263004.11", "5000000000"),
        ("9999999999999999.99", "9999999999999998", "9999999999999999", "9999999999999998.98", "9999999999999900"),
    ],
)
def test_cut_parts_of_money(value: str, part: str, whole: str, floor: str, rest: str) -> None:
    """Of more than nine digits, which are divided nine at a time."""
    columns = {"a": decimals(value), "p": decimals(part), "w": decimals(whole)}
    args = (Ref("a"), Ref("p"), Ref("w"), Lit(2, INTEGER))
    assert values(Call("floor_part", args), dict.fromkeys("apw", USD), columns) == decimals(floor)
    assert values(Call("part_rest", args), dict.fromkeys("apw", USD), columns) == decimals(rest)


@pytest.mark.parametrize(
    ("value", "part", "whole", "expected"),
    [
        ("90", "1000", "3000", "30"), ("100", "1500", "5000", "30"), ("10", "1", "3", "3.333333333333"),
        ("-10", "2", "3", "-6.666666666667"), ("0.000000000003", "0.5", "1", "0.000000000002"), ("5", "5", "0", None),
        ("5", "5", "0.000000000999", None), (None, "5", "5", None), ("5", None, "5", None), ("5", "5", None, None),
        ("999999999.99", "9999999999999998.99", "9999999999999999", "999999999.989999999"),
        ("999999999.99", "9999999999999999", "9999999999999999", "999999999.99"),
        ("999999999.99", "9999999999999999", "0.000000001", None), ("-0.01", "0.01", "0.000000001", "-100000"),
        ("1000000000", "9999999999999999", "9999999999999999", None), (TOP, TOP, TOP, None), (TOP, "9", "1", None),
    ],
)  # fmt: skip
def test_a_part_of_a_value(value: str | None, part: str | None, whole: str | None, expected: str | None) -> None:
    """Money × money may not fit: where the next whole numbers above both come to more than 10²⁵ there is no answer."""
    columns = {"a": decimals(value), "b": decimals(part), "c": decimals(whole)}
    assert values(Call("scaled", (Ref("a"), Ref("b"), Ref("c"))), dict.fromkeys("abc", USD), columns) == decimals(
        expected
    )


def test_signs() -> None:
    args = decimals("0", "-0.000000000001", TOP, None)
    assert _one("neg", args, USD) == decimals("0", "0.000000000001", "-" + TOP, None)
    assert _one("abs", args, USD) == decimals("0", "0.000000000001", TOP, None)
    assert _one("neg", [3, None], INTEGER) == [-3, None]


def test_a_sum_of_several_is_one() -> None:
    """Two of them together may be out of bounds where all are not, in whatever order they stand."""
    three = dict.fromkeys("abc", USD)
    columns = {"a": decimals(TOP, TOP, TOP), "b": decimals(TINY, TOP, None), "c": decimals("-" + TOP, "-" + TOP, "1")}
    for order in ("abc", "bac", "cab"):
        found = values(Call("add", tuple(map(Ref, order))), three, columns)
        assert found == decimals(TINY, TOP, None)


def test_integers() -> None:
    assert values(
        Call("add", tuple(map(Ref, "abc"))), dict.fromkeys("abc", INTEGER), {"a": [1], "b": [2], "c": [3]}
    ) == [6]
    assert _two("add", [1, None], [2, 2], (INTEGER, INTEGER)) == [3, None]
    assert _two("sub", [1], [2], (INTEGER, INTEGER)) == [-1]
    big = [999_999_999, 10**9, -(10**9), None, 0]
    assert _one("as_rate", decimals(RATE_TOP, None), QUANTITY) == decimals(RATE_TOP, None)
    assert _one("as_money", decimals(TOP, None), USD, Lit("EUR", TEXT)) == decimals(TOP, None)
    assert _one("as_quantity", big, INTEGER) == decimals("999999999", None, None, None, "0")


def test_comparisons() -> None:
    left, right = decimals("1", "1", "2", None), decimals("1", "2", "1", "1")
    expected = {
        "eq": [True, False, False, None], "ne": [False, True, True, None], "lt": [False, True, False, None],
        "le": [True, True, False, None], "gt": [False, False, True, None], "ge": [True, False, True, None],
    }  # fmt: skip
    for fn, wanted in expected.items():
        assert _two(fn, left, right, (USD, USD)) == wanted, fn
    assert _two("eq", ["\u00e9", "a", None], ["e\u0301", "a", "a"], (TEXT, TEXT)) == [False, True, None]
    assert _two("ne", [True, None], [False, True], (BOOL, BOOL)) == [True, None]
    assert _two("lt", [date(2026, 1, 1)], [date(2026, 1, 2)], (DATE, DATE)) == [True]


TRUTH = [True, False, None]


def test_three_valued_logic() -> None:
    pairs = [(a, b) for a in TRUTH for b in TRUTH]
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    assert _two("and", left, right, (BOOL, BOOL)) == [True, False, None, False, False, False, None, False, None]
    assert _two("or", left, right, (BOOL, BOOL)) == [True, True, True, True, False, None, True, None, None]
    assert _one("not", TRUTH, BOOL) == [False, True, None]


def test_membership() -> None:
    choices = (Lit("a", TEXT), Lit("b", TEXT))
    assert _one("in", ["a", "b", "c", None], TEXT, *choices) == [True, True, False, None]
    assert _one("in", ["a", "c"], TEXT, *choices, Lit(None, TEXT.optional())) == [None, None]


def test_choice() -> None:
    schema = {"a": USD, "b": USD, "c": USD}
    data = {"a": decimals("1", None, "3"), "b": decimals("2", "2", "-1"), "c": decimals("3", "0", "0")}
    args = (Ref("a"), Ref("b"), Ref("c"))
    assert values(Call("min", args), schema, data) == decimals("1", None, "-1")
    assert values(Call("max", args), schema, data) == decimals("3", None, "3")
    assert values(Call("coalesce", args[:2]), schema, data) == decimals("1", "2", "3")
    assert values(Call("is_missing", args[:1]), schema, data) == [False, True, False]
    assert _two("max", ["a", "Ω", None], ["😀", "z", "a"], (TEXT, TEXT)) == ["😀", "Ω", None]
    assert _two("min", [date(1, 1, 1)], [date(9999, 12, 31)], (DATE, DATE)) == [date(1, 1, 1)]


def test_a_null_condition_chooses_nothing() -> None:
    schema: dict[str, Type] = {"a": BOOL.optional(), "b": BOOL.optional()}
    pairs = [(a, b) for a in TRUTH for b in TRUTH]
    data = {"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}
    expr = Case(((Ref("a"), Lit("first", TEXT)), (Ref("b"), Lit("second", TEXT))), Lit("other", TEXT))
    expected = ["first"] * 3 + ["second", "other", None] + [None] * 3
    assert values(expr, schema, data) == expected


def test_dates() -> None:
    days = [date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31), None]
    assert _one("year", days, DATE) == decimals("2024", "1", "9999", None)
    assert _one("month", days, DATE) == decimals("2", "1", "12", None)
    assert _one("day", days, DATE) == decimals("29", "1", "31", None)
    first, last = [date(1, 1, 1), date(2026, 3, 2), None], [date(9999, 12, 31), date(2026, 3, 1), date(2026, 1, 1)]
    assert _two("days_between", first, last, (DATE, DATE)) == decimals("3652058", "-1", None)
    assert _two("days", first, last, (DATE, DATE)) == [3652059, 0, None]
    moved = [date(2024, 3, 1), None, None, None, None]
    assert _two("add_days", [*days, date(2026, 1, 1)], [1, -1, 1, 1, None], (DATE, INTEGER)) == moved
    assert values(Call("date", (Lit("2026-02-28", TEXT),)), {}, {}, 2) == [date(2026, 2, 28)] * 2


def test_texts() -> None:
    assert _one("starts_with", ["abc", "ABC", "", None], TEXT, Lit("ab", TEXT)) == [True, False, False, None]
    assert _one("starts_with", ["a.c", "abc"], TEXT, Lit("a.", TEXT)) == [True, False]
    assert _two("concat", ["a", None, None], ["b", "b", None], (TEXT, TEXT)) == ["ab", "b", ""]

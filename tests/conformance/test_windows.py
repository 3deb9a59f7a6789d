"""Windows on edge values, and expressions that must be cut into columns, in both backends; the figures are written out."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from engine.backends.polars.window import NUMBER, window
from engine.ir.expr import Call, Expr, Fold, Lit, Over, Ref
from engine.ir.infer import type_of
from engine.ir.table import Def, Extend, Scan
from engine.ir.types import BOOL, DATE, INTEGER, QUANTITY, TEXT, Type, money
from tests.conformance.both import decimals, evaluate, values

USD = money("USD").optional()
TOP = "9999999999999999.999999999999"

ROWS: dict[str, Type] = {"g": TEXT.optional(), "d": DATE, "k": TEXT, "v": USD, "b": BOOL.optional()}
DATA = {
    "g": ["x", "x", "x", "y", None, None],
    "d": [date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 3)],
    "k": ["b", "a", "a", "c", "d", "e"],
    "v": decimals("1", "2", "4", None, "8", TOP),
    "b": [True, None, False, None, True, True],
}
BY_DAY = (("d", False), ("k", False))


def _window(fn: Any, arg: str, frame: Any, order: tuple[tuple[str, bool], ...] = BY_DAY) -> list[Any]:
    over = Over(fn, Ref(arg), ("g",), () if frame == "partition" else order, frame)
    return values(over, ROWS, DATA)


def test_windows_of_sums() -> None:
    assert _window("sum", "v", "partition") == decimals("7", "7", "7", None, None, None)  # TOP + 8 leaves the bounds
    assert _window("sum", "v", "running") == decimals("7", "2", "6", None, "8", None)
    assert _window("sum", "v", "running_before") == decimals("6", "0", "2", "0", "0", "8")
    newest = (("d", True), ("k", False))
    assert _window("sum", "v", "running", newest) == decimals("5", "7", "4", None, None, TOP)
    assert _window("sum", "v", "running", (("d", True), ("k", True))) == decimals("1", "7", "5", None, None, TOP)


def test_a_null_stays_in_all_later_sums() -> None:
    data = {"n1": [1, 2, 3, 4], "v": decimals("1", None, "2", "-2")}
    over = Over("sum", Ref("v"), (), (("n1", False),), "running")
    assert values(over, {"n1": INTEGER, "v": USD}, data) == decimals("1", None, None, None)
    before = Over("sum", Ref("v"), (), (("n1", False),), "running_before")
    assert values(before, {"n1": INTEGER, "v": USD}, data) == decimals("0", "1", None, None)


def test_a_sum_that_leaves_its_bounds_may_come_back() -> None:
    data = {"n1": [1, 2, 3], "v": decimals(TOP, TOP, "-" + TOP)}
    over = Over("sum", Ref("v"), (), (("n1", False),), "running")
    assert values(over, {"n1": INTEGER, "v": USD}, data) == decimals(TOP, None, TOP)


def test_windows_of_counts_and_extremes() -> None:
    assert _window("count", "b", "partition") == [1, 1, 1, 0, 2, 2]
    assert _window("count", "b", "running") == [1, 0, 0, 0, 1, 2]
    assert _window("count", "b", "running_before") == [0, 0, 0, 0, 0, 1]
    assert _window("any", "b", "running") == [True, False, False, False, True, True]
    assert _window("any", "b", "running_before") == [False, False, False, False, False, True]
    assert _window("min", "v", "partition") == decimals("1", "1", "1", None, "8", "8")
    assert _window("max", "v", "running") == decimals("4", "2", "4", None, "8", TOP)
    assert _window("max", "v", "running_before") == decimals("4", None, "2", None, None, "8")
    assert _window("max", "k", "partition") == ["b", "b", "b", "c", "e", "e"]
    assert _window("value", "k", "shift") == ["a", None, "a", None, None, "d"]


@pytest.mark.parametrize("name", ["v", "d", "k", "b"])
def test_a_null_comes_first_in_either_direction(name: str) -> None:
    """Mixed directions, each dtype descending beside an ascending key."""
    columns: dict[str, list[Any]] = {
        "v": decimals("1", None, "2"), "d": [date(2026, 1, 1), None, date(2026, 1, 2)], "k": ["a", None, "b"],
        "b": [False, None, True],
    }  # fmt: skip
    schema: dict[str, Type] = {"z": INTEGER, "x": (ROWS[name]).optional()}
    for descending, expected in ((True, [3, 1, 2]), (False, [2, 1, 3])):
        order = (("x", descending), ("z", not descending))
        over = Over("count", Lit(True, BOOL), (), order, "running")
        assert values(over, schema, {"z": [1, 1, 1], "x": columns[name]}) == expected


def test_a_null_day_comes_before_all_days_where_rows_are_numbered() -> None:
    """Also before those that are counted down from 1970."""
    days = [date(2026, 1, 1), None, date(1960, 1, 1), date(1, 1, 1)]
    rows = pl.DataFrame({"k": ["a", "b", "c", "d"], "x": days, "t": [True] * 4}).with_row_index(NUMBER)
    over = Over("count", Ref("t"), (), (("x", False), ("k", False)), "running")
    schema: dict[str, Type] = {"k": TEXT, "x": DATE.optional(), "t": BOOL}
    assert rows.select(window(over, schema, ("k",))).to_series().to_list() == [4, 1, 3, 2]


def test_deep_expressions_stay_small() -> None:
    """A clamp of a clamp of …: each level mentions its argument twice, so as one tree this would have 2⁴⁰ nodes."""
    expr: Expr = Ref("a")
    for level in range(40):
        expr = Call("max", (Call("add", (expr, Lit(Decimal(1), money("USD")))), Lit(Decimal(level), money("USD"))))
    assert type_of(expr, {"a": USD}).dtype == "money"
    assert values(expr, {"a": USD}, {"a": decimals("0", None)}) == decimals("40", None)
    for _ in range(12):
        expr = Call("div", (Ref("a"), Call("add", (Call("as_quantity", (Lit(1, INTEGER),)), _quantity(expr)))))
    assert values(expr, {"a": USD}, {"a": decimals("0", None)}) == decimals("0", None)


def _quantity(expr: Expr) -> Expr:
    """A money expression as a quantity: × 0, ÷ 1 and back."""
    return Call("mul", (Lit(Decimal(1), QUANTITY), Call("div", (expr, Lit(Decimal(1), money("USD"))))))


def test_a_part_is_not_reused_once_what_it_reads_has_changed() -> None:
    plus = Call("add", (Ref("a"), Lit(Decimal(1), money("USD"))))
    total = Over("sum", plus, ())
    defs = (Def("x", total), Def("a", Lit(Decimal(5), money("USD"))), Def("y", total), Def("x", Ref("y")))
    table = Extend(Extend(Scan("rows"), defs[:3]), (Def("z", total),))
    found = evaluate(table, {"rows": {"n": INTEGER, "a": USD}}, {"rows": {"n": [1, 2], "a": decimals("1", "2")}}, "n")
    assert [(row["x"], row["y"], row["z"]) for row in found] == [(Decimal(5), Decimal(12), Decimal(12))] * 2


def test_a_fold_makes_each_value_from_the_one_before() -> None:
    """A balance between a floor of 0 and a ceiling of 3, by group and day; a null stays in all later ones."""
    zero, three = (Lit(Decimal(n), money("USD")) for n in ("0", "3"))
    total = Call("add", (Ref("so far"), Ref("v")))
    balance = Fold("so far", zero, Call("min", (Call("max", (total, zero)), three)), ("g",), BY_DAY)
    assert values(balance, ROWS, DATA | {"v": decimals("-1", "2", "4", None, "8", "1")}) == decimals(
        "2", "2", "3", None, "3", "3"
    )
    assert values(balance, ROWS, DATA | {"v": decimals("-9", None, "4", "1", "-8", "2")}) == decimals(
        None, None, None, "1", "0", "2"
    )
    alone = Fold("so far", zero, total, (), (("d", True), ("k", True)))
    assert values(alone, ROWS, DATA | {"v": decimals("1", "2", "4", "8", "16", TOP)}) == decimals(*[None] * 5, TOP)


def test_a_fold_of_no_rows() -> None:
    fold = Fold("so far", Lit(Decimal(1), money("USD")), Ref("v"), ("g",), BY_DAY)
    assert values(fold, ROWS, {name: [] for name in ROWS}) == []


def test_windows_inside_a_fold_are_refused() -> None:
    inner = Over("sum", Ref("v"), ("g",))
    fold = Fold("so far", Lit(Decimal(0), money("USD")), Call("add", (Ref("so far"), inner)), ("g",), BY_DAY)
    with pytest.raises(AssertionError, match="a window inside a fold"):
        values(fold, ROWS, DATA)
    taken = Fold("k", Lit(Decimal(0), money("USD")), Ref("v"), ("g",), BY_DAY)
    with pytest.raises(AssertionError, match="`k` is there already"):
        values(taken, ROWS, DATA)

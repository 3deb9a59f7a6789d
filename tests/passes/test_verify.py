"""What `verify` refuses, with the stage and column that it names."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.ir.expr import Call, Case, Expr, Lit, Over, Ref
from engine.ir.functions import FUNCTIONS
from engine.ir.program import Program, Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import DATE, INTEGER, RATE, TEXT, money
from engine.ir.verify import verify
from tests.passes.ir_terms import (
    AMOUNT,
    HALF,
    INPUTS,
    ONE,
    PIECES,
    RATE_,
    TRUE,
    TWO,
    ZERO,
    call,
    verify_expr,
    verify_table,
)  # fmt: skip

WRONG: dict[str, Expr] = {
    "no column `nothing`": Ref("nothing"),
    "no function": call("power", AMOUNT, AMOUNT),
    "money × money": call("mul", AMOUNT, AMOUNT),
    "types differ: money[USD], rate": call("add", AMOUNT, RATE_),
    "types differ: integer, quantity": call("add", Ref("rank"), PIECES),
    "mul of integer and quantity": call("mul", Ref("rank"), PIECES),
    "lt of text, text": call("lt", Ref("id"), Ref("id")),
    "add of text, text": call("add", Ref("id"), Ref("id")),
    "eq of text, text, text": call("eq", Ref("id"), Ref("id"), Ref("id")),
    "and of bool, text": call("and", Ref("open"), Ref("id")),
    "and of bool": call("and", Ref("open")),
    "not of text": call("not", Ref("id")),
    "add of money[USD], money[IDR]": call("add", AMOUNT, Lit(Decimal(1), money("IDR"))),
    "div of money[USD], money[IDR]": call("div", AMOUNT, Lit(Decimal(1), money("IDR"))),
    "argument 3 is no literal": call("round", AMOUNT, Lit("half_up", TEXT), Ref("rank")),
    "13 places": call("round", AMOUNT, Lit("half_up", TEXT), Lit(13, INTEGER)),
    "no such mode": call("round", AMOUNT, Lit("up", TEXT), TWO),
    "not all of them are literals": call("in", Ref("id"), Lit("a", TEXT), Ref("who")),
    "more than 12 places": Lit(Decimal("1e-13"), RATE),
    "outside the bounds": Lit(Decimal(10) ** 9, RATE),
    "1 as rate": Lit(1, RATE),
    "True as integer": Lit(True, INTEGER),
    "'a' as date": Lit("a", DATE),
    "a condition that is not bool": Case(((AMOUNT, AMOUNT),), AMOUNT),
    "running window with order ()": Over("sum", AMOUNT, ("who",), (), "running"),
    "partition window with order": Over("sum", AMOUNT, ("who",), (("id", False),)),
    "value over running": Over("value", AMOUNT, ("who",), (("id", False),), "running"),
    "sum over shift": Over("sum", AMOUNT, ("who",), (("id", False),), "shift"),
    "window: no column `team`": Over("sum", AMOUNT, ("team",)),
    "window order: no column `team`": Over("sum", AMOUNT, (), (("team", False),), "running"),
    "running max of text": Over("max", Ref("id"), (), (("id", False),), "running"),
    "count of text": Over("count", Ref("id"), ()),
    "sum of date": Over("sum", Ref("day"), ()),
}


@pytest.mark.parametrize("message", list(WRONG))
def test_verify_names_stage_and_column(message: str) -> None:
    with pytest.raises(AssertionError) as caught:
        verify_expr(WRONG[message])
    assert message in str(caught.value)
    assert "stage `result`: column `new`: " in str(caught.value)


def asked(column: str) -> Remark:
    """A remark whose condition is a column."""
    return Remark("below: same", None, None, Ref(column))


def of_column(column: str) -> Remark:
    """A remark about a column."""
    return Remark("column", None, "why", column=column)


BAD_TABLES: dict[str, Table] = {
    "no input and no earlier stage `sale`": Scan("sale"),
    "where bool is needed": Filter(Scan("sales"), AMOUNT),
    "project: no column `nothing`": Project(Scan("sales"), (("id", "id"), ("x", "nothing"))),
    "column `id` is there twice": Project(Scan("sales"), (("id", "id"), ("id", "who"))),
    "join on `amount` = `own`": Join(Scan("sales"), Scan("people"), (("amount", "own"),), ()),
    "join, right: no column `who`": Join(Scan("sales"), Scan("people"), (("who", "who"),), ()),
    "join, taken: no column `x`": Join(Scan("sales"), Scan("people"), (("who", "name"),), (("x", "x"),)),
    "column `rate` is there twice": Join(Scan("sales"), Scan("people"), (("who", "name"),), (("rate", "own"),)),
    "left join on ()": Join(Scan("sales"), Scan("people"), (), ()),
    "an anti join takes no columns": Join(Scan("sales"), Scan("people"), (("who", "name"),), (("own", "own"),), "anti"),
    "as-of join by `id`": AsOf(Scan("sales"), Scan("people"), (), "id", "from", "to", ()),
    "aggregate: no column `team`": Aggregate(Scan("sales"), ("team",), ()),
    "column `n`: count of money[USD]": Aggregate(Scan("sales"), ("id",), (Agg("n", "count", AMOUNT),)),
    "key `id` is no column": Aggregate(Scan("sales"), ("who",), ()),
    "union of different columns": Union((Scan("sales"), Scan("people"))),
    "union, column `v`": Union((Project(Scan("sales"), (("v", "amount"),)), Project(Scan("sales"), (("v", "rate"),)))),
    "column `new` is there twice": Extend(Scan("sales"), (Def("new", ONE), Def("new", ONE))),
    "remarks on `new`: no column `absent`": Extend(Scan("sales"), (Def("new", ONE, remarks=(asked("absent"),)),)),
    "remarks on `new`": Extend(Scan("sales"), (Def("new", ONE, remarks=(asked("id"),)),)),
    "column `~x`": Extend(Scan("sales"), (Def("~x", ONE),)),
}


@pytest.mark.parametrize("message", list(BAD_TABLES))
def test_verify_refuses_tables(message: str) -> None:
    with pytest.raises(AssertionError) as caught:
        verify_table(BAD_TABLES[message])
    assert message in str(caught.value)
    assert str(caught.value).startswith("stage `result`: ")


def test_verify_refuses_programs() -> None:
    stage = Stage("a", "test", Scan("sales"), ("id",))
    changes: list[tuple[str, Callable[[], tuple[Stage, ...]]]] = [
        ("its name is taken", lambda: (stage, stage)),
        ("its name is taken", lambda: (replace(stage, name="sales"),)),
        ("no input and no earlier stage `b`", lambda: (replace(stage, table=Scan("b")), replace(stage, name="b"))),
        ("it has no keys", lambda: (replace(stage, keys=()),)),
        ("keys repeat", lambda: (replace(stage, keys=("id", "id")),)),
    ]
    for message, stages in changes:
        with pytest.raises(AssertionError, match=message):
            verify(Program(INPUTS, stages()))
    for name, remark in (("a", asked("absent")), ("a", asked("id")), ("b", asked("open")), ("a", of_column("absent"))):
        with pytest.raises(AssertionError, match=f"remarks on `{name}`"):
            verify(Program(INPUTS, (stage,), {name: (remark,)}))


def test_every_function_has_a_type() -> None:
    """A call of each, with fitting arguments, verifies."""
    day, digits, share = Ref("day"), Lit(2, INTEGER), HALF
    calls: dict[str, tuple[Expr, ...]] = {
        "neg": (AMOUNT,), "abs": (AMOUNT,), "not": (Ref("open"),), "is_missing": (AMOUNT,),
        "as_quantity": (Ref("rank"),), "as_rate": (PIECES,), "as_money": (AMOUNT, Lit("EUR", TEXT)),
        "and": (TRUE, TRUE), "or": (TRUE, TRUE), "date": (Lit("2026-01-01", TEXT),), "year": (day,), "month": (day,),
        "day": (day,), "days_between": (day, day), "days": (day, day), "add_days": (day, TWO), "concat": (Ref("id"), Ref("who")),
        "starts_with": (Ref("id"), Lit("a", TEXT)), "round": (AMOUNT, Lit("floor", TEXT), digits), "mul": (AMOUNT, share),
        "floor_product": (AMOUNT, share, digits), "product_rest": (AMOUNT, share, digits), "in": (AMOUNT, ZERO),
        "scaled": (share, AMOUNT, ZERO), "floor_part": (AMOUNT, PIECES, PIECES, digits),
        "part_rest": (AMOUNT, share, share, digits),
    }  # fmt: skip
    for fn in FUNCTIONS:
        verify_expr(Call(fn, calls.get(fn, (AMOUNT, ZERO))))

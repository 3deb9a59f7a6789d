"""The IR by itself: types, what `verify` refuses, the printed form and the stored one."""

from datetime import date
from decimal import Decimal

import pytest

from engine.core.span import Span
from engine.ir.expr import Case, Expr, Lit, Over, Ref
from engine.ir.infer import program_schemas, type_of
from engine.ir.program import Program, Stage
from engine.ir.relocate import relocated
from engine.ir.remark import Remark
from engine.ir.serial import program_from_json, program_to_json
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Union
from engine.ir.text import expr_text, program_text
from engine.ir.types import DATE, INTEGER, RATE, TEXT
from engine.ir.verify import verify
from engine.ir.walk import needed, rebuilt, refs, scans, with_tables
from tests.passes.ir_terms import (
    AMOUNT,
    HALF,
    INPUTS,
    MIXED,
    ONE,
    PIECES,
    RATE_,
    SALES,
    TRUE,
    TWO,
    USD,
    ZERO,
    call,
    verify_expr,
)  # fmt: skip


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (call("add", AMOUNT, ZERO), "money[USD]?"), (call("add", MIXED, AMOUNT), "money[USD]?"),
        (call("mul", AMOUNT, RATE_), "money[USD]?"), (call("mul", PIECES, MIXED), "money[by column]?"),
        (call("mul", RATE_, RATE_), "rate?"), (call("mul", RATE_, PIECES), "quantity?"),
        (call("mul", PIECES, PIECES), "quantity?"), (call("div", AMOUNT, AMOUNT), "rate?"),
        (call("div", AMOUNT, PIECES), "money[USD]?"), (call("div", RATE_, PIECES), "rate?"),
        (call("div", PIECES, PIECES), "quantity?"), (call("div", PIECES, RATE_), "quantity?"),
        (call("as_rate", PIECES), "rate"), (call("add", Ref("rank"), TWO), "integer"),
        (call("as_quantity", Ref("rank")), "quantity"),
        (call("days", Ref("day"), Ref("day")), "integer"), (call("days_between", Ref("day"), Ref("day")), "quantity"),
        (call("eq", Ref("who"), Ref("id")), "bool?"), (call("is_missing", Ref("who")), "bool"),
        (call("coalesce", Ref("who"), Ref("id")), "text"), (call("max", AMOUNT, ZERO), "money[USD]"),
        (Case(((Ref("open"), AMOUNT),), Lit(None, USD.optional())), "money[USD]?"),
        (Case(((call("eq", Ref("who"), Ref("id")), AMOUNT),), ZERO), "money[USD]?"),
        (Over("sum", AMOUNT, ("who",)), "money[USD]?"), (Over("count", TRUE, ("who",)), "integer"),
        (Over("value", Ref("id"), ("who",), (("id", False),), "shift"), "text?"),
        (Over("max", Ref("day"), (), (("id", False),), "running_before"), "date?"), (Over("any", Ref("open"), ()), "bool"),
    ],
    ids=lambda value: value if isinstance(value, str) else expr_text(value),
)  # fmt: skip
def test_types(expr: Expr, expected: str) -> None:
    assert str(type_of(expr, SALES)) == expected
    verify_expr(expr)


SPAN = Span("plans/a.yaml", 3, 5, 3, 20)
RUNNING = Over("sum", AMOUNT, ("who",), (("day", True), ("id", False)), "running")
REMARK = Remark("below: zero", SPAN, "agreed", call("gt", AMOUNT, ZERO))
PAID = Extend(
    AsOf(
        Filter(Scan("sales"), call("and", Ref("open"), call("in", Ref("id"), Lit("a", TEXT), Lit("b", TEXT)))),
        Scan("people"), (("who", "name"),), "day", "from", "to", (("own", "own"), ("until", "to")),
    ),
    (
        Def("total", RUNNING, "running total", SPAN, "why"),
        Def("pay", call("mul", call("sub", Ref("total"), call("sub", AMOUNT, ZERO)), call("coalesce", Ref("own"), HALF))),
        Def("kind", Case(((call("gt", AMOUNT, ZERO), Lit("sale", TEXT)),), Lit("return", TEXT))),
        Def("since", call("days", Lit(date(2026, 1, 1), DATE), Ref("day")), remarks=(REMARK,)),
    ),
)  # fmt: skip
BY_PERSON = Aggregate(Scan("paid"), ("who",), (Agg("pay", "sum_known", Ref("pay")), Agg("n", "count", TRUE)))
PROGRAM = Program(
    INPUTS,
    (
        Stage("paid", "credit_pay", PAID, ("id",), span=SPAN, about="each sale and what it pays"),
        Stage("unread", "test", Scan("sales"), ("id",), kept=False),
        Stage(
            "by person", "payouts",
            Union((
                BY_PERSON,
                Extend(
                    Join(Project(Scan("people"), (("who", "name"),)), Filter(Scan("paid"), TRUE), (("who", "who"),), (), "anti"),
                    (Def("pay", ZERO), Def("n", Lit(0, INTEGER))),
                ),
            )),
            ("who",), kept=False,
        ),
    ),
    {"sales": (Remark("column id of sales", SPAN, "theirs", column="id"),)},
)  # fmt: skip

TEXT_FORM = """
input sales
  id: text
  who: text?
  day: date
  amount: money[USD]
  rate: rate
  pieces: quantity
  mixed: money[by column]
  open: bool
  rank: integer

input people
  name: text
  from: date
  to: date
  own: rate?
  target: money[IDR]

stage paid (credit_pay) by id
  # each sale and what it pays
  from sales
  where open and id in ["a", "b"]
  left join as of one people on who = name, day in from..to take own, to as until
  extend
    total = sum(amount) over (running; by who; order day desc, id)    -- running total
    pay = (total - (amount - 0:money[USD])) * coalesce(own, 0.5:rate)
    kind = if amount > 0:money[USD] then "sale" else "return"
    since = days(2026-01-01, day)

stage unread (test, not kept) by id
  from sales

stage by person (payouts, not kept) by who
  union
    - from paid
      group by who
        pay = sum_known(pay)
        n = count(true)
    - from people
      select name as who
      anti join (
        from paid
        where true
      ) on who
      extend
        pay = 0:money[USD]
        n = 0i
"""


def test_the_printed_form() -> None:
    verify(PROGRAM)
    assert program_text(PROGRAM) == TEXT_FORM.lstrip("\n")


A, B, C = Ref("a"), Ref("b"), Ref("c")


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (call("sub", A, call("sub", B, C)), "a - (b - c)"), (call("sub", call("sub", A, B), C), "a - b - c"),
        (call("neg", call("add", A, B)), "-(a + b)"), (call("not", call("or", A, B, C)), "not (a or b or c)"),
        (call("and", call("or", A, B), C), "(a or b) and c"), (call("eq", call("lt", A, B), C), "(a < b) == c"),
        (Case(((A, Case(((B, ONE),), ONE)),), ONE), "if a then (if b then 1 else 1) else 1"),
        (Ref("key-account.x"), "`key-account.x`"), (Ref("salesman.slice_1.pay"), "salesman.slice_1.pay"),
        (Ref("in"), "`in`"), (Lit('say "ä"', TEXT), '"say \\"ä\\""'), (Lit(None, DATE), "null:date"),
        (Lit(Decimal("1e-12"), RATE), "0.000000000001:rate"), (Over("any", TRUE, ()), "any(true) over ()"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_expressions_as_text(expr: Expr, expected: str) -> None:
    assert expr_text(expr) == expected


def test_the_stored_form_is_exact() -> None:
    stored = program_to_json(PROGRAM)
    found = program_from_json(stored)
    assert found == PROGRAM
    assert program_to_json(found) == stored
    for value in ("1.10", "0.000000000001", "9999999999999999.999999999999", "-0.5", "1E+3"):
        table = Extend(Scan("sales"), (Def("x", Lit(Decimal(value), USD, at=7)), Def("y", Lit(date(1, 1, 1), DATE))))
        program = Program(INPUTS, (Stage("s", "test", table, ("id",)),))
        again = program_from_json(program_to_json(program))
        assert again == program
        made = again.stages[0].table
        assert isinstance(made, Extend)
        lit = made.defs[0].expr
        assert isinstance(lit, Lit) and str(lit.value) == str(Decimal(value)) and lit.at == 7
    with pytest.raises(ValueError, match="version 0"):
        program_from_json('{"version": 0}')


def test_walks() -> None:
    assert refs(RUNNING) == {"amount", "who", "day", "id"}
    assert scans(PROGRAM.stages[2].table) == ("paid", "people", "paid")
    assert [stage.name for stage in needed(PROGRAM, ["by person"])] == ["paid", "by person"]
    assert list(program_schemas(PROGRAM)["by person"]) == ["who", "pay", "n"]


def test_what_no_change_touches_stays_the_same_node() -> None:
    tables = [stage.table for stage in PROGRAM.stages]
    assert all(with_tables(table, lambda inner: inner) is table for table in tables)
    chosen = Case(((Ref("yes"), Ref("a")),), Ref("b"))
    assert rebuilt(chosen, lambda inner: inner) is chosen
    changed = rebuilt(chosen, lambda inner: Ref("c") if inner == Ref("b") else inner)
    assert changed == Case(((Ref("yes"), Ref("a")),), Ref("c"))
    assert refs(chosen) == frozenset({"yes", "a", "b"}) and refs(changed) == frozenset({"yes", "a", "c"})


def test_equal_tables_have_one_hash() -> None:
    one, other = (Filter(Extend(Scan("t"), (Def("a", Ref("b")),)), Ref("a")) for _ in range(2))
    assert hash(one) == hash(other) == hash(one)
    assert one == other and hash(with_tables(one, lambda _: Scan("t"))) == hash(Filter(Scan("t"), Ref("a")))


def test_places_are_relocated_wherever_they_stand() -> None:
    text = program_to_json(PROGRAM)
    assert text.count('"plans/a.yaml"') == 4
    assert program_to_json(relocated(PROGRAM, "plans")) == text.replace('"plans/a.yaml"', '"a.yaml"')

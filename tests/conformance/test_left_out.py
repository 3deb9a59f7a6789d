"""Columns that a run does not write: they come back as they were, all at once or a few, and the program says which they are."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from engine.ir.expr import Call, Case, Lit, Ref
from engine.ir.left_out import Constant, Copy, Joined, Made, left_out, views, with_left_out
from engine.ir.program import Program, Stage
from engine.ir.table import Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import DATE, INTEGER, QUANTITY, TEXT
from engine.lower import lower
from engine.record import Layout
from tests.properties.differential import in_columns, inputs_of
from tests.properties.generate import generate


def put_back(seed: int) -> Counter[str]:
    """Every table of a generated workspace written and read again; how columns came back."""
    workspace, tables, period = generate(seed)
    program = lower(workspace)
    assert with_left_out(program) == program
    layout = Layout.of(program)
    inputs = inputs_of(program, workspace, tables, period)
    whole = in_columns(program, inputs)
    written = {**inputs, **{name: layout.written(name, table) for name, table in whole.items()}}

    def read(name: str, columns: Collection[str]) -> pl.LazyFrame:
        return layout.whole(name, lambda name: written[name].lazy(), read, columns)

    for name, table in whole.items():
        assert layout.whole(name, lambda name: written[name].lazy(), read).collect().equals(table), (
            f"seed {seed}, {name}"
        )
        assert set(layout.left_out.get(name, ())).isdisjoint(layout.keys[name])
        some = table.columns[seed % 3 :: 3]
        assert read(name, some).collect().equals(table.select(some)), f"seed {seed}, {name}"
    assert {s.name: set(s.left_out) for s in program.stages if s.left_out} == {
        name: set(out) for name, out in layout.left_out.items() if out
    }
    return Counter(
        f"{name.partition('/')[0]} {type(back).__name__}"
        for name, out in layout.left_out.items()
        for back in out.values()
    )


def test_generated_workspaces() -> None:
    found = sum((put_back(seed) for seed in range(12)), Counter[str]())
    wanted = {
        "credit_pay Joined",
        "credit_pay Copy",
        "credit_pay Constant",
        "earnings Joined",
        "credits Constant",
        "credits Joined",
    }
    assert wanted <= found.keys(), found


@pytest.mark.slow
def test_many_generated_workspaces() -> None:
    assert sum((put_back(seed) for seed in range(300)), Counter[str]()).total() > 1000


SALES = {"id": TEXT, "who": TEXT, "day": DATE, "units": QUANTITY}
PEOPLE = {"who": TEXT, "team": TEXT, "start": DATE, "end": DATE}
ONE = Ref("units")


def out_of(table: Table, grain: str = "credit_pay") -> dict[str, object]:
    """What is left out of a stage over `first/sales` and `first/people`, which are stages with keys."""
    stages = (
        Stage("first/sales", "credits", Scan("sales"), ("id",)),
        Stage("first/people", "grid", Scan("people"), ("who",)),
        Stage("made", grain, table, ("id",)),
    )
    return dict(left_out(Program({"sales": SALES, "people": PEOPLE}, stages))["made"])


def join(right: Table, on: str = "who", how: Any = "left", many: bool = False) -> Join:
    return Join(Scan("first/sales"), right, ((on, on),), (("team", "team"),), how, many)


def test_what_is_found_by_the_key_of_a_table_before_is_left_out() -> None:
    found = out_of(join(Scan("first/people")))
    same = Joined("first/sales", (("id", "id"),), "who")
    assert found["who"] == same and found["team"] == Joined("first/people", (("who", "who"),), "team")
    assert list(found).index("who") < list(found).index("team"), "what comes back by it comes later"
    assert out_of(join(Scan("first/people")), "measures") == {}, "only tables that repeat others do"


@pytest.mark.parametrize(
    "table",
    [
        join(Filter(Scan("first/people"), Call("ne", (Ref("team"), Lit("x", TEXT))))),  # what is filtered out is null here
        join(Scan("people")),  # an input
        join(Scan("first/people"), many=True),
        AsOf(Scan("first/sales"), Scan("first/people"), (("who", "who"),), "day", "start", "end", (("team", "team"),)),
        Join(Scan("first/sales"), Scan("first/people"), (("who", "team"),), (("team", "team"),)),  # by what is no key
        Extend(Scan("first/sales"), (Def("team", Call("concat", (Ref("who"), Ref("who")))),)),
        Project(Aggregate(join(Scan("first/people")), ("id", "team"), ()), (("id", "id"), ("team", "team"))),
    ],
    ids=["filtered", "input", "many", "as of", "no key", "calculated", "grouped"],
)  # fmt: skip
def test_what_is_not(table: Table) -> None:
    assert "team" not in out_of(table)


TWICE = Made(Call("add", (Ref("pay"), Ref("pay"))))


def test_copies_and_constants() -> None:
    defs = (
        Def("pay", Ref("units")), Def("none", Lit(None, QUANTITY)), Def("units", Call("add", (ONE, ONE))),
        Def("twice", Ref("units")), Def("same", Ref("pay")),
    )  # fmt: skip
    found = out_of(Extend(Scan("sales"), defs))
    none = Constant(None, replace(QUANTITY, nullable=True))
    assert found == {"none": none, "units": TWICE, "twice": Copy("units"), "same": Copy("pay")}
    assert out_of(Extend(Scan("first/sales"), defs))["pay"] == Joined("first/sales", (("id", "id"),), "units")


def part(tier: int, pay: str, lower: int | None) -> Project:
    """A part of a union, as slices have one for each tier."""
    defs = (
        Def("tier", Lit(tier, INTEGER)), Def("lower", Lit(lower, QUANTITY)), Def("pay", Call("mul", (Ref(pay), ONE))),
        Def("length", Call("sub", (Ref("units"), Ref("less")))), Def("unit", Lit("USD", TEXT)),
    )  # fmt: skip
    rows = Extend(Extend(Scan("sales"), (Def("less", Call("mul", (ONE, ONE))),)), defs)
    return Project(
        rows, tuple((name, name) for name in ("id", "tier", "units", "less", "length", "lower", "unit", "pay"))
    )


def test_of_unions_what_comes_back_alike_in_all_parts() -> None:
    program = Program(
        {"sales": SALES, "people": PEOPLE},
        (Stage("made", "slices", Union((part(1, "less", None), part(2, "units", 7))), ("id", "tier")),),
    )
    found = left_out(program)["made"]
    assert found["unit"] == Constant("USD", TEXT) and found["length"] == Made(Call("sub", (Ref("units"), Ref("less"))))
    lower = found["lower"]
    assert isinstance(lower, Made) and isinstance(lower.expr, Case)
    assert [value for _, value in lower.expr.branches] == [Lit(None, QUANTITY.optional()), Lit(7, QUANTITY.optional())]
    assert set(found) == {"unit", "length", "lower"}, "products are written"


def test_a_table_that_only_repeats_others_is_a_view() -> None:
    named = Def("plan", Lit("field", TEXT))
    twice = Def("twice", Call("add", (ONE, ONE)))

    def of(table: Table, grain: str = "steps") -> frozenset[str]:
        first = Stage("first/sales", "credits", Extend(Scan("sales"), (twice,)), ("id",))
        return views(Program({"sales": SALES}, (first, Stage("made", grain, table, ("id",)))))

    rows = Filter(Scan("first/sales"), Call("ne", (Ref("id"), Lit("x", TEXT))))
    assert of(Union((Extend(rows, (named,)), Extend(Scan("first/sales"), (named,))))) == {"made"}
    assert of(Extend(rows, (named,)), "payouts") == set(), "people open it"
    assert of(Extend(rows, (twice,))) == set(), "it calculates"
    assert of(Scan("sales")) == set(), "of an input"

"""Which columns of an input a table carries along, and which only look as if."""

from typing import Any

import pytest

from engine.ir.alike import made_once
from engine.ir.carried import Carrying
from engine.ir.expr import Call, Lit, Ref
from engine.ir.program import Program, Stage
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import BOOL, INTEGER

SALES, PREPARED = Scan("source/sales"), Scan("prepared/sales")
TABLES: dict[str, Table] = {"prepared/sales": Extend(SALES, (Def("open", Lit(True, BOOL)),))}
ONE = Lit(1, INTEGER)
OTHER = Project(Filter(PREPARED, Ref("open")), (("id", "id"), ("who", "seller")))


def carried(table: Table, name: str = "who") -> tuple[str, str] | None:
    return Carrying(TABLES, {"source/sales": ("id",)}).of(table, name)


def joined(on: tuple[tuple[str, str], ...] = (("id", "id"),), how: Any = "inner") -> Join:
    return Join(Project(PREPARED, (("id", "id"), ("day", "day"))), OTHER, on, (("who", "who"),), how)


@pytest.mark.parametrize(
    "table",
    [
        OTHER,
        Filter(OTHER, Ref("who")),
        Extend(PREPARED, (Def("who", Ref("seller")),)),
        Union((OTHER, Extend(OTHER, (Def("level", ONE),)))),
        joined(),
        Aggregate(OTHER, ("id", "who"), (Agg("count", "count", ONE),)),
        AsOf(OTHER, Scan("source/people"), (("who", "who"),), "day", "start", "end", (("team", "team"),)),
    ],
    ids=["project", "filter", "extend", "union", "join", "aggregate", "as of"],
)
def test_it_stays_what_it_was(table: Table) -> None:
    assert carried(table) == ("source/sales", "seller")
    assert carried(table, "id") == ("source/sales", "id")


@pytest.mark.parametrize(
    "table",
    [
        Extend(OTHER, (Def("who", Call("coalesce", (Ref("who"), Ref("id")))),)),
        Extend(Extend(OTHER, (Def("made", ONE),)), (Def("who", Ref("made")),)),
        Union((OTHER, Project(PREPARED, (("id", "id"), ("who", "buyer"))))),
        joined((("day", "who"),)),  # another sale of somebody
        joined(how="left"),  # null where there is none
        Aggregate(OTHER, ("who",), (Agg("count", "count", ONE),)),
        Project(Scan("source/people"), (("id", "id"), ("who", "who"))),
    ],
    ids=["made", "renamed", "two columns", "no key", "left", "without key", "no transaction"],
)
def test_what_only_looks_so(table: Table) -> None:
    assert carried(table) is None


def test_another_name_for_a_column_makes_no_other_column() -> None:
    """Of two rules that call the same column by names of their own, the second repeats the first."""

    def value(name: str) -> tuple[Def, Def]:
        return Def(f"{name}.row", Ref("net")), Def(f"{name}.value", Call("add", (Ref(f"{name}.row"), Ref("cost"))))

    defs = (*value("a"), *value("b"), Def("net", ONE), *value("c"))
    (stage,) = made_once(Program({}, (Stage("made", "", Extend(SALES, defs), ()),))).stages
    assert isinstance(stage.table, Extend)
    made = {each.name: each.expr for each in stage.table.defs}
    assert made["b.value"] == Ref("a.value")
    assert made["c.value"] == Call("add", (Ref("c.row"), Ref("cost"))), "`net` is another one by then"

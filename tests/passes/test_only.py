"""A table without what is not wanted of it has the same rows, and makes no more than it has to."""

from engine.ir.columns_read import columns_read
from engine.ir.expr import Call, Lit, Ref
from engine.ir.only import only
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import INTEGER

SALES = Extend(
    Join(Scan("sales"), Scan("people"), (("seller", "name"),), (("title", "title"), ("hired", "hired"))),
    (
        Def("double", Call("add", (Ref("amount"), Ref("amount")))),
        Def("years", Ref("hired")),
        Def("more", Ref("double")),
    ),
)


def read(table: Table, columns: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    columns_read(only(table, columns), columns, found)
    return found


def test_what_nobody_wants_is_neither_made_nor_looked_up() -> None:
    assert only(SALES, ["seller"]) == Scan("sales")
    assert read(SALES, ["more"]).keys() == {"sales"} and "seller" not in read(SALES, ["more"])["sales"]
    assert read(SALES, ["years"]) == {"sales": {"seller"}, "people": {"name", "hired"}}


def test_a_definition_that_replaces_a_column_is_made_of_it() -> None:
    again = Extend(Scan("sales"), (Def("amount", Call("neg", (Ref("amount"),))),))
    assert only(again, ["amount"]) == again and only(again, ["seller"]) == Scan("sales")


def test_a_join_that_takes_rows_away_or_makes_more_stays() -> None:
    on, take = (("seller", "name"),), (("title", "title"), ("hired", "hired"))
    for stays in (
        Join(Scan("sales"), Scan("people"), on, take, how="inner"),
        Join(Scan("sales"), Scan("people"), on, take, many=True),
        Join(Scan("sales"), Scan("people"), on, (), how="anti"),
        AsOf(Scan("sales"), Scan("people"), on, "day", "start", "end", take, match="many"),
        AsOf(Scan("sales"), Scan("people"), on, "day", "start", "end", take, how="inner"),
        Join(Scan("sales"), Scan("people"), (), take, how="cross"),
    ):
        assert read(stays, ["amount"]).keys() == {"sales", "people"}
        assert {"seller", "day"} & read(stays, ["amount"])["sales"] or not stays.on
    gone = AsOf(Scan("sales"), Scan("people"), on, "day", "start", "end", take)
    assert only(gone, ["amount"]) == Scan("sales")


def test_a_cross_join_goes_on_with_a_column() -> None:
    """Rows that have none would be no rows."""
    crossed = Join(Scan("sales"), Scan("scope"), (), (("first", "first"), ("last", "last")), how="cross")
    assert only(crossed, ["amount"]) == Join(Scan("sales"), Scan("scope"), (), (("first", "first"),), how="cross")


def test_parts_of_a_union_stay_alike() -> None:
    parts = (SALES, Project(Scan("older"), (("seller", "who"), ("title", "title"), ("more", "m"))))
    assert only(Union(parts), ["more", "seller"]) == Union(
        tuple(Project(only(part, ["more", "seller"]), (("more", "more"), ("seller", "seller"))) for part in parts)
    )


def test_groups_stay_and_sums_that_nobody_wants_go() -> None:
    sums = (Agg("total", "sum", Ref("amount")), Agg("deals", "count", Ref("sold")))
    grouped = Aggregate(Filter(SALES, Call("gt", (Ref("years"), Lit(1, INTEGER)))), ("seller",), sums)
    assert read(grouped, ["deals"])["sales"] == {"seller", "sold"}
    assert read(grouped, ["seller"])["people"] == {"name", "hired"}

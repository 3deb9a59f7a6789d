"""Every table node on edge rows and on random ones, in both backends: null keys, empty tables, ties, interval ends."""

import random
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, Literal

import polars as pl
import pytest

from engine.backends.polars.table import NODES as POLARS
from engine.backends.replay.table import NODES as REPLAY
from engine.ir.expr import Call, Lit, Over, Ref
from engine.ir.program import Schema
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import BOOL, DATE, INTEGER, QUANTITY, TEXT, Type, money
from tests.conformance.both import Data, decimals, evaluate
from tests.conformance.random_ir import SCHEMA, expression, rows

USD = money("USD").optional()
LEFT: Schema = {"n": INTEGER, "k": TEXT.optional(), "l": TEXT.optional(), "at": DATE.optional()}
RIGHT: Schema = {"k": TEXT.optional(), "l": TEXT.optional(), "from": DATE.optional(), "to": DATE.optional(), "v": USD}
SCHEMAS = {"left": LEFT, "right": RIGHT}


def day(number: int | None) -> date | None:
    return None if number is None else date(2026, 1, number)


def left_rows(*items: tuple[str | None, str | None, int | None]) -> dict[str, list[Any]]:
    days = [day(number) for _, _, number in items]
    return {"n": list(range(len(items))), "k": [k for k, _, _ in items], "l": [m for _, m, _ in items], "at": days}


def right_rows(*items: tuple[str | None, str | None, int | None, int | None, str | None]) -> dict[str, list[Any]]:
    columns: list[list[Any]] = [list(column) for column in zip(*items, strict=True)] if items else [[]] * 5
    k, m, start, end, v = columns
    return {"k": k, "l": m, "from": [day(d) for d in start], "to": [day(d) for d in end], "v": decimals(*v)}


def joined(table: Table, left: Data, right: Data, *names: str) -> list[Any]:
    found = evaluate(table, SCHEMAS, {"left": left, "right": right}, "n")
    return [tuple(row[name] for name in ("n", *names)) for row in found]


def test_one_implementation_per_node() -> None:
    assert set(POLARS) == set(REPLAY) == {Scan, Filter, Extend, Project, Join, AsOf, Aggregate, Union}


PEOPLE = left_rows(("a", "x", 1), ("b", "x", 1), (None, "x", 1), ("a", None, 1), ("c", "x", 1))
RATES = right_rows(("a", "x", 1, 1, "1"), ("b", "x", 1, 1, None), (None, "x", 1, 1, "3"), (None, "x", 1, 1, "4"))


def _join(how: Literal["left", "inner", "cross", "anti"], many: bool = False) -> Join:
    take = () if how == "anti" else (("v2", "v"), ("l2", "l"))
    return Join(Scan("left"), Scan("right"), () if how == "cross" else (("k", "k"),), take, how, many)


def test_joins() -> None:
    one = Decimal(1)
    assert joined(_join("left"), PEOPLE, RATES, "v2", "l2") == [
        (0, one, "x"), (1, None, "x"), (2, None, None), (3, one, "x"), (4, None, None),
    ]  # fmt: skip
    assert joined(_join("inner"), PEOPLE, RATES, "v2") == [(0, one), (1, None), (3, one)]
    assert joined(_join("anti"), PEOPLE, RATES) == [(2,), (4,)]
    assert len(joined(_join("cross"), PEOPLE, RATES, "v2")) == 20
    both = Join(Scan("left"), Scan("right"), (("k", "k"), ("l", "l")), (("v2", "v"),))
    assert joined(both, PEOPLE, RATES, "v2") == [(0, one), (1, None), (2, None), (3, None), (4, None)]


def test_joins_of_many() -> None:
    twice = right_rows(("a", "x", 1, 1, "1"), ("a", "y", 1, 1, "2"), (None, "x", 1, 1, "3"))
    found = joined(_join("left", many=True), PEOPLE, twice, "l2")
    assert sorted(found, key=str) == [(0, "x"), (0, "y"), (1, None), (2, None), (3, "x"), (3, "y"), (4, None)]
    assert len(joined(_join("inner", many=True), PEOPLE, twice)) == 4


def test_a_partner_too_many_is_never_paid_twice() -> None:
    twice = right_rows(("a", "x", 1, 1, "1"), ("a", "y", 1, 1, "2"))
    with pytest.raises((AssertionError, pl.exceptions.ComputeError)):
        joined(_join("left"), PEOPLE, twice)
    assert joined(_join("anti"), PEOPLE, twice) == [(1,), (2,), (4,)]


def test_joins_of_empty_tables() -> None:
    nobody, nothing = left_rows(), right_rows()
    for how in ("left", "inner", "cross", "anti"):
        assert joined(_join(how), nobody, RATES) == []
        assert len(joined(_join(how), PEOPLE, nothing)) == (5 if how in ("left", "anti") else 0)


def _as_of(match: Literal["one", "many"], how: Literal["left", "inner"], on: bool = True) -> AsOf:
    keys = (("k", "k"),) if on else ()
    return AsOf(Scan("left"), Scan("right"), keys, "at", "from", "to", (("v2", "v"),), match, how)


DATED = left_rows(
    ("a", "x", 1), ("a", "x", 5), ("a", "x", 6), ("a", "x", 9), (None, "x", 5), ("a", "x", None), ("b", "x", 5)
)
SPANS = right_rows(
    ("a", "x", 2, 5, "1"), ("a", "x", 6, 8, "2"), (None, "x", 1, 9, "3"), ("b", "x", None, 9, "4"), ("b", "x", 1, None, "5"),
    ("a", "x", 7, 6, "6"), ("a", "x", 5, 4, "7"), ("b", "x", 5, 5, None),
)  # fmt: skip


@pytest.mark.parametrize("match", ["one", "many"])
def test_as_of_by_key(match: Literal["one", "many"]) -> None:
    """Both ends belong to an interval; null ends, null days, null keys and intervals without a day match nothing."""
    one, two = Decimal(1), Decimal(2)
    expected = [(0, None), (1, one), (2, two), (3, None), (4, None), (5, None), (6, None)]
    assert joined(_as_of(match, "left"), DATED, SPANS, "v2") == expected
    assert joined(_as_of(match, "inner"), DATED, SPANS, "v2") == [(1, one), (2, two), (6, None)]


@pytest.mark.parametrize("match", ["one", "many"])
def test_as_of_without_key(match: Literal["one", "many"]) -> None:
    spans = right_rows((None, None, 2, 5, "1"), (None, None, 6, 8, "2"))
    expected = [(0, None), (1, Decimal(1)), (2, Decimal(2)), (3, None), (4, Decimal(1)), (5, None), (6, Decimal(1))]
    assert joined(_as_of(match, "left", on=False), DATED, spans, "v2") == expected
    assert joined(_as_of(match, "inner", on=False), DATED, spans, "v2") == [e for e in expected if e[1] is not None]


def test_as_of_many_finds_all() -> None:
    spans = right_rows(("a", "x", 1, 9, "1"), ("a", "x", 5, 6, "2"), ("a", "x", 6, 6, None), ("b", "x", 6, 9, "4"))
    found = joined(_as_of("many", "left"), DATED, spans, "v2")
    one, two = Decimal(1), Decimal(2)
    expected = [(0, one), (1, one), (1, two), (2, None), (2, one), (2, two), (3, one), (4, None), (5, None), (6, None)]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert len(joined(_as_of("many", "inner"), DATED, spans, "v2")) == 7


@pytest.mark.parametrize("match", ["one", "many"])
@pytest.mark.parametrize("on", [True, False])
def test_as_of_on_empty_tables(match: Literal["one", "many"], on: bool) -> None:
    assert joined(_as_of(match, "left", on), DATED, right_rows(), "v2") == [(n, None) for n in range(7)]
    assert joined(_as_of(match, "inner", on), DATED, right_rows(), "v2") == []
    assert joined(_as_of(match, "left", on), left_rows(), SPANS, "v2") == []
    assert joined(_as_of(match, "inner", on), left_rows(), SPANS, "v2") == []


@pytest.mark.parametrize("seed", range(25))
def test_random_intervals(seed: int) -> None:
    rng = Random(seed)
    letters = ["a", "b", "c", None]
    left = left_rows(
        *((rng.choice(letters), "x", rng.choice([None, *range(1, 31)])) for _ in range(rng.randint(0, 30)))
    )
    spans: list[tuple[str | None, str, int | None, int | None, str | None]] = []
    for key in letters:
        start = rng.randint(2, 5)
        while start < 30:
            end = start + rng.randint(-1, 6)
            spans.append((key, "x", start, min(end, 31), rng.choice(["1", "2", None])))
            start = max(end, start) + rng.randint(1, 4)
    rng.shuffle(spans)
    for how in ("left", "inner"):
        joined(_as_of("one", how), left, right_rows(*spans))
        joined(_as_of("many", how), left, right_rows(*spans))
        joined(_as_of("many", how, on=False), left, right_rows(*spans))


# -- groups

TOP = "9999999999999999.999999999999"
GROUPS: Schema = {"g": TEXT.optional(), "v": USD, "b": BOOL.optional(), "t": TEXT.optional(), "d": DATE.optional()}
IN_GROUPS: dict[str, list[Any]] = {
    "g": ["x", "x", "y", None, None, "z"], "v": decimals("1", "2", None, TOP, "0.000000000001", "-0.5"),
    "b": [True, None, None, True, True, False], "t": ["b", None, None, "a", "c", "Ω"],
    "d": [day(2), day(1), None, day(3), day(3), day(9)],
}  # fmt: skip
AGGS = (
    Agg("sum", "sum", Ref("v")), Agg("known", "sum_known", Ref("v")), Agg("count", "count", Ref("b")),
    Agg("any", "any", Ref("b")), Agg("least", "min", Ref("v")), Agg("most", "max", Ref("v")),
    Agg("first", "min", Ref("t")), Agg("last", "max", Ref("d")), Agg("rows", "count", Lit(True, BOOL)),
    Agg("negative", "sum", Call("neg", (Ref("v"),))),
)  # fmt: skip


def test_aggregates() -> None:
    found = {
        row["g"]: row
        for row in evaluate(Aggregate(Scan("rows"), ("g",), AGGS), {"rows": GROUPS}, {"rows": IN_GROUPS}, "g")
    }
    assert {g: row["sum"] for g, row in found.items()} == {"x": 3, "y": None, None: None, "z": Decimal("-0.5")}
    assert {g: row["known"] for g, row in found.items()} == {"x": 3, "y": 0, None: None, "z": Decimal("-0.5")}
    assert {g: row["count"] for g, row in found.items()} == {"x": 1, "y": 0, None: 2, "z": 0}
    assert {g: row["any"] for g, row in found.items()} == {"x": True, "y": False, None: True, "z": False}
    assert {g: row["least"] for g, row in found.items()} == {
        "x": 1, "y": None, None: Decimal("1e-12"), "z": Decimal("-0.5"),
    }  # fmt: skip
    assert {g: row["first"] for g, row in found.items()} == {"x": "b", "y": None, None: "a", "z": "Ω"}
    assert {g: row["last"] for g, row in found.items()} == {"x": day(2), "y": None, None: day(3), "z": day(9)}
    assert {g: row["rows"] for g, row in found.items()} == {"x": 2, "y": 1, None: 2, "z": 1}


def test_a_group_of_all_rows() -> None:
    table = Aggregate(Scan("rows"), (), (Agg("n", "count", Lit(True, BOOL)), Agg("known", "sum_known", Ref("v"))))
    assert evaluate(table, {"rows": GROUPS}, {"rows": {n: v[:2] for n, v in IN_GROUPS.items()}}, "n") == [
        {"n": 2, "known": 3}
    ]
    assert evaluate(table, {"rows": GROUPS}, {"rows": {n: [] for n in IN_GROUPS}}, "n") == []
    assert (
        evaluate(Aggregate(Scan("rows"), ("g",), AGGS), {"rows": GROUPS}, {"rows": {n: [] for n in IN_GROUPS}}, "g")
        == []
    )


def test_groups_without_aggregates() -> None:
    found = evaluate(Aggregate(Scan("rows"), ("g",), ()), {"rows": GROUPS}, {"rows": IN_GROUPS}, "g")
    assert [row["g"] for row in found] == [None, "x", "y", "z"]


@pytest.mark.parametrize("seed", range(10))
def test_random_groups(seed: int) -> None:
    rng = Random(seed)
    data = rows(rng, rng.choice([0, 1, 30]))
    numeric = [rng.choice([money("USD"), QUANTITY]) for _ in range(6)]
    aggs = [
        Agg(f"s{i}", rng.choice(["sum", "sum_known", "min", "max"]), expression(rng, t, 2))
        for i, t in enumerate(numeric)
    ]
    aggs += [Agg(f"c{i}", rng.choice(["count", "any"]), expression(rng, BOOL, 2)) for i in range(3)]
    by = rng.choice([("g",), ("g", "b1"), ()])
    evaluate(Aggregate(Scan("rows"), by, tuple(aggs)), {"rows": SCHEMA}, {"rows": data}, "c0")


@pytest.mark.parametrize("how", ["left", "inner"])
@pytest.mark.parametrize("seed", range(10))
def test_groups_that_a_join_brings(how: Literal["left", "inner"], seed: int) -> None:
    """Rows may be added up before they are joined, unless what is added up looks at other rows."""
    rng = Random(seed)
    data = rows(rng, 30)
    schemas = {"rows": SCHEMA, "names": {"own": TEXT, "name": TEXT.optional(), "part": TEXT}}
    groups = sorted({group for group in data["g"] if group is not None})
    named = {"own": groups, "name": [rng.choice(["one", "two", None]) for _ in groups], "part": ["x" for _ in groups]}
    join: Table = Join(Scan("rows"), Scan("names"), (("g", "own"),), (("name", "name"), ("part", "part")), how)
    if rng.random() < 0.5:
        join = Project(join, tuple((name, name) for name in (*SCHEMA, "name")))
    kinds: list[Literal["sum", "sum_known", "min", "max"]] = ["sum", "sum_known", "min", "max"]
    numbers = [expression(rng, rng.choice([money("USD"), QUANTITY]), depth) for depth in (0, 0, 0, 2)]
    aggs = [Agg(f"s{number}", kind, arg) for number, (kind, arg) in enumerate(zip(kinds, numbers, strict=True))]
    aggs += [Agg("any", "any", Ref("b1")), Agg("n", "count", Lit(True, BOOL))]
    data_of = {"rows": data, "names": named}
    found = evaluate(Aggregate(join, rng.choice([("name",), ("b1", "name")]), tuple(aggs)), schemas, data_of, "n")
    assert sum(row["n"] for row in found) == (30 if how == "left" else sum(group is not None for group in data["g"]))


def test_a_sum_called_as_what_its_rows_are_joined_on() -> None:
    """Before the join that column is still needed, so nothing can be added up under its name."""
    schemas = {"rows": {"n": INTEGER, "g": TEXT}, "names": {"own": TEXT, "name": TEXT}}
    join = Join(Scan("rows"), Scan("names"), (("g", "own"),), (("name", "name"),))
    data: dict[str, Data] = {
        "rows": {"n": [1, 2, 3], "g": ["b", "a", "c"]},
        "names": {"own": ["a", "b"], "name": ["one", "one"]},
    }
    found = evaluate(Aggregate(join, ("name",), (Agg("g", "min", Ref("g")),)), schemas, data, "g")
    assert found == [{"name": "one", "g": "a"}, {"name": None, "g": "c"}]


# -- the others


@pytest.mark.parametrize("seed", range(10))
def test_random_filters(seed: int) -> None:
    """A null condition is not true; windows in a condition see all rows."""
    rng = Random(seed)
    condition = expression(rng, BOOL, 3)
    evaluate(Filter(Scan("rows"), condition), {"rows": SCHEMA}, {"rows": rows(rng, 30)}, "o")


def test_a_filter_by_a_window() -> None:
    largest = Call("eq", (Ref("v"), Over("max", Ref("v"), ("g",))))
    found = evaluate(Filter(Scan("rows"), largest), {"rows": GROUPS}, {"rows": IN_GROUPS}, "g")
    assert [row["v"] for row in found] == decimals(TOP, "2", "-0.5")


def test_projections_and_unions() -> None:
    """Money of two currencies is money by column in a union; columns may be taken twice."""
    schemas: dict[str, Schema] = {
        "a": {"n": INTEGER, "v": money("USD")},
        "b": {"n": INTEGER, "v": money("IDR").optional()},
    }
    data = {"a": {"n": [1], "v": decimals("1")}, "b": {"n": [2, 3], "v": decimals("2", None)}}
    columns = (("n", "n"), ("v", "v"), ("w", "v"))
    parts: list[Table] = [Project(Scan("a"), columns), Project(Scan("b"), columns)]
    found = evaluate(Union(tuple(parts)), schemas, data, "n")
    assert [tuple(row.values()) for row in found] == [
        (1, Decimal(1), Decimal(1)), (2, Decimal(2), Decimal(2)), (3, None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("kept", [False, True])
def test_a_filter_by_a_constant_keeps_all_rows_or_none(kept: bool) -> None:
    """Told before any row is read: of a column that is the same in all of them."""
    rows = Extend(Scan("rows"), (Def("wanted", Lit(kept, BOOL)),))
    found = evaluate(Filter(rows, Ref("wanted")), {"rows": GROUPS}, {"rows": IN_GROUPS}, "g")
    assert len(found) == (len(IN_GROUPS["g"]) if kept else 0)


def test_constants_on_an_empty_table() -> None:
    type_: dict[str, Type] = {"n": INTEGER}
    table = Extend(Scan("rows"), (Def("one", Lit(Decimal(1), QUANTITY)), Def("none", Lit(None, TEXT.optional()))))
    assert evaluate(table, {"rows": type_}, {"rows": {"n": []}}, "n") == []
    assert evaluate(table, {"rows": type_}, {"rows": {"n": [7]}}, "n") == [{"n": 7, "one": Decimal(1), "none": None}]


def test_twenty_levels_one_upon_the_other() -> None:
    """Each asks for the manager of the one before: a query that doubled with each would not end."""
    above: dict[str, Any] = {
        "who": [f"p{number:02}" for number in range(25)], "boss": [f"p{number + 1:02}" for number in range(25)],
        "from": [date(2026, 1, 1)] * 25, "to": [date(2026, 12, 31)] * 25,
    }  # fmt: skip
    table: Table = Scan("sold")
    for level in range(20):
        own = f"boss{level}" if level else "seller"
        table = AsOf(table, Scan("above"), ((own, "who"),), "at", "from", "to", ((f"boss{level + 1}", "boss"),))
    schemas = {
        "sold": {"id": INTEGER, "seller": TEXT, "at": DATE},
        "above": {"who": TEXT, "boss": TEXT, "from": DATE, "to": DATE},
    }
    sold = {"id": [1, 2, 3], "seller": ["p00", "p10", "nobody"], "at": [date(2026, 6, 1)] * 3}
    found = evaluate(table, schemas, {"sold": sold, "above": above}, "id")
    assert [row["boss20"] for row in found] == ["p20", None, None]
    assert [row["boss15"] for row in found] == ["p15", "p25", None]


@pytest.mark.parametrize("how", ["left", "inner"])
def test_joins_of_one_day_are_looked_up_together(how: Literal["left", "inner"]) -> None:
    """Intervals that have ended or have gaps, keys that an interval found, another day between: as one after the other."""
    dice = random.Random(5)
    for _ in range(20):
        spans: list[tuple[str, str | None, int, int]] = []
        for who in "abc":
            first, last = sorted(dice.sample(range(1, 9), 2))
            spans += [(who, dice.choice("abc"), first, last - 1), (who, dice.choice([None, "a", "b"]), last + 1, 9)]
        columns: list[Any] = [list(column) for column in zip(*spans, strict=True)]
        above = {"who": columns[0], "boss": columns[1], "from": [*map(day, columns[2])], "to": [*map(day, columns[3])]}
        days: list[list[date | None]] = [[day(dice.choice([None, *range(1, 10)])) for _ in range(12)] for _ in range(2)]
        sold = {"id": list(range(12)), "seller": dice.choices([None, *"abcd"], k=12), "at": days[0], "later": days[1]}
        schemas: dict[str, Schema] = {
            "sold": {"id": INTEGER, "seller": TEXT.optional(), "at": DATE.optional(), "later": DATE.optional()},
            "above": {"who": TEXT, "boss": TEXT.optional(), "from": DATE, "to": DATE},
        }
        table: Table = Scan("sold")
        ways: list[tuple[str, str, Literal["left", "inner"]]] = [
            ("seller", "at", "left"), ("b1", "at", "left"), ("seller", "later", "left"), ("b2", "at", "left"), ("b3", "at", how)
        ]  # fmt: skip
        for number, (own, at, each) in enumerate(ways, start=1):
            take = ((f"b{number}", "boss"), (f"since{number}", "from"))
            table = AsOf(table, Scan("above"), ((own, "who"),), at, "from", "to", take, "one", each)
        evaluate(table, schemas, {"sold": sold, "above": above}, "id")

"""Tables of participants are joined with each other before the many rows that look them up."""

from typing import Any, Literal

import pytest

from engine.backends.polars.few_first import few_first
from engine.ir.expr import Lit
from engine.ir.program import Program, Stage
from engine.ir.table import Def, Extend, Join, Scan, Table
from engine.ir.types import INTEGER, QUANTITY, TEXT
from engine.ir.walk import tables_in
from tests.conformance.both import Data, evaluate

KEYS = ("participant", "period", "segment")
How = Literal["left", "inner"]


def looked_up(first: How = "inner", second: How = "inner") -> Join:
    """Credits with their segment, and by that their row of the grid and their target."""
    on = (("who", "participant"), ("month", "period"), ("stint", "stint"))
    found = Join(Scan("credits"), Scan("segments"), on, (("segment", "segment"), ("until", "until")), first)
    by = (("who", "participant"), ("month", "period"), ("segment", "segment"))
    gridded = Join(found, Scan("grid"), by, (("days", "days"),), second)
    return Join(gridded, Scan("targets"), by, (("target", "own"), ("days of", "days")), "left")


def stages(table: Table) -> Program:
    few = tuple(Stage(name, name, Scan(name), KEYS) for name in ("segments", "grid", "targets"))
    return Program({}, (*few, Stage("pay", "pay", table, ("id",))))


def joined_with(table: Table) -> list[Table]:
    """What the rows of credits are joined with."""
    return [] if isinstance(table, Scan) else [*joined_with(tables_in(table)[0]), *tables_in(table)[1:]]


def test_rows_are_joined_once() -> None:
    made = few_first(stages(looked_up())).stages[-1].table
    assert len(joined_with(made)) == 1 and len(joined_with(looked_up())) == 3


@pytest.mark.parametrize(
    ("stays", "joins"),
    [
        (
            Join(
                Join(Scan("credits"), Scan("orders"), (("id", "id"),), (("k", "k"),)),
                Scan("grid"),
                (("k", "period"),),
                (),
            ),
            2,
        ),
        (Join(looked_up().left, Scan("targets"), (("id", "id"),), (("target", "own"),)), 2),
        (looked_up("left", "inner").left, 2),
        (
            Join(
                Extend(looked_up().left, (Def("one", Lit(1, INTEGER)),)), Scan("targets"), (("segment", "segment"),), ()
            ),
            2,
        ),
    ],
)
def test_others_stay_as_they_are(stays: Table, joins: int) -> None:
    """What is found among many rows, what the rows name themselves, what takes rows away from the first, what is made between."""
    made = few_first(stages(stays)).stages[-1].table
    assert len(joined_with(made)) == joins


@pytest.mark.parametrize("hows", [("inner", "inner"), ("inner", "left"), ("left", "left")])
def test_the_rows_are_the_same(hows: tuple[How, How]) -> None:
    schemas = {
        "credits": {"id": INTEGER, "who": TEXT, "month": TEXT, "stint": TEXT.optional()},
        "segments": {"participant": TEXT, "period": TEXT, "stint": TEXT, "segment": TEXT, "until": TEXT.optional()},
        "grid": {"participant": TEXT, "period": TEXT, "segment": TEXT, "days": INTEGER},
        "targets": {"participant": TEXT, "period": TEXT, "segment": TEXT, "own": QUANTITY.optional(), "days": INTEGER},
    }
    columns: dict[str, list[tuple[Any, ...]]] = {
        "credits": [
            (1, "a", "m1", "s1"),
            (2, "a", "m1", "s2"),
            (3, "a", "m2", None),
            (4, "b", "m1", "s1"),
            (5, "c", "m1", "s9"),
        ],
        "segments": [("a", "m1", "s1", "t1", None), ("a", "m1", "s2", "t1", "x"), ("b", "m1", "s1", "t3", "y")],
        "grid": [("a", "m1", "t1", 31)],
        "targets": [("a", "m1", "t1", None, 7), ("b", "m1", "t3", None, 8)],
    }
    data = {
        name: dict(zip(schemas[name], map(list, zip(*rows, strict=True)), strict=True))
        for name, rows in columns.items()
    }
    before = evaluate(looked_up(*hows), schemas, data, "id")
    after = evaluate(few_first(stages(looked_up(*hows))).stages[-1].table, schemas, data, "id")
    assert before == after and len(before) == {"inner": {"inner": 2, "left": 3}[hows[1]], "left": 5}[hows[0]]


def test_one_column_may_stand_for_two() -> None:
    """Whoever is looked up by one column of the rows twice is found by both columns of the table."""
    schemas = {"credits": {"id": INTEGER, "who": TEXT}, "grid": {"participant": TEXT, "period": TEXT, "segment": TEXT}}
    data: dict[str, Data] = {
        "credits": {"id": [1, 2], "who": ["a", "b"]},
        "grid": {"participant": ["a", "b"], "period": ["a", "m1"], "segment": ["t1", "t2"]},
    }
    found = Join(Scan("credits"), Scan("grid"), (("who", "participant"), ("who", "period")), (("segment", "segment"),))
    more = Join(found, Scan("grid"), (("who", "participant"), ("segment", "segment")), (("month", "period"),))
    made = few_first(Program({}, (Stage("grid", "grid", Scan("grid"), KEYS), Stage("pay", "pay", more, ("id",)))))
    assert made.stages[-1].table != more
    assert [row["month"] for row in evaluate(made.stages[-1].table, schemas, data, "id")] == ["a", None]

"""What each customer, claim or policy counts for in an interval of a measure: what it came to before and with it, its credits."""

from collections.abc import Callable

from engine.explain.grid import KEY, Key
from engine.explain.node import Node
from engine.explain.number import worked
from engine.explain.remark import remark_nodes
from engine.explain.tables import Tables, place, says
from engine.ir.program import Stage
from engine.ir.types import TEXT

Credits = Callable[[str, object], tuple[Node, ...]]
"""A column and a value of it → the rules with their credits that have it."""


def of_each(tables: Tables, name: str) -> Stage | None:
    """Where stands what each counts for in a measure, if it limits that."""
    return tables.stages.get(name.replace("measures/", "each/", 1))


def reads_credits(tables: Tables, stage: Stage) -> Stage:
    """The stage that takes the credits of a measure: its own, or where they are added up for each."""
    return of_each(tables, stage.name) or stage


def each_nodes(tables: Tables, stage: Stage, row: Key, credits: Credits) -> tuple[Node, ...]:
    """Those that have credits in the interval, in order, each with these."""
    rows = tables.rows(stage.name, **{column: row[column] for column in KEY})
    return tuple(_each_node(tables, stage, each, credits) for each in sorted(rows, key=lambda each: str(each["key"])))


def _each_node(tables: Tables, stage: Stage, row: Key, credits: Credits) -> Node:
    made, name = tables.definitions(stage.name), stage.name
    by, to_date = says(made["key"]), "adds" in made
    figures = tables.figures(name, row)
    own, key = tables.value(name, "own", row), worked(row["key"], tables.schemas[name].get("key", TEXT), tables.digits)
    column = "adds" if to_date else "counts"
    about = ""
    if to_date:
        before, after = (tables.value(name, each, row).grouped for each in ("before", "after"))
        about = f"{own.grouped} in this interval; since the reset {after}, before it {before}"
    return Node(
        "each", f"{by} {key.grouped}", tables.value(name, column, row), tables.unit(name, column, row), about,
        says(made["counts"]) + (", less what counted before" if to_date else ""), figures.worked(made[column].expr),
        {each: tables.value(name, each, row).plain for each in ("own", *(("before", "after") if to_date else ()))},
        place(made["counts"].span), children=(*remark_nodes(made["counts"], figures), *credits(by, row["key"])),
    )  # fmt: skip

"""Members of a group, beside the one whose pay is explained: who they are, and what each of them has."""

from typing import Any

from engine.explain.grid import KEY, grid_of
from engine.explain.node import Node
from engine.explain.stages import definitions
from engine.explain.tables import Tables
from engine.ir.expr import Over

LISTED = 20
"""Members that are told one by one."""


def member_nodes(
    tables: Tables, name: str, row: dict[str, Any], group: str, columns: tuple[str, ...]
) -> tuple[Node, ...]:
    """The rows of a table that are in the group of `row`, each with the values of `columns`, the last of them its value.

    `group` is the column that says the group.
    """
    rows = tables.rows(name, period=row["period"], **{group: row[group]})
    rows.sort(key=lambda each: (each["participant"] != row["participant"], each["participant"], each["segment"]))
    nodes = [_member(tables, name, each, columns) for each in rows[:LISTED]]
    if len(rows) > LISTED:
        nodes.append(Node("member", f"and {len(rows) - LISTED} more"))
    return tuple(nodes)


def period_nodes(tables: Tables, name: str, row: dict[str, Any]) -> tuple[Node, ...]:
    """What the group had in each period since the reset, where that is what adds up, whoever its members were."""
    window = definitions(tables.stages[name].table).get("to_date")
    grid = tables.row(grid_of(name), **{key: row[key] for key in KEY})
    if window is None or not isinstance(window.expr, Over) or grid is None:
        return ()
    began = window.expr.by[-1]
    periods = {
        each["period"]: each["start"]
        for each in tables.rows("calendar", length=row["length"])
        if each["start"] <= grid["period_start"] and (began == "plan_start" or each["start"] >= grid[began])
    }
    had = {each["period"]: each for each in tables.rows(name, group=row["group"], length=row["length"])}
    shown = sorted((period for period in periods if period in had), key=lambda period: periods[period])
    unit = tables.unit(name, "own", row)
    return tuple(Node("interval", str(each), tables.value(name, "own", had[each]), unit) for each in shown)


def _member(tables: Tables, name: str, row: dict[str, Any], columns: tuple[str, ...]) -> Node:
    *others, last = columns
    about = ", ".join(f"{column.rpartition('.')[2]} {tables.value(name, column, row).grouped}" for column in others)
    value, unit = (tables.value(name, last, row), tables.unit(name, last, row)) if last in row else (None, "")
    return Node("member", str(row["participant"]), value, unit, about)

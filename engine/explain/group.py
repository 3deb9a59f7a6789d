"""Members of a group, beside the one whose pay is explained: who they are, and what each of them has."""

from typing import Any

from engine.explain.node import Node
from engine.explain.tables import Tables

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


def _member(tables: Tables, name: str, row: dict[str, Any], columns: tuple[str, ...]) -> Node:
    *others, last = columns
    about = ", ".join(f"{column.rpartition('.')[2]} {tables.value(name, column, row).grouped}" for column in others)
    value, unit = (tables.value(name, last, row), tables.unit(name, last, row)) if last in row else (None, "")
    return Node("member", str(row["participant"]), value, unit, about)

"""A pool that is shared out: the pool, and what each member of the group had to do with it."""

from engine.explain.column import Line, column_node
from engine.explain.group import member_nodes
from engine.explain.node import Node

WORDS = {
    "no_group": "the roster says no group on that day",
    "group_unknown": "another member's amount or weight is not known",
    "pool_differs": "members of the group come to different pools",
    "negative_weight": "a member's weight is below zero",
    "negative_pool": "the pool is below zero, and the plan says negative_pool: block",
    "no_weights": "nobody has a weight, and the plan says no_weights: block",
}


def share_out_node(line: Line, name: str, title: str) -> Node:
    """The item, with its pool and its members' weights and parts."""
    pool = column_node(line, f"{name}.pool", "input", "pool")
    own = [column_node(line, f"{name}.{part}", "input", part) for part in ("among",) if f"{name}.{part}" in line.row]
    weight = column_node(line, f"{name}.weight", "input", "weight")
    members = member_nodes(line.tables, line.name, line.row, f"{name}.group", (f"{name}.weight", name))
    group = str(line.row[f"{name}.group"])
    count = f"{len(members)} of them" if len(members) <= 1 else f"{line.shown(f'{name}.members').grouped} members"
    weights = Node(
        "input", f"weights of {group or 'no group'}", line.shown(f"{name}.weights"), line.unit(f"{name}.weights"), count,
        children=members,
    )  # fmt: skip
    about = WORDS.get(str(line.row[f"{name}.because"]), "")
    return column_node(line, name, "step", title, about, (pool, *own, weight, weights))

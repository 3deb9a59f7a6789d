"""Modifiers: the items of a component's list, in the order of the list, each with its own inputs beneath it."""

from dataclasses import replace

from engine.explain.column import Line, column_node, is_constant
from engine.explain.grid import KEY, Key, grid_of
from engine.explain.group_eve import group_eve_nodes
from engine.explain.measure import measure_node
from engine.explain.node import Node, Worked
from engine.explain.share_out import share_out_node
from engine.explain.stages import Taken, taken
from engine.explain.target import target_node
from engine.ir.expr import Call, Expr, Fold, Ref
from engine.ir.table import Def
from engine.ir.walk import refs

INNER = (
    "by", "at", "met", "shared", "granted", "free", "total", "to_date", "limited", "left_before", "at_before",
    "eve", "before", "carried", "under", "over", "last", "due", "brought",
)  # fmt: skip
"""Columns of an item that it was made from, as `lower/modifier` calls them."""


def steps_of(line: Line, kinds: dict[int, str]) -> list[Node]:
    """The items that this table has columns for, in their order."""
    numbers = sorted(int(name[5:]) for name in line.row if name.startswith("step_") and name[5:].isdigit())
    return [_step(line, number, kinds.get(number, "")) for number in numbers]


def _step(line: Line, number: int, kind: str) -> Node:
    name = f"step_{number}"
    inner = [f"{name}.{part}" for part in reversed(INNER) if f"{name}.{part}" in line.row]
    shown = [column for column in inner if not is_constant(line.made.get(column))]
    title = f"step {number}" + (f" · {kind.replace('_', '-')}" if kind else "")
    if f"{name}.pool" in line.row:
        return share_out_node(line, name, title)
    children = [*(_inner(line, column) for column in shown), *group_eve_nodes(line, name)]
    return column_node(line, name, "step", title, children=tuple(children))


def _inner(line: Line, column: str) -> Node:
    """An input of an item; a gate's condition with the measure and target that it compares."""
    children: tuple[Node, ...] = ()
    if column.endswith(".met"):
        prefix = column.removesuffix("met")
        children = (*compared(line, prefix), *_measures(line, column))
    title = column.rpartition(".")[2].replace("_", " ")
    return column_node(line, column, "input", title, _dropped(line, column), children, _balance(line, column))


def _dropped(line: Line, column: str) -> str:
    """Of a balance: that what is carried goes no further, or that what was carried before went no further."""
    step, _, part = column.rpartition(".")
    made = line.made.get(f"{step}.carried")
    if part not in ("brought", "carried") or made is None or not isinstance(made.expr, Fold):
        return ""
    by = made.expr.by
    rows = line.tables.rows(grid_of(line.name), participant=line.row["participant"])
    here = next(each for each in rows if all(each[name] == line.row[name] for name in KEY))
    if part == "carried":
        return _ends(here, by) if line.row[column] else ""
    earlier = [each for each in rows if each["length"] == here["length"] and each["start"] < here["start"]]
    before = max(earlier, key=lambda each: each["start"], default=here)
    anew = [name for name in by if name in here and before[name] != here[name]]
    left = next((each for each in line.beside if all(each[name] == before[name] for name in KEY)), None)
    if not anew or left is None or not left[f"{step}.carried"]:
        return ""
    lost = Line(line.tables, line.name, left).shown(f"{step}.carried").grouped
    began = "a new segment" if anew[0] in ("segment", "joined_from") else f"a new {anew[0].removesuffix('_start')}"
    return f"the {lost} that {before['period']} carried are dropped: {began} began on {here[anew[0]]}"


def _ends(here: Key, by: tuple[str, ...]) -> str:
    """Why nothing follows an interval of the grid, where nothing does."""
    last = here["end"] < here["period_end"] or here.get("stint_end") == here["period_end"]
    if "segment" in by and last:
        return f"dropped: the segment ends on {here['end']}"
    span = by[-1].removesuffix("_start")
    return f"dropped: the {span} ends on {here[f'{span}_end']}" if here.get(f"{span}_end") == here["period_end"] else ""


def _balance(line: Line, column: str) -> Def | None:
    """A balance by what stands on its row: what is due without what is left of it, or just itself."""
    step, _, part = column.rpartition(".")
    by: dict[str, Expr] = {
        "carried": Call("sub", (Ref(f"{step}.due"), Ref(step))),
        "brought": Ref(column),
        "free": Ref(column),
        "total": Ref(column),
        "left_before": Ref(column),
    }
    if part == "limited" and isinstance(line.made[column].expr, Fold):
        by[part] = Ref(column)
    return replace(line.made[column], expr=by[part]) if part in by else None


def _measures(line: Line, column: str) -> tuple[Node, ...]:
    """The measures that a condition reads."""
    sources = taken(line.tables.stages[line.name].table)
    read = sorted(refs(line.made[column].expr))
    return tuple(
        measure_node(line.tables, sources[name].table, line.key())
        for name in read
        if name in sources and sources[name].table.startswith("measures/")
    )


def compared(line: Line, prefix: str) -> tuple[Node, ...]:
    """The attainment of a place and the target in it; nothing where the place has no target."""
    source: Taken | None = taken(line.tables.stages[line.name].table).get(f"{prefix}target")
    if source is None or f"{prefix}attainment" not in line.row:
        return ()
    target = target_node(line.tables, source.table, source.column, line.key())
    about = _decided(line, prefix)
    return (column_node(line, f"{prefix}attainment", "attainment", "attainment", about, (target,)),)


def _decided(line: Line, prefix: str) -> str:
    """What a policy decided where the target is missing or zero."""
    for state in ("missing", "zero"):
        if line.row.get(f"{prefix}{state}"):
            word = "there is no target" if state == "missing" else "the target is zero"
            if not line.row.get(f"{prefix}special"):
                return f"{word}: the plan says {state}_target: block, so nothing can be paid"
            full = line.row[f"{prefix}attainment"] == 1
            as_if: Worked = line.shown(f"{prefix}attainment")
            policy = "full" if full else "zero"
            return f"{word}: the plan says {state}_target: {policy}, so it counts as {as_if.grouped}"
    return ""

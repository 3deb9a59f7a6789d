"""Measures: a participant's credits added up, of one interval or to date, each interval with the rules and credits in it."""

from typing import Any

from engine.explain.credit import Rule, rule_node
from engine.explain.node import Node
from engine.explain.number import worked as shown
from engine.explain.remark import remark_nodes
from engine.explain.selection import selections
from engine.explain.stages import Taken, origin
from engine.explain.tables import Rows, Tables, place, says
from engine.ir.expr import Over
from engine.ir.program import Stage
from engine.ir.types import TEXT

Key = dict[str, Any]
"""participant, period, segment: a row of a plan's grid."""
KEY = ("participant", "period", "segment")


def measure_node(tables: Tables, name: str, key: Key) -> Node:
    """The value of `measures/<plan>.<measure>` on a row of the grid, and what it is made of."""
    row = tables.row(name, **key)
    title = f"measure {name.rpartition('.')[2]}"
    if row is None:
        return Node("measure", title, about="it has no row for this interval")
    made = tables.definitions(name)
    stage = tables.stages[name]
    window = made["value"].expr
    to_date = isinstance(window, Over)
    row, *earlier = reversed(intervals(tables, name, row, window.by if isinstance(window, Over) else ()))
    so_far = [*reversed(earlier), row]
    children = [_interval(tables, name, each) for each in (so_far if to_date else [row])]
    figures = tables.figures(name, row, so_far)
    figures.types = {**tables.schemas[grid_of(name)], **figures.types}
    value = tables.value(name, "value", row)
    worked = figures.worked(window) if to_date and len(so_far) > 1 else None
    return Node(
        "measure", f"{title} · {f'{span_of(window)} to date, ' if isinstance(window, Over) else ''}{row['period']}", value,
        tables.unit(name, "value", row), "", f"{says(made['value' if to_date else 'own'])}{_where(stage)}", worked,
        {"own": tables.value(name, "own", row).plain}, place(stage.span), made["own"].note,
        children=tuple(children) if to_date else children[0].children,
    )  # fmt: skip


def _where(stage: Stage) -> str:
    """The measure's own condition."""
    words = dict.fromkeys(chosen.words for chosen in selections(stage.table, "credits/") if chosen.words)
    return f" where {' and '.join(words)}" if words else ""


def grid_of(name: str) -> str:
    """The grid that a measure's or target's rows belong to."""
    return f"grid/{name.partition('/')[2].partition('.')[0]}"


def span_of(window: Over) -> str:
    """What a window adds up over: quarter, year or plan."""
    return next(name.removesuffix("_start") for name in window.by if name.endswith("_start"))


def intervals(tables: Tables, name: str, key: Key, by: tuple[str, ...]) -> Rows:
    """The rows up to this one that a window `by` those columns adds up, each with its columns of the grid; itself last."""
    grid = grid_of(name)
    here = tables.row(grid, **{column: key[column] for column in KEY})
    if here is None:
        return [key]
    same = tables.rows(grid, **{column: here[column] for column in by}) if by else [here]
    found = {tuple(each[c] for c in KEY): each for each in tables.rows(name, participant=key["participant"])}
    dated = sorted(
        (each for each in same if each["period_start"] <= here["period_start"]), key=lambda each: each["period_start"]
    )
    return [{**each, **found.get(tuple(each[c] for c in KEY), {})} for each in dated]


def _interval(tables: Tables, name: str, row: Key) -> Node:
    """One interval of a measure: per rule, the credits dated in it."""
    made, stage = tables.definitions(name)["own"], tables.stages[name]
    children = []
    for chosen in selections(stage.table, "credits/"):
        rule = Rule(tables, tables.stages[chosen.table])
        rows = rule.credited(chosen, participant=row["participant"], segment=row["segment"], state="credited")
        inside = [each for each in rows if row["period_start"] <= each["credit_date"] <= row["period_end"]]
        children.append(rule_node(rule, inside, says(made).startswith("count")))
    return Node(
        "interval", str(row["period"]), tables.value(name, "own", row), tables.unit(name, "own", row),
        children=tuple(children),
    )  # fmt: skip


def variable_node(tables: Tables, name: str, column: str, row: Key) -> Node | None:
    """A variable that a formula reads: its value, whether participant, position, title or default said it, and where."""
    source = origin(tables.stages[name].table, column)
    at_credit = isinstance(source, Taken) and source.table.startswith("credits/")
    definitions = tables.definitions(source.table if isinstance(source, Taken) and at_credit else name)
    made, said_by = definitions.get(column), row.get(f"{column}.said_by")
    if made is None or not (made.formula == "default" or f"{column}.said_by" in definitions):
        return None
    type_ = tables.types(name, row).get(column, TEXT)
    return Node(
        "variable", f"variable {column}", shown(row[column], type_, tables.digits), type_.currency or "",
        _said_by(said_by), says(made), inputs={"said_by": str(said_by)} if said_by else {}, span=place(made.span), note=made.note,
        children=remark_nodes(made, tables.figures(name, row)),
    )  # fmt: skip


def _said_by(said_by: str | None) -> str:
    """Who said a value that not everybody has."""
    if said_by is None:
        return ""
    attribute, _, holder = said_by.partition(" ")
    words = {"participant": "the participant's own", "default": "the default"}
    return words.get(said_by, f"of those with the {attribute} {holder}")

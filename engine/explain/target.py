"""Targets: what a measure was compared with, down to the source row of each of the calendar's shortest periods."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.core.money import product, quotient
from engine.explain.formula import Figures
from engine.explain.measure import KEY, Key, grid_of, intervals
from engine.explain.node import Node, Worked
from engine.explain.number import MISSING, worked
from engine.explain.remark import inputs_of, remark_nodes, table_remarks
from engine.explain.stages import definitions
from engine.explain.tables import Tables, place, says, stands
from engine.ir.expr import Over
from engine.ir.types import Type
from engine.ir.walk import scans


def _words(column: str) -> str:
    """What a column of `targets/<plan>.<target>` is the target of: `own`, `year_to_date`, `whole_year`, …"""
    if column.startswith("whole_"):
        return f"of the whole {_span(column)}"
    return f"of the {_span(column)} to date" if column.endswith("_to_date") else "of the interval"


def _span(column: str) -> str:
    return column.removeprefix("whole_").removesuffix("_to_date")


def target_node(tables: Tables, name: str, column: str, key: Key) -> Node:
    """A column of `targets/<plan>.<target>` on a row of the grid, and its parts."""
    row = tables.row(name, **key)
    title = f"target {name.rpartition('.')[2]} {_words(column)}"
    if row is None:
        return Node("target", title, about="it has no row for this interval")
    grid = tables.row(grid_of(name), **key) or {}
    children: list[Node] = []
    window = tables.definitions(name)[column].expr if column.endswith("_to_date") else None
    if isinstance(window, Over):
        so_far = intervals(tables, name, row, window.by)
        children = [_interval(tables, name, {column: each[column] for column in KEY}) for each in so_far]
    else:
        children = _parts(tables, name, column, grid)
    stage = tables.stages[name]
    return Node(
        "target", title, tables.value(name, column, row), tables.unit(name, column, row),
        formula="Σ own of the intervals so far" if window is not None else "Σ of the calendar's shortest periods in it",
        worked=_sum(children), span=place(stage.span), note=_note(tables, name),
        about="" if row[column] is not None else "not known: a part of it is missing in the files",
        children=(*children, *_remarks(tables, _spread(tables, name))),
    )  # fmt: skip


def _remarks(tables: Tables, spread: str) -> tuple[Node, ...]:
    """What the plan says of the source of a target, and of how a year is spread."""
    made = tables.definitions(spread)["part_amount"]
    spread_by = remark_nodes(made, Figures({}, {}, tables.digits))
    return (*spread_by, *table_remarks(tables, *inputs_of(tables, spread)))


def _note(tables: Tables, name: str) -> str | None:
    return tables.definitions(_spread(tables, name))["part_amount"].note


def _spread(tables: Tables, name: str) -> str:
    return next(scan for scan in scans(tables.stages[name].table) if scan.startswith("spread/"))


def _sum(children: list[Node]) -> Worked | None:
    values = [child.value or Worked(MISSING, MISSING) for child in children]
    if len(values) < 2:
        return None
    return Worked(" + ".join(v.plain for v in values), " + ".join(v.grouped for v in values))


def _interval(tables: Tables, name: str, key: Key) -> Node:
    row = tables.row(name, **key) or {"own": None}
    grid = tables.row(grid_of(name), **key) or {}
    children = _parts(tables, name, "own", grid)
    single = children[0] if len(children) == 1 else None
    value = tables.value(name, "own", row)
    return Node(
        "interval", str(key["period"]), value, tables.unit(name, "own", row),
        formula=single.formula if single else "Σ of its parts", worked=single.worked if single else _sum(children),
        source=single.source if single else None, children=() if single else tuple(children),
    )  # fmt: skip


def _parts(tables: Tables, name: str, column: str, grid: Key) -> list[Node]:
    """The shortest periods that the target is summed over: each value × overlap ÷ days, with its source row."""
    if not grid:
        return []
    start, end = grid["start"], grid["end"]
    parts = tables.rows("calendar_parts", period=grid["period"])
    if column != "own":
        first, last = grid[f"{_span(column)}_start"], grid[f"{_span(column)}_end"]
        start, end = max(grid["segment"], first), min(grid["stint_end"], last)
        every = {each["part"]: each for each in tables.rows("calendar_parts")}.values()
        parts = [each for each in every if first <= each["part_end"] and each["part_start"] <= last]
    prorated = "overlap" in definitions(tables.stages[name].table)
    nodes = []
    for part in sorted(parts, key=lambda each: each["part_start"]):
        days = _overlap(start, end, part) if prorated else part["part_days"]
        if days > 0:
            nodes.append(_part(tables, name, grid["participant"], part, days, prorated))
    return nodes


def _overlap(start: date, end: date, part: dict[str, Any]) -> int:
    first, last = max(start, part["part_start"]), min(end, part["part_end"])
    days: int = (last - first + timedelta(days=1)).days
    return days


def _part(tables: Tables, name: str, participant: str, part: dict[str, Any], days: int, prorated: bool) -> Node:
    spread = _spread(tables, name)
    amount = tables.row(spread, participant=participant, part=part["part"])
    title, whole = str(part["part"]), part["part_days"]
    if amount is None:
        return Node("part", title, about="the files give no target for it", inputs={"days": str(days)})
    type_ = tables.schemas[spread]["part_amount"]
    value = amount["part_amount"]
    given, source, formula = _given(tables, spread, participant, part, amount)
    shown = given or worked(value, type_, tables.digits)
    if prorated and days != whole:
        formula = (
            f"({formula}) × days ÷ days of the period" if " " in formula else f"{formula} × days ÷ days of the period"
        )
        many = f"({shown.plain})" if " " in shown.plain else shown.plain
        many_grouped = f"({shown.grouped})" if " " in shown.grouped else shown.grouped
        shown = Worked(f"{many} × {days} ÷ {whole}", f"{many_grouped} × {days} ÷ {whole}")
        value = quotient(product(value, Decimal(days)), Decimal(whole))
    return Node(
        "part", title, worked(value, type_, tables.digits), type_.currency or "", formula=formula, worked=shown,
        inputs={"days": str(days), "days of the period": str(whole)}, source=source,
    )  # fmt: skip


def _given(
    tables: Tables, spread: str, participant: str, part: dict[str, Any], shown: dict[str, Any]
) -> tuple[Worked | None, str | None, str]:
    """What the source says: the figures that a part is made of, its file and row, and the formula."""
    stage = tables.stages[spread]
    source = next(name for name in scans(stage.table) if name.startswith("source/"))
    made = tables.definitions(spread)["part_amount"]
    calendar = tables.row("calendar", period=part["part"]) or {}
    column = "period" if "period" in tables.schemas[source] else "year"
    wanted = part["part"] if column == "period" else calendar.get("year")
    rows = [
        row for row in tables.rows(source, participant=participant, **{column: wanted}) if (row["amount"] or 0) >= 0
    ]
    if not rows:
        return None, None, says(made)
    row = {**shown, **rows[0], "part": calendar.get("part"), "parts": calendar.get("parts")}
    figures = tables.figures(source, row)
    figures.types = {**tables.schemas[spread], **figures.types, **{n: Type("integer") for n in ("part", "parts")}}
    return figures.worked(made.expr), stands(rows[0]), says(made)

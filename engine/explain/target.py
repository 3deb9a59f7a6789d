"""Targets: what a measure was compared with, down to the source row of each of the calendar's shortest periods."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.core.money import product, quotient
from engine.explain.formula import Figures
from engine.explain.grid import KEY, Key, grid_of, intervals, stints_of
from engine.explain.node import Node, Worked
from engine.explain.number import MISSING, worked
from engine.explain.remark import inputs_of, remark_nodes, table_remarks
from engine.explain.stages import definitions, parts
from engine.explain.tables import Tables, place, says, stands
from engine.ir.expr import Call, Lit, Over, Ref
from engine.ir.table import Join, Project, Scan
from engine.ir.types import Type
from engine.ir.walk import refs, scans
from engine.plan.target_plan import EVERYBODY

CATEGORY = "category"
"""The column of what a target is of, where its source says it in a column."""
SINCE = "group_since"
"""The column of the day from which on periods count for a group's target to date."""


def _words(column: str) -> str:
    """What a column of `targets/<plan>.<target>` is the target of: `own`, `year_to_date`, `whole_year`, …"""
    if column.startswith("group_"):
        return f"of the group, {_words(column.removeprefix('group_'))}"
    if column.startswith("whole_"):
        return f"of the whole {_span(column)}"
    return f"of the {_span(column)} to date" if column.endswith("_to_date") else "of the interval"


def _span(column: str) -> str:
    return column.removeprefix("group_").removeprefix("whole_").removesuffix("_to_date")


def target_node(tables: Tables, name: str, column: str, key: Key) -> Node:
    """A column of `targets/<plan>.<target>` on a row of the grid, and its parts."""
    row = tables.row(name, **key)
    title = f"target {name.rpartition('.')[2]} {_words(column)}"
    if row is None:
        return Node("target", title, about="it has no row for this interval")
    grid = tables.row(grid_of(name), **key) or {}
    children: list[Node] = []
    made = tables.definitions(name).get(column) if column.endswith("_to_date") else None
    window = None if made is None else made.expr
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
        children=(*children, *_remarks(tables, name)),
    )  # fmt: skip


def _remarks(tables: Tables, name: str) -> tuple[Node, ...]:
    """What the plan says of the source of a target, and of how a year is spread."""
    spread = _spread(tables, name)
    made = tables.definitions(spread)["part_amount"]
    spread_by = remark_nodes(made, Figures({}, {}, tables.digits))
    ramp = _ramp(tables, name)
    if ramp is not None:
        spread_by = (*spread_by, *remark_nodes(tables.definitions(ramp)["share"], Figures({}, {}, tables.digits)))
    read_on = remark_nodes(definitions(tables.stages[name].table).get("on_day"), Figures({}, {}, tables.digits))
    return (*spread_by, *read_on, *table_remarks(tables, *inputs_of(tables, spread)))


def _ramp(tables: Tables, name: str) -> str | None:
    """The table of the target's ramp, if it has one."""
    return next((scan for scan in scans(tables.stages[name].table) if scan.startswith("ramps/")), None)


def _note(tables: Tables, name: str) -> str | None:
    return tables.definitions(_spread(tables, name))["part_amount"].note


def _spread(tables: Tables, name: str) -> str:
    return next(scan for scan in scans(tables.stages[name].table) if scan.startswith(("spread/", "member_targets/")))


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
        source=single.source if single else None,
        children=single.children if single else tuple(children), about=single.about if single else "",
    )  # fmt: skip


def _parts(tables: Tables, name: str, column: str, grid: Key) -> list[Node]:
    """The shortest periods that the target is summed over: each value × overlap ÷ days, with its source row."""
    if not grid:
        return []
    start, end = grid["start"], grid["end"]
    within = tables.rows("calendar_parts", period=grid["period"])
    if column.startswith("group_"):
        within = _parts_of_group(tables, name, column, grid)
    elif column != "own":
        first, last = grid[f"{_span(column)}_start"], grid[f"{_span(column)}_end"]
        start, end = first, last
        every = {each["part"]: each for each in tables.rows("calendar_parts")}.values()
        within = [each for each in every if first <= each["part_end"] and each["part_start"] <= last]
    stints = _stints(tables, name, column, grid)
    start, end = max(start, stints[0][0]), min(end, stints[-1][1])
    made = definitions(tables.stages[name].table)
    prorated = "overlap" in made
    nodes = []
    for part in sorted(within, key=lambda each: each["part_start"]):
        rows = tables.rows(_spread(tables, name), participant=grid["participant"], part=part["part"])
        if "on_day" in made:
            day = start if made["on_day"].expr == Ref("start") else end
            rows = [row for row in rows if row["from_day"] <= day <= row["to_day"]]
        given: list[dict[str, Any] | None] = [*sorted(rows, key=lambda each: each.get("from_day") or start)]
        for row in given or [None]:
            held = (_overlap(*_within(max(start, begun), min(end, ended), row), part) for begun, ended in stints)
            days = sum(max(0, each) for each in held) if prorated else part["part_days"]
            if days > 0:
                nodes.append(_part(tables, name, row, part, days, prorated))
    return nodes


def _parts_of_group(tables: Tables, name: str, column: str, grid: Key) -> list[dict[str, Any]]:
    """The shortest periods of a group's target: those of its periods since the reset, or of all of the span."""
    first, last = grid[f"{_span(column)}_start"], grid[f"{_span(column)}_end"]
    every = {each["part"]: each for each in tables.rows("calendar_parts")}.values()
    if not column.endswith("_to_date"):
        return [each for each in every if first <= each["part_end"] and each["part_start"] <= last]
    since = definitions(tables.stages[name].table)[SINCE].expr
    assert isinstance(since, Call) and isinstance(since.args[1], Lit)
    begun = max(first, since.args[1].value)
    periods = [each["period"] for each in tables.rows("calendar", length=grid["length"])
               if begun <= each["end"] and each["start"] <= grid["period_start"]]  # fmt: skip
    return [each for period in periods for each in tables.rows("calendar_parts", period=period)]


def _stints(tables: Tables, name: str, column: str, grid: Key) -> list[tuple[date, date]]:
    """The days on the plan that the target is of: of the row's segments; of a whole that goes on, of all that are joined."""
    if column == "own" or column.startswith("group_") or "joined_from" not in grid:
        return stints_of(tables, grid_of(name), grid)
    of = grid_of(name).replace("grid/", "stints/", 1)
    same = tables.rows(of, participant=grid["participant"], joined_from=grid["joined_from"])
    return sorted((each["segment"], each["stint_end"]) for each in same)


def _within(start: date, end: date, row: dict[str, Any] | None) -> tuple[date, date]:
    """The days of an interval on which a row of the spread holds: all of them, where it has no days of its own."""
    if row is None or "from_day" not in row:
        return start, end
    return max(start, row["from_day"]), min(end, row["to_day"])


def _overlap(start: date, end: date, part: dict[str, Any]) -> int:
    first, last = max(start, part["part_start"]), min(end, part["part_end"])
    days: int = (last - first + timedelta(days=1)).days
    return days


def _part(
    tables: Tables, name: str, amount: dict[str, Any] | None, part: dict[str, Any], days: int, prorated: bool
) -> Node:
    spread = _spread(tables, name)
    title, whole = str(part["part"]), part["part_days"]
    about, remarks = _whose(tables, spread, amount)
    every = ["everybody's"] if amount is not None and amount.get("given_by") == EVERYBODY else []
    about = "; ".join([*([about] if about else []), *every])
    if amount is None or amount["part_amount"] is None:
        why = "two sources give a target for it" if amount and _is_twice(tables, spread, amount) else None
        return Node(
            "part", title, about=why or "the files give no target for it", inputs={"days": str(days)}, children=remarks,
        )  # fmt: skip
    type_ = tables.schemas[spread]["part_amount"]
    value = amount["part_amount"]
    given, source, formula, quarter = _given(tables, spread, part, amount)
    shown = given or worked(value, type_, tables.digits)
    ramp = _ramp(tables, name)
    step = None if ramp is None else tables.row(ramp, participant=amount["participant"], part=title)
    if ramp is not None and step is not None:
        if step["share"] is None:
            why = f"it is not known which period since {step['since']} this is: the calendar begins later"
            return Node("part", title, about=why, source=source)
        number = step["step"]
        when = f"in period {tables.value(ramp, 'step', step).grouped}"
        when = "after the ramp" if number is None else "before the ramp" if number <= 0 else when
        about = "; ".join(said for said in (about, f"{when} since {step['since']}") if said)
        share = tables.value(ramp, "share", step)
        formula, shown = _times(
            formula, shown, " × share of the ramp", Worked(f" × {share.plain}", f" × {share.grouped}")
        )
        value = product(value, step["share"])
    if prorated and days != whole:
        of_days = f" × {days} ÷ {whole}"
        formula, shown = _times(formula, shown, " × days ÷ days of the period", Worked(of_days, of_days))
        value = quotient(product(value, Decimal(days)), Decimal(whole))
    return Node(
        "part", title, worked(value, type_, tables.digits), type_.currency or "", formula=formula, worked=shown,
        inputs={"days": str(days), "days of the period": str(whole)}, source=source,
        children=(*quarter, *remarks), about=about,
    )  # fmt: skip


def _times(formula: str, shown: Worked, by: str, figures: Worked) -> tuple[str, Worked]:
    """A formula and its figures, with something more to multiply with."""
    inner, plain, grouped = (f"({said})" if " " in said else said for said in (formula, shown.plain, shown.grouped))
    return f"{inner}{by}", Worked(f"{plain}{figures.plain}", f"{grouped}{figures.grouped}")


def _whose(tables: Tables, spread: str, row: dict[str, Any] | None) -> tuple[str, tuple[Node, ...]]:
    """The groups by which somebody has a target, where it is given for groups; and the notes beside the source that gave it."""
    if row is None or "given_by" not in row:
        return "", ()
    groups = [f"{name.partition('.')[2]} {value}" for name, value in row.items() if name.startswith("group.") and value]
    remarks = remark_nodes(tables.definitions(spread)["given_by"], tables.figures(spread, row), False)
    return f"in {', '.join(groups)}" if groups else "", remarks


def _is_twice(tables: Tables, spread: str, row: dict[str, Any]) -> bool:
    """Whether there is no target because there are two."""
    return bool(row.get("given_twice")) and "given_twice" in refs(tables.definitions(spread)["amount"].expr)


def _given(
    tables: Tables, spread: str, part: dict[str, Any], shown: dict[str, Any]
) -> tuple[Worked | None, str | None, str, tuple[Node, ...]]:
    """What the source says: the figures that a part is made of, its file and row, and the formula; and of the quarter."""
    made = tables.definitions(spread)["part_amount"]
    calendar = tables.row("calendar", period=part["part"]) or {}
    if shown.get("given_by") == EVERYBODY:
        return None, None, says(made), ()
    source, on = _asked(tables, spread, shown)
    known = {**shown, "part_name": part["part"], "period": part["part"]}
    known |= {name: calendar.get(name) for name in ("quarter", "year")}
    rows = [
        row for row in tables.rows(source, **{theirs: known[ours] for ours, theirs in on}) if (row["amount"] or 0) >= 0
    ]
    if not rows:
        return None, None, says(made), ()
    places = ("part", "parts", "quarter_part", "quarter_parts")
    row = {**shown, **rows[0], **{name: calendar.get(name) for name in places}}
    figures = tables.figures(source, row)
    figures.types = {**tables.schemas[spread], **figures.types, **{name: Type("integer") for name in places}}
    quarter = tables.definitions(spread).get("quarter_amount")
    nodes: tuple[Node, ...] = ()
    if quarter is not None:
        type_ = tables.schemas[spread]["part_amount"]
        value = worked(shown["quarter_amount"], type_, tables.digits)
        nodes = (
            Node(
                "part",
                "quarter_amount",
                value,
                type_.currency or "",
                formula=says(quarter),
                worked=figures.worked(quarter.expr),
            ),
        )
    return figures.worked(made.expr), stands(rows[0]), says(made), nodes


def _asked(tables: Tables, spread: str, shown: dict[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The source that gave a number, and how its row is found: (what is known, its column)."""
    table = tables.stages[spread].table
    joins = [each for each in parts(table) if isinstance(each, Join) and isinstance(each.right, Scan)]
    given_by = f"source/{shown.get('given_by')}"
    found = next((join for join in joins if isinstance(join.right, Scan) and join.right.name == given_by), None)
    if found is not None:
        return given_by, found.on
    source = next(name for name in scans(table) if name.startswith("source/"))
    column = next(name for name in ("year", "quarter", "period") if name in tables.schemas[source])
    shows = next((each.columns for each in parts(table) if isinstance(each, Project)), ())
    category = tuple((ours, theirs) for ours, theirs in shows if ours == CATEGORY)
    return source, (("participant", "participant"), (column, column), *category)

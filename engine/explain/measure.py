"""Measures: a participant's credits added up, of one interval or to date, each interval with the rules and credits in it."""

from collections.abc import Iterable, Mapping

from engine.explain.credit import Rule, rule_node
from engine.explain.each import each_nodes, of_each, reads_credits
from engine.explain.earlier import earlier_nodes, of_several
from engine.explain.grid import KEY, Key, grid_of, grid_read, intervals, span_of, stints_of
from engine.explain.group import member_nodes, period_nodes
from engine.explain.node import Node
from engine.explain.number import worked as shown
from engine.explain.remark import remark_nodes
from engine.explain.reports import earning_of, reports_nodes
from engine.explain.selection import selections
from engine.explain.stages import Taken, origin, taken
from engine.explain.tables import Tables, place, says
from engine.explain.target import target_node
from engine.ir.expr import Over, Ref
from engine.ir.program import Stage
from engine.ir.table import Def
from engine.ir.types import TEXT
from engine.ir.walk import scans
from engine.plan.measure import component_named

EARNED = "earned."
"""How the columns begin that hold what a component earned."""


def measure_node(tables: Tables, name: str, key: Key) -> Node:
    """The value of `measures/<plan>.<measure>` on a row of the grid, and what it is made of: one node however many read it."""
    return tables.once((name, *(key[column] for column in KEY)), lambda: _measure(tables, name, key))


def _measure(tables: Tables, name: str, key: Key) -> Node:
    row = tables.row(name, **key)
    title = f"measure {name.rpartition('.')[2]}"
    if row is None:
        return Node("measure", title, about="it has no row for this interval")
    stage = tables.stages[name]
    made, parts = tables.definitions(name), _parts(stage)
    by_formula = _by_formula(made, parts)
    if by_formula:  # columns with the names that a plan gives its measures say nothing of what else this one is
        made = {column: each for column, each in made.items() if column not in map(_name, parts)}
    window = _window(made, stage)
    to_date = says(made["value"]) != "own"
    decides = made["value" if to_date else "own"]
    row, *earlier = reversed(intervals(tables, name, row, () if window is None else window.by))
    so_far = [*reversed(earlier), row]
    if of_several(made):
        children = earlier_nodes(tables, parts[0], row, made, measure_node)
    elif parts:
        then = {**key, "period": row["before"]} if "before" in made else key
        children = [measure_node(tables, part, then) for part in parts] if row.get("whole") is not False else []
        children += _target(tables, stage, key)
    elif "group" in made:
        children = []
    elif earnings_of(made):
        children = [node for each in (so_far if to_date else [row]) for node in _earned(tables, name, each, made)]
    else:
        children = [_interval(tables, name, each) for each in (so_far if to_date else [row])]
        children = children if to_date else list(children[0].children)
    read = (variable_node(tables, name, column, row) for column in made if column not in ("own", "value"))
    children += [node for node in read if node is not None]
    if "group" in made:
        shown = ("each", "value") if "place" in row else ("each",) if "each" in row else ("is_first",)
        children += member_nodes(tables, name, row, "group", shown)
        children += period_nodes(tables, name, row)
    figures = tables.figures(name, row, so_far)
    figures.types = {**tables.schemas[grid_read(tables, name)], **figures.types}
    value = tables.value(name, "value", row)
    shows = not {"numerator", "minuend", "total", "achieved", "part_1", "unrounded"}.isdisjoint(made)
    worked = figures.worked(decides.expr) if by_formula or shows or (to_date and len(so_far) > 1) else None
    return Node(
        "measure", f"{title} · {'' if window is None else f'{span_of(window)} to date, '}{row['period']}", value,
        tables.unit(name, "value", row), "", f"{says(decides)}{_where(reads_credits(tables, stage))}", worked,
        {"own": tables.value(name, "own", row).plain}, place(stage.span), made["own"].note,
        children=(*remark_nodes(decides, figures), *children),
    )  # fmt: skip


def _by_formula(made: Mapping[str, Def], parts: Iterable[str]) -> bool:
    """Whether a measure is a formula of others: each of them is a column by its own name."""
    names = [_name(part) for part in parts]
    return bool(names) and all(name in made and made[name].expr == Ref(name) for name in names)


def _name(measure: str) -> str:
    """The name that a plan gives a measure, of that of its table."""
    return measure.rpartition(".")[2]


def _window(made: Mapping[str, Def], stage: Stage) -> Over | None:
    """The window by which a measure adds up to date, if it does itself."""
    windows = [e.expr for e in made.values() if isinstance(e.expr, Over) and "participant" in e.expr.by]
    return windows[-1] if windows and not _parts(stage) else None


def _parts(stage: Stage) -> list[str]:
    """The measures that a measure reads itself."""
    return [name for name in dict.fromkeys(scans(stage.table)) if name.startswith("measures/")]


def earnings_of(made: Mapping[str, Def]) -> list[str]:
    """The components whose earnings a measure adds up."""
    return [name.removeprefix(EARNED) for name in made if name.startswith(EARNED)]


def _earned(tables: Tables, name: str, row: Key, made: Mapping[str, Def]) -> list[Node]:
    """What each of its components earned in an interval; `earning` walks further down."""
    plan = name.partition("/")[2].partition(".")[0]
    below = name.replace("measures/", "reports/", 1)
    if below in tables.stages:
        return reports_nodes(tables, below, tables.stages[name], row)
    stints = stints_of(tables, grid_of(name), row)
    nodes = []
    for component in earnings_of(made):
        of, bare = component_named(plan, component)
        rows = tables.rows(f"earnings/{of}.{bare}", participant=row["participant"])
        for each in rows:
            inside = row["period_start"] <= each["end"] <= row["period_end"]
            if inside and any(start <= each["end"] <= end for start, end in stints):
                nodes.append(earning_of(of, bare, each))
    return nodes


def _target(tables: Tables, stage: Stage, key: Key) -> list[Node]:
    """The target that an attainment is of."""
    source = taken(stage.table).get("target")
    return [] if source is None else [target_node(tables, source.table, source.column, key)]


def _where(stage: Stage) -> str:
    """The measure's own condition."""
    words = dict.fromkeys(chosen.words for chosen in selections(stage.table, "credits/") if chosen.words)
    return f" where {' and '.join(words)}" if words else ""


def _interval(tables: Tables, name: str, row: Key) -> Node:
    """One interval of a measure: per rule, the credits dated in it; where each customer or claim is limited, for each of them."""
    each = of_each(tables, name)
    column = "own" if each is None or "new" not in tables.definitions(name) else "new"
    if each is None:
        children = _credits(tables, name, tables.stages[name], row)
    else:
        children = each_nodes(tables, each, row, lambda by, key: _credits(tables, name, each, row, {by: key}))
    return Node(
        "interval",
        str(row["period"]),
        tables.value(name, column, row),
        tables.unit(name, column, row),
        children=children,
    )


def _credits(tables: Tables, name: str, stage: Stage, row: Key, of: Key | None = None) -> tuple[Node, ...]:
    """The rules whose credits a measure takes by a stage, each with those of the interval, and with these values."""
    made = tables.definitions(name)["own"]
    stints = stints_of(tables, grid_of(name), row)
    children = []
    for chosen in selections(stage.table, "credits/"):
        rule = Rule(tables, tables.stages[chosen.table])
        mine = {"participant": row["participant"], **(of or {})}
        rows = rule.credited(chosen, **mine, state="credited")
        gone = rule.credited(None, **mine, because="moved_away") if rule.moves.stage else []
        inside, away = (
            [each for each in found if row["period_start"] <= each["credit_date"] <= row["period_end"]]
            for found in (rows, gone)
        )
        inside = [each for each in inside if each["segment"] in (start for start, _ in stints)]
        away = [each for each in away if any(start <= each["credit_date"] <= end for start, end in stints)]
        if of is None or inside or away:
            children.append(rule_node(rule, inside, _counts(says(made)), away))
    return tuple(children)


def _counts(words: str) -> bool:
    """Whether a measure counts credits."""
    return words.startswith("count") or " of the count of " in words


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

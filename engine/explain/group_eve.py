"""What a group's amount to date came to before: the interval before, what the group had at its end, its target, the tier."""

from collections.abc import Iterator

from engine.explain.column import Line
from engine.explain.node import Node
from engine.explain.stages import Taken, taken
from engine.explain.tables import place

TITLES = {
    "base": "what the group had", "select": "what finds the tier", "target": "target", "attainment": "attainment",
    "tier": "tier", "rate": "rate",
}  # fmt: skip


def group_eve_nodes(line: Line, step: str) -> tuple[Node, ...]:
    """Beneath a `true_up` of what a group has to date, what it takes off; nothing beneath any other item."""
    column = f"{step}.before"
    source = taken(line.tables.stages[line.name].table).get(column)
    if not isinstance(source, Taken) or not source.table.startswith("group_eves/"):
        return ()
    tables, name = line.tables, source.table
    row = tables.row(name, **line.key())
    if row is None:
        return ()
    value, unit, made = line.shown(column), line.unit(column), tables.definitions(name)[column]
    eve = row[f"{step}.interval_before"]
    if eve is None:
        about = "the group had no members before, since what adds up began"
        return (Node("input", "before", value, unit, about, span=place(made.span)),)
    length = (tables.row("grid/" + name.partition("/")[2].partition(".")[0], **line.key()) or {}).get("length")
    period = (tables.row("calendar", start=eve, length=length) or {}).get("period", eve)
    children = tuple(_had(Line(tables, name, row)))
    about = "the group's last interval before this one that had members"
    return (Node("input", f"before · to {period}", value, unit, about, made.formula or "", children=children),)


def _had(line: Line) -> Iterator[Node]:
    """What the table was asked with, and what it found."""
    for column, title in TITLES.items():
        said_before = column == "select" and line.row.get("base") == line.row.get("select")
        if line.row.get(column) is not None and not said_before:
            yield Node("input", title, line.shown(column), line.unit(column))

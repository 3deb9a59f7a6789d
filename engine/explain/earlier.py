"""Measures of earlier periods: the one that is looked back to, or each of which something is taken."""

from collections.abc import Callable, Mapping

from engine.explain.grid import KEY, Key, intervals
from engine.explain.node import Node
from engine.explain.tables import Tables
from engine.ir.expr import Over
from engine.ir.table import Def

LAST = ("participant", "segment", "length")
UP_TO, PARTS = "periods up to this one", "periods "
"""What the count of periods says of itself if this one is among them; and how it begins if it need not be a whole one."""


def of_several(made: Mapping[str, Def]) -> bool:
    """Whether a measure is taken of several earlier periods."""
    return "found" in made and "now" in made


def earlier_nodes(
    tables: Tables, part: str, row: Key, made: Mapping[str, Def], node: Callable[[Tables, str, Key], Node]
) -> list[Node]:
    """The periods that count; the one that decides is walked further down by `node`, of an average each."""
    window = made["doubtful"].expr
    by = window.by if isinstance(window, Over) else LAST
    found = intervals(tables, part, {column: row[column] for column in KEY}, by)
    words = made["found"].formula or ""
    with_present, partial = UP_TO in words, words.startswith(PARTS)
    before = found if with_present else found[:-1]
    if by == LAST:
        many = sum(each.startswith("ago_") and each.endswith(".counts") for each in made) + with_present
        before = before[-many:]
    counted = [each for each in before if partial or each["days"] == each["period_days"]]
    if "total" in made:
        return [node(tables, part, {column: each[column] for column in KEY}) for each in counted]
    best = next((each for each in counted if each["value"] == row["value"]), None)
    return [
        node(tables, part, {column: each[column] for column in KEY})
        if each is best
        else Node("interval", str(each["period"]), tables.value(part, "value", each), tables.unit(part, "value", each))
        for each in counted
    ]

"""Look-ups: the value that a table has for a row, what it was looked up by, and where the row of the table stands."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from engine.explain.node import Node
from engine.explain.number import worked
from engine.explain.remark import remark_nodes
from engine.explain.stages import Taken, origin
from engine.explain.tables import Tables, place, says
from engine.ir.expr import Expr, Lit
from engine.ir.types import RATE
from engine.ir.walk import children

NUMBER = re.compile(r"-?\d+(\.\d+)?$")


def look_up_node(tables: Tables, name: str, column: str, row: dict[str, Any]) -> Node | None:
    """A look-up table that a formula reads: which of its rows holds. None where the column is something else."""
    if f"{column}.line" not in row:
        return None
    source = origin(tables.stages[name].table, column)
    stage = source.table if isinstance(source, Taken) else name
    definitions = tables.definitions(stage.replace("matches/", "prepared/", 1))
    made, at = definitions[column], definitions[f"{column}.line"]
    dimensions = [each.removeprefix(f"{column}.") for each in row if each.startswith(f"{column}.")]
    dimensions = [each for each in dimensions if each != "line"]
    found = {each: row[f"{column}.{each}"] for each in dimensions}
    bands = {each for each in dimensions if says(definitions[f"{column}.{each}"]).startswith("from ")}
    read = {each: _as_read(tables, definitions[f"{column}.{each}"].expr, value) for each, value in found.items()}
    words = ", ".join(
        f"{each} {'is not known' if value is None else f'from {value}' if each in bands and value != 'below' else value}"
        for each, value in read.items()
    )
    dimensions_made = [definitions[f"{column}.{each}"] for each in dimensions]
    line = row[f"{column}.line"]
    file = "" if at.span is None else at.span.file
    return Node(
        "look_up", f"look-up {column.rpartition('.')[2]}", tables.value(name, column, row), tables.unit(name, column, row),
        words if line is not None else f"{words}: no row", inputs={k: str(v) for k, v in found.items()},
        span=place(made.span), note=made.note, source=None if line is None else f"{file}:{line}",
        children=tuple(node for said in (made, *dimensions_made) for node in remark_nodes(said, tables.figures(name, row))),
    )  # fmt: skip


def _as_read(tables: Tables, made: Expr, value: Any) -> Any:
    """What a dimension falls into: a share of something, which its table says in percent, in percent."""
    rate = next((each for each in _bounds(made) if each.type.dtype == "rate"), None)
    if rate is None or value is None or NUMBER.match(value) is None:
        return value
    return worked(Decimal(value), RATE, tables.digits).grouped


def _bounds(expr: Expr) -> Iterator[Lit]:
    """The values that it is compared with."""
    if isinstance(expr, Lit):
        yield expr
    for child in children(expr):
        yield from _bounds(child)

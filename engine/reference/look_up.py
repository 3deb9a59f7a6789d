"""Look-up tables: row after row, dimension after dimension.

"Among the rows that hold so far, those that say what the dimension comes to, else those that say `else`."
"""

from collections.abc import Mapping
from typing import Any

from engine.plan.look_up import Dimension, LookUp, Row
from engine.reference.scalar import Row as Values
from engine.reference.scalar import Typed, evaluate


def looked_up(table: LookUp, values: Values, attributes: Mapping[str, Any]) -> Typed:
    """The value of the one row that holds; without one, what the table says. Of what is not known there is none."""
    found = [_comes_to(dimension, values, attributes) for dimension in table.dimensions]
    if any(value is None and d.attribute is None for d, value in zip(table.dimensions, found, strict=True)):
        return Typed(None, table.type.dtype)
    rows = list(table.rows)
    for number, (dimension, value) in enumerate(zip(table.dimensions, found, strict=True)):
        rows = _holding(rows, number, dimension, value)
    if rows:
        (row,) = rows
        return Typed(row.value, table.type.dtype)
    return Typed(None if table.missing is None else table.missing.value, table.type.dtype)


def _comes_to(dimension: Dimension, values: Values, attributes: Mapping[str, Any]) -> Any:
    """The value of a dimension: of the formula, or as the roster has it."""
    if dimension.reads is None:
        return attributes.get(dimension.attribute or "")
    return evaluate(dimension.reads.expr, values).value


def _holding(rows: list[Row], number: int, dimension: Dimension, value: Any) -> list[Row]:
    """The rows that say so of one dimension; if there are none, those that say `else`."""
    own = []
    if dimension.band:
        lower = dimension.boundary is not None and dimension.boundary.value == "lower"
        reached = [
            key.value
            for row in rows
            if (key := row.keys[number]) is not None and (key.value < value or (key.value == value and not lower))
        ]
        for row in rows:
            key = row.keys[number]
            if key is None or not reached or key.value != max(reached):
                continue
            over = key.to is not None and (value > key.to or (value == key.to and not lower))
            own += [] if over else [row]
    else:
        own = [row for row in rows if (key := row.keys[number]) is not None and key.value == value]
    return own or [row for row in rows if row.keys[number] is None]

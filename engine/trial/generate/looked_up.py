"""Rows of look-up tables as cells of made-up rows: so that each is looked up by somebody.

In: a table. Out: for each of its rows what a sale's columns and the participant's attributes have to be, as far as its dimensions
read them as they are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.ir.expr import Ref
from engine.plan.look_up import Dimension, Key, LookUp
from engine.plan.resolved import Plan, Rule

MOST = 200
"""Rows of a table that are tried."""
LEAST = Decimal("0.01")


@dataclass(frozen=True)
class LookedUp:
    """What leads to a row: columns of a sale, attributes of the participant."""

    cells: Mapping[str, Any]
    person: Mapping[str, Any]


def leading_to(table: LookUp) -> Iterator[LookedUp]:
    """For each of the first rows what leads to it; then what no row says of one dimension, beside the first row, or of any."""
    for row in table.rows[:MOST]:
        yield _leading(table, row.keys)
    first = table.rows[0].keys
    for at in range(len(first)):
        yield _leading(table, (*first[:at], None, *first[at + 1 :]))
    yield _leading(table, (None,) * len(first))


def _leading(table: LookUp, keys: Sequence[Key | None]) -> LookedUp:
    cells: dict[str, Any] = {}
    person: dict[str, Any] = {}
    for at, (dimension, key) in enumerate(zip(table.dimensions, keys, strict=True)):
        value = _other(table, at) if key is None else _held(dimension, key)
        if dimension.attribute is not None and dimension.attribute != "title":
            person[dimension.attribute] = value
        elif dimension.attribute is not None and key is not None:
            person["title"] = value
        elif dimension.reads is not None and isinstance(dimension.reads.expr, Ref):
            cells[dimension.reads.expr.name] = value
    return LookedUp(cells, person)


def first_of(tables: Iterable[LookUp]) -> LookedUp:
    """What leads to the first row of each table, as far as they agree."""
    firsts = [next(leading_to(table)) for table in tables]
    cells = {name: value for each in reversed(firsts) for name, value in each.cells.items()}
    return LookedUp(cells, {name: value for each in reversed(firsts) for name, value in each.person.items()})


def tables_of(plan: Plan, rule: Rule) -> tuple[LookUp, ...]:
    """The tables that are read on the rows or credits of a rule."""
    return plan.tables(dict.fromkeys((*rule.valued_by, *rule.look_ups)))


def _held(dimension: Dimension, key: Key) -> Any:
    """A value that the key holds for: of a band whose bound belongs below, a little more."""
    if not dimension.band or dimension.boundary is None or dimension.boundary.value == "upper":
        return key.value
    return key.value + timedelta(days=1) if isinstance(key.value, date) else Decimal(str(key.value)) + LEAST


def _other(table: LookUp, at: int) -> Any:
    """A value of a dimension that no row says: under the lowest bound, or beyond all."""
    said = table.bounds(at)
    if table.dimensions[at].type.dtype == "text":
        return next(text for text in ("any", "other", "none of them", "nothing") if text not in said)
    if not said:
        return date(2000, 1, 1) if table.dimensions[at].type.dtype == "date" else Decimal(0)
    first = said[0]
    return first - timedelta(days=1) if isinstance(first, date) else Decimal(str(first)) - 1

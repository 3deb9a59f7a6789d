"""Expected rows against the rows of a run. In: the rows of a table and what a test says of it. Out: differences.

Only named columns are compared. Rows are paired by the named columns of the table's key, then by how much they agree;
what is left over on either side is missing, or too much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from engine.core.money import plain
from engine.core.span import Span
from engine.trial.plan_test import Rows

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Expected:
    """An expected row with typed values."""

    values: Values
    places: Mapping[str, Span]
    place: Span


@dataclass(frozen=True)
class Difference:
    """One thing that is not as expected: a column of a row, a row that is missing (no `found`), or one too many."""

    table: str
    place: Span
    row: Values
    """What names the row: the run's, or where it is missing the expected one."""
    column: str | None = None
    expected: str = ""
    found: str = ""
    keys: Sequence[str] = ()

    @property
    def kind(self) -> str:
        """`value`, `missing` or `extra`."""
        return "value" if self.column is not None else "missing" if self.expected else "extra"


def differences(
    said: Rows, expected: Sequence[Expected], found: Sequence[Values], keys: Sequence[str]
) -> list[Difference]:
    """What of a table is not as expected, in the order of the test; then the rows too many."""
    pairs = _paired(expected, found, keys)
    told = []
    for number, row in enumerate(expected):
        other = pairs.get(number)
        if other is None:
            told.append(Difference(said.name, row.place, row.values, None, _shown(row.values), "", keys))
            continue
        for column, value in row.values.items():
            if not same(value, found[other][column]):
                place, is_ = row.places[column], shown(found[other][column])
                told.append(Difference(said.name, place, found[other], column, shown(value), is_, keys))
    named = list(dict.fromkeys(column for row in expected for column in row.values))
    for other in sorted(set(range(len(found))) - set(pairs.values())):
        extra = found[other]
        columns = {name: extra[name] for name in dict.fromkeys([*keys, *named]) if name in extra}
        told.append(Difference(said.name, said.place, extra, None, "", _shown(columns), keys))
    return told


def _paired(expected: Sequence[Expected], found: Sequence[Values], keys: Sequence[str]) -> dict[int, int]:
    """Expected row → row of the run. Pairs that agree in all come first, then those of one key, the most alike first."""
    scored = []
    for number, row in enumerate(expected):
        named = [key for key in keys if key in row.values]
        for other, values in enumerate(found):
            if all(same(row.values[key], values[key]) for key in named):
                equal = sum(same(value, values[column]) for column, value in row.values.items())
                scored.append((equal - len(row.values), -len(named), number, other))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, number, other in sorted(scored, key=lambda s: (-s[0], s[1], s[2], s[3])):
        if number not in pairs and other not in taken:
            pairs[number] = other
            taken.add(other)
    return pairs


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same: numbers to the last digit, nothing only as nothing."""
    if left is None or right is None:
        return left is None and right is None
    return bool(left == right)


def shown(value: Any) -> str:
    """A value as a test writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _shown(values: Values) -> str:
    return ", ".join(f"{name}: {shown(value)}" for name, value in values.items())

"""Look-up tables: one value for several, by what each dimension comes to. In: rows as written. Out: rows whose cells are typed.

A row holds where each of its cells does, and cells are asked in the order of the dimensions: among the rows that hold so
far, those that say what the dimension comes to (or have it in their band), else those that say `else`. So never two hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.money import plain
from engine.core.span import Span
from engine.ir.types import TEXT, Type
from engine.plan.choice import Choice
from engine.plan.formula import Formula

Value = Decimal | date | str

OTHER = "else"
"""What a row says that holds where no other does; no text of the data is called so in a row."""
BELOW = "below"
"""The class of a number or day under the lowest bound of a dimension."""


@dataclass(frozen=True)
class Cell:
    """A text, number or day as written."""

    text: str
    span: Span
    number: Decimal | None = None
    unit: Literal["none", "share", "currency"] = "none"
    currency: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class WrittenRow:
    """A row as written: for each dimension a cell (and where its band ends), None for `else`; and the value."""

    cells: tuple[tuple[Cell, Cell | None] | None, ...]
    value: Decimal
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class Dimension:
    """What a table is looked up by: a formula of the place where it is read, or an attribute of the participant."""

    name: str
    span: Span
    reads: Formula | None
    """The formula."""
    attribute: str | None = None
    band: bool = False
    choices: Mapping[str, Choice] = field(default_factory=dict)
    """`boundary`, as the dimension itself says it."""
    boundary: Choice | None = None
    """Of a band, as decided."""
    type: Type = TEXT
    note: str | None = None

    @property
    def words(self) -> str:
        """What it reads, as the plan says it."""
        return self.reads.words if self.reads is not None else f"participant's {self.attribute}"


@dataclass(frozen=True)
class Missing:
    """What a combination comes to that no row has: `exception`, or a value (of `zero`, 0)."""

    words: str
    value: Decimal | None
    span: Span


@dataclass(frozen=True)
class Key:
    """What a row asks of a dimension: to be `value`, or of a band to be from it on, before `to` if that is said."""

    value: Value
    to: Value | None = None


@dataclass(frozen=True)
class Row:
    """A row, typed; None is `else`."""

    keys: tuple[Key | None, ...]
    value: Decimal
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class LookUp:
    """A table that formulas read under its name. `rows` are there once `typecheck` has read them."""

    name: str
    span: Span
    type: Type
    dimensions: tuple[Dimension, ...]
    written: tuple[WrittenRow, ...]
    missing: Missing | None = None
    note: str | None = None
    rows: tuple[Row, ...] = ()

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What its dimensions read."""
        return tuple(d.reads for d in self.dimensions if d.reads is not None)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Columns of the roster that it reads."""
        return tuple(dict.fromkeys(d.attribute for d in self.dimensions if d.attribute is not None))

    def classes(self, at: int) -> tuple[str, ...]:
        """What the values of a dimension fall into: each value that a row says, or each bound, and all else."""
        rest = BELOW if self.dimensions[at].band else OTHER
        return (rest, *(shown(bound) for bound in self.bounds(at)))

    def bounds(self, at: int) -> tuple[Value, ...]:
        """The values that rows say of a dimension, or all ends of its bands, in order."""
        keys = [row.keys[at] for row in self.rows]
        found = {key.value for key in keys if key is not None}
        found |= {key.to for key in keys if key is not None and key.to is not None}
        return tuple(sorted(found))

    def cells(self) -> list[tuple[tuple[str, ...], Row]]:
        """Every combination of classes that a row holds for, with the row; in order."""
        return self._within(0, self.rows)

    def size(self) -> int:
        """How many combinations of classes there are."""
        number = 1
        for at in range(len(self.dimensions)):
            number *= len(self.classes(at))
        return number

    def _within(self, at: int, rows: Sequence[Row]) -> list[tuple[tuple[str, ...], Row]]:
        if at == len(self.dimensions):
            return [((), rows[0])]
        other = [row for row in rows if row.keys[at] is None]
        said = self._said(at, rows)
        found: list[tuple[tuple[str, ...], Row]] = []
        for name in self.classes(at):
            held = said.get(name) or other
            if held:
                found += [((name, *rest), row) for rest, row in self._within(at + 1, held)]
        return found

    def _said(self, at: int, rows: Sequence[Row]) -> dict[str, list[Row]]:
        """The rows that say something of the dimension, by the classes in which they hold."""
        found: dict[str, list[Row]] = {}
        starts = sorted({key.value for row in rows if (key := row.keys[at]) is not None})
        for row in rows:
            key = row.keys[at]
            if key is None:
                continue
            if not self.dimensions[at].band:
                found.setdefault(shown(key.value), []).append(row)
                continue
            later = [start for start in starts if is_before(key.value, start)]
            end = key.to if key.to is not None else next(iter(later), None)
            for bound in self.bounds(at):
                if not is_before(bound, key.value) and (end is None or is_before(bound, end)):
                    found.setdefault(shown(bound), []).append(row)
        return found


def is_before(one: Value, other: Value) -> bool:
    """Whether a value of a dimension is less than another one of it."""
    return one < other  # type: ignore[operator]  # values of one dimension are of one type


def shown(value: Value) -> str:
    """A value as the trace has it."""
    return plain(value) if isinstance(value, Decimal) else str(value)

"""Tables of a run as plain Python columns, each read once, checked against the types that the program gives them."""

from collections.abc import Callable, Collection
from typing import Any

import polars as pl

from engine.backends.polars.schema import schema_of_columns
from engine.backends.replay import ReplayTable
from engine.explain.finding import Findings, text
from engine.ir.program import Schema
from engine.ir.types import TEXT, Type
from engine.record import Record, RecordError

STATUS: Schema = {"status": TEXT}
"""What the stored payouts have beyond the program's columns."""


class Reader:
    """Reads tables; equal values of a type are one object, so that a large run fits into memory."""

    def __init__(self, record: Record, findings: Findings):
        self.record, self.findings, self.layout = record, findings, record.layout
        self.replaced: dict[str, pl.DataFrame | None] = {}
        """Tables that don't hold, as they should be (None: not known): the checks that come after read these."""
        self._told: set[str] = set()
        self._known: dict[str, dict[Any, Any]] = {}

    def table(
        self, name: str, schema: Schema, wanted: frozenset[str] | None = None, stored: bool = True, gaps: bool = False
    ) -> ReplayTable | None:
        """A table as lists of just the `wanted` columns, as `stored` or as it should be; None, with a finding, if it can't be.

        With `gaps` nulls are left to whoever compares the cells.
        """
        frame = self.stored(name) if stored else self.frame(name)
        if frame is None or not self._typed(name, frame, {**schema, **(STATUS if name == "payouts" else {})}, gaps):
            return None
        columns = {column: type_ for column, type_ in schema.items() if wanted is None or column in wanted}
        return ReplayTable({column: self._values(frame[column], type_) for column, type_ in columns.items()}, columns)

    def written(self, name: str, schema: Schema, left_out: tuple[str, ...]) -> ReplayTable | None:
        """What of a table is written, as lists; what is `left_out` may be there. None, with a finding, if it can't be."""
        frame = self._collected(name, self.record.written)
        if frame is None:
            return None
        there = {c: type_ for c, type_ in schema.items() if c in frame.columns or c not in left_out}
        if not self._typed(name, frame, {**there, **(STATUS if name == "payouts" else {})}, gaps=True):
            return None
        return ReplayTable({column: self._values(frame[column], type_) for column, type_ in there.items()}, there)

    def frame(self, name: str) -> pl.DataFrame | None:
        """A table as it should be, as far as that is known."""
        return self.replaced[name] if name in self.replaced else self.stored(name)

    def stored(self, name: str) -> pl.DataFrame | None:
        """A stored table; None, with a finding the first time, where it is missing or can't be read.

        What is left out of it is put back from other tables as they should be.
        """

        def beside(other: str, columns: Collection[str]) -> pl.LazyFrame:
            frame = self.frame(other)
            if frame is None:
                raise RecordError(f"it needs table `{other}`")
            return frame.lazy().select(columns)

        return self._collected(name, lambda _: self.layout.whole(name, self.record.written, beside))

    def _collected(self, name: str, read: Callable[[str], pl.LazyFrame]) -> pl.DataFrame | None:
        try:
            return read(name).collect()
        except (RecordError, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            if name not in self._told:
                self.findings.add(name, f"the table can't be read: {text(str(error))[:200]}")
            self._told.add(name)
            return None

    def _typed(self, name: str, frame: pl.DataFrame, schema: Schema, gaps: bool) -> bool:
        """Whether a table has the columns and types that it should, without a gap where none may be."""
        expected = schema_of_columns(schema)
        fine = True
        for column in dict.fromkeys((*expected, *frame.columns)):
            stored, wanted = frame.schema.get(column), expected.get(column)
            if stored != wanted:
                self.findings.add(
                    name, "the column has another type than the program gives it", "", column, stored, wanted
                )
                fine = False
            elif not gaps and not schema[column].nullable and frame[column].null_count():
                at = frame[column].is_null().arg_max()
                row = f"row {at + 1}" if at is not None else ""
                self.findings.add(
                    name, "the column has a gap where there may be none", row, column, None, schema[column]
                )
                fine = False
        return fine

    def _values(self, column: pl.Series, type_: Type) -> list[Any]:
        """The values as Python has them; equal ones are one object, and are made once."""
        if type_.dtype in ("bool", "integer"):
            return column.to_list()
        known = self._known.setdefault("number" if type_.is_numeric else type_.dtype, {})
        different = [known.setdefault(value, value) for value in column.drop_nulls().unique().sort().to_list()]
        places = column.rank("dense").to_list()
        return [None if place is None else different[place - 1] for place in places]

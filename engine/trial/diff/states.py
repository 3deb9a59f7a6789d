"""The plans with some edits switched on, calculated. In: a set of switches. Out: what they pay, or why they can't.

Each state is compiled and run in memory over the same data; what means the same is run once, and data that is read the
same way is read once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from engine.core.diagnostic import Diagnostics
from engine.core.period import Period
from engine.intake import IntakeError
from engine.pipeline import Compiled, calculate_from, front, read
from engine.record.reading import Reading
from engine.run import shortest_in_scope
from engine.trial.diff.difference import COMPARED, Side, side
from engine.trial.diff.edits import Edits
from engine.trial.diff.meaning import meaning
from engine.trial.diff.pay import pay, unpaid
from engine.trial.diff.renames import names


class Unfit(Exception):
    """The plans can't be calculated with just these edits: why."""


@dataclass(frozen=True)
class Tried:
    """What to try: the edits, the plans without any and with all of them, where the data is, which pay periods."""

    edits: Edits
    old: Compiled
    new: Compiled
    root: Path
    periods: Sequence[str]


class States:
    """Calculates states and remembers them."""

    def __init__(self, tried: Tried):
        self._tried = tried
        self._compiled: dict[frozenset[int], Compiled | Unfit] = {
            tried.edits.switches: tried.new, frozenset(): tried.old,
        }  # fmt: skip
        self._read: dict[Any, Reading | IntakeError] = {}
        self._tables: dict[Any, Mapping[str, pl.DataFrame]] = {}

    def side(self, on: frozenset[int], name: str) -> Side:
        """All that a comparison asks of a state. Raises Unfit."""
        said = names(self._tried.edits.files, on)
        return side(name, {period: self._calculated(on, period) for period in self._tried.periods}, said)

    def pay(self, on: frozenset[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What a state pays, and what it calculates without paying it. Raises Unfit."""
        said = names(self._tried.edits.files, on)
        found = {period: self._calculated(on, period) for period in self._tried.periods}
        paid, not_paid = (pl.concat([of(found[p], p, said) for p in found]) for of in (pay, unpaid))
        return paid, not_paid

    def unfit(self, on: frozenset[int]) -> str | None:
        """Why a state can't be calculated; None if it can."""
        try:
            compiled = self._compile(on)
            for period in self._tried.periods:
                self._reading(compiled, _period(compiled, period))
        except Unfit as why:
            return str(why)
        return None

    def _compile(self, on: frozenset[int]) -> Compiled:
        if on not in self._compiled:
            diagnostics = Diagnostics()
            made = front(Path("."), diagnostics, {}, self._tried.edits.texts(on))
            self._compiled[on] = Unfit(_first(diagnostics)) if made is None else made
        found = self._compiled[on]
        if isinstance(found, Unfit):
            raise found
        return found

    def _calculated(self, on: frozenset[int], name: str) -> Mapping[str, pl.DataFrame]:
        """The tables that are compared; the rest of the trace is let go."""
        compiled = self._compile(on)
        key = (meaning(compiled.workspace), name)
        if key not in self._tables:
            period = _period(compiled, name)
            reading = self._reading(compiled, period)
            found = calculate_from(compiled, reading, period).outcome
            everything = {**found.tables, "exceptions": found.exceptions}
            self._tables[key] = {table: everything[table] for table in COMPARED}
        return self._tables[key]

    def _reading(self, compiled: Compiled, period: Period) -> Reading:
        workspace = compiled.workspace
        key = meaning((workspace.participants, workspace.sources, shortest_in_scope(workspace, period)))
        if key not in self._read:
            try:
                self._read[key] = read(compiled, self._tried.root, period)
            except IntakeError as error:
                self._read[key] = error
        found = self._read[key]
        if isinstance(found, IntakeError):
            raise Unfit(f"[{found.code}] {found.where}: {found.message}") from found
        return found


def _period(compiled: Compiled, name: str) -> Period:
    found = compiled.workspace.calendar.find(name)
    if found is None or found.length != compiled.workspace.pay_period:
        raise Unfit(f"{name} is no pay period of its calendar")
    return found


def _first(diagnostics: Diagnostics) -> str:
    """The first mistake of plans that don't compile."""
    mistake = next(each for each in diagnostics if each.severity == "error")
    return f"[{mistake.code}] {mistake.message}"

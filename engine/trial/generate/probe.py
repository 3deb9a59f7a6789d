"""Many cases in one run: each is a participant of its own. In: cases. Out: what each touches, and what it earns.

A run costs much the same for one participant as for a hundred. Of each one's tables the same points are read that
`--coverage` reads of a test's, so whatever is a point there can be looked for here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.load.yaml_node import Scalar
from engine.load.yaml_scalar import plain_value
from engine.pipeline import Run, calculate_from
from engine.trial.build import MOST, REPEAT
from engine.trial.generate.case import Case
from engine.trial.generate.ground import Ground, Values
from engine.trial.plan_test import PlanTest, Row, Rows
from engine.trial.point import Point
from engine.trial.tables import reading
from engine.trial.touched import touched
from engine.trial.write import scalar_text

AT_ONCE = 60
FILE = "a made-up case"


@dataclass(frozen=True)
class Seen:
    """What came of a case: its points, those that it touches, and by component what is earned (None: not known)."""

    case: Case
    points: Mapping[Point, bool]
    earned: Mapping[str, Decimal | None]

    def point(self, asked: Point) -> Point | None:
        """A point as this case has it, with how far it is from it."""
        return next((point for point in self.points if point == asked), None)


class Probe:
    """Runs cases, each once."""

    def __init__(self, ground: Ground):
        self._ground = ground
        self._seen: dict[Case, Seen | None] = {}
        self._alone: dict[Case, Seen | None] = {}

    def alone(self, case: Case) -> Seen | None:
        """What becomes of a case where nobody else is there to be ranked or measured with."""
        if self._by_itself(case):
            return self._seen.get(case)
        if case not in self._alone:
            names = self._ground.plan.names or ["A0000"]
            self._alone |= self._ran(case.period, {names[0]: case})
        return self._alone[case]

    def __call__(self, cases: Iterable[Case]) -> list[Seen]:
        """What became of the cases; those whose rows are no rows of their sources are left out."""
        asked = list(dict.fromkeys(cases))
        new = [case for case in asked if case not in self._seen]
        for period in dict.fromkeys(case.period for case in new):
            here = [case for case in new if case.period == period]
            names = self._ground.plan.names or [f"A{number:04}" for number in range(AT_ONCE)]
            single = [case for case in here if not self._by_itself(case)]
            for at in range(0, len(single), len(names)):
                some = dict(zip(names, single[at : at + len(names)], strict=False))
                self._seen |= self._ran(period, some)
            for case in here:
                if self._by_itself(case):
                    self._seen |= self._ran(period, {names[0]: case})
        return [seen for case in asked if (seen := self._seen[case]) is not None]

    def _by_itself(self, case: Case) -> bool:
        """Whether a case has a run of its own: others would stand among its rivals, and all of a group have what one returns."""
        returned = any(sale.amount < 0 for sale in case.sales)
        return case.rivals > 0 or (returned and self._ground.plan.in_common)

    @property
    def all(self) -> list[Seen]:
        """Everything that was tried so far."""
        return [seen for seen in self._seen.values() if seen is not None]

    def _ran(self, period: str, cases: Mapping[str, Case]) -> dict[Case, Seen | None]:
        fine = {who: case for who, case in cases.items() if all(sale.times <= MOST for sale in case.sales)}
        rows = {who: self._ground.rows(case, who) for who, case in fine.items()}
        test, lines = _test(self._ground, period, rows)
        found = Diagnostics()
        made = self._ground.compiled
        read = reading(made.workspace, test, found)
        none: dict[Case, Seen | None] = dict.fromkeys(cases.values())
        if found.has_errors():
            if len(cases) == 1:
                return none
            return none | {c: s for who, case in cases.items() for c, s in self._ran(period, {who: case}).items()}
        run = calculate_from(made, read, test.period)
        return none | {case: self._of(run, case, who, lines[who]) for who, case in fine.items()}

    def _of(self, run: Run, case: Case, who: str, lines: range) -> Seen:
        mine = _mine(run, who, lines)
        due = pl.col("in_pay_period") & (pl.col("participant") == who) & (pl.col("plan") == self._ground.plan.name)
        earnings = mine.outcome.tables["earnings"].filter(due)
        earned: dict[str, Decimal | None] = {}
        for name, earning in earnings.select("component", "earning").iter_rows():
            earned[name] = None if earning is None or earned.get(name, 0) is None else earning + (earned.get(name) or 0)
        return Seen(case, touched(mine), earned)


def _test(
    ground: Ground, period: str, rows: Mapping[str, Mapping[str, Sequence[Values]]]
) -> tuple[PlanTest, dict[str, range]]:
    """All rows as one test's, each on a line of its own; and which lines are whose."""
    found: dict[str, list[Row]] = {}
    lines, line = {}, 0
    for who, tables in rows.items():
        first = line
        for source, several in tables.items():
            for values in several:
                line += 1
                place = Span(FILE, line, 1, line, 1)
                times = values.get(REPEAT, 1)
                cells = {name: _cell(value, place) for name, value in values.items() if name != REPEAT}
                found.setdefault(source, []).append(Row(cells, dict.fromkeys(values, place), place, times))
        lines[who] = range(first + 1, line + 1)
    place = Span(FILE, 1, 1, 1, 1)
    named = ground.workspace.calendar.find(period)
    assert named is not None
    input = {source: Rows(source, place, tuple(several)) for source, several in found.items()}
    return PlanTest(FILE, place, ground.plan.name, named, {}, {}, input, ()), lines


def _cell(value: object, place: Span) -> Scalar:
    text = scalar_text(value)
    if text.startswith('"'):
        return Scalar(str(value), "quoted", str(value), place)
    plain = plain_value(text)
    return Scalar(text, "plain", plain if isinstance(plain, None | bool | int | Decimal | str) else text, place)


class _Tables(Mapping[str, pl.DataFrame]):
    """Tables of which the rows of one participant are seen, cut when somebody looks."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], who: str, keys: Mapping[str, pl.DataFrame], lines: range):
        self._tables, self._who, self._keys, self._lines = tables, who, keys, lines
        self._cut: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._cut:
            self._cut[name] = self._mine(name, self._tables[name])
        return self._cut[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def _mine(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        kind, _, source = name.partition("/")
        if kind == "source":
            return frame.filter(pl.col("row").is_between(self._lines.start, self._lines.stop - 1))
        if kind in ("matches", "states") and source in self._keys:
            return frame.join(self._keys[source], on=self._keys[source].columns, how="semi")
        if "participant" not in frame.columns:
            return frame
        mine = (pl.col("participant") == self._who) | pl.col("participant").str.starts_with(f"{self._who}-")
        return frame.filter(mine)


def _mine(run: Run, who: str, lines: range) -> Run:
    inputs = _Tables(run.outcome.inputs, who, {}, lines)
    sources = run.compiled.workspace.sources.values()
    keys = {
        source.name: inputs[f"source/{source.name}"].select(source.key)
        for source in sources
        if source.role == "transactions" and f"source/{source.name}" in inputs
    }
    tables = _Tables(run.outcome.tables, who, keys, lines)
    return replace(run, outcome=replace(run.outcome, inputs=inputs, tables=tables))

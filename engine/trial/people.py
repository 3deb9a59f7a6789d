"""People and targets against plans, before any transaction: who is on no plan, who has no target, which rows are refused.

In: a compiled workspace and the files of its roster, assignments and targets. Out: diagnostics at the rows, with the codes
that a run would log them by. Stints and targets are the program's own tables, so nothing is decided a second time.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostic, Diagnostics, brief
from engine.core.period import Period
from engine.core.span import Span
from engine.intake import IntakeError, missing_periods, read_source
from engine.ir.program import Program
from engine.lower.target import target_column
from engine.pipeline import Compiled
from engine.plan.choice import Choice
from engine.plan.resolved import Against, Component, Plan, Target
from engine.plan.workspace import Source
from engine.record.misread import MAYBE, maybe_misread
from engine.record.reading import NOT_ROWS
from engine.run import scope_tables, shortest_in_scope
from engine.run.cut import cut
from engine.run.rejected import OUTDATED
from engine.trial.cut import ran
from engine.trial.data_span import DataSpan, Days, data_span
from engine.trial.stranger import OF_ROLE, known, unknown

Row = Mapping[str, Any]
ONE_DAY = timedelta(days=1)
UNREAD = 5
"""So many sources of transactions are named."""
SHOWN_BYTES = 2_000_000
"""Of a larger file no lines are shown beside the findings."""


def check_people(made: Compiled, root: Path, period: Period | None, diagnostics: Diagnostics) -> str | None:
    """Tell what of the data doesn't fit the plans in one pay period, or in all that both cover; and say what was looked at."""
    calendar = made.workspace.calendar
    first, last = calendar.periods[0].start, calendar.of_length(made.workspace.pay_period)[-1]
    rows = _Rows(root, diagnostics)
    _no_file(made, root, period, diagnostics)
    sources = {made.workspace.participants.name: made.workspace.participants, **made.workspace.sources}
    names = tuple(each.name for each in calendar.of_length(calendar.shortest))
    tables = {f"source/{n}": rows.read(s, names) for n, s in sorted(sources.items()) if s.role != "transactions"}
    if any(table is None for table in tables.values()):
        return None
    given = {name: table for name, table in tables.items() if table is not None}
    given |= scope_tables(replace(made.workspace, recompute_from=first), last)
    span = data_span(made, given, period, _targets_read(made))
    people = given[f"source/{made.workspace.participants.name}"].sort("participant", "start").to_dicts()
    _off_plan(made, given, people, span.people, rows, diagnostics)
    _strangers(made, given, rows, diagnostics)
    for plan in made.workspace.plans:
        _without_target(made, plan, given, people, span, rows, diagnostics)
    for target in _targets_read(made):
        for each in target.sources:
            _of_no_period(made, target, given[f"source/{each.source.name}"].to_dicts(), rows, diagnostics)
    return span.words + _unread(made, period)


def _unread(made: Compiled, period: Period | None) -> str:
    """What is not looked at here: of transactions, which are many, `komisi sources check` tells."""
    names = [name for name, source in sorted(made.workspace.needed.items()) if source.role == "transactions"]
    if not names:
        return ""
    shown = ", ".join(f"`{name}`" for name in names[:UNREAD]) + (
        f" and {len(names) - UNREAD} more" if names[UNREAD:] else ""
    )
    asked = "" if period is None else f" {period.name}"
    return f"; not read: transactions ({shown}), which `komisi sources check{asked}` looks at"


def _no_file(made: Compiled, root: Path, period: Period | None, diagnostics: Diagnostics) -> None:
    """Periods without a file hold a run: those that one of `period` reads; of all the calendar, gaps between files."""
    calendar = made.workspace.calendar
    asked = None if period is None else shortest_in_scope(made.workspace, period)
    names = asked or tuple(each.name for each in calendar.of_length(calendar.shortest))
    for name, source in sorted(made.workspace.needed.items()):
        lacking = missing_periods(source, root, names)
        if period is None:
            there = [at for at, each in enumerate(names) if each not in lacking]
            lacking = tuple(each for each in lacking if there and there[0] < names.index(each) < there[-1])
        if lacking:
            shown, _ = _runs(made, set(lacking))
            message = f"no file for {shown} in source `{name}`"
            diagnostics.error("X021", message, source.span, help=CODES["X021"].explanation)


class _Rows:
    """Reads sources, tells of the rows that they refuse, and knows the place of every row."""

    def __init__(self, root: Path, diagnostics: Diagnostics) -> None:
        self._root, self._diagnostics = root, diagnostics
        self.rejected: dict[str, pl.DataFrame] = {}

    def read(self, source: Source, periods: tuple[str, ...]) -> pl.DataFrame | None:
        """The accepted rows of a source; None, and told, where a file can't be read at all."""
        try:
            read = read_source(source, self._root, periods)
        except IntakeError as error:
            self._diagnostics.error(error.code, str(error), source.span, help=error.help)
            return None
        self.rejected[source.name] = read.rejects
        for row in read.rejects.filter(~pl.col("code").is_in([*OUTDATED, *NOT_ROWS])).sort("file", "row").to_dicts():
            code, column, found = row["code"], row["column"], row["found"]
            where = f" (column `{column}`" + (f": `{brief(found)}`" if found else "") + ")" if column else ""
            self._diagnostics.add(
                Diagnostic(code, CODES[code].title + where, self.place(row), help=_first_help(code),
                           severity="warning" if code == "X012" else "error")
            )  # fmt: skip
        for row in read.misread.rows(named=True):
            self._diagnostics.warning(MAYBE, maybe_misread(row), self.place(row), help=_first_help(MAYBE))
        return read.rows

    def place(self, row: Row) -> Span:
        """Where a row stands; its line can then be shown."""
        name = Path(os.path.relpath(self._root / row["file"])).as_posix()
        line = self._line(name, row["row"])
        return Span(name, row["row"], 1, row["row"], len(line) + 1)

    def _line(self, name: str, number: int) -> str:
        sources = self._diagnostics.sources
        if name not in sources and name.endswith((".csv", ".tsv", ".txt")) and os.path.getsize(name) < SHOWN_BYTES:
            sources[name] = Path(name).read_text(encoding="utf-8", errors="replace")
        lines = sources[name].split("\n") if name in sources else []
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


def _first_help(code: str) -> str:
    return CODES[code].explanation


# ------------------------------------------------------------------------------------------------------- on no plan


def _off_plan(
    made: Compiled, given: Mapping[str, pl.DataFrame], people: list[dict[str, Any]], days: Days, rows: _Rows,
    diagnostics: Diagnostics,
) -> None:  # fmt: skip
    """Days of the roster that no plan covers: by title where no plan is for it, else by participant."""
    on: dict[str, list[Days]] = {}
    for plan in made.workspace.plans:
        for stint in _stage(made.program, given, f"stints/{plan.name}"):
            on.setdefault(stint["participant"], []).append((stint["segment"], stint["stint_end"]))
    titles = {title for plan in made.workspace.plans for title in plan.titles or ()}
    untitled: dict[str, list[Row]] = {}
    for person in people:
        name, title = person["participant"], person.get("title")
        off = list(_minus((max(person["start"], days[0]), min(person["end"], days[1])), sorted(on.get(name, []))))
        if not off:
            continue
        if title is not None and title not in titles and name not in on:
            untitled.setdefault(title, []).append(person)
            continue
        shown = ", ".join(f"{start} to {end}" for start, end in off[:3]) + (", …" if len(off) > 3 else "")
        diagnostics.warning(
            "E114", f"`{name}` is on no plan from {shown}", rows.place(person),
            help="correct the title or the dates, or a plan's `participants:` and `in_force:`",
        )  # fmt: skip
    for title, those in untitled.items():
        names = ", ".join(f"`{each['participant']}`" for each in those[:5]) + (", …" if len(those) > 5 else "")
        diagnostics.warning(
            "E115", f"no plan is for the title `{brief(title)}`: {names}", rows.place(those[0]),
            help="add the title to a plan's `participants:`; nothing is to be done for people whom no plan pays",
        )  # fmt: skip


def _minus(days: Days, taken: Iterable[Days]) -> Iterator[Days]:
    """The runs of days that are left."""
    start, end = days
    for first, last in taken:
        if first > end:
            break
        if start < first:
            yield start, first - ONE_DAY
        if last >= end:  # the last day there is has none after it
            return
        start = max(start, last + ONE_DAY)
    if start <= end:
        yield start, end


def _stage(program: Program, given: Mapping[str, pl.DataFrame], name: str) -> list[dict[str, Any]]:
    return ran(cut(program, [name], ()), given, name)


def _strangers(made: Compiled, given: Mapping[str, pl.DataFrame], rows: _Rows, diagnostics: Diagnostics) -> None:
    """Rows of assignments, adjustments and targets that name somebody whom the roster doesn't have."""
    roster = made.workspace.participants.name
    people = known(given[f"source/{roster}"], rows.rejected[roster])
    by = {(each.source.name, each.by) for target in _targets_read(made) for each in target.sources}
    for name, source in sorted(made.workspace.needed.items()):
        columns = [*OF_ROLE.get(source.role, ()), *(["participant"] if (name, "participant") in by else [])]
        for column in (each for each in columns if f"source/{name}" in given):
            lost = unknown(given[f"source/{name}"], column, people)
            for row in lost.sort("file", "row").to_dicts():
                near, count = row["meant"], row["rows"]
                more = "" if count == 1 else f" ({count:,} rows)"
                hint = f"did you mean `{near}`? " if near is not None else ""
                diagnostics.warning(
                    "E447", f"nobody in `{roster}` is `{brief(row['name'])}`, whom `{column}` names here{more}", rows.place(row),
                    help=f"{hint}Correct the row, or add them to the roster if they are to be paid",
                )  # fmt: skip


# --------------------------------------------------------------------------------------------------------- no target


@dataclass(frozen=True)
class _Read:
    """A target as a component reads it."""

    component: Component
    against: Against
    instead: Choice | None = None
    """What a weighted measure says of a part without it, where nothing else reads it."""

    @property
    def column(self) -> str:
        return target_column(self.against)


def _reads(plan: Plan) -> Iterator[_Read]:
    for component in plan.components:
        for against in plan.againsts([component]):
            of = next((measure.name for measure in plan.measures if measure.against is against), None)
            yield _Read(component, against, None if of is None else _instead(plan, component, of))


def _instead(plan: Plan, component: Component, name: str) -> Choice | None:
    """The `missing_part` by which pay goes on where there is nothing to make a measure of; None where something blocks."""
    if name in component.measures:
        return None
    found: Choice | None = None
    for reader in plan.with_parts(component.measures):
        if name not in reader.parts:
            continue
        choice = next((part.missing for part in reader.weighted if part.measure == name), None)
        passes = reader.weighted or reader.rounded is not None
        found = choice
        if choice is None or choice.value == "block":
            found = _instead(plan, component, reader.name) if passes else None
        if found is None:
            return None
    return found


def _targets_read(made: Compiled) -> list[Target]:
    names = {read.against.target for plan in made.workspace.plans for read in _reads(plan)}
    return [made.workspace.targets[name] for name in sorted(names)]


def _without_target(
    made: Compiled, plan: Plan, given: Mapping[str, pl.DataFrame], people: list[dict[str, Any]], span: DataSpan,
    rows: _Rows, diagnostics: Diagnostics,
) -> None:  # fmt: skip
    """Participants of a plan whose target is missing, zero or there twice in some periods: an error where that blocks pay."""
    lacking: dict[tuple[str, str, str], tuple[_Read, set[str]]] = {}
    for read in _reads(plan):
        target, calendar = read.against.target, made.workspace.calendar
        periods = {p.name: p for p in calendar.of_length(read.component.length) if _within(p, span.targets[target])}
        twice = _twice(made, given, target)
        for row in _stage(made.program, given, f"targets/{plan.name}.{read.against.target}"):
            value = row[read.column]
            code = "E201" if value is None or value < 0 else "E202" if value == 0 else None
            if code is None or row["period"] not in periods:
                continue
            if any((row["participant"], p.name) in twice for p in calendar.parts(periods[row["period"]])):
                code = "E209"
            key = (row["participant"], target, code)
            lacking.setdefault(key, (read, set()))[1].add(row["period"])
    for (participant, target, code), (read, names) in sorted(lacking.items(), key=lambda each: each[0]):
        shown, first = _runs(made, names)
        choice = read.against.missing if code == "E201" else read.against.zero
        place = next((p for p in people if p["participant"] == participant and p["end"] >= first), people[0])
        if code == "E209":
            message = f"`{participant}` has a number from two sources for the target `{target}`, for {shown}"
            rule = ((made.workspace.targets[target].span, f"`{target}` says `precedence: exception`"),)
            diagnostics.error(code, message, rows.place(place), help=CODES[code].explanation, related=rule)
            continue
        policy = "missing_target" if code == "E201" else "zero_target"
        if choice.value == "block" and read.instead is not None:
            choice, policy = read.instead, "missing_part"
        tell = diagnostics.error if choice.value == "block" else diagnostics.warning
        lacks = f"has no target `{target}`" if code == "E201" else f"has a target `{target}` of 0"
        tell(
            code, f"`{participant}` {lacks} for {shown}", rows.place(place), help=CODES[code].explanation,
            related=((choice.span, f"`{policy}: {choice.value}` holds for `{read.component.name}` of `{plan.name}`"),),
        )  # fmt: skip


def _twice(made: Compiled, given: Mapping[str, pl.DataFrame], target: str) -> set[tuple[str, str]]:
    """(participant, shortest period) with a number from two sources, where the target plan calls that an exception."""
    if made.workspace.targets[target].precedence != "exception":
        return set()
    rows = _stage(made.program, given, f"member_targets/{target}")
    return {(row["participant"], row["part"]) for row in rows if row["given_twice"]}


def _within(period: Period, days: Days) -> bool:
    return period.end >= days[0] and period.start <= days[1]


def _runs(made: Compiled, names: set[str]) -> tuple[str, date]:
    """`2026-01, 2026-04 to 2026-12`, and the first day."""
    found = sorted((p for p in made.workspace.calendar.periods if p.name in names), key=lambda p: p.start)
    runs: list[list[Period]] = []
    for period in found:
        if runs and runs[-1][-1].end + ONE_DAY == period.start:
            runs[-1].append(period)
        else:
            runs.append([period])
    return ", ".join(run[0].name if len(run) == 1 else f"{run[0].name} to {run[-1].name}" for run in runs), found[
        0
    ].start


def _of_no_period(
    made: Compiled, target: Target, table: list[dict[str, Any]], rows: _Rows, diagnostics: Diagnostics
) -> None:
    """Targets for a time that the calendar doesn't have: a run holds their participants, so it is a mistake here too."""
    calendar = made.workspace.calendar
    known = [p.name for p in target.times(calendar)]
    help = f"write it as the calendar names it, as in `{known[0]}`, or delete the row"
    for row in table:
        if row[target.given] not in known and target.held.items() <= row.items():
            length = calendar.shortest if target.given == "period" else target.given
            message = f"the calendar has no {length} `{brief(row[target.given])}`"
            diagnostics.error("E207", message, rows.place(row), help=help)

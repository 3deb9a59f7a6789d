"""The sources of a workspace before a run: what each holds, and which of its columns the plans read."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from engine.core.period import Period
from engine.core.slip import Slips
from engine.core.unseen import seen
from engine.intake.profile import SourceProfile, profile
from engine.pipeline import Compiled
from engine.plan.resolved import ResolvedWorkspace
from engine.plan.workspace import Cell, Source
from engine.run import shortest_in_scope
from engine.trial.needed import columns_read
from engine.trial.stranger import known, strangers
from engine.trial.unmet import unmet

BESIDE_PAYOUTS = ("entity", "payroll_id", "pay_group", "cost_centre")


def look_at(
    compiled: Compiled, root: Path, period: Period | None
) -> tuple[list[SourceProfile], dict[str, frozenset[str]]]:
    """What the sources hold, for one pay period or for all of the calendar; and by source, the columns that are needed."""
    workspace = compiled.workspace
    parts = workspace.calendar.of_length(workspace.calendar.shortest)
    asked = None if period is None else shortest_in_scope(workspace, period)
    periods = tuple(part for part in parts if asked is None or part.name in asked)
    profiles = [profile(source, root, periods) for _, source in sorted(workspace.needed.items())]
    if period is None:
        profiles = [each.of_any_time() for each in profiles]
    roster = next(each.read for each in profiles if each.source is workspace.participants)
    people = None if roster is None else roster.rows
    there = None if roster is None else known(roster.rows, roster.rejects)
    profiles = [replace(each, idle=tuple(_told_of(workspace, each, people, there))) for each in profiles]
    read = columns_read(workspace, workspace.plans)
    needed = {name: _of_itself(source) | read.get(name, frozenset()) for name, source in workspace.needed.items()}
    return profiles, needed


def idle(
    workspace: ResolvedWorkspace, profile: SourceProfile, people: pl.DataFrame | None
) -> Iterator[tuple[bool, str]]:
    """Targets that are read and that nobody has: of a time that the calendar doesn't have (E207), of nobody in the roster."""
    rows = profile.read.rows if profile.read is not None else None
    for target in workspace.targets.values():
        for by in (each.by for each in target.sources if each.source.name == profile.source.name):
            if rows is None:
                return
            times = [period.name for period in target.times(workspace.calendar)]
            length = workspace.calendar.shortest if target.given == "period" else target.given
            yield from _told(True, rows, target.given, times, f"the calendar has no {length}")
            if people is not None and by in people.columns:
                theirs = people[by].drop_nulls().unique().to_list()
                yield from _told(False, rows, by, theirs, f"nobody in `{workspace.participants.name}` has the {by}")
            return


def _told_of(
    workspace: ResolvedWorkspace, profile: SourceProfile, people: pl.DataFrame | None, there: Collection[str] | None
) -> Iterator[tuple[bool, str]]:
    """What holds a run, and what no run pays: who is not there, what no plan asks for, what is after the calendar."""
    yield from idle(workspace, profile, people)
    if profile.read is None:
        return
    source, rows = profile.source, profile.read.rows
    yield from ((False, sentence) for sentence in _skips_nothing(profile))
    yield from ((False, sentence) for sentence in unmet(workspace, source, rows))
    if there is not None:
        yield from ((False, sentence) for sentence in strangers(workspace, source, rows, there))
    yield from ((False, sentence) for sentence in _after_calendar(workspace, source, rows))


def _skips_nothing(profile: SourceProfile) -> Iterator[str]:
    """Items of `skip_rows` by which no row is skipped: a slip, a month without a total, or one that others say already."""
    assert profile.read is not None
    for number, skip in enumerate(profile.source.skip):
        if number not in profile.read.skipping:
            said = ", ".join(f"{cell.column.text}: {_of_cell(cell)}" for cell in skip)
            but = ", but for those that an item before it skips" if number else ""
            yield f"`skip_rows` skips nothing by `{seen(said, 120)}`: no row that was read has that{but}"


def _of_cell(cell: Cell) -> str:
    """What is said of a cell, as in komisi.yaml."""
    if cell.text is None:
        return "{empty: true}"
    return cell.text if cell.whole else f"{{begins_with: {cell.text}}}"


def _after_calendar(workspace: ResolvedWorkspace, source: Source, rows: pl.DataFrame) -> Iterator[str]:
    """Transactions of days for which there will be no period (E449): a slip in the year, mostly."""
    last = workspace.calendar.of_length(workspace.calendar.shortest)[-1].end
    rules = [rule for plan in workspace.plans for rule in plan.rules if rule.source.name == source.name]
    for day in dict.fromkeys(rule.credit_date for rule in rules):
        late = rows.filter(pl.col(day) > last).sort("file", "row")
        if late.height:
            when, file, row = late.select(day, "file", "row").row(0)
            are = "1 row is" if late.height == 1 else f"{late.height:,} rows are"
            yield f"{are} dated after {last}, when the calendar ends, and paid by no run: {when} in {file}:{row}"


def _told(held: bool, rows: pl.DataFrame, column: str, there: list[str], why: str) -> Iterator[tuple[bool, str]]:
    lost = rows.filter(~pl.col(column).is_in(there)).sort("file", "row")
    if lost.height:
        value, file, row = lost.select(column, "file", "row").row(0)
        near = Slips(there).meant(str(value))
        hint = f"; did you mean `{seen(near, 40)}`?" if near is not None else ""
        count = "1 row counts" if lost.height == 1 else f"{lost.height:,} rows count"
        yield held, f"{count} for nothing: {why} `{seen(value, 40)}`, as in {file}:{row}{hint}"


def _of_itself(source: Source) -> frozenset[str]:
    """The columns that a source names for a purpose, and those of the roster that stand beside a payout."""
    named = {*source.row_key, *(name.text for name in source.named), source.participant or ""}
    summed = {name.text for name in source.control.sums} if source.control is not None else set()
    beside = set(BESIDE_PAYOUTS) if source.role == "participants" else set()
    return frozenset(named | summed | beside) & frozenset(column.name for column in source.columns)

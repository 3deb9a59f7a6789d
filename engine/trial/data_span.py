"""Which days `check --data` looks at: those of one pay period, else what the plans and the data cover. Out: days, words.

A calendar may go on for years that nobody has planned yet; without a target there nobody is missed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from engine.core.period import Calendar, Period
from engine.pipeline import Compiled
from engine.plan.resolved import Target

Days = tuple[date, date]


@dataclass(frozen=True)
class DataSpan:
    """`people`: the days of the roster; `targets`: those of each target, as far as it has numbers for them."""

    people: Days
    targets: Mapping[str, Days]
    words: str


def data_span(
    made: Compiled, given: Mapping[str, pl.DataFrame], asked: Period | None, read: Iterable[Target]
) -> DataSpan:
    """The span of the period that is asked for, else of plans, calendar and targets."""
    targets, calendar = list(read), made.workspace.calendar
    if asked is not None:
        days = (asked.start, asked.end)
        return DataSpan(days, {target.name: days for target in targets}, f"looked at {asked.name}")
    first, last = calendar.periods[0].start, max(period.end for period in calendar.periods)
    plans = made.workspace.plans
    people = (
        max(first, min(plan.start for plan in plans)),
        min(last, max(last if plan.end is None else plan.end for plan in plans)),
    )
    spans = {target.name: _numbered(calendar, target, given, people) for target in targets}
    said = [f"`{name}` for {_named(calendar, days)}" for name, days in spans.items()]
    parts = [f"the roster from {people[0]} to {people[1]}", *said]
    return DataSpan(people, spans, f"looked at {'; '.join(parts)} (--period looks at one pay period)")


def _numbered(calendar: Calendar, target: Target, given: Mapping[str, pl.DataFrame], people: Days) -> Days:
    """From the first to the last period that somebody has a number for; where there is none, all that the plans cover."""
    named = {name for each in target.sources for name in given[f"source/{each.source.name}"][target.given].to_list()}
    length = calendar.shortest if target.given == "period" else "year"
    found = [period for period in calendar.of_length(length) if period.name in named]
    if not found:
        return people
    return max(people[0], found[0].start), min(people[1], found[-1].end)


def _named(calendar: Calendar, days: Days) -> str:
    """The shortest periods of these days: `2026-01 to 2026-12`."""
    there = [p.name for p in calendar.of_length(calendar.shortest) if p.end >= days[0] and p.start <= days[1]]
    return "no period" if not there else there[0] if len(there) == 1 else f"{there[0]} to {there[-1]}"

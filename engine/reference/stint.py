"""Stints, segments and the grid: who is on a plan when, and which participant × period × segment rows that makes.

The grid is made first and credits are joined to it, "so that people without sales have rows".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from engine.core import money
from engine.core.period import Calendar, Period
from engine.plan.resolved import Plan
from engine.reference.participant import People, Record
from engine.reference.scope import Scope

Key = tuple[str, str, date]
"""Participant, period, segment."""


@dataclass(frozen=True)
class Stint:
    """A maximal run of days on the plan with one title and one currency; its first day names the segment."""

    participant: str
    start: date
    end: date
    title: str | None
    currency: str | None
    year: tuple[date, date] | None = None
    """Where the plan begins anew: first and last day of the participant's own year."""


@dataclass(frozen=True)
class Cell:
    """A row of the grid: a stint where it overlaps a period of an earning length; or the stints that are joined in it."""

    stint: Stint
    """Of the parts the one whose values count: its first day is the row's segment."""
    period: Period
    in_pay_period: bool
    spans: Mapping[str, tuple[date, date]] = field(compare=False)
    """Accumulation → first and last day of the one that the period lies in; the first is the reset."""
    parts: tuple[Stint, ...] = field(compare=False)
    """The stints that overlap the period and are one here."""
    run: tuple[Stint, ...] = field(compare=False)
    """The stint and all that are joined with it."""
    goes_on: bool = field(compare=False)
    """What accumulates goes on over a change of segments."""
    run_from: date = field(compare=False)
    """The day from which on it accumulates: of `reset`, where the interval begins in which its own stint does."""

    @property
    def key(self) -> Key:
        """What identifies the row."""
        return self.stint.participant, self.period.name, self.stint.start

    @property
    def run_key(self) -> date:
        """What tells apart the runs of cells that accumulate."""
        return self.run[0].start if self.goes_on else self.stint.start

    @property
    def start(self) -> date:
        """First day of the overlap."""
        return max(self.parts[0].start, self.period.start)

    @property
    def end(self) -> date:
        """Last day of the overlap."""
        return min(self.parts[-1].end, self.period.end)

    def days(self, over: str | None) -> int:
        """Days assigned: in the interval, or from the reset of what it accumulates over to the interval's end."""
        if over is None:
            return overlap(self.parts, self.period.start, self.period.end)
        return overlap(self.run, max(self.run_from, self.spans[over][0]), self.period.end)

    def period_days(self, over: str | None) -> int:
        """Days there are: in the interval, or from the reset to the interval's end."""
        return days(self.period.start if over is None else self.spans[over][0], self.period.end)

    def prorated(self, value: Decimal | None, over: str | None) -> Decimal | None:
        """A share of a period is applied as `value × days ÷ days`."""
        if value is None:
            return None
        return money.quotient(money.product(value, Decimal(self.days(over))), Decimal(self.period_days(over)))


def days(first: date, last: date) -> int:
    """Days from first to last, both counted."""
    return (last - first).days + 1


def overlap(found: Sequence[Stint], first: date, last: date) -> int:
    """Days of the stints from first to last."""
    return sum(max(0, days(max(stint.start, first), min(stint.end, last))) for stint in found)


def stints(plan: Plan, people: People, calendar: Calendar) -> list[Stint]:
    """Each participant's rows on the plan, cut to the days it is in force; adjacent ones of one title and currency are one.

    Where it begins anew, they are cut at each anniversary too.
    """
    found: list[Stint] = []
    for participant in people.names():
        for row in people.rows(participant):
            start, end = max(row["start"], plan.start), min(row["end"], plan.end or date.max)
            if start > end or not _on_plan(plan, row):
                continue
            whole = Stint(participant, start, end, row.get("title"), row.get("currency"))
            for stint in [whole] if plan.begins_anew is None else _years(plan, calendar, whole, row):
                if found and _continues(found[-1], stint):
                    found[-1] = replace(found[-1], end=stint.end)
                else:
                    found.append(stint)
    return found


def _years(plan: Plan, calendar: Calendar, stint: Stint, row: Record) -> list[Stint]:
    """The stint in years of the participant: day after day of the calendar, a new one on each anniversary."""
    assert plan.begins_anew is not None
    began: date = row[plan.begins_anew.anniversary_of.text]
    periods = calendar.of_length(calendar.shortest)
    first, last = periods[0].start, periods[-1].end
    opening = first
    while not _is_anniversary(began, opening):
        opening -= timedelta(days=1)
    closing = last + timedelta(days=1)
    while not _is_anniversary(began, closing):
        closing += timedelta(days=1)
    inside = [first + timedelta(days=after) for after in range(1, (last - first).days + 1)]
    cuts = [opening, *(day for day in inside if _is_anniversary(began, day)), closing]
    found = []
    for at, (begins, following) in enumerate(pairwise(cuts)):
        eve = following - timedelta(days=1)
        start = stint.start if at == 0 else max(stint.start, begins)
        end = stint.end if following == closing else min(stint.end, eve)
        if start <= end:
            found.append(replace(stint, start=start, end=end, year=(begins, min(eve, plan.end or date.max))))
    return found


def _is_anniversary(began: date, day: date) -> bool:
    """Whether it is the same day of another year; of 29 February, 1 March of a year that has none."""
    if (began.month, began.day) == (2, 29) and (day.month, day.day) == (3, 1):
        return (day - timedelta(days=1)).day == 28
    return (began.month, began.day) == (day.month, day.day)


def stint_on(found: list[Stint], participant: str, day: date) -> Stint | None:
    """The participant's stint that holds `day`."""
    return next((s for s in found if s.participant == participant and s.start <= day <= s.end), None)


def grid(plan: Plan, found: list[Stint], calendar: Calendar, scope: Scope, read: bool = False) -> list[Cell]:
    """A row for each stint and each period in scope, of a length that a component has, that share a day.

    `read`: with the periods that are only read. Joined ones are one row, of all stints in the
    period that nothing but a currency divides.
    """
    every = [p for length in plan.lengths for p in calendar.of_length(length)]
    periods = [p for p in every if (scope.reaches(p) if read else scope.has(p))]
    return [
        _cell(plan, group, period, scope.pays(period), calendar)
        for group in (joined(found) if plan.joined else [[stint] for stint in found])
        for period in periods
        if overlap(group, period.start, period.end) > 0
    ]


def _cell(plan: Plan, group: list[Stint], period: Period, pays: bool, calendar: Calendar) -> Cell:
    """The row of one period of stints that belong together."""
    parts = tuple(stint for stint in group if stint.start <= period.end and period.start <= stint.end)
    early = plan.values_on is not None and plan.values_on.value == "segment_start"
    own = parts[0] if early else parts[-1]
    first = group[0].start if plan.continues else _since(group, own, early, period.length, calendar)
    return Cell(own, period, pays, spans(plan, period, calendar, own), parts, tuple(group), plan.continues, first)


def _since(group: list[Stint], own: Stint, early: bool, length: str, calendar: Calendar) -> date:
    """The first day of the first interval that is the stint's own: the one it begins in, or after another's the next."""
    begun = calendar.containing(own.start, length)
    if begun is None or not any(stint.start < own.start and begun.start <= stint.end for stint in group):
        return own.start
    return begun.end + timedelta(days=1) if early else begun.start


def joined(found: list[Stint]) -> list[list[Stint]]:
    """Each participant's stints in order of time, divided where the currency changes."""
    groups: list[list[Stint]] = []
    for stint in found:
        last = groups[-1][-1] if groups else None
        if last is not None and (last.participant, last.currency) == (stint.participant, stint.currency):
            groups[-1].append(stint)
        else:
            groups.append([stint])
    return groups


def spans(plan: Plan, period: Period, calendar: Calendar, stint: Stint) -> dict[str, tuple[date, date]]:
    """With a stated reset: the start of the quarter, of the year, or of the plan, also where it begins anew."""
    holding = [q for q in calendar.of_length("quarter") if q.start <= period.start and period.end <= q.end]
    quarter = [*holding, period][0]
    return {
        "quarter": (quarter.start, quarter.end),
        "year": (period.year_start, period.year_end),
        "plan": stint.year or (plan.start, plan.end or date.max),
    }


def intervals(cells: list[Cell]) -> list[list[Cell]]:
    """The cells of one participant, segment and length, each in order of time: what "to date" runs along.

    Where it goes on over a change of segments, they are all of those that are joined.
    """
    groups: dict[tuple[str, date, str], list[Cell]] = {}
    for cell in sorted(cells, key=lambda cell: cell.period.start):
        groups.setdefault((cell.stint.participant, cell.run_key, cell.period.length), []).append(cell)
    return list(groups.values())


def starts_again(cell: Cell, before: Cell | None, over: str) -> bool:
    """Whether what accumulates over that is at its first interval: there is none before, or a reset lies between."""
    return before is None or before.spans[over] != cell.spans[over]


def _on_plan(plan: Plan, row: Record) -> bool:
    """Whether a row of the roster is on the plan: by its title where the plan names titles, else by the participant's id."""
    if plan.titles is not None:
        return row.get("title") in plan.titles
    assert plan.names is not None
    return row["participant"] in plan.names


def _continues(before: Stint, stint: Stint) -> bool:
    """A change of plan, title or currency cuts; nothing else does."""
    return (
        before.participant == stint.participant
        and before.end + timedelta(days=1) == stint.start
        and (before.title, before.currency, before.year) == (stint.title, stint.currency, stint.year)
    )

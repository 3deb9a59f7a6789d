"""What a component pays for: rows of which sources, by which of their days, from when to when.

In: a component and the earning periods that it pays. Out: `Days`, of all the rules behind its base.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from engine.core.period import Calendar, Period
from engine.plan.accumulation import Accumulation
from engine.plan.earlier import Earlier
from engine.plan.resolved import Component, Measure, Plan

Periods = tuple[Period, Period]
"""Periods of one length, from the first to the last."""


@dataclass(frozen=True)
class Days:
    """Rows of a source that are dated, by a column, from a first to a last day."""

    source: str
    column: str
    first: date
    last: date


def paid_for(calendar: Calendar, plan: Plan, component: Component, of: Periods) -> list[Days]:
    """What stands behind the base; where no row does, as behind a headcount, behind all that it reads.

    What reaches up to the end of the periods is what is asked for; only where nothing does, what lies wholly before. Of an
    amount to date only what it grows by is paid.
    """
    return _Reading(calendar, plan).paid_for(component, of)


@dataclass(frozen=True)
class _Reading:
    """What a plan's components and measures read. Measures of measures come to the same ones by many ways: each is read once."""

    calendar: Calendar
    plan: Plan
    known: dict[tuple[str, Periods], list[Days]] = field(default_factory=dict)

    def paid_for(self, component: Component, of: Periods) -> list[Days]:
        first, last = of
        if component.basis == "credit":
            rule = self.plan.rule(component.base or "")
            return [Days(rule.source.name, rule.credit_date, first.start, last.end)]
        base = component.base or component.table.select
        found = [] if base is None else self.behind((base,), of)
        found = found or self.behind(component.measures, of)
        found = [days for days in found if days.last == last.end] or found
        grown = component.basis == "to_date"
        return [replace(days, first=max(days.first, first.start)) for days in found] if grown else found

    def behind(self, measures: Sequence[str], of: Periods) -> list[Days]:
        """What these measures read for the periods."""
        for name in measures:
            if (name, of) not in self.known:
                self.known[name, of] = list(dict.fromkeys(self.read(self.plan.measure(name), of)))
        return [days for name in measures for days in self.known[name, of]]

    def read(self, measure: Measure, of: Periods) -> Iterator[Days]:
        """What a measure reads for the periods: its rules, its parts, and what the plan's own components earned of theirs."""
        plan, calendar = self.plan, self.calendar
        begins, last = _begins(calendar, plan, measure.accumulation, of[0]), of[1]
        for rule in map(plan.rule, measure.rules):
            yield Days(rule.source.name, rule.credit_date, begins, last.end)
        looked_at = _looked_back(calendar, plan, measure, of) if measure.aggregate == "previous" else of
        if looked_at is not None:
            yield from self.behind(measure.parts, looked_at)
        for name in (name for name_of, name in measure.earnings_of(plan.name) if name_of == plan.name):
            component = plan.component(name)
            within = [p for p in calendar.of_length(component.length) if begins <= p.start and p.end <= last.end]
            if within:
                yield from self.paid_for(component, (within[0], within[-1]))


def _begins(calendar: Calendar, plan: Plan, over: Accumulation | None, period: Period) -> date:
    """The day since when something adds up that is read for a period."""
    if over == "plan":
        return plan.start
    holding = None if over is None else calendar.containing(period.start, over)
    return period.start if holding is None else holding.start


def _looked_back(calendar: Calendar, plan: Plan, measure: Measure, of: Periods) -> Periods | None:
    """The periods that a `previous` looks back to from these; None where the calendar has none."""
    if measure.earlier is not None:
        return _several(calendar, plan, measure.earlier, of)
    first, last = (calendar.back(period, measure.back or "") for period in of)
    return None if last is None else (first or last, last)


def _several(calendar: Calendar, plan: Plan, earlier: Earlier, of: Periods) -> Periods | None:
    """The last so many periods, or those since something began; this one is among them if that is said."""
    every, (first, last) = calendar.of_length(of[0].length), of
    if earlier.since is None:
        start = max(0, every.index(first) - earlier.back)
    else:
        begins = _begins(calendar, plan, earlier.since, first)
        start = next(place for place, period in enumerate(every) if period.end >= begins)
    end = every.index(last) - (0 if earlier.with_present else 1)
    return (every[start], every[end]) if start <= end else None

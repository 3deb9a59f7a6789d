"""What a component pays for: rows of which sources, by which of their days, from when to when.

In: a component and the earning periods that it pays. Out: `Days`, of all the rules behind its base.
"""

from dataclasses import dataclass, replace
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
    first, last = of
    if component.basis == "credit":
        rule = plan.rule(component.base or "")
        return [Days(rule.source.name, rule.credit_date, first.start, last.end)]
    base = component.base or component.table.select
    found = [] if base is None else _behind(calendar, plan, (base,), of)
    found = found or _behind(calendar, plan, component.measures, of)
    found = [days for days in found if days.last == last.end] or found
    grown = component.basis == "to_date"
    return [replace(days, first=max(days.first, first.start)) for days in found] if grown else found


def _behind(calendar: Calendar, plan: Plan, measures: tuple[str, ...], of: Periods) -> list[Days]:
    return [days for name in measures for days in _read(calendar, plan, plan.measure(name), of)]


def _read(calendar: Calendar, plan: Plan, measure: Measure, of: Periods) -> list[Days]:
    """What a measure reads for the periods: its rules, its parts, and what the plan's own components earned of theirs."""
    begins, last = _begins(calendar, plan, measure.accumulation, of[0]), of[1]
    found = [Days(rule.source.name, rule.credit_date, begins, last.end) for rule in map(plan.rule, measure.rules)]
    looked_at = _looked_back(calendar, plan, measure, of) if measure.aggregate == "previous" else of
    if looked_at is not None:
        found += _behind(calendar, plan, measure.parts, looked_at)
    for component in (plan.component(name) for name_of, name in measure.earnings_of(plan.name) if name_of == plan.name):
        within = [p for p in calendar.of_length(component.length) if begins <= p.start and p.end <= last.end]
        found += paid_for(calendar, plan, component, (within[0], within[-1])) if within else []
    return found


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

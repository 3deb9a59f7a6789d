"""The run's scope: which days one run computes. Workspace and PERIOD in, first and last day out.

From the earlier of `recompute_from` and the earliest reset …, to the end of PERIOD.
"""

from dataclasses import dataclass
from datetime import date

from engine.core.period import Calendar, Period
from engine.plan.resolved import Budget, CarryForward, Limit, Measure, Plan, ResolvedWorkspace, TrueUp


@dataclass(frozen=True)
class Scope:
    """First and last day that a run computes, and the pay period."""

    start: date
    end: date
    pay_period: Period
    reach: date
    """First day whose credits are read, for measures over an earlier period."""

    def holds(self, day: date) -> bool:
        """Whether credits of `day` are read."""
        return self.reach <= day <= self.end

    def reaches(self, period: Period) -> bool:
        """Whether the whole period is read."""
        return self.reach <= period.start and period.end <= self.end

    def has(self, period: Period) -> bool:
        """Whether a run computes the period: all its days lie in the scope."""
        return self.start <= period.start and period.end <= self.end

    def pays(self, period: Period) -> bool:
        """Whether it is paid now: it is computed, and its last day lies in the pay period."""
        return self.has(period) and self.pay_period.start <= period.end <= self.pay_period.end


def scope(workspace: ResolvedWorkspace, period: Period) -> Scope:
    """From the earliest reset or start of an earning period that the pay period lies in, or earlier if so asked, to its end."""
    calendar, days = workspace.calendar, [(length, period.start) for plan in workspace.plans for length in plan.lengths]
    for plan in workspace.plans:
        days += [(over, period.start) for over in accumulations(plan) if over != "plan"]
        if "plan" in accumulations(plan):
            days += [(length, plan.start) for length in plan.lengths]
    holding = [calendar.containing(day, length) for length, day in days]
    start = min([period.start] + [found.start for found in holding if found is not None])
    if workspace.recompute_from is not None:
        years = [p for p in workspace.calendar.of_length("year") if p.start <= workspace.recompute_from <= p.end]
        start = min([start] + [year.start for year in years])
    whole = {over for plan in workspace.plans for over in accumulations(plan) if over != "plan"}
    begun = [span.start for over in whole for span in calendar.of_length(over) if span.start <= start <= span.end]
    start = min([start, *begun])  # a total to date that is computed at all is computed from its own reset
    reach = min([start] + [_reach(workspace, plan, start, period.end) for plan in workspace.plans if plan.looks_back])
    return Scope(start, period.end, period, reach)


def _reach(workspace: ResolvedWorkspace, plan: Plan, start: date, end: date) -> date:
    """A run must read what it needs: step back from every computed period, as often as measures do."""
    calendar = workspace.calendar
    first = start
    for measure in plan.measures:
        for period in calendar.periods:
            if period.length in measure.lengths and start <= period.start and period.end <= end:
                first = min(first, *_days_read(workspace, plan, measure, period))
    if any(measure.looked_back and measure.to_date for measure in plan.measures):
        first = next(year.start for year in calendar.of_length("year") if year.start <= first <= year.end)
    began = [p.start for p in calendar.of_length(calendar.shortest) if p.start <= plan.start <= p.end]
    return max([first] + [min(day, start) for day in began])


def _days_read(workspace: ResolvedWorkspace, plan: Plan, measure: Measure, period: Period) -> list[date]:
    """First days of all periods that the measure reads for this one."""
    if measure.reaches_back:
        part, step = plan.measure(measure.parts[0]), "period" if measure.earlier else measure.back or ""
        found, earlier = [period.start], period
        many = 1 if measure.earlier is None else (measure.earlier.last or 1) - measure.earlier.with_present
        for _ in range(many if measure.earlier is None or measure.earlier.last else 0):
            back = looked_back_to(workspace.calendar, earlier, step)
            if back is None:
                break
            earlier = back
            found += _days_read(workspace, plan, part, earlier)
        return found
    if measure.parts:
        return [day for part in measure.parts for day in _days_read(workspace, plan, plan.measure(part), period)]
    holding = (
        None if measure.accumulation is None else workspace.calendar.containing(period.start, measure.accumulation)
    )
    return [period.start if holding is None else holding.start]


def looked_back_to(calendar: Calendar, period: Period, back: str) -> Period | None:
    """The one period that is meant: at an end, of those that were over when this quarter or year began the last one."""
    if not back.endswith("_end"):
        return calendar.back(period, back)
    begun = [each.start for each in calendar.of_length(back.removesuffix("_end")) if each.start <= period.start]
    over = [each for each in calendar.of_length(period.length) if begun and each.end < max(begun)]
    return max(over, key=lambda each: each.end, default=None)


def accumulations(plan: Plan) -> set[str]:
    """Over what something accumulates: a measure, a true-up, a limit. (A target does as its measure.)"""
    steps = [
        step
        for component in plan.components
        for step in component.steps
        if isinstance(step, Limit | TrueUp | CarryForward | Budget)
    ]
    found = [measure.accumulation for measure in plan.measures]
    found += [measure.earlier.since for measure in plan.measures if measure.earlier is not None]
    found += [step.accumulation for step in steps]
    return {over for over in found if over is not None}

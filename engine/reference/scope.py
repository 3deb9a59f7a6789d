"""The run's scope: which days one run computes. Workspace and PERIOD in, first and last day out.

Semantics 5: "from the earlier of `recompute_from` and the earliest reset …, to the end of PERIOD".
"""

from dataclasses import dataclass
from datetime import date

from engine.core.period import Period
from engine.plan.resolved import Against, Component, Gate, Limit, Plan, ResolvedWorkspace


@dataclass(frozen=True)
class Scope:
    """First and last day that a run computes, and the pay period."""

    start: date
    end: date
    pay_period: Period

    def holds(self, day: date) -> bool:
        """Whether `day` is computed."""
        return self.start <= day <= self.end

    def has(self, period: Period) -> bool:
        """calc "calendar", in_scope: the whole period is computed."""
        return self.start <= period.start and period.end <= self.end

    def pays(self, period: Period) -> bool:
        """calc "calendar", in_pay_period: the period's end lies in PERIOD."""
        return self.has(period) and self.pay_period.start <= period.end <= self.pay_period.end


def scope(workspace: ResolvedWorkspace, period: Period) -> Scope:
    """calc "scope": the year's start where something accumulates, else the longest earning period's; or earlier."""
    if any(accumulates(plan) for plan in workspace.plans):
        start = period.year_start
    else:
        lengths = {length for plan in workspace.plans for length in plan.lengths}
        holding = [workspace.calendar.containing(period.start, length) for length in lengths]
        start = min([period.start] + [found.start for found in holding if found is not None])
    if workspace.recompute_from is not None:
        years = [p for p in workspace.calendar.of_length("year") if p.start <= workspace.recompute_from <= p.end]
        start = min([start] + [year.start for year in years])
    return Scope(start, period.end, period)


def accumulates(plan: Plan) -> bool:
    """Whether something runs over the year: a measure, a target reach, a cumulative limit, a yearly component."""
    return any(measure.to_date for measure in plan.measures) or any(
        component.length == "year"
        or any(against.to_date for against in againsts(component))
        or any(isinstance(step, Limit) and step.cumulative for step in component.steps)
        for component in plan.components
    )


def againsts(component: Component) -> list[Against]:
    """Every target that the component reads: the table's first, then its gates' in order."""
    gates = [step.against for step in component.steps if isinstance(step, Gate)]
    return [against for against in [component.table.against, *gates] if against is not None]

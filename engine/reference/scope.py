"""The run's scope: which days one run computes. Workspace and PERIOD in, first and last day out.

Semantics 5: "from the earlier of `recompute_from` and the earliest reset …, to the end of PERIOD".
"""

from dataclasses import dataclass
from datetime import date

from engine.core.period import Period
from engine.plan.resolved import Against, Component, Gate, Limit, Plan, ResolvedWorkspace, TrueUp


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
    """calc "scope": the earliest reset or start of an earning period that the pay period lies in; or earlier."""
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
    return Scope(start, period.end, period)


def accumulations(plan: Plan) -> set[str]:
    """Over what something accumulates: a measure, a true-up, a limit. (A target does as its measure.)"""
    steps = [step for component in plan.components for step in component.steps if isinstance(step, Limit | TrueUp)]
    found = [measure.accumulation for measure in plan.measures] + [step.accumulation for step in steps]
    return {over for over in found if over is not None}


def againsts(component: Component) -> list[Against]:
    """Every target that the component reads: the table's first, then its gates' in order."""
    gates = [step.against for step in component.steps if isinstance(step, Gate)]
    return [against for against in [component.table.against, *gates] if against is not None]

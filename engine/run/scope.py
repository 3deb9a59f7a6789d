"""Which days a run computes, and the tables that say so: scope, calendar, and the parts of each period (`semantics` 5)."""

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from engine.core.period import Calendar, Period
from engine.plan.resolved import Plan, ResolvedWorkspace


def scope_of(workspace: ResolvedWorkspace, period: Period) -> tuple[date, date]:
    """First and last day that a run of `period` computes: from the earliest reset of any component to the period's end."""
    starts = [period.start, *(day for plan in workspace.plans for day in _resets(plan, workspace.calendar, period))]
    for length in {component.length for plan in workspace.plans for component in plan.components}:
        holding = workspace.calendar.containing(period.start, length)
        if holding is not None:
            starts.append(holding.start)
    if workspace.recompute_from is not None:
        first = workspace.calendar.containing(workspace.recompute_from, "year")
        starts.append(first.start if first is not None else workspace.recompute_from)
    return min(starts), period.end


def _resets(plan: Plan, calendar: Calendar, period: Period) -> Iterator[date]:
    """The last resets before `period` of all that adds up in a plan; over the plan, of the earning period it begins in."""
    for accumulation in plan.accumulations:
        if accumulation == "plan":
            begun = [calendar.containing(plan.start, length) for length in plan.lengths]
            yield from (first.start for first in begun if first is not None)
        else:
            holding = calendar.containing(period.start, accumulation)
            yield period.start if holding is None else holding.start


def scope_tables(workspace: ResolvedWorkspace, period: Period) -> dict[str, pl.DataFrame]:
    """The inputs `scope`, `calendar` and `calendar_parts` of a program."""
    start, end = scope_of(workspace, period)
    calendar = workspace.calendar
    ends = (plan.end for plan in workspace.plans if "plan" in plan.accumulations)
    last = max([end, *(day for day in ends if day is not None)])  # the target of a whole plan reaches to its end
    years = {p.year for p in calendar.periods if p.start <= last and p.end >= start}
    near = [p for p in calendar.periods if p.year in years]
    rows = [_row(calendar, p, start, period) for p in near]
    parts = [(p.name, q.name, q.start, q.end, q.days) for p in near for q in calendar.parts(p)]
    parts_schema: Mapping[str, pl.DataType | type[pl.DataType]] = {
        "period": pl.String, "part": pl.String, "part_start": pl.Date, "part_end": pl.Date, "part_days": pl.Int64,
    }  # fmt: skip
    return {
        "scope": pl.DataFrame({"scope_start": [start], "scope_end": [end]}),
        "calendar": pl.DataFrame(rows, schema=_CALENDAR, orient="row"),
        "calendar_parts": pl.DataFrame(parts, schema=parts_schema, orient="row"),
    }


_CALENDAR: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "period": pl.String, "length": pl.String, "start": pl.Date, "end": pl.Date, "days": pl.Int64, "year": pl.String,
    "year_start": pl.Date, "year_end": pl.Date, "quarter_start": pl.Date, "quarter_end": pl.Date,
    "part": pl.Int64, "parts": pl.Int64, "in_scope": pl.Boolean, "in_pay_period": pl.Boolean,
}  # fmt: skip


def _row(calendar: Calendar, p: Period, start: date, pay: Period) -> tuple[object, ...]:
    siblings = [q for q in calendar.of_length(calendar.shortest) if q.year == p.year]
    part = siblings.index(p) + 1 if p.length == calendar.shortest else 0
    within = calendar.containing(p.start, "quarter")
    quarter = p if within is None or p.end > within.end else within
    in_scope = start <= p.start and p.end <= pay.end
    due = in_scope and pay.start <= p.end
    return (
        p.name,
        p.length,
        p.start,
        p.end,
        p.days,
        p.year,
        p.year_start,
        p.year_end,
        quarter.start,
        quarter.end,
        part,
        len(siblings),
        in_scope,
        due,
    )


def shortest_in_scope(workspace: ResolvedWorkspace, period: Period) -> tuple[str, ...]:
    """Names of the shortest periods from the scope's start to the period's end: what `{period}` in a file name stands for."""
    start, end = scope_of(workspace, period)
    calendar = workspace.calendar
    return tuple(p.name for p in calendar.of_length(calendar.shortest) if start <= p.start and p.end <= end)

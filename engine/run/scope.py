"""Which days a run computes, and the tables that say so: scope, calendar, and the parts of each period."""

from calendar import isleap
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import polars as pl

from engine.core.period import Calendar, Period
from engine.plan.earlier import Back
from engine.plan.resolved import Measure, Plan, ResolvedWorkspace


def scope_of(workspace: ResolvedWorkspace, period: Period) -> tuple[date, date]:
    """First and last day that a run of `period` reads: what it computes, and what measures read over an earlier period."""
    first, last = computed(workspace, period)
    reached = [_reached(workspace, plan, first, last) for plan in workspace.plans if plan.looks_back]
    return min([first, *reached]), last


def _reached(workspace: ResolvedWorkspace, plan: Plan, first: date, last: date) -> date:
    """The first day whose credits some `previous` of the plan reads; nobody is on the plan before it begins.

    Each computed period is asked: the calendar may have none before the first.
    """
    calendar = workspace.calendar
    days = [first]
    for measure in plan.measures:
        for length in measure.lengths if measure.reaches_back else ():
            computed_ones = [p for p in calendar.of_length(length) if first <= p.start and p.end <= last]
            days += [_earliest(plan, measure, calendar, p) for p in computed_ones]
    if any(measure.looked_back and measure.to_date for measure in plan.measures):
        days += [p.start for p in calendar.of_length("year") if p.start <= min(days) <= p.end]
    begins = calendar.containing(plan.start, calendar.shortest)
    return min(days) if begins is None else max(min(days), min(begins.start, first))


def _earliest(plan: Plan, measure: Measure, calendar: Calendar, period: Period) -> date:
    """The first day that a measure reads for a period."""
    if measure.reaches_back:
        earliest = _back(measure, calendar, period)
        return period.start if earliest is None else _earliest(plan, plan.measure(measure.parts[0]), calendar, earliest)
    if measure.parts:
        return min(_earliest(plan, plan.measure(part), calendar, period) for part in measure.parts)
    holding = None if measure.accumulation is None else calendar.containing(period.start, measure.accumulation)
    return period.start if holding is None else holding.start


def _back(measure: Measure, calendar: Calendar, period: Period) -> Period | None:
    """The earliest period that it looks back to from this one; None where the calendar has none."""
    if measure.earlier is None:
        return calendar.back(period, measure.back or "")
    of_length = calendar.of_length(period.length)
    at = of_length.index(period)
    return of_length[max(0, at - (measure.earlier.back))] if at else None


def computed(workspace: ResolvedWorkspace, period: Period) -> tuple[date, date]:
    """First and last day that a run of `period` computes: from the earliest reset of any component to the period's end."""
    starts = [period.start, *(day for plan in workspace.plans for day in _resets(plan, workspace.calendar, period))]
    for length in {component.length for plan in workspace.plans for component in plan.components}:
        holding = workspace.calendar.containing(period.start, length)
        if holding is not None:
            starts.append(holding.start)
    if workspace.recompute_from is not None:
        first = workspace.calendar.containing(workspace.recompute_from, "year")
        starts.append(first.start if first is not None else workspace.recompute_from)
    return _from_reset(workspace, min(starts)), period.end


def _from_reset(workspace: ResolvedWorkspace, start: date) -> date:
    """The last reset up to that day of whatever adds up in any plan: one plan's start would cut the year of another."""
    spans = {span for plan in workspace.plans for span in plan.accumulations if span != "plan"}
    holding = [workspace.calendar.containing(start, span) for span in spans]
    return min([start, *(held.start for held in holding if held is not None)])


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
    """The inputs of a program that no source gives: `scope`, `calendar`, `calendar_parts`, and look-up tables."""
    start, end = reach, _ = scope_of(workspace, period)
    first, _ = computed(workspace, period)
    calendar = workspace.calendar
    ends = (plan.end for plan in workspace.plans if "plan" in plan.accumulations)
    last = max([end, *(day for day in ends if day is not None)])  # the target of a whole plan reaches to its end
    if any(target.ramp is not None for target in workspace.targets.values()):
        start = calendar.of_length(calendar.shortest)[0].start  # periods are counted from whenever somebody began
    years = {p.year for p in calendar.periods if p.start <= last and p.end >= start}
    near = [p for p in calendar.periods if p.year in years]
    rows = [_row(calendar, p, reach, first, period) for p in near]
    parts = [(p.name, q.name, q.start, q.end, q.days) for p in near for q in calendar.parts(p)]
    parts_schema: Mapping[str, pl.DataType | type[pl.DataType]] = {
        "period": pl.String, "part": pl.String, "part_start": pl.Date, "part_end": pl.Date, "part_days": pl.Int64,
    }  # fmt: skip
    return {
        "scope": pl.DataFrame({"scope_start": [reach], "scope_end": [end]}),
        "calendar": pl.DataFrame(rows, schema=_CALENDAR, orient="row"),
        "calendar_parts": pl.DataFrame(parts, schema=parts_schema, orient="row"),
        **_look_ups(workspace),
        **_anniversaries(workspace),
    }


def _anniversaries(workspace: ResolvedWorkspace) -> dict[str, pl.DataFrame]:
    """The input `anniversaries`, where some plan begins anew: years of whoever began on that day of some year, one by one."""
    if not any(plan.begins_anew for plan in (*workspace.plans, *workspace.others)):
        return {}
    shortest = workspace.calendar.of_length(workspace.calendar.shortest)
    first, last = shortest[0].start, shortest[-1].end
    rows: list[tuple[object, ...]] = []
    leap = date(2000, 1, 1)
    for each in (leap + timedelta(days=offset) for offset in range(366)):
        starts = [anniversary(each.month, each.day, year) for year in range(first.year - 1, last.year + 2)]
        for begins, following in pairwise(starts):
            if following > first and begins <= last:
                ends = following - timedelta(days=1)
                cut = (date.min if begins <= first else begins, date.max if following > last else ends)
                rows.append((Decimal(each.month), Decimal(each.day), *cut, begins, ends))
    schema = dict.fromkeys(("month", "day"), pl.Decimal(38, 12)) | dict.fromkeys(
        ("cut_from", "cut_to", "begins", "ends"), pl.Date()
    )
    return {"anniversaries": pl.DataFrame(rows, schema=schema, orient="row")}


def anniversary(month: int, day: int, year: int) -> date:
    """The day in that year; of 29 February 1 March where there is none."""
    return date(year, 3, 1) if (month, day) == (2, 29) and not isleap(year) else date(year, month, day)


def _look_ups(workspace: ResolvedWorkspace) -> dict[str, pl.DataFrame]:
    """The inputs `look_ups/<plan>.<table>`: each combination that a row of the plan holds for, and where that row stands."""
    found = {}
    for plan in workspace.plans:
        for table in plan.look_ups.values():
            rows = [(*names, row.value, row.span.line) for names, row in table.cells()]
            schema: dict[str, pl.DataType | type[pl.DataType]] = {each.name: pl.String for each in table.dimensions}
            schema |= {"value": pl.Decimal(38, 12), "line": pl.Int64}
            found[f"look_ups/{plan.name}.{table.name}"] = pl.DataFrame(rows, schema=schema, orient="row")
    return found


_CALENDAR: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "period": pl.String, "length": pl.String, "start": pl.Date, "end": pl.Date, "days": pl.Int64, "year": pl.String,
    "year_start": pl.Date, "year_end": pl.Date, "quarter": pl.String, "quarter_number": pl.Int64,
    "quarter_start": pl.Date, "quarter_end": pl.Date, "part": pl.Int64, "parts": pl.Int64, "quarter_part": pl.Int64,
    "quarter_parts": pl.Int64, "in_scope": pl.Boolean, "in_pay_period": pl.Boolean,
    "in_reach": pl.Boolean, "before": pl.String, "year_before": pl.String,
    "quarter_end_before": pl.String, "year_end_before": pl.String,
}  # fmt: skip


def _row(calendar: Calendar, p: Period, start: date, first: date, pay: Period) -> tuple[object, ...]:
    siblings = [q for q in calendar.of_length(calendar.shortest) if q.year == p.year]
    shortest = p.length == calendar.shortest
    part = siblings.index(p) + 1 if shortest else 0
    within = calendar.containing(p.start, "quarter")
    quarter = p if within is None or p.end > within.end else within
    near = [q for q in siblings if quarter.start <= q.start and q.end <= quarter.end]
    quarters = [q.start for q in calendar.of_length("quarter") if q.year == p.year and q.start <= quarter.start]
    in_reach = start <= p.start and p.end <= pay.end
    in_scope = first <= p.start and in_reach
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
        quarter.name,
        len(quarters),
        quarter.start,
        quarter.end,
        part,
        len(siblings),
        near.index(p) + 1 if shortest else 0,
        len(near),
        in_scope,
        due,
        in_reach,
        *(None if (earlier := calendar.back(p, back)) is None else earlier.name for back in get_args(Back)),
    )


def shortest_in_scope(workspace: ResolvedWorkspace, period: Period) -> tuple[str, ...]:
    """Names of the shortest periods from the scope's start to the period's end: what `{period}` in a file name stands for."""
    start, end = scope_of(workspace, period)
    calendar = workspace.calendar
    return tuple(p.name for p in calendar.of_length(calendar.shortest) if start <= p.start and p.end <= end)

"""Which points of a measure a run touches: what its policies decide, and what changes a value.

In: a run, and a measure that something reads. Out: points, each with whether a row of the measure's tables is such a case.
"""

from collections.abc import Sequence

import polars as pl

from engine.pipeline import Run
from engine.plan.measure import Each
from engine.plan.resolved import Generations, Measure, Plan, Reports
from engine.trial.point import Found, Point, any_row, at_limit, unit_of
from engine.trial.touched_formula import of_measure_formula


def of_measure(run: Run, plan: Plan, measure: Measure) -> Found:
    """All of one; of none that nothing reads."""
    if not measure.lengths:
        return
    due = [p.name for p in run.compiled.workspace.calendar.periods if run.period.start <= p.end <= run.period.end]
    every = run.outcome.tables[f"measures/{plan.name}.{measure.name}"]
    frame, part = every.filter(pl.col("period").is_in(due)), f"measure {measure.name}"
    if measure.ranking is not None:
        yield from _rank(measure, frame)
    if measure.reports is not None:
        yield from _reports(part, measure.reports, run.outcome.tables[f"reports/{plan.name}.{measure.name}"])
    if measure.on_move is not None:
        yield Point(measure.on_move.span, part, "somebody who came to the group, or left it"), _moved(every, due)
    if measure.weighted:
        yield from _weighted(plan, measure, frame)
    elif measure.each is not None:
        limited = run.outcome.tables[f"each/{plan.name}.{measure.name}"].filter(pl.col("period").is_in(due))
        yield from _each(plan, measure, measure.each, limited)
    else:
        yield from _of_nothing(measure, frame)
    if measure.formula is not None:
        yield from of_measure_formula(run, plan, measure, measure.formula, pl.col("period").is_in(due))


def _of_nothing(measure: Measure, frame: pl.DataFrame) -> Found:
    """A ratio to nothing, no target, nothing before, an average or extreme of nothing; and what is rounded."""
    part, span = f"measure {measure.name}", "_to_date" if measure.to_date else ""
    if measure.zero_denominator is not None:
        yield Point(measure.span, part, "a denominator of 0 or below"), any_row(frame, pl.col("denominator") <= 0)
    elif measure.against is not None:
        part = f"{part}, target {measure.against.target}"
        yield Point(measure.span, part, "it is missing"), any_row(frame, pl.col("target").is_null())
        yield Point(measure.span, part, "it is zero"), any_row(frame, pl.col("target") == 0)
    elif measure.rounded is not None:
        rounds = pl.col("unrounded") != pl.col("value")
        yield Point(measure.rounded.span, part, "something to round"), any_row(frame, rounds)
    elif measure.earlier is not None:
        few, whole = (
            measure.earlier.last if measure.earlier.complete else None,
            "" if measure.earlier.partial else "whole ",
        )
        case = f"no {whole}period before" if few is None else f"fewer than {few} {whole}periods"
        if not measure.earlier.never_none:
            yield Point(measure.span, part, case), any_row(frame, pl.col("found") < (few or 1))
    elif measure.no_previous is not None:
        yield Point(measure.span, part, "no whole period before"), any_row(frame, ~pl.col("whole"))
    elif measure.no_credits is not None and measure.aggregate == "average":
        yield Point(measure.span, part, "no credits"), any_row(frame, pl.col(f"credits{span}") == 0)
    elif measure.no_credits is not None:
        yield Point(measure.span, part, "no credits"), any_row(frame, pl.col(f"reached{span}").is_null())


def _reports(part: str, reports: Reports, rows: pl.DataFrame) -> Found:
    """An earning at each level, and, where generations are counted, somebody who is passed over."""
    earned = pl.col("earning") != 0
    if reports.generations is not None:
        yield from of_generations(rows, reports.generations, part, earned)
    if reports.longer.value == "exception":
        longer = any_row(rows, (pl.col("because") == "longer_chain") & earned)
        yield Point(reports.longer.span, part, "an earning below a longer chain"), longer
    for level in reports.levels:
        there = pl.col(f"manager.{level}").is_not_null() & earned
        yield Point(reports.stated.span, part, f"an earning {_levels(level)}"), any_row(rows, there)


def of_generations(rows: pl.DataFrame, counted: Generations, part: str, due: pl.Expr) -> Found:
    """Somebody who is passed over; and managers above those that are looked at, where that is not simply the end."""
    levels = [name for name in rows.columns if name.startswith("manager.")]
    passed = (
        pl.concat_list(counted.looked_at).list.drop_nulls().list.len()
        > pl.concat_list(levels).list.drop_nulls().list.len()
    )
    yield Point(counted.stated.span, part, "a manager who is passed over"), any_row(rows, due & passed)
    if counted.beyond.value == "exception":
        beyond = due & (pl.col("because") == "beyond_reach")
        yield Point(counted.beyond.span, part, "managers above those that are looked at"), any_row(rows, beyond)


def _levels(level: int) -> str:
    return "a level below" if level == 1 else f"{level} levels below"


def _rank(measure: Measure, frame: pl.DataFrame) -> Found:
    """Who is tied with somebody, and who does not reach what is asked."""
    part, ranked = f"measure {measure.name}", pl.col("entered") == 1
    yield Point(measure.span, part, "two with one place"), any_row(frame, ranked & (pl.col("tied") > 1))
    if measure.ranking is not None and measure.ranking.at_least is not None:
        yield Point(measure.ranking.at_least.span, part, "somebody who is not ranked"), any_row(frame, ~ranked)


def _each(plan: Plan, measure: Measure, each: Each, frame: pl.DataFrame) -> Found:
    """Both sides of what each customer, claim or policy counts for."""
    unit, currency = unit_of(measure.unit, plan.digits), measure.unit.currency
    values = frame["after" if measure.to_date else "own"].drop_nulls().unique().to_list()
    for word, limit in (("cap", each.cap), ("floor", each.floor)):
        if limit is not None:
            pairs = ((value, limit.value) for value in values)
            yield from at_limit(limit.span, f"measure {measure.name}, each {each.by}, {word}", pairs, unit, currency)


def _weighted(plan: Plan, measure: Measure, frame: pl.DataFrame) -> Found:
    """Of each part, that it is missing, and both sides of what it counts for at most and at least."""
    unit, currency = unit_of(measure.unit, plan.digits), measure.unit.currency
    for number, each in enumerate(measure.weighted, start=1):
        part, column = f"measure {measure.name}, part {each.measure}", f"part_{number}"
        if f"{column}.missing" in frame.columns:
            yield Point(each.stated.span, part, "it is missing"), any_row(frame, pl.col(f"{column}.missing"))
        for word, limit in (("cap", each.cap), ("floor", each.floor)):
            if limit is not None:
                pairs = ((value, limit.value) for value in frame[column].drop_nulls().unique())
                yield from at_limit(limit.span, f"{part}, {word}", pairs, unit, currency)


def _moved(rows: pl.DataFrame, due: Sequence[str]) -> bool:
    """Whether somebody was in several groups, or in one before and then in none."""
    by_person = rows.group_by("participant").agg(
        pl.col("group").n_unique(), pl.col("period").is_in(due).any().alias("due")
    )
    return any_row(by_person, (pl.col("group") > 1) | ~pl.col("due"))

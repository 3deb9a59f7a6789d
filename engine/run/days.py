"""Days of a run: of which period they are, and whether that is paid by it."""

from collections.abc import Iterable, Mapping

import polars as pl

from engine.plan.resolved import Measure, Plan


def period_of(tables: Mapping[str, pl.DataFrame], day: pl.Expr) -> pl.Expr:
    """The name of the shortest period that a day lies in; null outside the calendar."""
    parts = tables["calendar"].filter(pl.col("part") > 0).sort("start")
    named: pl.Expr = pl.lit(None, pl.String)
    for name, start, end in parts.select("period", "start", "end").iter_rows():
        named = pl.when(day.is_between(start, end)).then(pl.lit(name)).otherwise(named)
    return named


def in_pay_period(tables: Mapping[str, pl.DataFrame], day: str) -> pl.Expr:
    """Whether a column's day lies in what the run pays."""
    due = tables["calendar"].filter(pl.col("in_pay_period") & (pl.col("part") > 0))
    return pl.col(day).is_between(due["start"].min(), due["end"].max()) if due.height else pl.lit(False)


def read_now(tables: Mapping[str, pl.DataFrame], measure: Measure, day: str) -> pl.Expr:
    """Whether what is paid now rests on a day: it lies in an interval that the measure is read for, or since its reset."""
    if measure.accumulation == "plan":
        return pl.lit(True)
    read = tables["calendar"].filter(pl.col("in_pay_period") & pl.col("length").is_in(measure.lengths))
    since = {"quarter": "quarter_start", "year": "year_start"}.get(measure.accumulation or "", "start")
    return pl.col(day).is_between(read[since].min(), read["end"].max()) if read.height else pl.lit(False)


def in_force(plan: Plan, day: str = "day") -> pl.Expr:
    """Whether a column's day is one of the plan's."""
    ended = pl.lit(False) if plan.end is None else pl.col(day) > plan.end
    return (pl.col(day) >= plan.start) & ~ended


def on_plans(tables: Mapping[str, pl.DataFrame], plans: Iterable[Plan], rows: pl.DataFrame) -> pl.DataFrame:
    """Those of the rows whose `participant` is on some of the plans on their `day`."""
    stints = [tables[f"stints/{plan.name}"].select("participant", "segment", "stint_end") for plan in plans]
    found = rows.join(pl.concat(stints), on="participant").filter(pl.col("day").is_between("segment", "stint_end"))
    return found.select(rows.columns)

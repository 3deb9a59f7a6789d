"""Days of a run: of which period they are, and whether that is paid by it."""

from collections.abc import Mapping

import polars as pl


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

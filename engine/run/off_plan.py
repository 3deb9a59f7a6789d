"""What the log says of earnings on another plan whose last day is none of the participant's days on the plan that reads them."""

from collections.abc import Iterator, Mapping

import polars as pl

from engine.plan.resolved import Measure, Plan
from engine.record import collected, scanned
from engine.run.days import read_now
from engine.run.logged import logged

OFF_PLAN = "E427"


def earned_off_plan(tables: Mapping[str, pl.DataFrame], plan: Plan) -> Iterator[pl.DataFrame]:
    """A warning per earning, of those who are on the plan on other days of the period: of others nothing was to be counted."""
    for measure in plan.measures:
        others = [(of, name) for of, name in measure.earnings_of(plan.name) if of != plan.name]
        for of, name in others if measure.reports is None and measure.lengths else ():
            rows = _lost(tables, plan, measure, f"earnings/{of}.{name}")
            message = pl.format(
                "{} of {} ends on {}, when {} is not on {}", pl.lit(f"{of}.{name}"), "period", "end", "participant",
                pl.lit(plan.name),
            )  # fmt: skip
            yield logged(
                rows, pl.lit(OFF_PLAN), "warning", "measure", plan=pl.lit(plan.name), part=pl.lit(measure.name),
                participant=pl.col("participant"), period=pl.col("period"), at_stake=pl.col("earning"),
                currency=pl.lit(plan.currency), message=message,
            )  # fmt: skip


def _lost(tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, earnings: str) -> pl.DataFrame:
    """The earnings, other than 0, that end in a period of theirs and on none of their days."""
    keys, day = ["participant", "period", "segment"], pl.col("end")
    earned = scanned(tables, earnings).filter(read_now(tables, measure, "end") & (pl.col("earning") != 0))
    found = collected(earned.select(*keys, "end", "earning"))
    grid = tables[f"grid/{plan.name}"].filter(pl.col("length").is_in(measure.lengths))
    here = grid.select("participant", "period_start", "period_end").unique()
    met = found.join(here, on="participant").filter(day.is_between("period_start", "period_end"))
    stints = tables[f"stints/{plan.name}"].select("participant", pl.col("segment").alias("stint"), "stint_end")
    on = found.join(stints, on="participant").filter(day.is_between("stint", "stint_end"))
    return found.join(met, on=keys, how="semi").join(on, on=keys, how="anti").sort(keys)

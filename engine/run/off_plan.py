"""What the log says of earnings that count on one day, when who would have them is not on the plan that reads them."""

from collections.abc import Iterator, Mapping

import polars as pl

from engine.plan.resolved import Measure, Plan, Reports, ResolvedWorkspace
from engine.record import collected, scanned
from engine.run.days import in_force, on_plans, read_now
from engine.run.logged import logged
from engine.run.roll_up import above

OFF_PLAN = "E427"
KEYS = ("participant", "period", "day")


def off_plan(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan) -> Iterator[pl.DataFrame]:
    """Warnings, of those who are on the plan on other days of the period: of others nothing was to be counted."""
    for measure in plan.measures:
        if not measure.lengths:
            continue
        if measure.reports is not None:
            rows = _of_managers(workspace, tables, plan, measure, measure.reports)
            what = pl.format("what {} has below counts on {}", "participant", "day")
            yield _told(plan, measure, rows, what)
            continue
        for of, name in measure.earnings_of(plan.name):
            if of != plan.name:
                rows = _own(tables, plan, measure, f"earnings/{of}.{name}")
                yield _told(
                    plan, measure, rows, pl.format("{} of {} ends on {}", pl.lit(f"{of}.{name}"), "period", "day")
                )


def _told(plan: Plan, measure: Measure, rows: pl.DataFrame, what: pl.Expr) -> pl.DataFrame:
    return logged(
        rows, pl.lit(OFF_PLAN), "warning", "measure", plan=pl.lit(plan.name), part=pl.lit(measure.name),
        participant=pl.col("participant"), period=pl.col("period"), at_stake=pl.col("earning"),
        currency=pl.lit(plan.currency),
        message=pl.format("{}, when {} is not on {}", what, "participant", pl.lit(plan.name)),
    )  # fmt: skip


def _own(tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, earnings: str) -> pl.DataFrame:
    """Earnings, other than 0, whose last day is none of the participant's on the plan."""
    earned = scanned(tables, earnings).filter(read_now(tables, measure, "end") & (pl.col("earning") != 0))
    return _missed(
        tables, plan, measure, collected(earned.select("participant", "period", day="end", earning="earning"))
    )


def _of_managers(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, reports: Reports
) -> pl.DataFrame:
    """What was earned below managers who are on another plan that day, or on a day before or after this one is in force.

    What becomes of those who are on none while it is in force the plan says (`not_on_plan`).
    """
    rows = above(tables, plan, measure, reports).rename({"manager": "participant"})
    elsewhere = rows.join(on_plans(tables, (*workspace.plans, *workspace.others), rows), on=KEYS, how="semi")
    never = rows.filter(~in_force(plan))
    return _missed(tables, plan, measure, pl.concat([elsewhere, never]).unique(KEYS).sort(KEYS))


def _missed(tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, rows: pl.DataFrame) -> pl.DataFrame:
    """Those of the rows that lie in a period in which their participant is on the plan, and not on that day."""
    grid = tables[f"grid/{plan.name}"].filter(pl.col("length").is_in(measure.lengths))
    here = grid.select("participant", "period_start", "period_end").unique()
    met = rows.join(here, on="participant").filter(pl.col("day").is_between("period_start", "period_end"))
    there = on_plans(tables, [plan], rows)
    return rows.join(met, on=KEYS, how="semi").join(there, on=KEYS, how="anti").sort(KEYS)

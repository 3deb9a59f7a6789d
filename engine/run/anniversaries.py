"""What the log says of plans that begin anew: participants whose rows of the roster name different days."""

from collections.abc import Mapping

import polars as pl

from engine.plan.resolved import ResolvedWorkspace
from engine.run.logged import logged


def two_days(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Of each such plan, those who are on it."""
    found = []
    roster = tables[f"source/{workspace.participants.name}"]
    for plan in workspace.plans:
        if plan.begins_anew is None:
            continue
        column = plan.begins_anew.anniversary_of.text
        here = roster.join(tables[f"grid/{plan.name}"].select("participant").unique(), on="participant", how="semi")
        days = here.group_by("participant").agg(pl.col(column).min().alias("first"), pl.col(column).max().alias("last"))
        rows = days.filter(pl.col("first") != pl.col("last")).sort("participant")
        message = pl.format(
            "`{}` is {} in one row of the roster and {} in another", pl.lit(column), pl.col("first"), pl.col("last")
        )
        found.append(
            logged(
                rows, pl.lit("E420"), "blocks_participant", "roster", plan=pl.lit(plan.name),
                participant=pl.col("participant"), message=message,
            )
        )  # fmt: skip
    return found

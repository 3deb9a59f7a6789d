"""What the log says of chains of managers: those that failed, and people of whom the roster knows nothing that day."""

from collections.abc import Mapping

import polars as pl

from engine.plan.resolved import Measure, Plan, ResolvedWorkspace, Rule
from engine.record import collected, scanned


def with_chain(tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `chain`: whose managers they are about, as `ana → mo → vera`; null where it is about no chain."""
    if rule.roll_up is None:
        return rows.with_columns(pl.lit(None, pl.String).alias("chain"))
    shares = scanned(tables, f"shares/{plan.name}.{rule.name}").filter(pl.col("participant") != "")
    managers = [name for name in shares.collect_schema().names() if name.startswith("manager.")]
    words = pl.concat_str(["participant", *managers], separator=" → ", ignore_nulls=True)
    on = [*rule.source.key, "because"]
    chains = collected(shares.select(*on, words.alias("chain")).group_by(on).agg(pl.col("chain").min()))
    nobody = pl.when(pl.col("participant") == "").then(pl.col("chain"))
    return rows.join(chains, on=on, how="left").with_columns(nobody.alias("chain"))


def unknown(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, due: pl.Expr
) -> pl.DataFrame:
    """Who ends a chain for want of a row in the roster: `who`, and the first `credit_date` on which it lacks."""
    if rule.roll_up is None:
        return pl.DataFrame(schema={"who": pl.String, "credit_date": pl.Date})
    shares = scanned(tables, f"shares/{plan.name}.{rule.name}").filter(
        due & pl.col("because").is_in(["", "no_manager"])
    )
    ended = shares.filter(pl.col("levels") < rule.roll_up.levels)
    return _not_in_roster(workspace, tables, ended, rule.roll_up.levels)


def unknown_above(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, due: pl.Expr
) -> pl.DataFrame:
    """The same of the chains above what people below earned."""
    assert measure.reports is not None
    highest = max(measure.reports.levels)
    rows = scanned(tables, f"reports/{plan.name}.{measure.name}").rename({"day": "credit_date"})
    ended = rows.filter(due & (pl.col("because") == "") & pl.col(f"manager.{highest}").is_null())
    return _not_in_roster(workspace, tables, ended, highest)


def circles(tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, due: pl.Expr) -> pl.DataFrame:
    """Earnings above which somebody stands twice: whose, of what, and the chain."""
    rows = scanned(tables, f"reports/{plan.name}.{measure.name}").filter(due & (pl.col("because") != ""))
    managers = [name for name in rows.collect_schema().names() if name.startswith("manager.")]
    chain = pl.concat_str(["participant", *managers], separator=" → ", ignore_nulls=True)
    return collected(rows.with_columns(chain.alias("chain")))


def _not_in_roster(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], ended: pl.LazyFrame, levels: int
) -> pl.DataFrame:
    """Who ends these chains and has no row in force that day; somebody who has one has no manager, and is fine."""
    managers = [f"manager.{level}" for level in range(levels, 0, -1)]
    last = collected(ended.select(pl.coalesce(*managers, "participant").alias("who"), "credit_date").unique())
    roster = tables[f"source/{workspace.participants.name}"].select(pl.col("participant").alias("who"), "start", "end")
    known = last.join(roster, on="who").filter(pl.col("credit_date").is_between("start", "end"))
    missing = last.join(known, on=["who", "credit_date"], how="anti")
    return missing.group_by("who").agg(pl.col("credit_date").min()).sort("who")

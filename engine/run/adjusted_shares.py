"""What adjustments have to do with shares that nobody is credited with: in whose row they stand, and what is at stake.

In: shares of a rule as the log is to tell of them, with `amount`. Out: the same with `amount` less what was taken away on
purpose; and of whoever has a share by an adjustment alone, the adjustment's source, file, row and key.
"""

from collections.abc import Mapping

import polars as pl

from engine.plan.resolved import Plan, Rule
from engine.record import collected, scanned

Tables = Mapping[str, pl.DataFrame]
SOURCE, KEY = "~source", "~key"
PLACE = (SOURCE, "file", "row", KEY)


def without_taken_away(tables: Tables, plan: Plan, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """Of what is nobody's, only what nobody got: what an adjustment took away is meant, and no money at stake."""
    if rule.adjustments is None or rows.height == 0:
        return rows
    keys = list(rule.source.key)
    done = scanned(tables, f"adjustments/{plan.name}.{rule.name}")
    away = done.filter((pl.col("because") == "") & (pl.col("to_participant") == ""))
    taken = collected(away.group_by(keys).agg(pl.col("amount").sum().alias("~taken")))
    found = rows.join(taken, on=keys, how="left", maintain_order="left")
    mine = (pl.col("participant") == "") & pl.col("~taken").is_not_null()
    rest = pl.when(mine).then(pl.col("amount") - pl.col("~taken")).otherwise(pl.col("amount"))
    all_taken = (mine & (rest == 0) & (pl.col("state") == "unassigned")).fill_null(False)
    return found.filter(~all_taken).with_columns(rest.alias("amount")).drop("~taken")


def at_adjustments(tables: Tables, plan: Plan, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, which have a place each: of receivers who had no share before, it is that of the first adjustment.

    Managers of a roll-up are no receivers: theirs is the place of the transaction.
    """
    if rule.adjustments is None or rule.roll_up is not None or rows.height == 0:
        return rows
    source, keys = rule.adjustments.source, list(rule.source.key)
    done = scanned(tables, f"adjustments/{plan.name}.{rule.name}").filter(pl.col("because") == "")
    named = collected(done.select(*source.row_key, *keys, participant="to_participant"))
    rows_of = scanned(tables, f"source/{source.name}").select(*source.row_key, "file", "row")
    said = pl.concat_str([pl.col(name).cast(pl.String) for name in source.row_key], separator=" / ")
    places = collected(named.lazy().join(rows_of, on=list(source.row_key), how="inner"))
    places = places.sort(source.row_key).group_by(*keys, "participant", maintain_order=True).first()
    places = places.select(
        *keys, "participant", pl.lit(source.name).alias(f"~{SOURCE}"), pl.col("file").alias("~file"),
        pl.col("row").alias("~row"), said.alias(f"~{KEY}"),
    )  # fmt: skip
    found = rows.join(places, on=[*keys, "participant"], how="left", maintain_order="left")
    only = (
        pl.col("~file").is_not_null() & (pl.col("participant") != "") & (pl.col("share.adjusted") == pl.col("amount"))
    )
    moved = [pl.when(only).then(pl.col(f"~{name}")).otherwise(pl.col(name)).alias(name) for name in PLACE]
    return found.with_columns(moved).drop(f"~{name}" for name in PLACE)

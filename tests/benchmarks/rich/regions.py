"""What the members of a region have of it, by hand: the pool and the contest."""

from pathlib import Path

import polars as pl

from tests.benchmarks.rich.words import CENT, KEYS, ONE, ZERO, D, cut, dec, named, rounded


def pool(grid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """0.8 % of what a region sold, at most 5,000, by what each member sold, to the last cent."""
    group = ["region", "month"]
    rows = grid.with_columns(pl.col("sales").sum().over(group).alias("region_sales"))
    rows = rows.with_columns((pl.col("region_sales") * dec("0.008")).alias("table_result"))
    rows = rows.with_columns(pl.min_horizontal("table_result", dec("5000")).alias("capped"))
    rows = rows.with_columns(
        rounded(pl.max_horizontal("capped", ZERO)).alias("pool"), pl.max_horizontal("sales", ZERO).alias("asked")
    )
    rows = rows.with_columns(
        pl.when(pl.col("asked").max().over(group) == ZERO).then(ONE).otherwise("asked").alias("weight")
    )
    rows = rows.with_columns(pl.col("weight").sum().over(group).alias("weights"), pl.len().over(group).alias("members"))
    whole = pl.col("pool") * pl.col("weight")
    rows = rows.with_columns(cut(whole / pl.col("weights")).alias("floor"))
    rows = rows.with_columns((whole - pl.col("floor") * pl.col("weights")).alias("rest"))
    over = ((pl.col("pool") - pl.col("floor").sum().over(group)) / CENT).cast(pl.Int64)
    place = pl.struct(-pl.col("rest"), pl.col("participant")).rank("ordinal").over(group).cast(pl.Int64)
    rows = rows.with_columns(over.alias("over"), place.alias("place"))
    part = pl.col("floor") + pl.when(pl.col("place") <= pl.col("over")).then(CENT).otherwise(ZERO)
    rows = rows.with_columns(part.alias("part"))
    steps = {name: pl.col(name) for name in ("table_result", "capped", "part")}
    trace = ["region", "region_sales", "pool", "weight", "weights", "members", "floor", "rest", "over", "place"]
    return named(rows, out, "pool", "POOL", steps, none=pl.col("region_sales") == ZERO, trace=trace)


def contest(grid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """Three prizes in each region and month; who ties shares them, the odd cents to the first."""
    prizes = pl.Series(["0", "500", "800", "950"]).cast(D)  # added up
    entered = pl.col("sales") >= dec("2000")
    who = grid.filter(entered)
    group = ["region", "month"]
    who = who.with_columns(pl.col("sales").rank("min", descending=True).over(group).alias("place"))
    who = who.with_columns(
        pl.len().over(*group, "place").alias("tied"),
        pl.col("participant").rank("ordinal").over(*group, "place").cast(D).alias("nth"),
    )
    upto = pl.min_horizontal(pl.col("place") + pl.col("tied") - 1, pl.lit(3)).cast(pl.UInt32)
    before = pl.min_horizontal(pl.col("place") - 1, pl.lit(3)).cast(pl.UInt32)
    who = who.with_columns(
        (pl.lit(prizes).gather(upto) - pl.lit(prizes).gather(before)).alias("prizes"), pl.col("tied").cast(D)
    )
    least = cut(pl.col("prizes") / pl.col("tied"))
    odd = pl.col("nth") * CENT <= pl.col("prizes") - least * pl.col("tied")
    who = who.with_columns((least + pl.when(odd).then(CENT).otherwise(ZERO)).alias("prize"))
    rows = grid.join(who.select(*KEYS, "place", "tied", "prizes", "prize"), on=KEYS, how="left", maintain_order="left")
    steps = {"prize": pl.col("prize").fill_null(ZERO)}
    trace = ["region", "sales", "place", "tied", "prizes"]
    return named(rows, out, "contest", "PRIZE", steps, none=pl.lit(False), trace=trace)

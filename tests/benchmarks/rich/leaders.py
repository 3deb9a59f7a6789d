"""The three components of those above, by hand."""

from pathlib import Path

import polars as pl

from tests.benchmarks.rich.people import gridded, quartered
from tests.benchmarks.rich.words import KEYS, LEADERS, ONE, ZERO, dec, named, rounded, summed, write


def leaders(people: pl.DataFrame, parts: pl.DataFrame, team: pl.DataFrame, out: Path) -> list[pl.DataFrame]:
    """The three components of those above."""
    rate = pl.when(pl.col("level") == 1).then(dec("0.01")).otherwise(dec("0.0025"))
    by = pl.when(pl.col("product") == "licence").then(dec("1.5")).otherwise(ONE)
    credits = team.lazy().select("order_id", *KEYS, "id", "amount", "level", rate.alias("rate"), by.alias("by"))
    credits = credits.with_columns((pl.col("amount") * pl.col("rate")).alias("table_result"))
    pays = credits.with_columns((pl.col("table_result") * pl.col("by")).alias("pay")).collect()
    write(pays.drop("id"), out, "credit_pay_override")
    sums = pays.group_by("id", "month").agg(
        pl.col("participant").first(), pl.col("amount").sum().alias("sales"), pl.len().cast(pl.Int64).alias("credits"),
        pl.col("table_result", "pay").sum(),
    )  # fmt: skip
    names = ["sales", "table_result", "pay"]
    grid = summed(gridded(people, LEADERS, parts), sums.drop("id"), names)
    grid = grid.with_columns(
        pl.col("sales").cum_sum().over("participant").alias("sales_ytd"),
        pl.col("target").cum_sum().over("participant").alias("target_ytd"),
    )
    quarters = quartered(grid, names)
    write(grid.select(*KEYS, "segment", "sales", "sales_ytd", "target", "target_ytd"), out, "measures_leaders")
    write(quarters.select("participant", "quarter", "segment", "sales", "target"), out, "measures_leaders_quarters")
    steps = {"table_result": pl.col("table_result"), "multiplied": pl.col("pay"), "rounded": rounded(pl.col("pay"))}
    override = named(grid, out, "override", "OVER", steps, none=pl.col("credits").is_null(), trace=["sales", "credits"])
    return [curve(quarters, out), growth(grid, out), override]


def growth(grid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """The rate reached on everything since January, less what was earned a month before."""
    sales, target = pl.col("sales_ytd"), pl.col("target_ytd")
    rate = (
        pl.when(sales >= dec("1.2") * target).then(dec("0.004")).when(sales >= target).then(dec("0.003"))
        .when(sales >= dec("0.9") * target).then(dec("0.002")).otherwise(dec("0.001"))
    )  # fmt: skip
    rows = grid.with_columns(rate.alias("rate"), (sales / target).alias("attainment"))
    rows = rows.with_columns((sales * pl.col("rate")).alias("to_date"))
    rows = rows.with_columns(
        (pl.col("to_date") - pl.col("to_date").shift().over("participant").fill_null(ZERO)).alias("new")
    )
    steps = {"to_date": pl.col("to_date"), "new": pl.col("new"), "rounded": rounded(pl.col("new"))}
    trace = ["sales_ytd", "target_ytd", "attainment", "rate"]
    return named(rows, out, "growth", "COMM", steps, none=sales == ZERO, trace=trace)


def curve(quarters: pl.DataFrame, out: Path) -> pl.DataFrame:
    """On the line through 80 %, 100 % and 130 % of the quarter's target; a director's bonus is greater."""
    sales, target = pl.col("sales"), pl.col("target")
    full = pl.when(pl.col("title") == "Director").then(dec("5000")).otherwise(dec("2000"))
    rows = quarters.with_columns(
        full.alias("full"), *((dec(f"{share / 100}") * target).alias(f"at_{share}") for share in (80, 100, 130))
    )
    full, twice = pl.col("full"), dec("2") * pl.col("full")
    first = full * (sales - pl.col("at_80")) / (pl.col("at_100") - pl.col("at_80"))
    second = full + (twice - full) * (sales - pl.col("at_100")) / (pl.col("at_130") - pl.col("at_100"))
    amount = (
        pl.when(sales >= pl.col("at_130")).then(twice).when(sales >= pl.col("at_100")).then(second)
        .when(sales >= pl.col("at_80")).then(first).otherwise(ZERO)
    )  # fmt: skip
    rows = rows.with_columns(amount.alias("amount"), (sales / target).alias("attainment"))
    steps = {"table_result": pl.col("amount"), "rounded": rounded(pl.col("amount"))}
    return named(
        rows, out, "curve", "BONUS", steps, none=sales == ZERO, trace=["sales", "target", "attainment", "full"]
    )

"""What each order of the rich plan is worth, and whom it credits, by hand."""

from pathlib import Path

import polars as pl

from tests.benchmarks.rich.words import FIRST, LAST, D, dec, rounded, write


def exchanged(data: Path) -> pl.DataFrame:
    """Orders with their values in dollars, at the last rate of the day or before."""
    rates = pl.read_parquet(data / "rates.parquet").select("start", pl.col("rate").cast(D)).sort("start")
    days = pl.select(pl.date_range(FIRST, LAST).alias("day"))
    days = days.join_asof(rates, left_on="day", right_on="start", strategy="backward", coalesce=False)
    orders = pl.read_parquet(data / "orders/*.parquet").with_columns(pl.col("net", "cost", "units").cast(D))
    if not orders["order_id"].is_sorted():
        orders = orders.sort("order_id")
    nth = pl.col("day").dt.ordinal_day().cast(pl.UInt32)
    euro = pl.col("currency") == "EUR"
    at = pl.lit(days["rate"]).gather(nth - 1)
    valued = orders.lazy().with_columns(
        nth.alias("nth"), pl.col("day").dt.month().alias("month"), (pl.col("kind") != "test").alias("counts"),
        pl.when(euro).then(at).alias("rate"), pl.when(euro).then(pl.lit(days["start"]).gather(nth - 1)).alias("rate_since"),
        (pl.col("net") - pl.col("cost")).alias("margin_in"),
    )  # fmt: skip
    home = pl.col("rate").is_null()
    return valued.with_columns(
        (pl.col("counts") & (pl.col("product") != "service")).alias("has_margin"),
        pl.when(home).then("net").otherwise(rounded(pl.col("net") * pl.col("rate"))).alias("value"),
        pl.when(home).then("margin_in").otherwise(rounded(pl.col("margin_in") * pl.col("rate"))).alias("margin_value"),
    ).with_row_index("row").collect()  # fmt: skip


def placed(orders: pl.DataFrame, chain: pl.DataFrame) -> pl.DataFrame:
    """Each order with the seller's place and those above on its day."""
    found = orders.lazy().drop("rate", "rate_since", "margin_in", "net", "cost").sort("nth").join_asof(
        chain.lazy(), left_on="day", right_on="since", by_left="seller", by_right="participant", coalesce=False,
        check_sortedness=False,
    )  # fmt: skip
    return found.sort("row").collect()


def states(told: pl.DataFrame, out: Path) -> pl.DataFrame:
    """Where each order ended by each rule; the credits of the sellers' rules."""
    rules = {
        "sales": pl.col("counts"),
        "margin": pl.col("has_margin"),
        "gadgets": (pl.col("product") == "gadget") & (pl.col("kind") == "sale") & pl.col("month").is_in([5, 6]),
    }
    sells, leads = pl.col("sells").fill_null(False), pl.col("leads").fill_null(False)
    nobody = pl.when(pl.col("seller").is_null()).then(pl.lit("no_participant"))
    state = pl.when(sells).then(pl.lit("credited")).when(leads).then(pl.lit("excluded")).otherwise(pl.lit("unassigned"))
    why = (
        pl.when(sells).then(pl.lit("")).when(leads).then(pl.lit("on_another_plan"))
        .otherwise(nobody.otherwise(pl.lit("not_on_plan")))
    )  # fmt: skip
    some = pl.col("credited_1").is_not_null() | pl.col("credited_2").is_not_null()
    above = nobody.when(some).then(pl.lit("")).otherwise(pl.lit("no_manager"))
    team = (
        pl.when(pl.col("seller").is_null()).then(pl.lit("unassigned"))
        .when(some).then(pl.lit("credited")).otherwise(pl.lit("excluded"))
    )  # fmt: skip
    told = told.with_columns(
        state.alias("state"), why.alias("because"), team.alias("team_state"), above.alias("team_because"),
        sells.alias("credited"), rules["gadgets"].alias("is_gadget"),
    )  # fmt: skip
    shown = [
        column
        for name, fits in {**rules, "gadgets": pl.col("is_gadget")}.items()
        for column in (
            pl.when(fits).then("state").otherwise(pl.lit("unmatched")).alias(name),
            pl.when(fits).then("because").otherwise(pl.lit("where")).alias(f"{name}_because"),
        )
    ]
    counts = pl.col("counts")
    best = (
        pl.when(~counts & ~pl.col("is_gadget")).then(pl.lit("unmatched"))
        .when((pl.col("state") == "unassigned") | (pl.col("team_state") == "unassigned")).then(pl.lit("unassigned"))
        .when((pl.col("state") == "credited") | (pl.col("team_state") == "credited")).then(pl.lit("credited"))
        .otherwise(pl.lit("excluded"))
    )  # fmt: skip
    write(told.select(
        "order_id", *shown, pl.when(counts).then("team_state").otherwise(pl.lit("unmatched")).alias("team"),
        pl.when(counts).then("team_because").otherwise(pl.lit("where")).alias("team_because"), best.alias("state"),
    ), out, "states")  # fmt: skip
    told = told.filter("counts")
    who, segment = (
        pl.col("seller").fill_null("").alias("participant"),
        pl.when("sells").then("segment_0").alias("segment"),
    )
    key = ["order_id", who, "day", "state", "because", segment]
    margin = told.filter("has_margin").select(*key, pl.col("margin_value").alias("amount"))
    write(margin, out, "credits_margin")
    write(told.filter("is_gadget").select(*key, pl.col("units").alias("amount")), out, "credits_gadgets")
    lost = (pl.col("state") == "unassigned") & (pl.col("month") == 12)
    write(told.filter(lost).select("order_id", "seller", "because", "value"), out, "exceptions")
    told = kicked(told)
    write(told.select(
        *key, pl.col("value").alias("amount"), "product", "discount", "kicker", "kicker_product", "kicker_discount",
        "kicker_line",
    ), out, "credits_sales")  # fmt: skip
    return told


def kicked(told: pl.DataFrame) -> pl.DataFrame:
    """The factor of each sale by product and discount, with the row of the table that says so."""
    off, product = pl.col("discount"), pl.col("product")
    line = (
        pl.when(product == "licence").then(pl.when(off >= dec("0.25")).then(3).when(off >= dec("0.1")).then(2).otherwise(1))
        .when(product == "service").then(4)
        .otherwise(pl.when(off >= dec("0.2")).then(6).otherwise(5))
    )  # fmt: skip
    rows = pl.DataFrame({
        "kicker": pl.Series(["1.2", "1.1", "0.8", "0.6", "1", "0.9"]).cast(D),
        "product": ["licence"] * 3 + ["service"] + ["else"] * 2,
        "discount": pl.Series(["0", "0.1", "0.25", "0", "0", "0.2"]).cast(D),
    })  # fmt: skip
    told = told.with_columns(line.cast(pl.UInt32).alias("kicker_line"))
    at = pl.col("kicker_line") - 1
    return told.with_columns(
        pl.lit(rows["kicker"]).gather(at).alias("kicker"), pl.lit(rows["product"]).gather(at).alias("kicker_product"),
        pl.lit(rows["discount"]).gather(at).alias("kicker_discount"),
    )  # fmt: skip


def led(told: pl.DataFrame, out: Path) -> pl.DataFrame:
    """The credits of those above: one for each level."""
    levels = pl.col("credited_1").is_not_null().cast(pl.Int64) + pl.col("credited_2").is_not_null().cast(pl.Int64)
    chain = ["order_id", pl.col("seller").fill_null("").alias("participant"), "day", pl.col("value").alias("amount"), "manager_0",
             "manager_1", levels.alias("levels"), pl.col("team_because").alias("because")]  # fmt: skip
    write(told.select(chain), out, "shares_team")
    key = ["row", "order_id", "seller", "day", "month", "product", pl.col("value").alias("amount")]
    parts = [
        told.filter(pl.col(f"credited_{level}").is_not_null()).select(
            *key, pl.col(f"credited_{level}").alias("participant"), pl.col(f"id_{level}").alias("id"),
            pl.lit(level, pl.Int8).alias("level"), pl.col(f"segment_{level}").alias("segment"),
            pl.lit("credited").alias("state"), pl.lit("").alias("because"),
        )
        for level in (1, 2)
    ]  # fmt: skip
    lost = told.filter(pl.col("team_state") != "credited").select(
        *key, pl.lit("").alias("participant"), pl.lit(0, pl.UInt32).alias("id"),
        pl.lit(0, pl.Int8).alias("level"), pl.lit(None, pl.Date).alias("segment"), pl.col("team_state").alias("state"),
        pl.col("team_because").alias("because"),
    )  # fmt: skip
    rows = pl.concat([*parts, lost])
    order = (pl.col("row").cast(pl.UInt64) * 2**32 + pl.col("id")).arg_sort()
    rows = rows.select(pl.all().gather(order))
    write(rows.drop("row", "id"), out, "credits_team")
    return rows.filter(pl.col("level") > 0)

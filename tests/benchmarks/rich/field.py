"""The seven components of those who sell, by hand."""

from pathlib import Path

import polars as pl

from tests.benchmarks.rich.people import gridded, quartered
from tests.benchmarks.rich.regions import contest, pool
from tests.benchmarks.rich.words import FIELD, KEYS, ZERO, D, dec, named, rounded, summed, write

SHARES = {"half": "0.5", "quota": "1", "more": "1.5"}
TIERS = [("", "half", "0.04"), ("half", "quota", "0.06"), ("quota", "more", "0.09"), ("more", "", "0.12")]


def field(people: pl.DataFrame, parts: pl.DataFrame, paid: pl.DataFrame, data: Path, out: Path) -> list[pl.DataFrame]:
    """The seven components of those who sell."""
    sums = paid.group_by("id_0", "month").agg(
        pl.col("seller").first().alias("participant"), pl.col("value").sum().alias("sales"),
        pl.len().cast(pl.Int64).alias("deals"),
        (pl.col("value") < ZERO).sum().cast(pl.Int64).alias("returns"),
        pl.when("has_margin").then("margin_value").sum().alias("margin"),
    )  # fmt: skip
    names = ["sales", "deals", "returns", "margin"]
    grid = summed(gridded(people, FIELD, parts), sums.drop("id_0"), names)
    grid = grid.with_columns(pl.col("sales").cum_sum().over("participant").alias("sales_ytd"))
    quarters = quartered(grid, names)
    write(grid.select(*KEYS, "segment", *names, "sales_ytd", "target"), out, "measures_field")
    write(quarters.select("participant", "quarter", "segment", *names, "target"), out, "measures_field_quarters")
    return [
        activity(grid, out), commission(grid, paid, out), contest(grid, out), pool(grid, out), profit(grid, out),
        quarterly(quarters, out), spiff(grid, paid, budget(data), out),
    ]  # fmt: skip


def commission(grid: pl.DataFrame, paid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """Each sale where it falls in the running total, by tiers that are shares of the year's target, times the kicker."""
    rows = bounded(grid, running(paid))
    rows = rows.lazy().with_columns(
        lying(side, low, high).alias(f"{side}_{tier}")
        for tier, (low, high, _) in enumerate(TIERS) for side in ("before", "after")
    ).with_columns(
        (pl.col(f"after_{tier}") * dec(rate) - pl.col(f"before_{tier}") * dec(rate)).alias(f"pay_{tier}")
        for tier, (_, _, rate) in enumerate(TIERS)
    ).collect()  # fmt: skip
    slices = [
        rows.lazy().filter((pl.col(f"after_{tier}") != ZERO) | (pl.col(f"before_{tier}") != ZERO)).select(
            "row", "order_id", *KEYS, pl.lit(tier + 1, pl.Int8).alias("tier"),
            (pl.col(low) if low else pl.lit(None, D)).alias("lower"),
            (pl.col(high) if high else pl.lit(None, D)).alias("upper"),
            pl.col(f"before_{tier}").alias("before"), pl.col(f"after_{tier}").alias("after"),
            dec(rate).alias("rate"), pl.col(f"pay_{tier}").alias("pay"),
        )
        for tier, (low, high, rate) in enumerate(TIERS)
    ]  # fmt: skip
    write(pl.concat(slices).sort("row", "tier").drop("row").collect(), out, "slices_commission")
    pays = rows.lazy().select(
        "order_id", *KEYS, "id_0", "before", "after", "target", (pl.col("after") / pl.col("target")).alias("attainment"),
        (pl.col("pay_0") + pl.col("pay_1") + pl.col("pay_2") + pl.col("pay_3")).alias("table_result"), "kicker",
    ).with_columns((pl.col("table_result") * pl.col("kicker")).alias("pay")).collect()  # fmt: skip
    write(pays.drop("id_0"), out, "credit_pay_commission")
    sums = pays.group_by("id_0", "month").agg(pl.col("participant").first(), pl.col("table_result", "pay").sum())
    found = summed(grid, sums.drop("id_0"), ["table_result", "pay"])
    steps = {"table_result": pl.col("table_result"), "multiplied": pl.col("pay"), "rounded": rounded(pl.col("pay"))}
    return named(found, out, "commission", "COMM", steps, none=pl.col("sales") == ZERO)


def running(paid: pl.DataFrame) -> pl.DataFrame:
    """The sales with each seller's total before and after, in the order of days and orders."""
    order = paid.select(((pl.col("id_0") * 400 + pl.col("nth")).cast(pl.UInt64) * 2**32 + pl.col("row")).arg_sort())
    after = paid.select(pl.col("value", "id_0").gather(order.to_series())).select(
        pl.col("value").cum_sum().over("id_0")
    )
    back = order.select(pl.all().arg_sort()).to_series()
    return paid.select(
        "row", "order_id", pl.col("seller").alias("participant"), "month", "id_0", "kicker",
        after.to_series().gather(back).alias("after"), "value",
    ).with_columns((pl.col("after") - pl.col("value")).alias("before"))  # fmt: skip


def bounded(grid: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Sales with the bounds of their seller: shares of the whole year's target."""
    whole = grid.group_by("participant").agg(pl.col("target").sum())
    whole = whole.with_columns((dec(share) * pl.col("target")).alias(low) for low, share in SHARES.items())
    ids = rows.group_by("id_0").agg(pl.col("participant").first()).join(whole, on="participant").drop("participant")
    return rows.join(ids, on="id_0", how="left", maintain_order="left")


def lying(value: str, low: str, high: str) -> pl.Expr:
    """How much of [0, value] lies between two bounds; below the lowest the first tier goes on."""
    capped = pl.min_horizontal(value, high) if high else pl.col(value)
    return pl.max_horizontal(capped, low) - pl.col(low) if low else capped


def profit(grid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """A share of the margin; what lies outside 0 to 150 goes into the next month of the quarter."""
    same = (pl.col("participant") == pl.col("participant").shift(-1)) & (
        pl.col("quarter") == pl.col("quarter").shift(-1)
    )
    rows = grid.with_columns(
        (pl.col("margin") * dec("0.075")).alias("table_result"), (~same).fill_null(True).alias("last"),
        ZERO.alias("brought"),
    )  # fmt: skip
    due = pl.col("table_result") + pl.col("brought")
    kept = pl.max_horizontal(pl.min_horizontal(due, dec("150")), ZERO)
    paid = pl.when("last").then(pl.max_horizontal(due, ZERO)).otherwise(kept)
    goes_on = ~pl.col("last").shift().fill_null(True)
    for _ in range(2):
        rows = rows.with_columns((due - paid).alias("carried"))
        rows = rows.with_columns(pl.when(goes_on).then(pl.col("carried").shift()).otherwise(ZERO).alias("brought"))
    rows = rows.with_columns(due.alias("due"), paid.alias("kept"), (due - paid).alias("carried"))
    steps = {"table_result": pl.col("table_result"), "kept": pl.col("kept"), "rounded": rounded(pl.col("kept"))}
    trace = ["margin", "last", "brought", "due", "carried"]
    return named(rows, out, "profit", "COMM", steps, none=pl.col("margin") == ZERO, trace=trace)


def quarterly(quarters: pl.DataFrame, out: Path) -> pl.DataFrame:
    """An amount by attainment of the quarter, if there are enough deals without too many returns, or a great margin."""
    sales, target = pl.col("sales"), pl.col("target")
    amount = (
        pl.when(sales >= dec("1.25") * target).then(dec("1500")).when(sales >= target).then(dec("750"))
        .when(sales >= dec("0.8") * target).then(dec("300")).otherwise(ZERO)
    )  # fmt: skip
    days = pl.lit(pl.Series(["90", "91", "92", "92"]).cast(D)).gather(pl.col("quarter").cast(pl.UInt32) - 1)
    gate = ((pl.col("deals") >= 12) & (pl.col("returns") <= 3)) | (pl.col("margin") >= dec("4000"))
    rows = quarters.with_columns(amount.alias("amount"), (sales / target).alias("attainment"), gate.alias("met"))
    paid = pl.when("met").then(pl.col("amount")).otherwise(ZERO)
    part = paid * pl.col("days") / days
    steps = {"table_result": pl.col("amount"), "gated": paid, "prorated": part, "rounded": rounded(part)}
    trace = ["sales", "target", "attainment", "deals", "returns", "margin", "days", "met"]
    return named(rows, out, "quarterly", "BONUS", steps, none=sales == ZERO, gate=pl.col("met"), trace=trace)


def activity(grid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """An amount by the number of deals, if the month's sales reach 1,500; at most 600 a year."""
    deals = pl.col("deals")
    amount = (
        pl.when(deals >= 15).then(dec("250")).when(deals >= 10).then(dec("120"))
        .when(deals >= 6).then(dec("50")).otherwise(ZERO)
    )  # fmt: skip
    gate = pl.col("sales") >= dec("1500")
    rows = grid.with_columns(amount.alias("amount"), gate.alias("met"))
    rows = rows.with_columns(pl.when("met").then(pl.col("amount")).otherwise(ZERO).alias("gated"))
    left = limited(pl.col("gated").cum_sum(), dec("600")).over("participant")
    rows = rows.with_columns(left.alias("left"))
    rows = rows.with_columns(
        (pl.col("left") - pl.col("left").shift().over("participant").fill_null(ZERO)).alias("limited")
    )
    steps = {name: pl.col(name) for name in ("amount", "gated", "limited")} | {"rounded": rounded(pl.col("limited"))}
    trace = ["deals", "sales", "met", "left"]
    return named(rows, out, "activity", "BONUS", steps, none=deals == 0, gate=pl.col("met"), trace=trace)


def limited(total: pl.Expr, limit: pl.Expr) -> pl.Expr:
    """What min(what was left + amount, limit) comes to, row by row, of running totals."""
    return total - pl.max_horizontal((total - limit).cum_max(), ZERO)


def spiff(grid: pl.DataFrame, paid: pl.DataFrame, at: pl.Expr, out: Path) -> pl.DataFrame:
    """2.50 for each gadget of two months, in the order of the sales, while the budget lasts."""
    rows = paid.filter("is_gadget").sort("nth", "row").select(
        "row", "order_id", pl.col("seller").alias("participant"), "month", "units",
        (pl.col("units") * dec("2.5")).alias("table_result"),
    )  # fmt: skip
    rows = rows.with_columns(limited(pl.col("table_result").cum_sum(), at).alias("left"))
    before = pl.col("left").shift().fill_null(ZERO)
    rows = rows.with_columns(before.alias("before"), (pl.col("left") - before).alias("pay")).sort("row").drop("row")
    write(rows, out, "credit_pay_spiff")
    sums = rows.group_by(KEYS).agg(pl.col("table_result", "pay").sum(), pl.len().cast(pl.Int64).alias("credits"))
    found = summed(grid, sums, ["table_result", "pay"])
    steps = {"table_result": pl.col("table_result"), "budget": pl.col("pay"), "rounded": rounded(pl.col("pay"))}
    return named(found, out, "spiff", "SPIFF", steps, none=pl.col("credits").is_null(), trace=["credits"])


def budget(data: Path) -> pl.Expr:
    """The plan's budget: a twentieth of a dollar and more for each order that there is."""
    return dec(str(max(pl.scan_parquet(data / "orders/*.parquet").select(pl.len()).collect().item() * 18 // 100, 1)))

"""The same plan as a script that somebody would write by hand, as fast as can be: it knows nothing of the engine.

In: the folder of data. Out as Parquet, each in the order of its key: states and credits with the reason, measures, slices, what
each credit is paid with its running total, earnings with every step, payouts, and the credits that nobody got. It checks nothing,
says nothing about a bad row, proves nothing, and every change of plan is a change of code: the price of those is the ratio.
"""

import sys
from decimal import Decimal
from pathlib import Path

import polars as pl

D = pl.Decimal(38, 12)
KEYS = ["participant", "segment", "month"]
ZERO = pl.lit(Decimal(0), D)


def dec(text: str) -> pl.Expr:
    return pl.lit(Decimal(text), D)


def cut(value: pl.Expr, low: str, high: str | None) -> pl.Expr:
    """How much of [0, value] lies between two bounds; below the lowest the first tier goes on."""
    capped = value if high is None else pl.min_horizontal(value, dec(high))
    return capped if low == "" else pl.max_horizontal(capped, dec(low)) - dec(low)


def tiers(bounds: list[str], rates: list[str]) -> list[tuple[str, str | None, str]]:
    """(lower or "", upper or None, rate) of each tier."""
    lows, highs = ["", *bounds[1:]], [*bounds[1:], None]
    return list(zip(lows, highs, rates, strict=True))


MONTHLY = tiers(["0", "2000", "5000"], ["0.01", "0.02", "0.03"])
RUNNING = tiers(["0", "10000", "30000"], ["0.005", "0.01", "0.015"])


def write(frame: pl.DataFrame, out: Path, name: str) -> None:
    frame.write_parquet(out / f"{name}.parquet", compression="lz4", statistics=False)


def rounded(value: pl.Expr) -> pl.Expr:
    return value.round(2, mode="half_away_from_zero")


def main(data: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    people = pl.read_parquet(data / "people.parquet").with_columns(pl.col("end").fill_null(pl.date(9999, 12, 31)))
    people = people.with_columns(
        pl.max_horizontal("start", pl.date(2026, 1, 1)).alias("segment"),
        pl.min_horizontal("end", pl.date(2026, 12, 31)).alias("until"),
        pl.col("own_rate").cast(D),
    )
    stints = people.select("participant", "segment", "until").sort("segment")
    orders = pl.read_parquet(data / "orders/*.parquet").with_columns(pl.col("net").cast(D))
    credits = placed(orders, stints)
    states = (
        orders.select("order_id", "kind")
        .join(credits.select("order_id", "state", "because"), on="order_id", how="left", maintain_order="left")
        .select("order_id", pl.col("state").fill_null("unmatched"), pl.col("because").fill_null("where"))
    )
    write(states.sort("order_id") if not states["order_id"].is_sorted() else states, out, "states")
    write(credits, out, "credits")
    due = pl.col("day").is_between(pl.date(2026, 12, 1), pl.date(2026, 12, 31))
    write(credits.filter((pl.col("state") == "unassigned") & due), out, "exceptions")
    paid = credits.filter(pl.col("state") == "credited").with_columns(pl.col("day").dt.month().alias("month"))
    grid = measured(gridded(stints), paid)
    write(grid.select(*KEYS, "sales", "sales_ytd", "deals"), out, "measures")
    earned = pl.concat([
        activity(grid, out), commission(grid, out), deals(grid, paid, out), growth(grid, quotas(data), out),
        spiff(grid, people, out),
    ])  # fmt: skip
    write(earned, out, "earnings")
    write(payouts(earned, people), out, "payouts")


def placed(orders: pl.DataFrame, stints: pl.DataFrame) -> pl.DataFrame:
    """Credits with their segment and state."""
    kept = orders.lazy().filter(pl.col("kind") != "test").sort("day")
    found = kept.join_asof(
        stints.lazy().sort("segment"), left_on="day", right_on="segment", by_left="seller", by_right="participant",
        coalesce=False, check_sortedness=False,
    )  # fmt: skip
    on_plan = pl.col("segment").is_not_null() & (pl.col("day") <= pl.col("until"))
    why = pl.when(pl.col("seller").is_null()).then(pl.lit("no_participant")).otherwise(pl.lit("not_on_plan"))
    return found.select(
        "order_id", pl.col("seller").alias("participant"), "day", "kind", pl.col("net").alias("amount"), "segment",
        pl.when(on_plan).then(pl.lit("credited")).otherwise(pl.lit("unassigned")).alias("state"),
        pl.when(on_plan).then(pl.lit("")).otherwise(why).alias("because"),
    ).sort("order_id").collect()  # fmt: skip


def gridded(stints: pl.DataFrame) -> pl.DataFrame:
    """A row per participant, segment and month."""
    first = pl.date_ranges(pl.date(2026, 1, 1), pl.date(2026, 12, 31), "1mo")
    months = pl.select(first.alias("from")).explode("from").with_columns(pl.col("from").dt.month_end().alias("to"))
    pairs = stints.join(months, how="cross").filter(
        (pl.col("segment") <= pl.col("to")) & (pl.col("from") <= pl.col("until"))
    )
    days = pl.min_horizontal("to", "until") - pl.max_horizontal("from", "segment")
    return pairs.with_columns(
        pl.col("from").dt.month().alias("month"),
        (days.dt.total_days() + 1).cast(D).alias("days"),
        ((pl.col("to") - pl.col("from")).dt.total_days() + 1).cast(D).alias("all_days"),
    ).sort("participant", "segment", "month")


def measured(grid: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """The grid with the month's sales and deals, and sales since the segment began."""
    sums = paid.group_by(KEYS).agg(pl.col("amount").sum().alias("sales"), pl.len().alias("deals"))
    rows = grid.join(sums, on=KEYS, how="left", maintain_order="left").with_columns(
        pl.col("sales").fill_null(ZERO), pl.col("deals").fill_null(0).cast(pl.Int64)
    )
    return rows.with_columns(pl.col("sales").cum_sum().over("participant", "segment").alias("sales_ytd"))


def named(
    rows: pl.DataFrame, name: str, code: str, base: pl.Expr, amounts: list[pl.Expr], gate: pl.Expr | None = None
) -> pl.DataFrame:
    """Earnings of one component: what the table gives, then the amount after each step, and why it is zero."""
    steps = [*amounts, *[pl.lit(None, D)] * (3 - len(amounts))]
    rows = rows.select(
        pl.lit(name).alias("component"), pl.lit(code).alias("code"), *KEYS, "from",
        *(amount.alias(step) for amount, step in zip(steps, ("table_result", "step_1", "step_2"), strict=True)),
        amounts[-1].alias("earning"), (base == ZERO).alias("none"),
        (pl.lit(False) if gate is None else ~gate).alias("failed"),
    )  # fmt: skip
    why = (
        pl.when(pl.col("earning") != ZERO).then(pl.lit("")).when("failed").then(pl.lit("gate"))
        .when("none").then(pl.lit("no_credits")).when(pl.col("table_result") == ZERO).then(pl.lit("table"))
        .otherwise(pl.lit("modifiers"))
    )  # fmt: skip
    return rows.with_columns(why.alias("cause")).drop("none", "failed")


def commission(grid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """Marginal tiers of the month."""
    lengths = [cut(pl.col("sales"), low, high).alias(f"length_{i}") for i, (low, high, _) in enumerate(MONTHLY)]
    rows = grid.select(*KEYS, "from", "sales").with_columns(lengths)
    rows = rows.with_columns((pl.col(f"length_{i}") * dec(r)).alias(f"pay_{i}") for i, (_, _, r) in enumerate(MONTHLY))
    slices = [
        rows.filter(pl.col(f"length_{i}") != ZERO).select(
            *KEYS, pl.lit(i + 1).alias("tier"), pl.col(f"length_{i}").alias("length"), dec(rate).alias("rate"),
            pl.col(f"pay_{i}").alias("pay"),
        )
        for i, (_, _, rate) in enumerate(MONTHLY)
    ]  # fmt: skip
    write(pl.concat(slices).sort(*KEYS, "tier"), out, "slices_commission")
    total = pl.col("pay_0") + pl.col("pay_1") + pl.col("pay_2")
    return named(rows, "commission", "COMM", pl.col("sales"), [total, rounded(total)])


def quotas(data: Path) -> pl.DataFrame:
    """The year's target over twelve months, so that the parts telescope."""
    given = pl.read_parquet(data / "quotas.parquet").with_columns(pl.col("amount").cast(D))
    months = pl.DataFrame({"month": pl.Series(range(1, 13), dtype=pl.Int8)})
    index = pl.col("month").cast(D)
    twelve = dec("12")
    upto = pl.col("amount") * index / twelve
    before = pl.col("amount") * (index - dec("1")) / twelve
    return given.join(months, how="cross").select("participant", "month", (upto - before).alias("part"))


def growth(grid: pl.DataFrame, parts: pl.DataFrame, out: Path) -> pl.DataFrame:
    """Whole rate on everything since January by attainment, less what was earned a month before."""
    rows = grid.join(parts, on=["participant", "month"], how="left", maintain_order="left")
    rows = rows.with_columns((pl.col("part") * pl.col("days") / pl.col("all_days")).alias("own"))
    rows = rows.with_columns(pl.col("own").cum_sum().over("participant", "segment").alias("target"))
    sales, target = pl.col("sales_ytd"), pl.col("target")
    rate = (
        pl.when(sales >= dec("1.3") * target).then(dec("0.018"))
        .when(sales >= target).then(dec("0.014"))
        .when(sales >= dec("0.8") * target).then(dec("0.008"))
        .otherwise(dec("0.004"))
    )  # fmt: skip
    rows = rows.with_columns(rate.alias("rate"), (sales / target).alias("attainment"))
    rows = rows.with_columns((sales * pl.col("rate")).alias("pay"))
    write(rows.select(*KEYS, "target", "attainment", "rate", sales.alias("length"), "pay"), out, "slices_growth")
    earlier = pl.col("pay").shift(1).over("participant", "segment").fill_null(ZERO)
    rows = rows.with_columns((pl.col("pay") - earlier).alias("new"))
    return named(rows, "growth", "COMM", sales, [pl.col("pay"), pl.col("new"), rounded(pl.col("new"))])


def activity(grid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """An amount by the number of deals, if the month's sales reach 2,000."""
    deals = pl.col("deals")
    amount = (
        pl.when(deals >= 15).then(dec("250")).when(deals >= 10).then(dec("120"))
        .when(deals >= 6).then(dec("50")).otherwise(ZERO)
    )  # fmt: skip
    rows = grid.with_columns(amount.alias("amount"))
    write(rows.select(*KEYS, "deals", "amount"), out, "slices_activity")
    gate = pl.col("sales") >= dec("2000")
    paid = pl.when(gate).then(pl.col("amount")).otherwise(ZERO)
    return named(rows, "activity", "BONUS", deals.cast(D), [pl.col("amount"), paid, rounded(paid)], gate)


def deals(grid: pl.DataFrame, paid: pl.DataFrame, out: Path) -> pl.DataFrame:
    """Each credit where it falls in the year's running total, times 1.1 for renewals."""
    in_order = pl.col("amount").cum_sum().over("participant", "segment", order_by=["day", "order_id"])
    rows = paid.with_columns(in_order.alias("after"))
    rows = rows.with_columns((pl.col("after") - pl.col("amount")).alias("before"))
    lengths = [
        cut(pl.col(side), low, high).alias(f"{side}_{i}")
        for i, (low, high, _) in enumerate(RUNNING)
        for side in ("before", "after")
    ]
    rows = rows.with_columns(lengths).with_columns(
        (pl.col(f"after_{i}") * dec(rate) - pl.col(f"before_{i}") * dec(rate)).alias(f"pay_{i}")
        for i, (_, _, rate) in enumerate(RUNNING)
    )  # fmt: skip
    slices = [
        rows.filter((pl.col(f"after_{i}") != ZERO) | (pl.col(f"before_{i}") != ZERO)).select(
            "order_id", *KEYS, pl.lit(i + 1).alias("tier"), pl.col(f"before_{i}").alias("before"),
            pl.col(f"after_{i}").alias("after"), dec(rate).alias("rate"), pl.col(f"pay_{i}").alias("pay"),
        )
        for i, (_, _, rate) in enumerate(RUNNING)
    ]  # fmt: skip
    write(pl.concat(slices).sort("order_id", "tier"), out, "slices_deals")
    times = pl.when(pl.col("kind") == "renewal").then(dec("1.1")).otherwise(dec("1")).alias("times")
    table_result = (pl.col("pay_0") + pl.col("pay_1") + pl.col("pay_2")).alias("table_result")
    pays = rows.select("order_id", *KEYS, "before", "after", times, table_result)
    pays = pays.with_columns((pl.col("table_result") * pl.col("times")).alias("pay"))
    write(pays, out, "credit_pay")
    sums = pays.group_by(KEYS).agg(pl.col("table_result", "pay").sum())
    found = grid.select(*KEYS, "from", "sales").join(sums, on=KEYS, how="left", maintain_order="left")
    found = found.with_columns(pl.col("table_result", "pay").fill_null(ZERO))
    amounts = [pl.col("table_result"), pl.col("pay"), rounded(pl.col("pay"))]
    return named(found, "deals", "COMM", pl.col("sales"), amounts)


def spiff(grid: pl.DataFrame, people: pl.DataFrame, out: Path) -> pl.DataFrame:
    """The participant's own rate, or half a percent."""
    rates = people.select("participant", "segment", pl.col("own_rate").fill_null(dec("0.005")).alias("rate"))
    rows = grid.join(rates, on=["participant", "segment"], how="left", maintain_order="left")
    rows = rows.with_columns((pl.col("sales") * pl.col("rate")).alias("pay"))
    write(rows.select(*KEYS, "rate", pl.col("sales").alias("length"), "pay"), out, "slices_spiff")
    return named(rows, "spiff", "SPIFF", pl.col("sales"), [pl.col("pay"), rounded(pl.col("pay"))])


def payouts(earned: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """December's earnings by participant and earning code."""
    ids = people.group_by("participant").agg(pl.col("payroll_id").last())
    due = earned.filter(pl.col("month") == 12).group_by("participant", "code").agg(pl.col("earning").sum())
    return due.join(ids, on="participant").select(
        "participant", "payroll_id", "code", pl.col("earning").alias("amount")
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

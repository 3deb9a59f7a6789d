"""Who is where in the rich plan, by hand: the roster's days, who stands above whom, the grid with its targets."""

from pathlib import Path

import polars as pl

from tests.benchmarks.rich.words import FIELD, FIRST, KEYS, LAST, LEADERS, ONE, D, dec


def roster(people: pl.DataFrame) -> pl.DataFrame:
    """Its rows, each with the day since when the title is held in the year."""
    one = "participant"
    rows = people.sort(one, "start")
    goes_on = (pl.col("title") == pl.col("title").shift()) & (
        pl.col("start") == pl.col("end").shift() + pl.duration(days=1)
    )
    begun = pl.when((goes_on & (pl.col(one) == pl.col(one).shift())).fill_null(False)).then(None)
    rows = rows.with_columns(begun.otherwise(pl.max_horizontal("start", FIRST)).forward_fill().alias("segment"))
    return rows.select(one, "start", "end", "title", "manager", "segment")


def chains(people: pl.DataFrame) -> pl.DataFrame:
    """From each day on which something changes for a seller or above: the seller's row of the roster, and both managers'."""
    rows = roster(people)
    cuts = rows.select("participant", pl.col("start").alias("since"))
    for _ in range(2):
        above = cuts.select(pl.col("participant").alias("manager"), "since").unique()
        through = rows.filter(pl.col("manager").is_not_null()).select("participant", "manager")
        cuts = pl.concat([cuts, through.join(above, on="manager").select("participant", "since")]).unique()
    table = cuts.filter(pl.col("since") <= LAST).sort("since")
    for level, who in enumerate(("participant", "manager_0", "manager_1")):
        found = rows.select(pl.all().name.suffix(f"_{level}")).sort(f"start_{level}")
        table = table.join_asof(
            found, left_on="since", right_on=f"start_{level}", by_left=who, by_right=f"participant_{level}",
            coalesce=False, check_sortedness=False,
        )  # fmt: skip
        there = (pl.col("since") <= pl.col(f"end_{level}")).fill_null(False)
        held = [f"{name}_{level}" for name in ("title", "manager", "segment")]
        table = table.with_columns(
            there.alias(f"there_{level}"), *(pl.when(there).then(name).alias(name) for name in held)
        )
    ids = people["participant"].unique().sort()
    numbers = {f"id_{level}": who for level, who in enumerate(("participant", "credited_1", "credited_2"))}
    return table.select(
        "participant", "since", "there_0", "segment_0", "there_1", "segment_1", "segment_2",
        pl.col("title_0").is_in(FIELD).fill_null(False).alias("sells"),
        pl.col("title_0").is_in(LEADERS).fill_null(False).alias("leads"),
        pl.when(pl.col("title_1").is_in(LEADERS)).then("manager_0").alias("credited_1"),
        pl.when(pl.col("title_2").is_in(LEADERS)).then("manager_1").alias("credited_2"),
        "manager_0", "manager_1",
    ).with_columns(
        pl.col(who).cast(pl.Enum(ids)).to_physical().cast(pl.UInt32).alias(number) for number, who in numbers.items()
    ).sort("since")  # fmt: skip


def quotas(data: Path) -> pl.DataFrame:
    """The year's target over twelve months, so that the parts telescope."""
    given = pl.read_parquet(data / "quotas.parquet").with_columns(pl.col("amount").cast(D))
    months = pl.DataFrame({"month": pl.Series(range(1, 13), dtype=pl.Int8)})
    index, twelve = pl.col("month").cast(D), dec("12")
    upto = pl.col("amount") * index / twelve
    before = pl.col("amount") * (index - ONE) / twelve
    return given.join(months, how="cross").select("participant", "month", (upto - before).alias("part"))


def gridded(people: pl.DataFrame, titles: list[str], parts: pl.DataFrame) -> pl.DataFrame:
    """A row per participant and month: the days on the plan, the title and region on the last of them, the target."""
    held = roster(people).with_columns(people.sort("participant", "start")["region"])
    months = pl.select(pl.date_range(FIRST, LAST, "1mo").alias("from")).with_columns(
        pl.col("from").dt.month_end().alias("to")
    )
    rows = held.filter(pl.col("title").is_in(titles)).join(months, how="cross")
    days = (pl.min_horizontal("to", "end") - pl.max_horizontal("from", "start")).dt.total_days() + 1
    all_days = (pl.col("to") - pl.col("from")).dt.total_days() + 1
    rows = rows.with_columns(
        days.alias("days"), all_days.cast(D).alias("all_days"), pl.col("from").dt.month().alias("month")
    ).filter(pl.col("days") > 0)
    by_day = rows.sort("participant", "month", "start").group_by(KEYS, maintain_order=True)
    whole = by_day.agg(pl.col("segment", "title", "region", "all_days").last(), pl.col("days").sum().cast(D))
    return whole.join(parts, on=KEYS, how="left", maintain_order="left").with_columns(
        (pl.col("part") * pl.col("days") / pl.col("all_days")).alias("target"),
        ((pl.col("month") - 1) // 3 + 1).alias("quarter"),
    )  # fmt: skip


def quartered(grid: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The months of a quarter as one."""
    return grid.group_by("participant", "quarter", maintain_order=True).agg(
        pl.col("segment", "title").last(), pl.col("month").last(),
        pl.col("days", "target", *names).sum(), pl.len().alias("months"),
    )  # fmt: skip

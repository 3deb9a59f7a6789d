"""What the log says of rows without an exchange rate: which pair was wanted, for which day, and the last one that there is."""

from collections.abc import Mapping

import polars as pl

from engine.plan.resolved import Convert, Plan, Rule
from engine.record import collected, scanned

WANTED = "~wanted"


def with_wanted(tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of `matches` and their transactions, with `WANTED`: `EUR in USD for 2026-03-29, the last is of 2026-03-12`."""
    convert, p = rule.convert, f"{plan.name}.{rule.name}"
    if convert is None or rows.height == 0:
        return rows.with_columns(pl.lit(None, pl.String).alias(WANTED))
    rates = collected(scanned(tables, f"rates/{convert.source.name}"))
    if convert.rate_type is not None:
        rates = rates.filter(pl.col("rate_type") == convert.rate_type)
    said = [
        _leg(rows.with_row_index("~at"), convert, plan, p, leg, rates.select("from_currency", "to_currency", "start"))
        for leg in convert.legs
    ]
    told = pl.concat(said).group_by("~at").agg(pl.col(WANTED).unique().sort().str.join("; "))
    return rows.with_row_index("~at").join(told, on="~at", how="left", maintain_order="left").drop("~at")


def _leg(
    rows: pl.DataFrame, convert: Convert, plan: Plan, p: str, leg: tuple[str, str], rates: pl.DataFrame
) -> pl.DataFrame:
    """Of the rows that lack this rate, which it is; `~at` numbers them."""
    own = pl.lit(convert.currency, pl.String) if convert.currency_column is None else pl.col(convert.currency_column)
    sides = {"row": own, "plan": pl.lit(plan.currency), "third": pl.lit(convert.through, pl.String)}
    lacks = rows.filter((pl.col(f"{p}.because") == "no_exchange_rate") & pl.col(f"{p}.rate_to_{leg[1]}").is_null())
    asked = lacks.select(
        "~at", sides[leg[0]].alias("from_currency"), sides[leg[1]].alias("to_currency"), pl.col(convert.rate_date).alias("day")
    )  # fmt: skip
    found = asked.join(rates, on=["from_currency", "to_currency"]).filter(pl.col("start") <= pl.col("day"))
    last = found.group_by("~at").agg(pl.col("start").max())
    before = pl.when(pl.col("start").is_null()).then(pl.lit("there is none before")).otherwise(
        pl.format("the last is of {}", pl.col("start").cast(pl.String))
    )  # fmt: skip
    words = pl.format("{} in {} for {}, ", "from_currency", "to_currency", pl.col("day").cast(pl.String)) + before
    joined = asked.join(last, on="~at", how="left").join(lacks.select("~at", own.alias("~own")), on="~at")
    named = pl.when(pl.col("~own").is_null()).then(pl.lit("the row names no currency")).otherwise(words)
    return joined.select("~at", named.alias(WANTED)).unique()

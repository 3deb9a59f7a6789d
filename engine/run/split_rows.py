"""What the log says of splits that can't be followed: the rows of the assignment, and what each of them gives."""

from collections.abc import Mapping

import polars as pl

from engine.core.money import DIVISOR_LEAST
from engine.plan.resolved import Rule, Split
from engine.record import collected, scanned

AT_FAULT = ("shares_over_one", "assigned_twice", "bad_weight")
ASSIGNED = "~assigned"
SHOWN = 5
"""How many rows a message names."""


def with_assigned(tables: Mapping[str, pl.DataFrame], rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `ASSIGNED`, as `` `hours` of assign.csv:4 (ann) is 0 ``; null where a split is not what failed."""
    failed = rows.filter(pl.col("because").is_in(AT_FAULT))
    if isinstance(rule.to, str) or failed.height == 0:
        return rows.with_columns(pl.lit(None, pl.String).alias(ASSIGNED))
    keys, split = list(rule.source.key), rule.to
    held = _in_force(tables, rule, split, failed.select(*keys, "because", rule.as_of).unique(keys))
    if split.weight is not None:
        low = pl.col(f"given.{split.weight}") < DIVISOR_LEAST
        held = held.filter(low | ~low.any().over(keys))
    elif split.share is None:
        held = held.filter(pl.len().over(*keys, "given.participant") > 1)
    place = pl.format("{}:{} ({})", "given.file", "given.row", "given.participant")
    if split.divisor is not None:
        number = pl.col(f"given.{split.divisor}").cast(pl.String).str.replace(r"\.?0+$", "")
        place = pl.format("{} of {} is {}", pl.lit(f"`{split.divisor}`"), place, number)
    told = (
        held.sort(*keys, "given.file", "given.row")
        .with_columns(place.alias("~place"))
        .group_by(keys, maintain_order=True)
    )
    more = pl.when(pl.len() > SHOWN).then(pl.format(", and {} more", pl.len() - SHOWN)).otherwise(pl.lit(""))
    listed = told.agg(pl.col("~place").head(SHOWN).str.join(", ").alias("~places"), more.alias("~more"))
    words = listed.select(*keys, (pl.col("~places") + pl.col("~more")).alias(ASSIGNED))
    at_fault = pl.when(pl.col("because").is_in(AT_FAULT)).then(pl.col(ASSIGNED))
    return rows.join(words, on=keys, how="left", maintain_order="left").with_columns(at_fault.alias(ASSIGNED))


def _in_force(tables: Mapping[str, pl.DataFrame], rule: Rule, split: Split, failed: pl.DataFrame) -> pl.DataFrame:
    """The rows of the assignment that fit these transactions on the day as of which they are read."""
    keys = list(rule.source.key)
    theirs = dict.fromkeys(name for _, name in split.match if name not in keys)
    transactions = scanned(tables, f"source/{rule.source.name}").select(*keys, *theirs)
    on = [f"match.{ours}" for ours, _ in split.match]
    asked = failed.lazy().join(transactions, on=keys, how="left").select(
        *keys, rule.as_of, *(pl.col(name).alias(f"match.{ours}") for ours, name in split.match)
    )  # fmt: skip
    shown = dict.fromkeys(("participant", "start", "end", "file", "row", *([split.divisor] if split.divisor else [])))
    given = scanned(tables, f"source/{split.source.name}").select(
        *(pl.col(name).alias(f"given.{name}") for name in shown),
        *(pl.col(ours).alias(f"match.{ours}") for ours, _ in split.match),
    )
    found = asked.join(given, on=on).filter(pl.col(rule.as_of).is_between("given.start", "given.end"))
    return collected(found.select(*keys, *(f"given.{name}" for name in shown)))

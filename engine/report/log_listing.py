"""The exception log of a run as somebody works on it: chosen rows, those with most at stake first, and what is new.

In: the log, and that of an earlier run. Out: a `Listing`. Rows of two logs are the same where code and subject are: the
transaction's key, else the record; the participant, plan and part. File and row move with every export, and so don't count.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from engine.core.exception_codes import HOLDS_NOBODY, OPEN, SEVERITIES, WAIVED

NEW, STILL, GONE, PAST = "new", "still open", "gone", "past"
"""`gone`: mended, or waived. `past`: a warning of the earlier run's pay period, which this run does not pay."""
NEWS = (NEW, STILL, GONE, PAST)
SUBJECT = ("code", "source", "key", "plan", "part", "participant", "thing")
NOBODY = "nobody"
"""What stands for an owner, participant or source that a row has not."""


@dataclass(frozen=True)
class Run:
    """What a listing needs of a run."""

    workspace: str
    period: str
    id: str
    digits: Mapping[str, int]
    log: pl.DataFrame
    as_of: str | None = None
    """The day whose knowledge it was made from, if it was one."""


@dataclass(frozen=True)
class Listing:
    """Rows with `news` (null where no earlier run is asked for), most severe first, then most at stake."""

    run: Run
    before: Run | None
    rows: pl.DataFrame
    news: Mapping[str, int]
    """How many rows are new, still open, gone, past: of all that were chosen, shown or not."""

    @property
    def now(self) -> pl.DataFrame:
        """The rows that the run itself has."""
        return self.rows.filter(pl.col("news").is_null() | pl.col("news").is_in([NEW, STILL]))

    @property
    def blocking(self) -> int:
        """How many rows of the run stop some payment."""
        return self.now.filter((pl.col("state") == OPEN) & ~pl.col("severity").is_in(HOLDS_NOBODY)).height


def listing(
    run: Run, before: Run | None, *, codes: Collection[str] = (), severities: Collection[str] = (),
    owners: Collection[str] = (), new_only: bool = False,
) -> Listing:  # fmt: skip
    """The chosen rows of a run's log; with an earlier run also those of it that are gone."""
    log = run.log.with_row_index("at").with_columns(pl.lit(None, pl.String).alias("news"))
    if before is not None:
        log = _news(log, before, run.period)
    for column, wanted in (("severity", severities), ("owner", owners)):
        log = log.filter(pl.col(column).fill_null(NOBODY).is_in(list(wanted))) if wanted else log
    if codes:
        log = log.filter(pl.any_horizontal(_is_code(code) for code in codes))
    news = dict(log.drop_nulls("news").group_by("news").len().iter_rows())
    log = log.filter(pl.col("news") == NEW) if new_only else log
    ranks = [
        pl.col(column).replace_strict({word: n for n, word in enumerate(words)}, default=None, return_dtype=pl.Int64)
        for column, words in (("news", NEWS), ("state", (OPEN, WAIVED)), ("severity", SEVERITIES))
    ]
    stake = pl.col("at_stake").abs()
    order = log.sort(*ranks, "code", "currency", stake, "at", descending=[False] * 5 + [True, False], nulls_last=True)
    return Listing(run, before, order.drop("at"), news)


def at_stake(rows: pl.DataFrame, by: Collection[str]) -> pl.DataFrame:
    """Money at stake by these columns and currency; one part of a transaction counts once, however many rules hold it."""
    once = [*by, "currency", "source", "thing", "participant"]
    thing = pl.coalesce("key", "record", pl.int_range(pl.len()).cast(pl.String)).alias("thing")
    stakes = rows.filter(pl.col("at_stake").is_not_null()).with_columns(thing, pl.col("at_stake").abs())
    return stakes.group_by(once).agg(pl.col("at_stake").max()).group_by(*by, "currency").agg(pl.col("at_stake").sum())


def _is_code(code: str) -> pl.Expr:
    """`E1*` stands for all that begin with E1."""
    return pl.col("code").str.starts_with(code[:-1]) if code.endswith("*") else pl.col("code") == code


def _news(log: pl.DataFrame, before: Run, period: str) -> pl.DataFrame:
    """The log with what is new of it, and the rows of the earlier one that are gone. A waived row is neither news nor open."""
    subject, on = pl.coalesce("key", "record", "message").alias("thing"), list(SUBJECT)
    now, earlier = log.with_columns(subject), before.log.with_columns(subject).filter(pl.col("state") == OPEN)
    is_open = now.filter(pl.col("state") == OPEN)
    known = earlier.select(on).unique().with_columns(pl.lit(True).alias("known"))
    news = pl.when(pl.col("known")).then(pl.lit(STILL)).otherwise(pl.lit(NEW))
    told = is_open.join(known, on=on, how="left", nulls_equal=True).with_columns(news.alias("news")).drop("known")
    left = earlier.join(is_open.select(on), on=on, how="anti", nulls_equal=True)
    warned = pl.col("severity").is_in(HOLDS_NOBODY) & (pl.col("period") != period)
    lost = pl.when(warned).then(pl.lit(PAST)).otherwise(pl.lit(GONE))
    left = left.with_row_index("at", offset=log.height).with_columns(lost.alias("news"))
    return pl.concat([part.select(log.columns) for part in (told, now.filter(pl.col("state") != OPEN), left)])

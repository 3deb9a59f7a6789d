"""The difference between two calculations: who is paid how much more or less, and what else is not as it was.

In: what each pays (`pay`), who can be paid, the exception logs. Out: a `Difference`, with a `Step` per edit where plans were
tried. Figures are exact; every table has its rows in the order of its keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from engine.trial.diff.edits import Edit
from engine.trial.diff.pay import KEYS, MONEY, labelled, pay, standing, unpaid
from engine.trial.diff.renames import Names

STATES = {None: "not there", True: "blocked", False: "known"}
LOGGED = (
    "pay_period",
    "severity",
    "code",
    "source",
    "file",
    "row",
    "key",
    "plan",
    "part",
    "participant",
    "period",
    "message",
)
"""What makes a row of one log the same as one of the other; of a row with a key, wherever it stands in its file."""
DIFFERS = (pl.col("delta") != 0) | (pl.col("was") == "blocked") ^ (pl.col("now") == "blocked")
COMPARED = ("earnings", "payouts", "exceptions")
"""The tables of a run that a comparison asks for."""


@dataclass(frozen=True)
class Side:
    """One of the two calculations, over all pay periods that are compared."""

    name: str
    pay: pl.DataFrame
    unpaid: pl.DataFrame
    standing: pl.DataFrame
    exceptions: pl.DataFrame
    """The log's columns with `pay_period`; plans and parts under their labels."""

    def participants(self) -> set[str]:
        """Everybody on a plan, paid or not."""
        return {*self.pay["participant"].to_list(), *self.unpaid["participant"].to_list()}


@dataclass(frozen=True)
class Step:
    """Edits that were switched on together, on top of those before; more than one if they only compile so (`because`).

    `moved`: rows of KEYS with `delta`, by which pay moved then; `unpaid`: the same of components that are not paid. `alone`:
    `moved` if nothing else is switched on; None where the plans don't compile with these edits alone.
    """

    number: int
    edits: tuple[Edit, ...]
    because: str | None
    moved: pl.DataFrame
    unpaid: pl.DataFrame
    alone: pl.DataFrame | None

    def changes_nothing(self) -> bool:
        """Whether nothing moves, paid or not."""
        return self.moved.is_empty() and self.unpaid.is_empty()


@dataclass(frozen=True)
class Difference:
    """`rows`: KEYS with `before`, `after`, `delta`, `was`, `now`: all pay that is compared, also what is the same.

    `unpaid`: the same of components that are not paid themselves. What moves there moves nobody's pay by itself, so no
    total has it; where it moves pay, whoever reads it has the row.
    """

    old: Side
    new: Side
    periods: tuple[str, ...]
    digits: dict[str, int]
    rows: pl.DataFrame
    unpaid: pl.DataFrame
    notes: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    steps: tuple[Step, ...] | None = None

    def moved(self) -> pl.DataFrame:
        """The rows of pay that differ, in money or in being blocked."""
        return self.rows.filter(DIFFERS)

    def moved_unpaid(self) -> pl.DataFrame:
        """The rows that differ of what is not paid."""
        return self.unpaid.filter(DIFFERS)

    def statuses(self) -> pl.DataFrame:
        """Participants whose payouts can be paid in one of the two and not, or not wholly, in the other."""
        both = self.old.standing.join(self.new.standing, on=["pay_period", "plan", "participant"], suffix="_now")
        changed = both.filter(pl.col("status") != pl.col("status_now")).rename({"status": "was", "status_now": "now"})
        return changed.sort("pay_period", "plan", "participant")

    def moves(self) -> bool:
        """Whether anybody's pay moves, or can be paid now and could not before, or the other way round."""
        return self.moved().height + self.statuses().height > 0

    def totals(self) -> pl.DataFrame:
        """By plan and currency: before, after, delta, and how many win or lose how much."""
        return _totals(self.rows, ["plan", "currency"])

    def sums(self) -> pl.DataFrame:
        """The same by currency; who wins and who loses is judged over all plans."""
        return _totals(self.rows, ["currency"])

    def by_participant(self) -> pl.DataFrame:
        """A row for each participant and currency of whom a part of pay differs: before, after and delta of all parts.

        By currency, the largest delta first. `was` and `now` are those of the parts, or `partly blocked`.
        """
        differs = self.moved().select("participant", "currency").unique()
        each = self.rows.join(differs, on=["participant", "currency"], how="semi").group_by("participant", "currency")
        found = each.agg(pl.col("before", "after", "delta").sum(), _of_parts("was"), _of_parts("now"))
        return found.sort("currency", pl.col("delta").abs(), "participant", descending=[False, True, False])

    def people(self) -> tuple[list[str], list[str]]:
        """Participants who are new, and those who are gone."""
        olds, news = self.old.participants(), self.new.participants()
        return sorted(news - olds), sorted(olds - news)

    def exceptions(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows of the log that are new, and those that are gone."""
        return _only(self.new.exceptions, self.old.exceptions), _only(self.old.exceptions, self.new.exceptions)


def side(name: str, tables: Mapping[str, Mapping[str, pl.DataFrame]], said: Names) -> Side:
    """One of two calculations, from the tables of each of its pay periods."""
    logs = [each["exceptions"].with_columns(pay_period=pl.lit(period)) for period, each in tables.items()]
    return Side(
        name,
        pl.concat([pay(each, period, said) for period, each in tables.items()]),
        pl.concat([unpaid(each, period, said) for period, each in tables.items()]),
        pl.concat([standing(each, period, said) for period, each in tables.items()]),
        pl.concat([labelled(log, "part", said) for log in logs]),
    )


def compared(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Two tables of pay side by side."""
    both = old.join(new, on=KEYS, how="full", coalesce=True, suffix="_now")
    before, after = (pl.col(name).fill_null(pl.lit(0, MONEY)) for name in ("pay", "pay_now"))
    state = [pl.col(c).replace_strict(STATES, return_dtype=pl.String) for c in ("blocked", "blocked_now")]
    rows = both.select(
        *KEYS, before.alias("before"), after.alias("after"), (after - before).alias("delta"),
        state[0].alias("was"), state[1].alias("now"),
    )  # fmt: skip
    return rows.sort(KEYS)


def deltas(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Just what moved: KEYS and `delta`."""
    return compared(old, new).filter(pl.col("delta") != 0).select(*KEYS, "delta")


def _totals(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    each = rows.group_by(*by, "participant").agg(pl.col("before", "after", "delta").sum())
    more, less = pl.col("delta") > 0, pl.col("delta") < 0
    found = each.group_by(by).agg(
        pl.col("before", "after", "delta").sum(),
        more.sum().cast(pl.Int64).alias("winners"), pl.col("delta").filter(more).sum().alias("won"),
        less.sum().cast(pl.Int64).alias("losers"), pl.col("delta").filter(less).sum().alias("lost"),
    )  # fmt: skip
    return found.sort(by)


def _of_parts(state: str) -> pl.Expr:
    """What the parts of somebody's pay are together."""
    each = pl.col(state)
    found = (
        pl.when((each == "not there").all()).then(pl.lit("not there"))
        .when((each != "blocked").all()).then(pl.lit("known"))
        .when((each == "known").any()).then(pl.lit("partly blocked"))
        .otherwise(pl.lit("blocked"))
    )  # fmt: skip
    return found.alias(state)


def _only(these: pl.DataFrame, those: pl.DataFrame) -> pl.DataFrame:
    """Rows of one log that the other doesn't have, or not as often."""
    same = [name for name in LOGGED if name != "row"]
    place = pl.when(pl.col("key").is_null()).then(pl.col("row")).alias("unkeyed")
    counted = [log.group_by(*same, place).agg(pl.len(), pl.col("row")) for log in (these, those)]
    both = counted[0].join(counted[1], on=[*same, "unkeyed"], how="left", nulls_equal=True, suffix="_there")
    other = pl.col("row").list.set_difference("row_there")
    more = both.with_columns(
        row=pl.coalesce(other.list.min(), pl.col("row").list.min()),
        count=pl.col("len").cast(pl.Int64) - pl.col("len_there").fill_null(0).cast(pl.Int64),
    )
    order = ["pay_period", "code", *LOGGED[3:]]
    return more.filter(pl.col("count") > 0).select(*LOGGED, "count").sort(order, nulls_last=True)

"""The run of a pay period that was the newest until this one: a late row, an edited plan, and the month came out otherwise.

In: a run as it was written, and the runs and receipts beside it. Out: what that one came to, whose payouts are otherwise now,
and from what data and plans either was made. Nothing of it is in the run, which knows of no other.
"""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from engine.record import Record, RecordError, open_record
from engine.record.read import receipts
from engine.trial.made_from import differing, other_files

LINE = ("participant", "earning_code", "currency")
"""What payouts are told apart by: not by the plan, so that one that is only renamed moves nobody."""


@dataclass(frozen=True)
class Before:
    """A run, when it was made by its receipt, and what is otherwise.

    `totals`: by currency, what its payouts came to and what they do now. `participants`: how many have other payouts, and
    `standing`, how many more have the same, but can be paid or are blocked now and were not, or the other way round.
    `data`, `plans`: files that are others.
    """

    run: str
    at: str
    totals: tuple[tuple[str, Decimal, Decimal], ...]
    participants: int
    standing: int
    data: tuple[str, ...]
    plans: tuple[str, ...]


def before(now: Record) -> Before | None:
    """The newest run of the period before this one, which is what `previous:` names; None if that was this one already.

    Trials are passed over. Of a run that can't be read nothing is said: whoever opens it is told.
    """
    runs = now.folder.parent
    made = [each for each in reversed(receipts(runs)) if each["period"] == now.period]
    own = next((i for i, each in enumerate(made) if each["run"] == now.id), len(made))
    for receipt in made[own + 1 :]:
        if receipt["run"] == now.id:
            return None
        try:
            then = open_record(runs / receipt["run"])
            if then.trial is None:
                return _beside(then, now, receipt["at"])
        except (RecordError, pl.exceptions.PolarsError):
            return None
    return None


def _beside(then: Record, now: Record, at: str) -> Before:
    """What of two runs is otherwise."""
    lines = [_lines(record) for record in (then, now)]
    both = lines[0].join(lines[1], on=LINE, how="full", coalesce=True, suffix="_now")
    both = both.with_columns(pl.col("amount", "amount_now").fill_null(0))
    sums = both.group_by("currency").agg(pl.col("amount", "amount_now").sum()).sort("currency")
    people = {*both.filter(pl.col("amount") != pl.col("amount_now"))["participant"]}
    usual = {"payable": True, "blocked": False}
    both = both.with_columns(
        pl.col(name, f"{name}_now").fill_null(value)
        for name, value in usual.items()  # of a line that is new, or gone
    )
    stands = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_now") for name in usual)
    standing = {*both.filter(stands)["participant"]} - people
    return Before(
        then.id, at, tuple(sums.iter_rows()), len(people), len(standing), other_files(then, now), differing(then, now, "plans"),
    )  # fmt: skip


def _lines(record: Record) -> pl.DataFrame:
    """Payouts: what each line comes to, whether it can be paid, and whether a part of it is not known."""
    lines = record.table("payouts").group_by(LINE)
    payable, blocked = (pl.col("status") == "payable").all(), pl.col("incomplete").any()
    return lines.agg(pl.col("amount").sum(), payable.alias("payable"), blocked.alias("blocked"))

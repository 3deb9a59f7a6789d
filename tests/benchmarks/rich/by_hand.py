"""The rich plan as a script that somebody would write by hand, as fast as can be: it knows nothing of the engine.

In: the folder of data. Out as Parquet, each in the order of its key: what each order is worth in dollars, states and credits with
the reason, who stands above a seller, measures, targets, slices, what each credit is paid, earnings with every step, payouts, and
the credits that nobody got. It checks nothing, says nothing about a bad row and proves nothing; another plan is another script.
"""

import sys
from pathlib import Path

import polars as pl

from tests.benchmarks.rich.field import field
from tests.benchmarks.rich.leaders import leaders
from tests.benchmarks.rich.orders import exchanged, led, placed, states
from tests.benchmarks.rich.people import chains, quotas
from tests.benchmarks.rich.words import KEYS, write


def main(data: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    people = pl.read_parquet(data / "people.parquet").with_columns(pl.col("end").fill_null(pl.date(9999, 12, 31)))
    orders = exchanged(data)
    write(orders.select("order_id", "rate", "rate_since", "net", "value", "margin_in", "margin_value"), out, "matches")
    told = placed(orders, chains(people))
    told = states(told, out)
    team = led(told, out)
    parts = quotas(data)
    earned = pl.concat([*field(people, parts, told.filter("credited"), data, out), *leaders(people, parts, team, out)])
    write(earned.sort("component", *KEYS), out, "earnings")
    write(payouts(earned, people), out, "payouts")


def payouts(earned: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """What ends in December, by participant and earning code."""
    ids = people.group_by("participant").agg(pl.col("payroll_id").last())
    due = earned.filter(pl.col("month") == 12).group_by("participant", "code").agg(pl.col("earning").sum())
    return due.join(ids, on="participant").select(
        "participant", "payroll_id", "code", pl.col("earning").alias("amount")
    ).sort("participant", "code")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

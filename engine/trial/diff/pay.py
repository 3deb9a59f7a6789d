"""What a calculated pay period pays, as one table. In: a run's earnings and payouts. Out: a row per participant × component.

Only what the pay period pays counts, as in payouts: components that are not paid themselves have a table of their own
(`unpaid`). What is blocked pays nothing yet: its row says so beside a pay of 0. Payouts that a plan rounds have the
rounding as a part of its own, so that the rows add up to the payouts exactly.
"""

from collections.abc import Mapping

import polars as pl

from engine.trial.diff.renames import Names

MONEY = pl.Decimal(38, 12)
KEYS = ("pay_period", "plan", "component", "participant", "period", "currency")
"""What one difference in pay is of; `period` is the earning period."""
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(KEYS, pl.String), "pay": MONEY, "blocked": pl.Boolean,
}  # fmt: skip
ROUNDING = "payout rounding"


def pay(tables: Mapping[str, pl.DataFrame], pay_period: str, names: Names) -> pl.DataFrame:
    """The pay of one period, plans and components under their labels."""
    rounding = (
        tables["payouts"]
        .group_by("plan", "participant", "currency")
        .agg((pl.col("amount") - pl.col("earned")).sum().alias("pay"))
        .filter(pl.col("pay") != 0)
        .with_columns(component=pl.lit(ROUNDING), period=pl.lit(pay_period), blocked=pl.lit(False))
    )
    rows = pl.concat([_earned(tables, pay_period, True), _columns(rounding, pay_period)])
    return labelled(rows, "component", names)


def unpaid(tables: Mapping[str, pl.DataFrame], pay_period: str, names: Names) -> pl.DataFrame:
    """The same of what is calculated and not paid: `paid: false`, and plans that are only read. No payout has any of it."""
    return labelled(_earned(tables, pay_period, False), "component", names)


def standing(tables: Mapping[str, pl.DataFrame], pay_period: str, names: Names) -> pl.DataFrame:
    """Whether each participant's payouts of a plan can be paid: the worst status of their lines."""
    order = {"not_payable": 0, "incomplete": 1, "payable": 2}
    rank = pl.col("status").replace_strict(order, return_dtype=pl.Int64)
    lines = tables["payouts"].with_columns(component=pl.lit(""))
    rows = labelled(lines, "component", names).sort(rank).group_by("plan", "participant").agg(pl.col("status").first())
    return rows.select(pl.lit(pay_period).alias("pay_period"), "plan", "participant", "status")


def labelled(rows: pl.DataFrame, part: str, names: Names) -> pl.DataFrame:
    """The rows with the labels of plans, and of the components or rules in the column `part`."""
    parts = pl.DataFrame(
        [(plan, name, label) for (plan, name), label in names.parts.items()],
        schema={"plan": pl.String, part: pl.String, "label": pl.String}, orient="row",
    )  # fmt: skip
    found = rows.join(parts, on=["plan", part], how="left", maintain_order="left")
    known = pl.coalesce("label", part).alias(part)
    return found.with_columns(known, pl.col("plan").replace(dict(names.plans))).drop("label")


def _earned(tables: Mapping[str, pl.DataFrame], pay_period: str, paid: bool) -> pl.DataFrame:
    """What components with an earning code earned, or those without one, which are not paid."""
    earned = (
        tables["earnings"].filter(pl.col("in_pay_period") & ((pl.col("earning_code") != "") == paid))
        .group_by("plan", "component", "participant", "period", "currency")
        .agg(pl.col("earning").sum().alias("pay"), pl.col("earning").is_null().any().alias("blocked"))
    )  # fmt: skip
    return _columns(earned, pay_period)


def _columns(rows: pl.DataFrame, pay_period: str) -> pl.DataFrame:
    return rows.with_columns(pay_period=pl.lit(pay_period)).select(pl.col(c).cast(t) for c, t in SCHEMA.items())

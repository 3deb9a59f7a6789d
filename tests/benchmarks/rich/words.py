"""What the script by hand is made of: decimals, rounding, the grid's keys, and how a table is written."""

from decimal import Decimal
from pathlib import Path

import polars as pl

D = pl.Decimal(38, 12)
KEYS = ["participant", "month"]
FIRST, LAST = pl.date(2026, 1, 1), pl.date(2026, 12, 31)
FIELD, LEADERS = ["Rep", "Senior Rep"], ["Manager", "Director"]


def dec(text: str) -> pl.Expr:
    return pl.lit(Decimal(text), D)


ZERO, ONE, CENT = dec("0"), dec("1"), dec("0.01")


ZERO, ONE, CENT = dec("0"), dec("1"), dec("0.01")


def write(frame: pl.DataFrame, out: Path, name: str) -> None:
    frame.write_parquet(out / f"{name}.parquet", compression="lz4", statistics=False)


def rounded(value: pl.Expr) -> pl.Expr:
    return value.round(2, mode="half_away_from_zero")


def cut(value: pl.Expr) -> pl.Expr:
    """To whole cents, what is left over falls away."""
    near = rounded(value)
    return near - pl.when(near > value).then(CENT).otherwise(ZERO)


def summed(grid: pl.DataFrame, sums: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The grid with what was sold, nothing where there is none."""
    kinds = {name: sums.schema[name] for name in names}
    rows = grid.join(sums, on=KEYS, how="left", maintain_order="left")
    return rows.with_columns(pl.col(name).fill_null(pl.lit(0).cast(kind)) for name, kind in kinds.items())


def named(
    rows: pl.DataFrame, out: Path, name: str, code: str, steps: dict[str, pl.Expr], *, none: pl.Expr,
    gate: pl.Expr | None = None, trace: list[str] | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Earnings of one component: what the table gives, the amount after each step, and why it is zero."""
    result, last = next(iter(steps)), list(steps)[-1]
    earned = rows.select(
        *KEYS, "segment", *(trace or []), *(amount.alias(step) for step, amount in steps.items()),
        none.alias("none"), (pl.lit(False) if gate is None else ~gate).alias("failed"),
    ).with_columns(pl.col(last).alias("earning"))  # fmt: skip
    why = (
        pl.when(pl.col("earning") != ZERO).then(pl.lit("")).when("failed").then(pl.lit("gate"))
        .when("none").then(pl.lit("no_credits")).when(pl.col(result) == ZERO).then(pl.lit("table"))
        .otherwise(pl.lit("modifiers"))
    )  # fmt: skip
    earned = earned.with_columns(why.alias("cause")).drop("none", "failed")
    write(earned, out, f"earnings_{name}")
    return earned.select(
        pl.lit(name).alias("component"), pl.lit(code).alias("code"), *KEYS, "segment",
        pl.col(result).alias("table_result"), "earning", "cause",
    )  # fmt: skip

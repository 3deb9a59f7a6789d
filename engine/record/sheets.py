"""The tables that people open, as CSV: plain decimals, money at its currency's digits, one header row.

They are opened in spreadsheets: a text from the data that one would run (`=…`) has an apostrophe before it. A row is a line, and
characters that nobody sees are shown by their number. Earnings are those of the pay period; earlier intervals of a year to date
stand in the table. What a component pays is `earned` there: only payouts say what may be paid. They begin with the pay period,
which their table does not have: a file that is sent on says which it is.
"""

from collections.abc import Mapping

import polars as pl

from engine.record.visible import visible

MONEY = {
    "payouts": ("amount",),
    "earnings": ("table_result", "earning"),
    "exceptions": ("at_stake",),
    "identities": ("left", "right"),
}
HIDDEN = {
    "payouts": ("earned", "incomplete"),
    "earnings": ("in_pay_period",),
    "exceptions": (),
    "identities": (),
}


def sheets(tables: Mapping[str, pl.DataFrame], digits: Mapping[str, int], period: str) -> dict[str, pl.DataFrame]:
    """payouts of a pay period, earnings, exceptions and identities as text columns, in the order of their first columns."""
    shown = {name: tables[name] for name in MONEY if name in tables}
    if "payouts" in shown:
        payouts = shown["payouts"]
        shown["payouts"] = payouts.select(pl.lit(period).alias("period"), *payouts.columns)
    if "earnings" in shown:
        shown["earnings"] = shown["earnings"].with_columns(pl.col("outcome").replace("paid", "earned"))
    return {name: _sheet(name, table, digits) for name, table in shown.items()}


def _sheet(name: str, table: pl.DataFrame, digits: Mapping[str, int]) -> pl.DataFrame:
    table = table.filter("in_pay_period") if "in_pay_period" in table.columns else table
    kept = [column for column in table.columns if column not in HIDDEN[name]]
    money = [column for column in MONEY[name] if column in kept]
    texts = [column for column in kept if column not in money and table.schema[column] == pl.String]
    shown = table.select(kept).with_columns(
        [_plain(column, table, digits).alias(column) for column in money] + [_inert(column) for column in texts]
    )
    if name in ("payouts", "earnings"):
        return shown.sort([column for column in kept if column not in money], nulls_last=True)
    return shown


def _inert(column: str) -> pl.Expr:
    """A text that no spreadsheet runs, on one line; what is empty is an empty field."""
    text = visible(pl.col(column))
    runs = text.str.contains(r"^[=+\-@\t]")
    return pl.when(text == "").then(None).when(runs).then(pl.lit("'") + text).otherwise(text).alias(column)


def _plain(column: str, table: pl.DataFrame, digits: Mapping[str, int]) -> pl.Expr:
    """Decimal → text: at the currency's digits where nothing is lost by it, without trailing zeros otherwise."""
    value = pl.col(column).cast(pl.Decimal(38, 12))
    short = value.cast(pl.String).str.replace(r"\.?0+$", "")
    bare = pl.when(value.cast(pl.String).str.contains(".", literal=True)).then(short).otherwise(value.cast(pl.String))
    if "currency" not in table.columns:
        return bare
    shown: pl.Expr = bare
    for count in sorted(set(digits.values())):
        names = [currency for currency, places in digits.items() if places == count]
        rounded = value.round(count, mode="half_away_from_zero")
        fixed = (
            rounded.cast(pl.String).str.head(-12 if count else -13)
            if count == 0
            else rounded.cast(pl.String).str.head(-(12 - count))
        )
        shown = pl.when(pl.col("currency").is_in(names) & (rounded == value)).then(fixed).otherwise(shown)
    return shown

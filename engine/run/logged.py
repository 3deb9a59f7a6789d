"""Rows of the exception log. In: rows at fault, a code, what is known. Out: the same with title and help, in its columns."""

import polars as pl

from engine.core.codes import CODES
from engine.core.exception_codes import OPEN

DECIMAL = pl.Decimal(38, 12)
LOG: dict[str, pl.DataType | type[pl.DataType]] = {
    "code": pl.String, "severity": pl.String, "stage": pl.String, "source": pl.String, "file": pl.String,
    "row": pl.Int64, "key": pl.String, "plan": pl.String, "part": pl.String, "participant": pl.String,
    "period": pl.String, "at_stake": DECIMAL, "currency": pl.String, "message": pl.String, "help": pl.String,
    "state": pl.String, "owner": pl.String, "waived_by": pl.String, "waived_in": pl.String, "record": pl.String,
}  # fmt: skip
"""Columns of the log. `part` is the credit rule or component; `key` the transaction's key. `state` is open or waived, and
then `waived_by` says by whom, until when and why, and `waived_in` where that is written."""


def title_of(code: pl.Expr) -> pl.Expr:
    """The title of each code, as the catalogue has it."""
    return code.replace_strict({name: entry.title for name, entry in CODES.items()}, default="", return_dtype=pl.String)


def logged(rows: pl.DataFrame, code: pl.Expr, severity: pl.Expr | str, stage: str, **values: pl.Expr) -> pl.DataFrame:
    """Rows of the log: the given columns, the rest null; title and help come from the catalogue of codes."""
    if rows.height == 0:
        return pl.DataFrame(schema=LOG)
    given = {
        **values,
        "code": code,
        "stage": pl.lit(stage),
        "severity": severity if isinstance(severity, pl.Expr) else pl.lit(severity),
    }
    rows = rows.select(**given)
    helps = {name: entry.explanation for name, entry in CODES.items()}
    if "message" not in given:
        rows = rows.with_columns(title_of(pl.col("code")).alias("message"))
    rows = rows.with_columns(pl.col("code").replace_strict(helps, default="", return_dtype=pl.String).alias("help"))
    rows = rows.with_columns(pl.lit(OPEN).alias("state"))
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name) for name, dtype in LOG.items()
    )

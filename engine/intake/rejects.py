"""The log of rows that intake did not accept: whole, with place, cause and what to do.

Codes `X…` are described in `core.exception_codes`.
"""

import polars as pl

REJECTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "code": pl.String,
    "source": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "found": pl.String,
    "key": pl.String,
    "participant": pl.String,
    "date": pl.Date,
    "at_stake": pl.Decimal(38, 12),
    "currency": pl.String,
    "record": pl.String,
}
"""Columns of the log of rejected rows. `key`, `participant` and `date` are null where they can't be read off the row."""

DUPLICATE = "X012"
LOSES_NOTHING = (DUPLICATE, "X023", "X024", "X025")
"""Causes by which no money is lost: an equal row was accepted, or it is known that the row does not count."""


def empty() -> pl.DataFrame:
    """A log without rows."""
    return pl.DataFrame(schema=REJECTS)


class IntakeError(Exception):
    """A file that can't be read at all: nothing was calculated. `where` names it, `help` says what to do."""

    def __init__(self, code: str, where: str, message: str, help_: str):
        super().__init__(f"{where}: {message}")
        self.code, self.where, self.message, self.help = code, where, message, help_

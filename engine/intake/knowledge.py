"""Which rows count: of rows with one key the highest version known on a day, unless that one takes the row back.

In: the rows of a source that pass everything a single row can be asked. Out: the same, with a code at each that does not
count. A source that states neither `recorded` nor `version` has nothing to decide here (`semantics` 5).
"""

from datetime import date

import polars as pl

from engine.plan.workspace import Source

SUPERSEDED, WITHDRAWN, LATER = "X023", "X024", "X025"


def not_yet_known(source: Source, as_of: date | None) -> pl.Expr:
    """Whether a row was recorded after the day whose knowledge counts."""
    if as_of is None or source.recorded is None:
        return pl.lit(False)
    return (pl.col(source.recorded) > as_of).fill_null(False)


def outdated(source: Source, rows: pl.DataFrame, key: list[str]) -> pl.Series | None:
    """The code of each row that does not count, null for the others; None where versions decide nothing.

    Rows of one key and one version stay together: whether they are copies or contradict each other is for their keys.
    """
    if source.version is None or not key:
        return None
    old = pl.col(source.version) < pl.col(source.version).max().over(key)
    back = pl.lit(False) if source.withdrawn is None else pl.col(source.withdrawn)
    verdict = pl.when(old).then(pl.lit(SUPERSEDED)).when(back).then(pl.lit(WITHDRAWN)).otherwise(None)
    return rows.select(verdict.cast(pl.String).alias("verdict"))["verdict"]

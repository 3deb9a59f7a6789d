"""Which rows count: of rows with one key the highest version known on a day, unless that one takes the row back.

In: the rows of a source that pass everything a single row can be asked, and those that don't. Out: the first, with a code
at each that does not count, or of which nobody knows whether it counts.
"""

from datetime import date

import polars as pl

from engine.intake.beside import INDEX, VERDICT
from engine.plan.workspace import Source

SUPERSEDED, WITHDRAWN, LATER, UNSURE = "X023", "X024", "X025", "X050"


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
    return rows.select(verdict.cast(pl.String).alias(VERDICT))[VERDICT]


def unsure(source: Source, rows: pl.DataFrame, others: pl.DataFrame, key: list[str]) -> list[int]:
    """The number (`INDEX`) of rows of whose key another row is there that was refused, of the same version or a later one.

    That one may be what counts, so nobody knows whether this one does. A version that can't be read may be any.
    """
    known = [] if source.version is None else [source.version]
    if not key or others.height == 0:
        return []
    blame = others.select(*key, *known).group_by(key).agg(
        *(pl.col(name).max() for name in known), *(pl.col(name).is_null().any().alias("~any") for name in known)
    )  # fmt: skip
    found = rows.select(INDEX, *key, *known).join(blame, on=key, how="inner", nulls_equal=True, suffix="~")
    if source.version is not None:
        found = found.filter(pl.col("~any") | (pl.col(f"{source.version}~") >= pl.col(source.version)))
    return found[INDEX].to_list()

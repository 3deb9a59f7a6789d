"""What a source's role asks of its rows beyond their types: keys, dated rows that don't overlap, shares, safe ids.

In: all accepted rows of a source. Out: the ones that stay, and (row index, code, column) of those that go.
"""

from datetime import date

import polars as pl

from engine.backends.key_order import ascends
from engine.core.money import DIVISOR_LEAST
from engine.intake.beside import COLUMN, DROP, INDEX, UNKEYED, VERDICT
from engine.intake.knowledge import LATER, UNSURE, WITHDRAWN, not_yet_known, outdated, unsure
from engine.intake.rejects import DUPLICATE
from engine.plan.workspace import Source

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
CONFLICT, BACKWARDS, OVERLAP, BAD_SHARE, UNSAFE = "X016", "X017", "X018", "X019", "X020"
BAD_RATE, NO_CURRENCY = "X051", "X052"
REFUSED = (BACKWARDS, BAD_SHARE, UNSAFE, BAD_RATE, NO_CURRENCY)
"""What is wrong with a row by itself, though each of its values can be read."""
SAFE_COLUMNS = ("participant", "payroll_id", "entity", "pay_group", "cost_centre")
"""Texts that reach the payroll file: a spreadsheet would run those that begin with one of `= + - @`."""


def with_open_dates(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    """Dated rows: an empty start reaches back for ever, an empty end forward."""
    fills = {"start": FIRST_DAY, "end": LAST_DAY}
    return rows.with_columns(
        [
            (pl.col(name).fill_null(fills[name]) if name in rows.columns else pl.lit(fills[name])).alias(name)
            for name in source.open_days
        ]
    )


def judged(source: Source, rows: pl.DataFrame, faulty: pl.DataFrame, as_of: date | None) -> pl.DataFrame:
    """The rows with why each goes and the column at fault, null for those that stay. What was not known on `as_of` was not there.

    `faulty`: rows of which not every column could be read, but their key (`UNKEYED` of the others).
    """
    rows = rows.with_columns(pl.lit(None, pl.String).alias(DROP), pl.lit(None, pl.String).alias(COLUMN))
    rows = _mark(rows, not_yet_known(source, as_of), LATER, source.recorded or "")
    rows = _unsafe(source, rows)
    if "start" in rows.columns and "end" in source.open_days:
        rows = _mark(rows, pl.col("start") > pl.col("end"), BACKWARDS, "end")
    for name in sorted(source.shares):
        share = pl.col(name)
        fine = (share >= 0) & (share <= 1) & (share.round(6, mode="half_away_from_zero") == share)
        rows = _mark(rows, ~fine, BAD_SHARE, name)
    if source.role == "exchange_rates":
        for name in ("from_currency", "to_currency"):
            rows = _mark(rows, ~pl.col(name).str.contains(r"^[A-Z]{3}$"), NO_CURRENCY, name)
        rows = _mark(rows, pl.col("rate") < DIVISOR_LEAST, BAD_RATE, "rate")
    rows = _unsure(source, _keys(source, _versions(source, rows)), faulty.filter(~not_yet_known(source, as_of)))
    return _overlaps(rows, list(source.subject)) if source.subject else rows


def _mark(rows: pl.DataFrame, condition: pl.Expr, code: str, column: str) -> pl.DataFrame:
    hit = condition.fill_null(False) & pl.col(DROP).is_null()
    return rows.with_columns(
        pl.when(hit).then(pl.lit(code)).otherwise(pl.col(DROP)).alias(DROP),
        pl.when(hit).then(pl.lit(column)).otherwise(pl.col(COLUMN)).alias(COLUMN),
    )


def _unsafe(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    names = [c.name for c in source.columns if c.name in SAFE_COLUMNS and c.type.dtype == "text"]
    if source.participant is not None and source.participant not in names:
        names.append(source.participant)
    names += ["from_participant", "to_participant"] if source.role == "adjustments" else []
    for name in names:
        rows = _mark(rows, pl.col(name).str.contains(r"^[=+\-@]"), UNSAFE, name)
    return rows


def _versions(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    """Of rows with one key only those of the highest version stay, and not where it takes them back."""
    known = rows.filter(pl.col(DROP).is_null())
    verdicts = outdated(source, known, list(source.row_key))
    if verdicts is None:
        return rows
    column = pl.when(pl.col(VERDICT).is_not_null()).then(pl.lit(source.version)).otherwise(pl.col(COLUMN))
    found = known.select(INDEX, verdicts)
    joined = rows.join(found, on=INDEX, how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(DROP, VERDICT).alias(DROP), column.alias(COLUMN)).drop(VERDICT)


def _keys(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with one key: if they are equal in every column but when they were recorded, the first counts, else none."""
    key = list(source.row_key)
    if not key:
        return rows
    values = [c.name for c in source.columns if c.name in rows.columns and c.name != source.recorded]
    open_rows = rows.filter(pl.col(DROP).is_null())
    if ascends(open_rows, key):
        return rows
    repeated = open_rows.filter(pl.struct(key).is_duplicated())
    if repeated.height == 0:
        return rows
    order = [*([source.recorded] if source.recorded else []), "file", "row"]
    repeated = repeated.sort(order).with_columns(
        pl.struct(values).n_unique().over(key).alias("~versions"), pl.int_range(pl.len()).over(key).alias("~nth")
    )
    conflict = repeated.filter(pl.col("~versions") > 1).select(INDEX, pl.lit(CONFLICT).alias(VERDICT))
    copies = repeated.filter((pl.col("~versions") == 1) & (pl.col("~nth") > 0)).select(
        INDEX, pl.lit(DUPLICATE).alias(VERDICT)
    )
    verdicts = pl.concat([conflict, copies])
    return (
        rows.join(verdicts, on=INDEX, how="left", maintain_order="left")
        .with_columns(
            pl.coalesce(DROP, VERDICT).alias(DROP),
            pl.when(pl.col(VERDICT).is_not_null()).then(pl.lit(key[0])).otherwise(pl.col(COLUMN)).alias(COLUMN),
        )
        .drop(VERDICT)
    )


def _unsure(source: Source, rows: pl.DataFrame, faulty: pl.DataFrame) -> pl.DataFrame:
    """A row that stands for its key does not count where another row of the key, which may replace it, was refused."""
    key = list(source.row_key)
    columns = [*key, *([source.version] if source.version else [])]
    refused = rows.filter(pl.col(DROP).is_in(REFUSED)).select(columns)
    others = pl.concat([faulty.filter(~pl.col(UNKEYED)).select(columns), refused])
    standing = rows.filter(pl.col(DROP).is_null() | (pl.col(DROP) == WITHDRAWN))
    found = unsure(source, standing, others, key)
    if not found:
        return rows
    hit = pl.col(INDEX).is_in(found)
    return rows.with_columns(
        pl.when(hit).then(pl.lit(UNSURE)).otherwise(DROP).alias(DROP),
        pl.when(hit).then(pl.lit(key[0])).otherwise(COLUMN).alias(COLUMN),
    )


def _overlaps(rows: pl.DataFrame, group: list[str]) -> pl.DataFrame:
    """Dated rows of one participant (and one match) that overlap say two things of one day: none of them counts."""
    spans = rows.filter(pl.col(DROP).is_null()).select(INDEX, *group, "start", "end")
    spans = spans.sort(*group, "start", "end", INDEX)
    ended = pl.col("end").cum_max().shift(1).over(group)
    follows = pl.col("start").shift(-1).over(group)
    hit = spans.filter((pl.col("start") <= ended) | (pl.col("end") >= follows))[INDEX]
    return _mark(rows, pl.col(INDEX).is_in(hit.to_list()), OVERLAP, "start")

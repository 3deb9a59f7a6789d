"""Refused rows that look like a total of the export, which is no row of the source: what to write in `skip_rows` for them.

In: refused rows of a source, what could be read of them, and its accepted rows. Out: the refused rows with a hint, which the log
and `komisi sources check` tell alike.
"""

from collections.abc import Callable, Iterator

import polars as pl

from engine.plan.workspace import Column, Source
from engine.record.draft import collected
from engine.record.visible import visible

HINT = "total"
"""The column in which the hint stands; null of rows that look like any other."""
LOOKED_AT = ("X007", "X011")
"""Codes of rows with a column that is empty, or has a word where a day should be."""
WORDS = (
    "(?:(?:grand|sub|net|gross|running)[ -]?)?(?:totals?|sums?|totaal|totales?|somme|suma|soma|summen?|jumlah)"
    "|zwischensumme|gesamt(?:summe|betrag)?"
)
"""How totals are called."""
WHOLE, BEGINS = rf"^(?i)({WORDS})$", rf"^(?i)({WORDS})[\s:.,(=]"
COLUMN, FOUND = "~column", "~found"
"""Beside the columns of a source, whose own have no such names: which is at fault, and what stands there."""
PLAIN = r"^[A-Za-z][A-Za-z -]*$"


def with_total(source: Source, refused: pl.DataFrame, readable: pl.DataFrame, accepted: pl.LazyFrame) -> pl.DataFrame:
    """The rows with `total`. `readable`: what of each could be read, typed, null where nothing could."""
    fault = (pl.col("column").alias(COLUMN), pl.col("found").str.strip_chars().alias(FOUND))
    asked = refused.filter(pl.col("code").is_in(LOOKED_AT)).select("file", "row", *fault)
    rows = asked.join(readable.unique(["file", "row"]), on=["file", "row"], how="inner", maintain_order="left")
    hints = rows.select("file", "row", pl.coalesce(*_called(source, rows, accepted), _without_key(source)).alias(HINT))
    told = hints.drop_nulls(HINT).unique(["file", "row"], keep="first", maintain_order=True)
    return refused.join(told, on=["file", "row"], how="left", maintain_order="left")


def _called(source: Source, rows: pl.DataFrame, accepted: pl.LazyFrame) -> Iterator[pl.Expr]:
    """By a word where a key, a day or a participant should be, while the row lacks another of what each of the source's own has.

    Other columns are not asked: a customer may be called Total Energies.
    """
    wanted = _wanted(source)
    for column in wanted:
        text: pl.Expr = pl.col(column.name)
        if column.type.dtype == "date":
            text = pl.when(pl.col(COLUMN) == column.name).then(pl.col(FOUND))
        elif column.type.dtype != "text":
            continue
        lacks = pl.any_horizontal(pl.lit(False), *(pl.col(c.name).is_null() for c in wanted if c is not column))
        text = pl.when(lacks).then(text)
        whole = _of_none(rows, text.str.extract(WHOLE), accepted, pl.Expr.eq, column)
        begins = _of_none(rows, text.str.extract(BEGINS), accepted, _begins, column)
        said = pl.coalesce(_quoted(whole), pl.concat_str(pl.lit("{begins_with: "), _quoted(begins), pl.lit("}")))
        yield _hint(source, pl.concat_str(pl.lit(f"{column.name}: "), said))


def _begins(text: pl.Expr, word: str) -> pl.Expr:
    return text.str.starts_with(word)


def _of_none(
    rows: pl.DataFrame, word: pl.Expr, accepted: pl.LazyFrame, fits: Callable[[pl.Expr, str], pl.Expr], column: Column
) -> pl.Expr:
    """The word, where no accepted row fits it: that one would be skipped, too."""
    words = rows.select(word.alias(FOUND))[FOUND].drop_nulls().unique().sort()
    if words.is_empty():
        return word
    text = pl.col(column.name).cast(pl.String)
    theirs = collected(accepted.select(fits(text, each).any().alias(str(at)) for at, each in enumerate(words))).row(0)
    return pl.when(~word.is_in(words.filter(pl.Series(theirs, dtype=pl.Boolean)).implode())).then(word)


def _without_key(source: Source) -> pl.Expr:
    """By an empty key, and whatever else of texts each row has, beside a number: an order that lost its id has a seller."""
    numbers = [pl.col(c.name).fill_null(0) != 0 for c in source.columns if c.type.is_numeric]
    texts = [column.name for column in _wanted(source) if column.type.dtype == "text"]
    if source.role != "transactions" or not numbers or len(texts) < 2:
        return pl.lit(None, pl.String)
    like = pl.all_horizontal(pl.col(name).is_null() for name in dict.fromkeys((*source.row_key, *texts)))
    item = pl.lit(", ".join(f"{name}: {{empty: true}}" for name in texts))
    return pl.when(like & pl.any_horizontal(numbers)).then(_hint(source, item))


def _wanted(source: Source) -> list[Column]:
    """What each row of the source has: its key, its day, its participant."""
    beside = (source.date, source.participant) if source.role == "transactions" else ()
    named = dict.fromkeys((*source.row_key, *(name for name in beside if name is not None)))
    columns = [column for name in named if (column := source.column(name)) is not None]
    return [column for column in columns if not column.type.nullable and column.on_empty is None]


def _hint(source: Source, item: pl.Expr) -> pl.Expr:
    begin = "if it is a total of the export, `skip_rows: [{"
    return pl.concat_str(pl.lit(begin), visible(item), pl.lit(f"}}]` of source `{source.name}` leaves it out"))


def _quoted(text: pl.Expr) -> pl.Expr:
    """A text as YAML has it."""
    marked = pl.concat_str(pl.lit('"'), text.str.replace_all('"', '\\"', literal=True), pl.lit('"'))
    return pl.when(text.str.contains(PLAIN)).then(text).otherwise(marked)

"""Refused rows that look like a total of the export, which is no row of the source: what to write in `skip_rows` for them.

In: refused rows of a source, and what could be read of them. Out: the same with a hint, which the log and `komisi sources check`
tell alike.
"""

from collections.abc import Iterator

import polars as pl

from engine.plan.workspace import Source
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
WHOLE, BEGINS = rf"^(?i)(?:{WORDS})$", rf"^(?i)({WORDS})(?:[\s:.,(=]|$)"
PLAIN = r"^[A-Za-z][A-Za-z -]*$"


def with_total(source: Source, refused: pl.DataFrame, readable: pl.DataFrame) -> pl.DataFrame:
    """The rows with `total`. `readable`: what of each could be read, typed, null where nothing could."""
    asked = refused.filter(pl.col("code").is_in(LOOKED_AT)).select("file", "row", "column", "found")
    rows = asked.join(readable.unique(["file", "row"]), on=["file", "row"], how="inner", maintain_order="left")
    hints = rows.select("file", "row", pl.coalesce(*_called(source), _without_key(source)).alias(HINT))
    told = hints.drop_nulls(HINT).unique(["file", "row"], keep="first", maintain_order=True)
    return refused.join(told, on=["file", "row"], how="left", maintain_order="left")


def _called(source: Source) -> Iterator[pl.Expr]:
    """By a word, where the row lacks something that each of the source's own has."""
    wanted = _wanted(source)
    for column in source.columns:
        word = pl.col(column.name) if column.type.dtype == "text" else pl.lit(None, pl.String)
        if column.type.dtype == "date":
            word = pl.when(pl.col("column") == column.name).then(pl.col("found").str.strip_chars())
        others = [pl.col(name).is_null() for name in wanted if name != column.name]
        begins = pl.concat_str(pl.lit("{begins_with: "), _quoted(word.str.extract(BEGINS)), pl.lit("}"))
        said = pl.when(word.str.contains(WHOLE)).then(_quoted(word)).otherwise(begins)
        item = pl.concat_str(pl.lit(f"{column.name}: "), said)
        yield pl.when(pl.any_horizontal(pl.lit(False), *others) & word.str.contains(BEGINS)).then(_hint(source, item))


def _without_key(source: Source) -> pl.Expr:
    """By an empty key, and whatever else of texts each row has, beside a number: an order that lost its id has a seller."""
    numbers = [pl.col(c.name).fill_null(0) != 0 for c in source.columns if c.type.is_numeric]
    of = {column.name: column.type.dtype for column in source.columns}
    texts = [name for name in _wanted(source) if of[name] == "text"]
    if source.role != "transactions" or not numbers or len(texts) < 2:
        return pl.lit(None, pl.String)
    like = pl.all_horizontal(pl.col(name).is_null() for name in dict.fromkeys((*source.row_key, *texts)))
    item = pl.lit(", ".join(f"{name}: {{empty: true}}" for name in texts))
    return pl.when(like & pl.any_horizontal(numbers)).then(_hint(source, item))


def _wanted(source: Source) -> list[str]:
    """What each row of the source has: its key, its day, its participant."""
    beside = (source.date, source.participant) if source.role == "transactions" else ()
    named = dict.fromkeys((*source.row_key, *(name for name in beside if name is not None)))
    return [name for name in named if (column := source.column(name)) is not None and not column.type.nullable]


def _hint(source: Source, item: pl.Expr) -> pl.Expr:
    begin = "if it is a total of the export, `skip_rows: [{"
    return pl.concat_str(pl.lit(begin), visible(item), pl.lit(f"}}]` of source `{source.name}` leaves it out"))


def _quoted(text: pl.Expr) -> pl.Expr:
    """A text as YAML has it."""
    marked = pl.concat_str(pl.lit('"'), text.str.replace_all('"', '\\"', literal=True), pl.lit('"'))
    return pl.when(text.str.contains(PLAIN)).then(text).otherwise(marked)

"""Text columns → typed columns, strictly: by a regular expression first, then a cast that can't round.

Each column also gets the code of what is wrong with a value, null where nothing is. Nothing is repaired silently except
white space around a text and its Unicode form (NFC).
"""

import re

import polars as pl

from engine.core.unseen import JOINERS, LONGEST_TEXT, UNSEEN, UNSEEN_IN_IDS
from engine.plan.workspace import Column, Source

DECIMAL = pl.Decimal(38, 12)
DIGITS = {"money": 16, "rate": 9, "quantity": 9}
"""Digits before the point, by dtype: their bounds."""
EMPTY, NOT_A_NUMBER, TOO_LARGE, TOO_FINE, NOT_A_DATE, NOT_A_BOOL, BAD_TEXT = (
    "X007", "X008", "X009", "X010", "X011", "X013", "X014",
)  # fmt: skip

_DATE_PARTS = {part: "[0-9]{4}" if part == "%Y" else "[0-9]{2}" for part in ("%Y", "%m", "%d", "%H", "%M", "%S")}


def trimmed(name: str, ascii: bool) -> pl.Expr:
    """The trimmed, normalised text of a column; null if nothing is left. `ascii` texts need no normalising."""
    text = pl.col(name)
    text = (text if ascii else text.str.normalize("NFC")).str.strip_chars()
    return pl.when(text == "").then(None).otherwise(text)


def cleaned(column: Column, ascii: bool) -> pl.Expr:
    """The same, or what an empty text stands for."""
    filled = trimmed(column.name, ascii)
    if column.on_empty is None:
        return filled
    stands = column.on_empty if isinstance(column.on_empty, str) else f"{column.on_empty:f}"
    return filled.fill_null(stands.replace(".", column.decimal_mark) if column.type.is_numeric else stands)


def typed(column: Column) -> pl.Expr:
    """The value of a cleaned text column; null where it can't be read."""
    text = pl.col(column.name)
    dtype = column.type.dtype
    if column.type.is_numeric:
        plain = _plain_number(column)
        good = plain.str.contains(_number_pattern(DIGITS[dtype]))
        return pl.when(good).then(plain).otherwise(None).cast(DECIMAL, strict=False)
    if dtype == "date":
        return _date(column)
    if dtype == "bool":
        lower = text.str.to_lowercase()
        return (
            pl.when(lower.is_in(["true", "1"])).then(True).when(lower.is_in(["false", "0"])).then(False).otherwise(None)
        )
    return text


def problem(column: Column, source: Source) -> pl.Expr:
    """The code of what is wrong with a cleaned text column's value, null where it is fine."""
    text = pl.col(column.name)
    empty = pl.when(text.is_null()).then(pl.lit(None if column.type.nullable else EMPTY, pl.String))
    if column.type.is_numeric:
        plain = _plain_number(column)
        return (
            empty.when(~_written_as_number(column)).then(pl.lit(NOT_A_NUMBER))
            .when(plain.str.contains(r"\.[0-9]{13,}$")).then(pl.lit(TOO_FINE))
            .when(~plain.str.contains(_number_pattern(DIGITS[column.type.dtype]))).then(pl.lit(TOO_LARGE))
        )  # fmt: skip
    if column.type.dtype == "date":
        return empty.when(_date(column).is_null()).then(pl.lit(NOT_A_DATE))
    if column.type.dtype == "bool":
        return empty.when(~text.str.to_lowercase().is_in(["true", "false", "0", "1"])).then(pl.lit(NOT_A_BOOL))
    return empty.when(bad_text(column, source)).then(pl.lit(BAD_TEXT))


def bad_text(column: Column, source: Source) -> pl.Expr:
    """Whether a text is too long for a value, or holds characters that nobody sees; of an id more of them are refused."""
    text = pl.col(column.name)
    long = text.str.len_chars() > LONGEST_TEXT
    if column.name in source.ids:
        lone = rf"^{JOINERS}|{JOINERS}$|[!-~]{JOINERS}"
        return long | text.str.contains(f"[{UNSEEN_IN_IDS}]|{lone}")
    unseen = UNSEEN if source.records == "quoted" else rf"{UNSEEN}\t\n\r"
    return long | text.str.contains(f"[{unseen}]")


def out_of_bounds(number: pl.Expr, column: Column) -> pl.Expr:
    """Whether an exact number is beyond what its type may be."""
    limit = pl.lit(10 ** DIGITS[column.type.dtype]).cast(pl.Decimal(38, 0))
    return (number >= limit) | (number <= -limit)


def day_in_bounds(day: pl.Expr) -> pl.Expr:
    """The day, if it lies in the years 1 to 9999; else null."""
    return pl.when(day.dt.year().is_between(1, 9999)).then(day).otherwise(None)


def _number_pattern(digits: int) -> str:
    return rf"^-?0{{0,20}}[0-9]{{1,{digits}}}(\.[0-9]{{1,12}})?$"


def _written_as_number(column: Column) -> pl.Expr:
    mark = re.escape(column.decimal_mark)
    whole = "[0-9]+"
    if column.thousands is not None:
        whole = rf"(?:[0-9]{{1,3}}(?:{re.escape(column.thousands)}[0-9]{{3}})+|[0-9]+)"
    return pl.col(column.name).str.contains(rf"^-?{whole}({mark}[0-9]+)?$")


def _plain_number(column: Column) -> pl.Expr:
    """The number with a point and no thousands marks, where it is written as the source says; else null."""
    text = pl.col(column.name)
    plain = text if column.thousands is None else text.str.replace_all(column.thousands, "", literal=True)
    plain = plain if column.decimal_mark == "." else plain.str.replace(column.decimal_mark, ".", literal=True)
    return pl.when(_written_as_number(column)).then(plain).otherwise(None)


def _date(column: Column) -> pl.Expr:
    """A day; the pattern must fill the text, so `2026-3-1` is not `2026-03-01`. A time after it is dropped."""
    text, form = pl.col(column.name), column.date_format
    pattern = re.sub(r"%[A-Za-z]", lambda m: _DATE_PARTS.get(m[0], m[0]), re.sub(r"([.^$*+?{}\[\]|()])", r"\\\1", form))
    fits = pl.when(text.str.contains(f"^{pattern}$")).then(text).otherwise(None)
    if "%H" in form:
        return day_in_bounds(fits.str.to_datetime(form, strict=False).dt.date())
    return day_in_bounds(fits.str.to_date(form, strict=False))

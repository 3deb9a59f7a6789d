"""A cell → the text that a column's parser reads, written as the column's files write it; or the code of what is wrong.

A number in a workbook is a binary fraction, of which Excel shows 15 digits: those are the number. A day is a number with a
style. What could be meant otherwise than it is shown is refused.
"""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from engine.intake.parse import NOT_A_DATE, TOO_FINE, TOO_LARGE
from engine.intake.workbook.sheet import Cell
from engine.plan.workspace import Column

ERROR, NO_VALUE, OTHER_KIND, MERGED, HIDDEN = "X027", "X028", "X029", "X030", "X031"
SHOWN = Context(prec=15, rounding=ROUND_HALF_UP)
MOST_DIGITS = 15
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,5})?")
Read = tuple[str | None, str | None]
"""The text, and the code of what is wrong with it."""


def text_of(cell: Cell | None, column: Column, since_1904: bool) -> Read:
    """What a column reads from a cell."""
    if cell is None:
        return None, None
    if cell.kind == "s":
        return cell.text, None
    if cell.kind == "e":
        return cell.text, ERROR
    if cell.kind == "f":
        return cell.text, NO_VALUE
    if cell.kind == "b":
        shown = "true" if cell.text == "1" else "false"
        return shown, None if column.type.dtype == "bool" else OTHER_KIND
    if cell.kind == "d":
        return _day_in_words(cell.text, column)
    return _number(cell, column, since_1904)


def _number(cell: Cell, column: Column, since_1904: bool) -> Read:
    if NUMBER.fullmatch(cell.text) is None:
        return cell.text, OTHER_KIND
    number = Decimal(cell.text)
    if cell.shows == "date":
        return _day(number, column, since_1904)
    if cell.shows == "time":
        return cell.text, OTHER_KIND
    if number and number.adjusted() >= MOST_DIGITS:
        return cell.text, TOO_LARGE
    if number and number.adjusted() < -40:
        return cell.text, TOO_FINE
    shown = SHOWN.plus(number)
    text = f"{shown:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole = shown == shown.to_integral_value()
    if column.type.is_numeric:
        return text.replace(".", column.decimal_mark), None
    fits = whole and shown >= 0 and cell.shows == "plain"
    return text, None if fits else OTHER_KIND


def _day(number: Decimal, column: Column, since_1904: bool) -> Read:
    """The day that a number is shown as. There was no 29 February 1900; Excel has one, as day 60."""
    count = int(number) if -1 < number < 2_958_466 else -1
    first = date(1904, 1, 1) if since_1904 else date(1899, 12, 31) if count < 60 else date(1899, 12, 30)
    if count < 0 or (not since_1904 and count in (0, 60)):
        return f"{number:f}"[:40], NOT_A_DATE
    return _written(first + timedelta(days=count), column)


def _day_in_words(text: str, column: Column) -> Read:
    try:
        return _written(date.fromisoformat(text[:10]), column)
    except ValueError:
        return text, NOT_A_DATE


def _written(day: date, column: Column) -> Read:
    """A day as the column's texts have it, so that the same parser reads both."""
    if column.type.dtype != "date":
        return day.isoformat(), OTHER_KIND
    parts = {"%Y": f"{day.year:04}", "%m": f"{day.month:02}", "%d": f"{day.day:02}"}
    return re.sub("%[A-Za-z]", lambda part: parts.get(part[0], "00"), column.date_format), None

"""`calendar:` of a workspace → `Calendar`. In: a mapping that fits its schema. Out: all periods, or diagnostics and None.

Custom periods follow one another day by day: a day in none of them, or in two, would have no meaning for a plan.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from engine.core.diagnostic import Diagnostics
from engine.core.period import Calendar, custom_calendar, months_calendar
from engine.core.span import Span
from engine.load.build_weeks import build_weeks
from engine.load.fields import Fields


@dataclass(frozen=True)
class Row:
    """A custom period as written."""

    name: str
    start: date
    end: date
    year: str
    quarter: str | None
    span: Span


KEYS = {
    "months": ("first_year", "last_year", "fiscal_year_starts", "year_named_by"),
    "weeks": (
        "first_year", "last_year", "weeks", "year_ends", "year_ends_on", "year_ends_in", "years_of_53_weeks",
        "extra_week_in", "year_named_by", "year_name",
    ),
    "custom": ("periods",),
}  # fmt: skip
"""What a calendar of each kind is made from."""


def build_calendar(fields: Fields) -> Calendar | None:
    """The calendar; None where it can't be one."""
    kind = fields.text("kind")
    fine = _useless(fields, kind)
    if kind == "custom":
        rows = [_row(Fields(item, fields.diagnostics)) for item in fields.items("periods")]
        if not _follow(rows, fields.diagnostics) or not _names(rows, fields.diagnostics) or not fine:
            return None
        return custom_calendar([(row.name, row.start, row.end, row.year, row.quarter) for row in rows])
    first, last = fields.integer("first_year"), fields.integer("last_year")
    if last < first:
        message = f"the calendar ends with {last}, before it starts with {first}"
        fields.diagnostics.error("W001", message, fields.span("last_year"), help="both years are inclusive")
        return None
    if not fine:
        return None
    if kind == "weeks":
        return build_weeks(fields)
    return months_calendar(first, last, fields.integer("fiscal_year_starts"), fields.text("year_named_by"))


def _row(fields: Fields) -> Row:
    quarter = fields.text("quarter") if "quarter" in fields else None
    day = fields.day
    return Row(fields.text("name"), day("start"), day("end"), fields.text("year"), quarter, fields.span("name"))


def _useless(fields: Fields, kind: str) -> bool:
    """Whether it says nothing that belongs to another kind of calendar."""
    others = dict.fromkeys(key for keys in KEYS.values() for key in keys if key not in KEYS[kind])
    found = [key for key in others if key in fields]
    for key in found:
        message = f"a calendar of kind `{kind}` has no `{key}`"
        fields.diagnostics.error("S014", message, fields.span_of_key(key), help="delete it, or choose the other kind")
    return not found


def _follow(rows: list[Row], diagnostics: Diagnostics) -> bool:
    """Each period ends after it starts, and starts on the day after the one before."""
    fine = True
    for row in rows:
        if row.end < row.start:
            message = f"the period ends on {row.end}, before it starts on {row.start}"
            diagnostics.error("W001", message, row.span, help="both days are inclusive")
            fine = False
    for before, row in pairwise(rows):
        expected = before.end + timedelta(days=1)
        if row.start == expected or not fine:
            continue
        fine = False
        related = ((before.span, f"`{before.name}` ends on {before.end}"),)
        help = f"periods follow one another in order of time: this one starts on {expected}"
        if row.start > expected:
            days = (row.start - expected).days
            message = f"{days} day{'s' if days > 1 else ''} before `{row.name}` lie in no period"
            diagnostics.error("W002", message, row.span, help=help, related=related)
        else:
            diagnostics.error(
                "W003", f"`{row.name}` overlaps the period before it", row.span, help=help, related=related
            )
    return fine


def _names(rows: list[Row], diagnostics: Diagnostics) -> bool:
    """No name twice among periods, quarters and years; a year and a quarter are in one piece, a quarter in one year."""
    fine = True
    first: dict[str, Row] = {}
    for row in rows:
        if row.name in first:
            related = ((first[row.name].span, "the other one"),)
            diagnostics.error(
                "W004",
                f"there are two periods `{row.name}`",
                row.span,
                help="give one of them another name",
                related=related,
            )
            fine = False
        first.setdefault(row.name, row)
    years, quarters = {row.year for row in rows}, {row.quarter for row in rows if row.quarter}
    for name in sorted((years & quarters) | (years & set(first)) | (quarters & set(first))):
        span = first[name].span if name in first else next(row.span for row in rows if name in (row.year, row.quarter))
        diagnostics.error(
            "W004",
            f"`{name}` names periods of two lengths",
            span,
            help="give each its own name, such as FY26, FY26-Q1, 2026-01",
        )
        fine = False
    return fine and _in_one_piece(rows, diagnostics)


def _in_one_piece(rows: list[Row], diagnostics: Diagnostics) -> bool:
    fine = True
    seen: set[str] = set()
    before: Row | None = None
    for row in rows:
        for name, previous in ((row.year, before and before.year), (row.quarter, before and before.quarter)):
            broken = name is not None and name != previous and name in seen
            torn = (
                name is not None
                and name == row.quarter
                and name == previous
                and before is not None
                and before.year != row.year
            )
            if broken or torn:
                message = f"`{name}` is not in one piece" if broken else f"the quarter `{name}` lies in two years"
                diagnostics.error("W005", message, row.span, help="the periods of a year or quarter follow one another")
                fine = False
        seen |= {name for name in (row.year, row.quarter) if name is not None}
        before = row
    return fine

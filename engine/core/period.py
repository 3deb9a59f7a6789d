"""Calendars and periods: what a month, a quarter, a year or a custom period is, as data.

In: the calendar of a workspace. Out: `Period`s with first and last day (both inclusive), their year and their shortest
periods. Nothing here reads a clock.
"""

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial

LENGTHS = ("month", "period", "quarter", "year")


@dataclass(frozen=True, order=True)
class Period:
    """A span of days with a name. `year` is the name of the (fiscal) year it lies in, `start`/`end` are inclusive."""

    start: date
    end: date
    name: str
    length: str
    year: str
    year_start: date
    year_end: date

    @property
    def days(self) -> int:
        """Calendar days in the period."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Calendar:
    """All periods of a workspace, by name; `shortest` is the length that targets are spread to (month or period)."""

    shortest: str
    periods: tuple[Period, ...]

    def find(self, name: str) -> Period | None:
        """The period called `name`, if there is one."""
        return next((period for period in self.periods if period.name == name), None)

    def of_length(self, length: str) -> tuple[Period, ...]:
        """Periods of one length, in order of time."""
        return self._of_lengths.get(length, ())

    @cached_property
    def _of_lengths(self) -> dict[str, tuple[Period, ...]]:
        lengths = {period.length for period in self.periods}
        return {each: tuple(sorted(period for period in self.periods if period.length == each)) for each in lengths}

    def containing(self, day: date, length: str) -> Period | None:
        """The period of that length that `day` lies in, if the calendar has one."""
        return next((p for p in self.of_length(length) if p.start <= day <= p.end), None)

    def before(self, period: Period) -> Period | None:
        """The period of the same length before it, if the calendar has one."""
        earlier = [p for p in self.of_length(period.length) if p.start < period.start]
        return earlier[-1] if earlier else None

    def year_before(self, period: Period) -> Period | None:
        """The one of the same length and the same place in the year before, if that year has one."""
        of_length = self.of_length(period.length)
        mine = [p for p in of_length if p.year == period.year]
        last = [p for p in of_length if p.year_end + timedelta(days=1) == period.year_start]
        place = mine.index(period)
        return last[place] if place < len(last) else None

    def last_of(self, length: str, period: Period) -> Period | None:
        """Of the quarter or year before the one that it lies in, the last one as long as it is itself."""
        within = self.containing(period.start, length)
        ends = None if within is None else within.start - timedelta(days=1)
        return next((p for p in self.of_length(period.length) if p.end == ends), None)

    def back(self, period: Period, back: str) -> Period | None:
        """One `period` or one `year` earlier; or the last one of the quarter (`quarter_end`) or year before."""
        if back in ("period", "year"):
            return self.before(period) if back == "period" else self.year_before(period)
        return self.last_of(back.removesuffix("_end"), period)

    def parts(self, period: Period) -> tuple[Period, ...]:
        """The shortest periods that make up `period`, in order of time."""
        return tuple(p for p in self.of_length(self.shortest) if period.start <= p.start and p.end <= period.end)


def months_calendar(first_year: int, last_year: int, fiscal_start_month: int, named_by: str) -> Calendar:
    """Months (`2026-03`), quarters (`2026-Q1`) and years (`2026`) for fiscal years that start in any month.

    Months carry their calendar name; quarters and years the fiscal year's, which is the calendar year it starts or
    ends in (`named_by`: `start` or `end`).
    """
    periods: list[Period] = []
    for year in range(first_year, last_year + 1):
        starts = [_add_months(date(year, fiscal_start_month, 1), i) for i in range(13)]
        label = str(year if named_by == "start" else (starts[12] - timedelta(days=1)).year)
        span = partial(between, starts, label)
        periods += [span(i, i + 1, f"{starts[i]:%Y-%m}", "month") for i in range(12)]
        periods += [span(3 * q, 3 * q + 3, f"{label}-Q{q + 1}", "quarter") for q in range(4)]
        periods.append(span(0, 12, label, "year"))
    return Calendar("month", tuple(sorted(periods)))


def between(starts: list[date], year: str, first: int, after: int, name: str, length: str) -> Period:
    """The days from one of the starts up to another. The last of `starts` is that of the next year."""
    end, year_end = (starts[at] - timedelta(days=1) for at in (after, -1))
    return Period(starts[first], end, name, length, year, starts[0], year_end)


def custom_calendar(rows: list[tuple[str, date, date, str, str | None]]) -> Calendar:
    """A calendar from rows (name, start, end, year, quarter or None), in order of time, without gaps or overlaps."""
    years: dict[str, list[tuple[str, date, date, str, str | None]]] = {}
    for row in rows:
        years.setdefault(row[3], []).append(row)
    periods: list[Period] = []
    for year, members in years.items():
        start, end = members[0][1], members[-1][2]
        periods.append(Period(start, end, year, "year", year, start, end))
        periods += [Period(m[1], m[2], m[0], "period", year, start, end) for m in members]
        for quarter in dict.fromkeys(m[4] for m in members if m[4] is not None):
            inside = [m for m in members if m[4] == quarter]
            periods.append(Period(inside[0][1], inside[-1][2], quarter, "quarter", year, start, end))
    return Calendar("period", tuple(sorted(periods)))


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))

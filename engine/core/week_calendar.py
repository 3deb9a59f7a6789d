"""Calendars of whole weeks: 4-4-5, 4-5-4, 5-4-4 or thirteen periods of four weeks, in years of 52 or 53 weeks.

In: how a year ends (the last Saturday of January, the Sunday nearest to the end of December) and which years. Out: a
`Calendar`. A year is named by the month it is stated to end by, not by its very last day: years nearest to the end of
December begin in one calendar year and end in the next but one, and some number would be given twice, another never.
"""

import calendar as gregorian
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import accumulate

from engine.core.period import Calendar, Period, between

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERIODS: Mapping[str, tuple[int, ...]] = {
    "4-4-5": (4, 4, 5) * 4, "4-5-4": (4, 5, 4) * 4, "5-4-4": (5, 4, 4) * 4, "4x13": (4,) * 13,
}  # fmt: skip
"""How the 52 weeks of a year are cut."""


@dataclass(frozen=True)
class YearEnd:
    """The weekday that years end on: the last of a month, or the one nearest to the month's last day."""

    rule: str
    weekday: str
    month: int

    def last_day(self, year: int) -> date:
        """The last day of the fiscal year that is to end by the end of the month in `year`."""
        month_end = date(year, self.month, gregorian.monthrange(year, self.month)[1])
        back = (month_end.weekday() - WEEKDAYS.index(self.weekday)) % 7
        return month_end - timedelta(days=back - 7 if self.rule == "nearest" and back > 3 else back)


@dataclass(frozen=True)
class WeekYear:
    """A fiscal year of whole weeks. `number` is what it is named by."""

    number: int
    start: date
    end: date

    @property
    def weeks(self) -> int:
        """52 or 53."""
        return ((self.end - self.start).days + 1) // 7


def week_years(first_year: int, last_year: int, year_end: YearEnd, named_by: str) -> tuple[WeekYear, ...]:
    """The years from the one that starts in `first_year` to the one that starts in `last_year`."""
    found = []
    for year in range(first_year, last_year + 1):
        ends = year if year_end.month == 12 else year + 1
        start = year_end.last_day(ends - 1) + timedelta(days=1)
        found.append(WeekYear(year if named_by == "start" else ends, start, year_end.last_day(ends)))
    return tuple(found)


def week_calendar(years: tuple[WeekYear, ...], pattern: str, extra_week_in: int, year_name: str) -> Calendar:
    """Periods (`FY26-P01`), quarters (`FY26-Q1`, if there are twelve periods) and years (`FY26`).

    `extra_week_in` is the period, counted from 1, that is a week longer in a year of 53 weeks.
    """
    periods: list[Period] = []
    for year in years:
        label = named(year_name, year.number)
        weeks = list(PERIODS[pattern])
        weeks[extra_week_in - 1] += year.weeks - 52
        begins = [year.start + timedelta(weeks=count) for count in accumulate(weeks, initial=0)]

        span = partial(between, begins, label)
        periods += [span(i, i + 1, f"{label}-P{i + 1:02}", "period") for i in range(len(weeks))]
        if len(weeks) == 12:
            periods += [span(3 * q, 3 * q + 3, f"{label}-Q{q + 1}", "quarter") for q in range(4)]
        periods.append(span(0, len(weeks), label, "year"))
    return Calendar("period", tuple(sorted(periods)))


def named(year_name: str, number: int) -> str:
    """The name of the year of that number."""
    return year_name.replace("{year}", str(number)).replace("{yy}", f"{number % 100:02}")

"""Calendars of weeks against published ones: retail, the year of a maker of phones, and ISO weeks."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from engine.core.diagnostic import Diagnostics
from engine.core.period import Calendar
from engine.core.week_calendar import PERIODS, WEEKDAYS, WeekYear, YearEnd, week_calendar, week_years
from engine.load.build_calendar import build_calendar
from engine.load.fields import Fields
from engine.load.yaml_file import parse_yaml

RETAIL = YearEnd("nearest", "saturday", 1)
SEPTEMBER = YearEnd("last", "saturday", 9)


def long(years: tuple[WeekYear, ...]) -> list[int]:
    return [year.number for year in years if year.weeks == 53]


def test_retail_years() -> None:
    """The 4-5-4 calendar of retail federations: 53 weeks in 2006, 2012, 2017 and 2023."""
    years = week_years(2005, 2024, RETAIL, "start")
    assert long(years) == [2006, 2012, 2017, 2023]
    assert (years[18].start, years[18].end) == (date(2023, 1, 29), date(2024, 2, 3))
    made = week_calendar(years[18:], "4-5-4", 12, "{year}")
    assert [(p.start, p.end) for p in (made.find("2023-P01"), made.find("2023-P02"), made.find("2023-P12")) if p] == [
        (date(2023, 1, 29), date(2023, 2, 25)),
        (date(2023, 2, 26), date(2023, 4, 1)),
        (date(2023, 12, 31), date(2024, 2, 3)),
    ]


def test_a_year_to_the_last_saturday_of_september() -> None:
    """Years that ended on 30 September 2017 and 2023 had a week more, in their first quarter."""
    years = week_years(2015, 2023, SEPTEMBER, "end")
    assert long(years) == [2017, 2023]
    assert (years[7].start, years[7].end) == (date(2022, 9, 25), date(2023, 9, 30))
    first = week_calendar(years, "5-4-4", 1, "FY{yy}").find("FY23-Q1")
    assert first is not None and (first.start, first.end) == (date(2022, 9, 25), date(2022, 12, 31))


def test_iso_years() -> None:
    """A year that ends on the Sunday nearest to the end of December is the year of ISO weeks."""
    for named_by in ("start", "end"):
        for year in week_years(1990, 2060, YearEnd("nearest", "sunday", 12), named_by):
            assert year.start == date.fromisocalendar(year.number, 1, 1)
            assert year.weeks == date(year.number, 12, 28).isocalendar().week


@pytest.mark.parametrize("rule", ["last", "nearest"])
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("pattern", PERIODS)
def test_no_day_is_lost_and_no_name_twice(rule: str, month: int, pattern: str) -> None:
    for weekday in WEEKDAYS:
        years = week_years(1999, 2028, YearEnd(rule, weekday, month), "end")
        assert {year.weeks for year in years} == {52, 53}
        made = week_calendar(years, pattern, 5, "{year}")
        for length in {period.length for period in made.periods}:
            days = [(p.start, p.end) for p in made.of_length(length)]
            assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(days))
            assert (days[0][0], days[-1][1]) == (years[0].start, years[-1].end)
        names = [period.name for period in made.periods]
        assert len(names) == len(set(names))
        assert {p.end.weekday() for p in made.periods} == {WEEKDAYS.index(weekday)}


TEXT = """kind: weeks
first_year: 2026
last_year: 2029
weeks: 4-4-5
year_ends: last
year_ends_on: saturday
year_ends_in: 1
years_of_53_weeks: []
extra_week_in: 12
year_named_by: start
year_name: FY{yy}
"""


def built(old: str = "", new: str = "") -> tuple[Calendar | None, list[str]]:
    diagnostics = Diagnostics()
    assert old in TEXT
    node = parse_yaml(TEXT.replace(old, new, 1).encode(), "komisi.yaml", diagnostics)
    assert node is not None
    made = build_calendar(Fields(node, diagnostics))
    return made, [f"{d.code} {d.message}; {d.help}" for d in diagnostics]


def test_built() -> None:
    made, told = built()
    assert made is not None and told == [] and made.shortest == "period"
    assert [p.name for p in made.of_length("year")] == ["FY26", "FY27", "FY28", "FY29"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("53_weeks: []", "53_weeks: [2027]",
         "W018 the year 2027 is from 2027-01-31 to 2028-01-29: 52 weeks;"
         " write `years_of_53_weeks: []`, or correct how a year ends"),
        ("53_weeks: []", "53_weeks: [2040]",
         "W018 the calendar has no year 2040; write `years_of_53_weeks: []`, or correct how a year ends"),
        ("year_ends: last", "year_ends: nearest",
         "W018 the year 2028 is from 2028-01-30 to 2029-02-03: 53 weeks;"
         " write `years_of_53_weeks: [2028]`, or correct how a year ends"),
        ("extra_week_in: 12", "extra_week_in: 13", "S006 a year of 4-4-5 weeks has 12 periods; it is at most 12"),
        ("last_year: 2029", "last_year: 2020",
         "W001 the calendar ends with 2020, before it starts with 2026; both years are inclusive"),
        ("year_named_by", "fiscal_year_starts: 1\nyear_named_by",
         "S014 a calendar of kind `weeks` has no `fiscal_year_starts`; delete it, or choose the other kind"),
        ("first_year: 2026\nlast_year: 2029", "first_year: 1950\nlast_year: 2050",
         "W004 there are two years `FY50`; write the year in four digits: `{year}`"),
    ],
)  # fmt: skip
def test_mistakes(old: str, new: str, told: str) -> None:
    made, found = built(old, new)
    assert made is None
    assert told in found

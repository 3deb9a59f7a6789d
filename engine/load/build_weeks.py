"""A calendar of weeks → `Calendar`. In: the mapping under `calendar:`. Out: all periods, or diagnostics and None.

Which years have 53 weeks follows from how a year ends, and is written down all the same: whoever confuses `last` with
`nearest` would be paid by other days, and finds out here instead.
"""

from engine.core.period import Calendar
from engine.core.week_calendar import PERIODS, WeekYear, YearEnd, named, week_calendar, week_years
from engine.load.fields import Fields
from engine.load.yaml_node import Scalar


def build_weeks(fields: Fields) -> Calendar | None:
    """The calendar; None where what it says does not fit together."""
    year_end = YearEnd(fields.text("year_ends"), fields.text("year_ends_on"), fields.integer("year_ends_in"))
    first, last = fields.integer("first_year"), fields.integer("last_year")
    years = week_years(first, last, year_end, fields.text("year_named_by"))
    fine = [_long_years(fields, years), _extra_week(fields), _year_names(fields, years)]
    if not all(fine):
        return None
    return week_calendar(years, fields.text("weeks"), fields.integer("extra_week_in"), fields.text("year_name"))


def _long_years(fields: Fields, years: tuple[WeekYear, ...]) -> bool:
    """The years of 53 weeks are those that the rule makes so."""
    said = [item.value for item in fields.items("years_of_53_weeks") if isinstance(item, Scalar)]
    long = [year.number for year in years if year.weeks == 53]
    if sorted(said, key=str) == long:
        return True
    odd = next((year for year in years if (year.number in said) != (year.weeks == 53)), None)
    if odd is None:
        gone = next(number for number in said if number not in [year.number for year in years])
        message = f"the calendar has no year {gone}"
    else:
        message = f"the year {odd.number} is from {odd.start} to {odd.end}: {odd.weeks} weeks"
    help = f"write `years_of_53_weeks: [{', '.join(map(str, long))}]`, or correct how a year ends"
    fields.diagnostics.error("W018", message, fields.span("years_of_53_weeks"), help=help)
    return False


def _extra_week(fields: Fields) -> bool:
    count = len(PERIODS[fields.text("weeks")])
    if fields.integer("extra_week_in") <= count:
        return True
    message = f"a year of {fields.text('weeks')} weeks has {count} periods"
    fields.diagnostics.error("S006", message, fields.span("extra_week_in"), help=f"it is at most {count}")
    return False


def _year_names(fields: Fields, years: tuple[WeekYear, ...]) -> bool:
    """Two digits name a hundred years."""
    names = [named(fields.text("year_name"), year.number) for year in years]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        message, help = f"there are two years `{twice}`", "write the year in four digits: `{year}`"
        fields.diagnostics.error("W004", message, fields.span("year_name"), help=help)
    return twice is None

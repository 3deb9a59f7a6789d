"""Independent oracle: earnings of the plans `lines` (EUR) and `override` (GBP) on the AdventureWorks CSV files.

Usage: python independent_abroad.py DATA_FOLDER      (CSV on stdout)

Written from the plans' words by somebody who did not know the engine: standard library, Decimal only, no float.
"""

import csv
import sys
from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, localcontext
from pathlib import Path

Row = dict[str, str | Decimal]
Line = tuple[str, date, Decimal, str]
Sums = defaultdict[tuple[str, date], Decimal]
LAST_DAY = date(2014, 5, 29)
TWELVE_PLACES = Decimal("1E-12")
CENT = Decimal("0.01")
CATEGORY_RATES = {
    "Bikes": Decimal("0.008"),
    "Components": Decimal("0.011"),
    "Clothing": Decimal("0.025"),
    "Accessories": Decimal("0.03"),
}
LEVEL_RATES = {1: Decimal("0.004"), 2: Decimal("0.001")}
MANAGERS = ("273", "274", "285", "287")
FIRST_DAY_OF_273 = date(2011, 5, 31)
MAX_RATE_AGE_DAYS = 4


def read_table(folder: Path, name: str) -> list[dict[str, str]]:
    """All rows of one CSV file as dictionaries of text."""
    with open(folder / f"{name}.csv", newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def product(left: Decimal, right: Decimal) -> Decimal:
    """left × right without loss, then half-even to 12 places."""
    with localcontext(Context(prec=60, traps=[Inexact, InvalidOperation])):
        exact = left * right
    return exact.quantize(TWELVE_PLACES, rounding=ROUND_HALF_EVEN, context=Context(prec=60))


def to_cents(amount: Decimal) -> Decimal:
    """amount half away from zero to 2 places (ROUND_HALF_UP is 'away from zero' in the decimal module)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP, context=Context(prec=60))


def read_quotas(folder: Path) -> tuple[list[date], dict[str, date]]:
    """The sorted starts of the quota periods, and each participant's first QuotaDate."""
    starts: set[date] = set()
    first_days: dict[str, date] = {}
    for row in read_table(folder, "SalesPersonQuotaHistory"):
        person, day = row["BusinessEntityID"], date.fromisoformat(row["QuotaDate"])
        starts.add(day)
        first_days[person] = min(day, first_days.get(person, day))
    if len(starts) != 12:
        raise ValueError(f"expected 12 quota periods, found {len(starts)}")
    return sorted(starts), first_days


def read_categories(folder: Path) -> dict[str, str]:
    """ProductID -> category name, 'none' for a product without subcategory."""
    names = {row["ProductCategoryID"]: row["Name"] for row in read_table(folder, "ProductCategory")}
    by_subcategory = {
        row["ProductSubcategoryID"]: names[row["ProductCategoryID"]] for row in read_table(folder, "ProductSubcategory")
    }
    return {
        row["ProductID"]: by_subcategory[row["ProductSubcategoryID"]] if row["ProductSubcategoryID"] else "none"
        for row in read_table(folder, "Product")
    }


def read_rates(folder: Path, target: str, column: str) -> dict[date, Decimal]:
    """CurrencyRateDate -> rate of USD to target, from the given column; raises on two rates of one day."""
    rates: dict[date, Decimal] = {}
    for row in read_table(folder, "CurrencyRate"):
        if (row["FromCurrencyCode"], row["ToCurrencyCode"]) == ("USD", target):
            day = date.fromisoformat(row["CurrencyRateDate"])
            if day in rates:
                raise ValueError(f"two rates USD/{target} on {day}")
            rates[day] = Decimal(row[column])
    return rates


def rate_of_day(rates: dict[date, Decimal], day: date) -> Decimal:
    """The rate of exactly this day; raises if there is none."""
    if day not in rates:
        raise LookupError(f"no rate on {day}")
    return rates[day]


def latest_rate(rates: dict[date, Decimal], days: list[date], day: date) -> Decimal:
    """The rate of the latest of the sorted days on or before day; raises if older than 4 days or absent."""
    position = bisect_right(days, day)
    if position == 0 or (day - days[position - 1]).days > MAX_RATE_AGE_DAYS:
        raise LookupError(f"no rate on {day} or up to {MAX_RATE_AGE_DAYS} days before")
    return rates[days[position - 1]]


def read_lines(folder: Path) -> list[Line]:
    """(seller, day, LineTotal in USD, category) of every line of an order with a seller, up to the last day."""
    categories = read_categories(folder)
    orders = {
        row["SalesOrderID"]: (row["SalesPersonID"], date.fromisoformat(row["OrderDate"]))
        for row in read_table(folder, "SalesOrderHeader")
        if row["SalesPersonID"]
    }
    lines = []
    for row in read_table(folder, "SalesOrderDetail"):
        seller, day = orders.get(row["SalesOrderID"], ("", LAST_DAY))
        if seller and day <= LAST_DAY:
            lines.append((seller, day, Decimal(row["LineTotal"]), categories[row["ProductID"]]))
    return lines


def period_of(starts: list[date], day: date) -> date:
    """The start of the quota period that holds the day; raises for a day before the first period."""
    position = bisect_right(starts, day)
    if position == 0:
        raise LookupError(f"{day} is before the first quota period")
    return starts[position - 1]


def rows_of(plan: str, component: str, first_days: dict[str, date], starts: list[date], sums: Sums) -> list[Row]:
    """One row per participant and period from the participant's first one on, the sum rounded to cents."""
    return [
        {
            "plan": plan,
            "component": component,
            "participant": person,
            "period": start.isoformat(),
            "amount": to_cents(sums.get((person, start), Decimal(0))),
        }
        for person in sorted(first_days, key=int)
        for start in starts
        if start >= period_of(starts, first_days[person])
    ]


def lines_plan(folder: Path, lines: list[Line], starts: list[date], quota_days: dict[str, date]) -> list[Row]:
    """Plan `lines`: each line's EUR value in cents times its category's rate, per seller and period."""
    first_days = {
        row["BusinessEntityID"]: quota_days[row["BusinessEntityID"]] for row in read_table(folder, "SalesPerson")
    }
    rates = read_rates(folder, "EUR", "AverageRate")
    sums: Sums = defaultdict(Decimal)
    for seller, day, usd, category in lines:
        euros = to_cents(product(usd, rate_of_day(rates, day)))
        if seller in first_days and day >= first_days[seller]:
            sums[seller, period_of(starts, day)] += product(euros, CATEGORY_RATES.get(category, Decimal(0)))
    return rows_of("lines", "by_category", first_days, starts, sums)


def override_plan(folder: Path, lines: list[Line], starts: list[date], quota_days: dict[str, date]) -> list[Row]:
    """Plan `override`: each line's GBP value times the level's rate, per manager above the seller and period."""
    first_days = {person: FIRST_DAY_OF_273 if person == "273" else quota_days[person] for person in MANAGERS}
    manager_of = {row["BusinessEntityID"]: row["ManagerID"] for row in read_table(folder, "Employee")}
    rates = read_rates(folder, "GBP", "EndOfDayRate")
    rate_days = sorted(rates)
    sums: Sums = defaultdict(Decimal)
    for seller, day, usd, _ in lines:
        pounds = product(usd, latest_rate(rates, rate_days, day))
        person = seller
        for level in (1, 2):
            person = manager_of.get(person, "")
            if person in first_days and day >= first_days[person]:
                sums[person, period_of(starts, day)] += product(pounds, LEVEL_RATES[level])
    return rows_of("override", "team", first_days, starts, sums)


def earnings(folder: Path) -> list[Row]:
    """All rows of both plans: plan, component, participant, period, amount."""
    with localcontext(Context(prec=60, traps=[Inexact, InvalidOperation])):
        starts, quota_days = read_quotas(folder)
        lines = read_lines(folder)
        return lines_plan(folder, lines, starts, quota_days) + override_plan(folder, lines, starts, quota_days)


def main() -> None:
    """Print the rows as CSV; the argument names the folder of the data."""
    writer = csv.DictWriter(sys.stdout, ["plan", "component", "participant", "period", "amount"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(earnings(Path(sys.argv[1])))


if __name__ == "__main__":
    main()

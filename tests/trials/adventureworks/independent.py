"""Independent oracle for two commission plans on the AdventureWorks sales data.

Usage: python independent.py DATA_FOLDER own|territory      (CSV on stdout)

`own`        Orders by their SalesPersonID, per seller and quota period: sales, quota,
             attainment (12 places) and commission, sales x CommissionPct in cents.
`territory`  Orders shared equally among the sellers assigned to the order's territory
             on the order date; the tier reached fiscal year to date sets the rate on
             the whole base to date; what was earned to the end of the period before,
             in the same fiscal year, is subtracted; the difference is rounded.
             `tier_rate` is the tier's factor (0.5 to 2.0), before CommissionPct.

Nothing here comes from the engine: standard library, Decimal only, no float. Sums are
exact; each product and quotient is rounded half-even to 12 places; cents are rounded
half away from zero. A row is written for each quota, sorted by participant and period.
"""

import csv
import sys
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from pathlib import Path

WIDE = Context(prec=80, rounding=ROUND_HALF_EVEN)  # no sum or product here fills it
UNIT = Decimal("1E-12")
CENT = Decimal("0.01")
ZERO = Decimal(0)
LAST_DAY = date(2014, 5, 29)
FISCAL_YEARS = (date(2011, 5, 31), date(2012, 5, 30), date(2013, 5, 30))
TIERS = tuple(  # lower bound as a share of the target, factor on CommissionPct
    (Decimal(bound), Decimal(factor)) for bound, factor in (("0", "0.5"), ("0.8", "1.0"), ("0.9", "1.5"), ("1", "2.0"))
)

Key = tuple[str, date]  # seller, first day of the quota period
Credit = tuple[str, date, Decimal]  # seller, day, value
Row = dict[str, str | Decimal]  # dates as ISO text


def times(left: Decimal, right: Decimal) -> Decimal:
    """Multiply, rounded half-even to 12 places."""
    return WIDE.multiply(left, right).quantize(UNIT, ROUND_HALF_EVEN, WIDE)


def over(left: Decimal, right: Decimal) -> Decimal:
    """Divide, rounded half-even to 12 places (80 digits can't hide or make a tie)."""
    return WIDE.divide(left, right).quantize(UNIT, ROUND_HALF_EVEN, WIDE)


def cents(value: Decimal) -> Decimal:
    """Round half away from zero to cents; never a negative zero."""
    return value.quantize(CENT, ROUND_HALF_UP, WIDE) + ZERO


def read(folder: Path, name: str) -> list[dict[str, str]]:
    """Read all rows of one file."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_quotas(folder: Path) -> dict[Key, Decimal]:
    """Read the quotas, sorted by seller and period; a key given twice is an error."""
    rows = read(folder, "SalesPersonQuotaHistory")
    rows.sort(key=lambda row: (int(row["BusinessEntityID"]), row["QuotaDate"]))
    keys = [(r["BusinessEntityID"], date.fromisoformat(r["QuotaDate"])) for r in rows]
    if len(set(keys)) != len(keys):
        raise ValueError("a seller has two quotas on one date")
    return {key: Decimal(r["SalesQuota"]) for key, r in zip(keys, rows, strict=True)}


def read_percents(folder: Path) -> dict[str, Decimal]:
    """Read each seller's CommissionPct."""
    rows = read(folder, "SalesPerson")
    return {row["BusinessEntityID"]: Decimal(row["CommissionPct"]) for row in rows}


def start_of(day: date, starts: Sequence[date]) -> date:
    """Return the last start that is not after the day."""
    place = bisect_right(starts, day)
    if place == 0 or day > LAST_DAY:
        raise ValueError(f"{day} is outside all periods")
    return starts[place - 1]


def assigned(order: Mapping[str, str], dated: Iterable[Mapping[str, str]]) -> list[str]:
    """Return who is active in the order's territory on its date, by id, ISO dates."""
    day, here = order["OrderDate"], order["TerritoryID"]
    active = [
        item["BusinessEntityID"]
        for item in dated
        if item["TerritoryID"] == here and item["StartDate"] <= day <= (item["EndDate"] or "9999-12-31")
    ]
    return sorted(set(active), key=int)


def split(value: Decimal, count: int) -> list[Decimal]:
    """Split equally to 12 places; remainders are equal, so the first get the rest."""
    share, rest = divmod(int(abs(value).scaleb(12)), count)
    sign = -1 if value < 0 else 1
    return [sign * (share + (n < rest)) * UNIT for n in range(count)]


def own_credits(folder: Path) -> list[Credit]:
    """Credit each order to its own seller."""
    return [
        (o["SalesPersonID"], date.fromisoformat(o["OrderDate"]), Decimal(o["SubTotal"]))
        for o in read(folder, "SalesOrderHeader")
    ]


def territory_credits(folder: Path) -> list[Credit]:
    """Credit each order to those assigned to its territory; nobody is an error."""
    dated, found = read(folder, "SalesTerritoryHistory"), list[Credit]()
    for order in read(folder, "SalesOrderHeader"):
        day, sellers = date.fromisoformat(order["OrderDate"]), assigned(order, dated)
        if not sellers:
            raise ValueError(f"order {order['SalesOrderID']} has nobody assigned")
        shares = split(Decimal(order["SubTotal"]), len(sellers))
        found += [(s, day, v) for s, v in zip(sellers, shares, strict=True)]
    return found


def totals(found: Iterable[Credit], keys: Iterable[Key]) -> dict[Key, Decimal]:
    """Sum credits per seller and quota period; one without a quota is an error."""
    sums = dict.fromkeys(keys, ZERO)
    starts = sorted({start for _, start in sums})
    for seller, day, value in found:
        sums[seller, start_of(day, starts)] += value
    return sums


def factor(measure: Decimal, target: Decimal) -> Decimal:
    """Return the factor of the highest tier reached; a measure below 0 is an error."""
    return [rate for bound, rate in TIERS if measure >= times(bound, target)][-1]


def own(folder: Path) -> list[Row]:
    """Calculate the plan `own`."""
    with localcontext(WIDE):
        quota, pct = read_quotas(folder), read_percents(folder)
        sums = totals(own_credits(folder), quota)
        return [
            {
                "participant": key[0],
                "period": key[1].isoformat(),
                "sales": sums[key],
                "quota": target,
                "attainment": over(sums[key], target),
                "commission": cents(times(sums[key], pct[key[0]])),
            }
            for key, target in quota.items()
        ]


def territory(folder: Path) -> list[Row]:
    """Calculate the plan `territory`."""
    with localcontext(WIDE):
        quota, pct = read_quotas(folder), read_percents(folder)
        sums = totals(territory_credits(folder), quota)
        rows, year = list[Row](), ("", date.min)
        for (seller, start), target in quota.items():
            if year != (seller, start_of(start, FISCAL_YEARS)):
                year = seller, start_of(start, FISCAL_YEARS)
                sales = goal = before = ZERO
            sales, goal = sales + sums[seller, start], goal + target
            rate = factor(sales, goal)
            earned = times(times(sales, rate), pct[seller])
            row: Row = {
                "participant": seller,
                "period": start.isoformat(),
                "sales": sums[seller, start],
                "sales_ytd": sales,
                "quota": target,
                "quota_ytd": goal,
                "tier_rate": rate,
                "earning": cents(earned - before),
            }
            rows.append(row)
            before = earned
        return rows


def main() -> None:
    """Write one plan's rows as CSV."""
    _, folder, plan = sys.argv
    rows = {"own": own, "territory": territory}[plan](Path(folder))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows:
        cells = row.values()
        writer.writerow(f"{c:f}" if isinstance(c, Decimal) else c for c in cells)


if __name__ == "__main__":
    main()

"""What the grown company pays, from its plans as a person would read them: plain Python that knows nothing of the engine."""

import calendar
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

from tests.conformance.grown_company import Company, Person, Version

CENT, TWELFTH = Decimal("0.01"), Decimal("0.000000000001")
TIERS = ((Decimal(0), Decimal("0.02")), (Decimal("0.8"), Decimal("0.035")), (Decimal(1), Decimal("0.0625")))
OVERRIDE = {"Lead": Decimal("0.01"), "Manager": Decimal("0.005"), "Director": Decimal("0.0025")}
Payouts = dict[tuple[str, str], tuple[Decimal, str]]
"""(participant, earning code) → amount, status."""


def answers(made: Company, year: int, month: int, as_of: date | None) -> Payouts:
    """What the month pays, as it was known on a day."""
    with localcontext() as context:
        context.prec = 60
        last = date(year, month, calendar.monthrange(year, month)[1])
        rows = [row for row in counting(made.history, as_of) if row.sold <= last and row.sold.year == year]
        blocked = any(
            not row.readable and row.order not in made.waived and date(year, 1, 1) <= row.sold <= last
            and (as_of is None or row.exported <= as_of)
            for row in made.history
        )  # fmt: skip
        status = "not_payable" if blocked else "payable"
        paid = {("COMM", who): pay for who, pay in commissions(made, rows, year, month)}
        paid |= {("OVER", who): pay for who, pay in overrides(made, rows, month)}
        return {(who, code): (pay, status) for (code, who), pay in paid.items()}


def counting(history: tuple[Version, ...], as_of: date | None) -> list[Version]:
    """Of each order its highest version that was known, unless that takes it back, or can't be read."""
    newest: dict[str, Version] = {}
    for version in history:
        known = as_of is None or version.exported <= as_of
        if known and (version.order not in newest or newest[version.order].revision < version.revision):
            newest[version.order] = version
    return [version for version in newest.values() if not version.cancelled and version.readable]


def on_day(made: Company, who: str, day: date) -> Person | None:
    """The row of the roster that holds on a day."""
    rows = [row for row in made.roster if row.name == who and row.start <= day and (row.end is None or day <= row.end)]
    return rows[0] if rows else None


def commissions(made: Company, rows: list[Version], year: int, month: int) -> Iterator[tuple[str, Decimal]]:
    """Each seller's commission on the year to date, less that on the year to the month before."""
    sold: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 13)
    for row in rows:
        if (person := on_day(made, row.seller, row.sold)) is not None and person.title == "Seller":
            sold[row.seller][row.sold.month] += Decimal(row.net)
    for who in sorted({row.name for row in made.roster if row.title == "Seller"}):
        here = [each for each in range(1, 13) if _there(made, who, year, each)]
        if month not in here:
            continue
        earned = []
        for until in (month, month - 1):
            months = [each for each in here if each <= until]
            goal = sum((_part(made.goals[who, year], each) for each in months), Decimal(0))
            earned.append(
                _marginal(sum((sold[who][each] for each in months), Decimal(0)), goal) if months else Decimal(0)
            )
        yield who, (earned[0] - earned[1]).quantize(CENT, ROUND_HALF_UP)


def _there(made: Company, who: str, year: int, month: int) -> bool:
    """Whether somebody works in a month: they come on the first of one, and leave on the last."""
    return on_day(made, who, date(year, month, 1)) is not None


def _part(goal: Decimal, month: int) -> Decimal:
    """A twelfth of a year's goal, so that twelve of them are the goal."""
    to, before = (_rounded(_rounded(goal * n) / 12) for n in (month, month - 1))
    return to - before


def _marginal(sold: Decimal, goal: Decimal) -> Decimal:
    """Every slice at its own rate; what is below nothing at the lowest."""
    total = Decimal(0)
    for number, (share, rate) in enumerate(TIERS):
        lower = _rounded(share * goal) if number else None
        upper = _rounded(TIERS[number + 1][0] * goal) if number + 1 < len(TIERS) else None
        top = sold if upper is None else min(sold, upper)
        if lower is None or top > lower:
            total += _rounded((top - (lower or Decimal(0))) * rate)
    return total


def overrides(made: Company, rows: list[Version], month: int) -> Iterator[tuple[str, Decimal]]:
    """What everybody below a manager sold in the month, by who managed whom on the day of each sale."""
    below: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.sold.month != month or (person := on_day(made, row.seller, row.sold)) is None:
            continue
        while person is not None and person.manager:
            below[person.manager] += Decimal(row.net)
            person = on_day(made, person.manager, row.sold)
    for person in made.roster:
        if person.title in OVERRIDE:
            yield person.name, _rounded(below[person.name] * OVERRIDE[person.title]).quantize(CENT, ROUND_HALF_UP)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(TWELFTH, ROUND_HALF_EVEN)

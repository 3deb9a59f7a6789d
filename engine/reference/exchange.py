"""Exchange: what a value in another currency is in the plan's, by the last rate that is not too old on the stated day.

A row in the plan's own currency is not exchanged. × and ÷ round half-even to 12 places, in this order: ÷ what the row's
currency is in, × what the plan's is in.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from engine.core import money
from engine.plan.credit import Convert
from engine.reference.participant import Record
from engine.reference.scalar import bounded


def exchanged(
    convert: Convert, plan_currency: str, value: Decimal, transaction: Record, rates: Sequence[Record]
) -> tuple[Decimal | None, str | None]:
    """The value in the plan's currency; or None and why: no rate, or out of bounds on the way."""
    row_currency = convert.currency if convert.currency_column is None else transaction[convert.currency_column]
    if row_currency == plan_currency:
        return value, None
    day = transaction[convert.rate_date]
    divide, multiply = Decimal(1), Decimal(1)
    found: list[Decimal | None] = []
    if convert.pair == "row_to_plan":
        found = [_rate(convert, row_currency, plan_currency, day, rates)]
        multiply = found[0] or multiply
    elif convert.pair == "plan_to_row":
        found = [_rate(convert, plan_currency, row_currency, day, rates)]
        divide = found[0] or divide
    else:
        same = row_currency == convert.through
        third = Decimal(1) if same else _rate(convert, convert.through, row_currency, day, rates)
        found = [third, _rate(convert, convert.through, plan_currency, day, rates)]
        divide, multiply = found[0] or divide, found[1] or multiply
    if row_currency is None or None in found:
        return None, "no_exchange_rate"
    made = bounded(money.quotient(value, divide), "money")
    made = None if made is None else bounded(money.product(made, multiply), "money")
    if made is not None and convert.mode is not None:
        made = bounded(money.rounded(made, convert.mode, convert.digits), "money")
    return made, None if made is not None else "no_value"


def _rate(
    convert: Convert, from_currency: str | None, to_currency: str | None, day: date, rates: Sequence[Record]
) -> Decimal | None:
    """The rate of the pair on a day: of its interval, or the last one before, if that is young enough."""
    mine = [
        row
        for row in rates
        if row["from_currency"] == from_currency
        and row["to_currency"] == to_currency
        and (convert.rate_type is None or row["rate_type"] == convert.rate_type)
        and row["start"] <= day
    ]
    if not mine:
        return None
    last = max(mine, key=lambda row: row["start"])
    age = convert.max_age
    holds = day <= last["end"] if age is None else day - last["start"] <= timedelta(days=age)
    rate = last["rate"]
    assert isinstance(rate, Decimal)
    return rate if holds else None

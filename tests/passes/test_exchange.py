"""Values in other currencies: which rate counts, how it is applied, and what becomes of a row without one."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.core.diagnostic import Diagnostics
from engine.pipeline import front
from engine.plan.choice import Stated
from engine.plan.credit import Convert
from engine.reference.exchange import exchanged
from tests.conformance.small_workspace import MAIN, ORDERS, PLAN, calculated, written
from tests.properties.formulas import SPAN
from tests.properties.generated_data import rates_source

RATES = "from_currency,to_currency,start,rate\n"
SOURCE = """\
sources:
  fx:
    role: exchange_rates
    files: fx.csv
    columns: {{from_currency: text, to_currency: text, {} rate: quantity}}
"""
UNROUNDED = "rate_date: booked_on, round: none"


def rate(pair: str, day: date, value: str, end: date | None = None) -> dict[str, Any]:
    first, _, second = pair.partition("/")
    return {"from_currency": first, "to_currency": second, "start": day, "end": end, "rate": Decimal(value)}


def convert(pair: Any, max_age: int | None, mode: str | None = None, digits: int = 2) -> Convert:
    through = "EUR" if pair == "through" else None
    source = rates_source(max_age is None, False)
    return Convert(source, pair, through, "day", max_age, None, mode, digits, Stated("", SPAN), None, "cur")


def sold(currency: str | None, day: int) -> dict[str, Any]:
    return {"cur": currency, "day": date(2026, 3, day)}


MARCH = [
    rate("EUR/USD", date(2026, 3, 2), "1.2"), rate("EUR/USD", date(2026, 3, 6), "1.25"),
    rate("EUR/GBP", date(2026, 3, 2), "0.8"), rate("GBP/USD", date(2026, 3, 2), "1.5"), rate("USD/GBP", date(2026, 3, 2), "0.6"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("of", "currency", "day", "expected"),
    [
        (convert("row_to_plan", 0), "GBP", 2, "150"),
        (convert("row_to_plan", 0), "GBP", 3, None),
        (convert("row_to_plan", 1), "GBP", 3, "150"),
        (convert("row_to_plan", 1), "GBP", 1, None),  # no rate reaches back
        (convert("plan_to_row", 9), "GBP", 9, "166.666666666667"),
        (convert("plan_to_row", 9, "half_up"), "GBP", 9, "166.67"),
        (convert("through", 9), "GBP", 5, "150"),
        (convert("through", 9), "GBP", 6, "156.25"),  # the third currency's later rate
        (convert("through", 9), "EUR", 7, "125"),  # which is 1 in itself
        (convert("through", 3), "GBP", 6, None),  # one of the two is too old
        (convert("through", 9), "USD", 1, "100"),  # the plan's own needs no rate
        (convert("through", 9), None, 7, None),
    ],
)
def test_the_rate_in_force(of: Convert, currency: str | None, day: int, expected: str | None) -> None:
    value, because = exchanged(of, "USD", Decimal(100), sold(currency, day), MARCH)
    assert value == (None if expected is None else Decimal(expected))
    assert because == (None if expected is not None else "no_exchange_rate")


def test_an_end_holds_for_its_days_and_no_longer() -> None:
    rates = [
        rate("GBP/USD", date(2026, 3, 2), "1.5", date(2026, 3, 4)),
        rate("GBP/USD", date(2026, 3, 9), "2", date(2026, 3, 9)),
    ]
    of = convert("row_to_plan", None)
    found = [exchanged(of, "USD", Decimal(1), sold("GBP", day), rates)[0] for day in (1, 2, 4, 5, 9, 10)]
    assert found == [None, Decimal("1.5"), Decimal("1.5"), None, Decimal(2), None]


def workspace(folder: Path, columns: str, rates: str, said: str) -> Path:
    """The small workspace, whose orders are in the currency that `account` names."""
    plan = PLAN.replace("    value: net\n  shared", f"    value: net\n    convert: {{rates: fx, {said}}}\n  shared")
    main = MAIN.replace("net: {type: money, currency: USD}", "net: {type: money, currency: {column: account}}")
    main = main.replace("account: {type: text, nullable: true}", "account: text").replace(
        "sources:\n", SOURCE.format(columns)
    )
    orders = ORDERS.replace("booked,,", "booked,GBP,").replace(",K1,", ",USD,")
    return written(folder, {"komisi.yaml": main, "field/comp.yaml": plan, "orders.csv": orders, "fx.csv": rates})


def test_a_run_keeps_the_rate_and_its_day(tmp_path: Path) -> None:
    rates = "from_currency,to_currency,start,rate\nGBP,USD,2026-03-01,1.5\nGBP,USD,2026-03-04,2\n"
    said = "pair: row_to_plan, rate_date: booked_on, max_age: 3, round: half_up"
    run = calculated(workspace(tmp_path, "start: date,", rates, said))
    rows = run.table("matches/orders").filter(pl.col("field.sales.row_value") == Decimal("-100.25"))
    names = ("row_value", "rate_to_plan", "rate_to_plan_since", "value", "state")
    assert rows.select(*(f"field.sales.{name}" for name in names)).rows() == [
        (Decimal("-100.25"), Decimal(2), date(2026, 3, 4), Decimal("-200.50"), "matched")
    ]
    assert run.exceptions.height == 1  # the part of a split that is nobody's


@pytest.mark.parametrize(
    ("columns", "rates", "said", "codes"),
    [
        ("start: date,", "GBP,USD,2026-03-01,0\n", "max_age: 9, ", {"X051", "E400"}),
        ("start: date,", "GBP,USD,2026-03-01,-1\n", "max_age: 9, ", {"X051", "E400"}),
        ("start: date,", "GBP,USD,2026-03-01,1\nGBP,USD,2026-03-01,2\n", "max_age: 9, ", {"X016", "E400"}),
        ("start: date, end: date,", "GBP,USD,2026-03-01,2026-03-09,1\nGBP,USD,2026-03-09,,2\n", "", {"X018", "E400"}),
        ("start: date, end: date,", "GBP,USD,2026-03-01,2026-02-01,1\n", "", {"X017", "E400"}),
        ("start: date,", "GBP,EUR,2026-03-01,1\n", "max_age: 9, ", {"E400"}),
        ("start: date,", "GBP,usd,2026-03-01,1\n", "max_age: 9, ", {"X052", "E400"}),
    ],
    ids=["zero", "negative", "two of a day", "intervals that overlap", "backwards", "another pair", "no currency"],
)
def test_rates_that_cannot_be(columns: str, rates: str, said: str, codes: set[str], tmp_path: Path) -> None:
    head = RATES.replace("start,", "start,end,") if "end" in columns else RATES
    run = calculated(workspace(tmp_path, columns, head + rates, f"pair: row_to_plan, {said}{UNROUNDED}"))
    assert set(run.exceptions.filter(pl.col("severity") != "warning")["code"]) == codes
    lacking = run.exceptions.filter(code="E400")
    assert set(lacking["currency"]) == {"GBP"}
    assert lacking["message"][0] == "no exchange rate: GBP in USD for 2026-03-02, there is none before"


@pytest.mark.parametrize(
    ("columns", "said", "code"),
    [
        ("start: date,", "through: USD, max_age: 1", "M240"),
        ("start: date,", "pair: row_to_plan", "M241"),
        ("start: date, end: date,", "pair: row_to_plan, max_age: 1", "M241"),
        ("start: date, rate_type: text,", "pair: row_to_plan, max_age: 1", "M242"),
        ("start: date,", "pair: row_to_plan, max_age: 1, rate_type: spot", "M242"),
        ("", "pair: row_to_plan, max_age: 1", "W102"),
        ("start: {type: date, nullable: true},", "pair: row_to_plan, max_age: 1", "T009"),
    ],
)
def test_what_an_exchange_must_say(columns: str, said: str, code: str, tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    front(workspace(tmp_path, columns, RATES, f"{said}, {UNROUNDED}"), diagnostics, {})
    assert {found.code for found in diagnostics} == {code}

"""Figures as people read them: what thirds of an amount add up to is about that amount, and machines have it exactly."""

from decimal import Decimal

import pytest

from engine.core.money import nearly
from engine.explain.number import worked
from engine.ir.types import money as money_in
from engine.report.plan_words.number import money
from engine.report.words import money_text

THIRDS = "19999.999999999999"


@pytest.mark.parametrize(
    ("value", "digits", "about"),
    [
        (THIRDS, 2, "20000.00"), ("-19999.999999999999", 2, "-20000.00"), ("6666.670000000001", 2, "6666.67"),
        ("20000", 2, None), ("6666.666666666667", 2, None), ("19999.999999999", 2, None), ("0.000000000001", 2, None),
        (THIRDS, 0, "20000"), ("0.005", 2, None),
    ],
)  # fmt: skip
def test_only_what_a_division_left_is_about_an_amount(value: str, digits: int, about: str | None) -> None:
    assert nearly(Decimal(value), digits) == (None if about is None else Decimal(about))


def test_readers_have_the_amount_and_machines_the_value() -> None:
    both = worked(Decimal(THIRDS), money_in("USD"), {"USD": 2})
    assert (both.plain, both.grouped) == (THIRDS, "≈20,000.00")
    assert worked(Decimal("6666.666666666667"), money_in("USD"), {"USD": 2}).grouped == "6,666.666666666667"
    assert money(Decimal(THIRDS), "USD", 2) == "≈20,000.00 USD" and money(Decimal(20000), "USD", 2) == "20,000.00 USD"
    assert money_text(Decimal(THIRDS), "USD", {"USD": 2}) == "≈20,000.00 USD"

"""Limits whose excess is lost: figures on paper, and the definition against random amounts, in both interpreters."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from engine.plan.resolved import Limit
from tests.properties.formulas import SPAN, amount, choice, formula
from tests.properties.test_carry_forward import figures, months, pay


def limit(kind: Any, at: str, excess: str, over: Any = "year") -> Limit:
    return Limit(kind, over, formula(amount(at, "USD")), False, True, choice(excess), SPAN, None)


@pytest.mark.parametrize(("excess", "total"), [("remembered", "90"), ("lost", "40")])
def test_cap_100_then_150_and_a_return_of_60(excess: str, total: str) -> None:
    found = figures(pay(limit("cap", "100", excess)), months("150", "-60"), "2026-02")
    assert sum(Decimal(each or "") for each in found) == Decimal(total)


def test_a_floor_that_forgets_pays_the_next_sale_whole() -> None:
    orders = months("-80", "30", "-10", "5")
    assert figures(pay(limit("floor", "0", "lost")), orders, "2026-04") == ["0", "30", "-10", "5"]
    assert figures(pay(limit("floor", "0", "remembered")), orders, "2026-04") == ["0", "0", "0", "0"]


def test_it_starts_again_with_the_quarter() -> None:
    orders = months("150", "20", "-30", "70", "70")
    assert figures(pay(limit("cap", "100", "lost", "quarter")), orders, "2026-05") == ["100", "0", "-30", "70", "30"]


@pytest.mark.parametrize("seed", range(10))
def test_it_is_the_recurrence_of_its_definition(seed: int) -> None:
    """left = limited(left before + amount); what it pays is by how much it changed."""
    random = Random(seed)
    values = [Decimal(random.choice((-200, -100, -60, -1, 0, 0, 1, 60, 100, 200, 300))) for _ in range(12)]
    kind, at, left, expected = random.choice(("cap", "floor")), random.choice((0, 50, 120)), Decimal(0), []
    for value in values:
        now = min(left + value, Decimal(at)) if kind == "cap" else max(left + value, Decimal(at))
        expected.append(f"{(now - left).normalize():f}")
        left = now
    assert figures(pay(limit(kind, str(at), "lost")), months(*map(str, values)), "2026-12") == expected

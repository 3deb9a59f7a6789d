"""Attainments that are rounded before they are compared: where rounding reaches a bound, and what dividing a target left."""

from decimal import Decimal

import pytest

from engine.core.money import ROUNDING_MODES, rounded
from engine.plan.choice import Stated
from engine.plan.resolved import Against, Rounded
from engine.reference.target import Targets, read
from tests.properties.formulas import SPAN, choice

A_LITTLE = Decimal("0.000000000001")


@pytest.mark.parametrize("mode", ROUNDING_MODES)
@pytest.mark.parametrize("digits", [2, 3])
@pytest.mark.parametrize("bound", ["0.8", "1", "1.2", "0.995", "0.9999", "0"])
def test_the_least_is_where_rounding_reaches_the_bound(mode: str, digits: int, bound: str) -> None:
    least = Rounded(mode, digits, Stated("", SPAN, None)).least(Decimal(bound))
    if least > 0:  # `truncate` rounds what is below 0 up
        assert rounded(least - A_LITTLE, mode, digits) < Decimal(bound)
    assert rounded(least + A_LITTLE, mode, digits) >= Decimal(bound)


@pytest.mark.parametrize(("mode", "found"), [("floor", "1.2"), ("ceiling", "1.2"), ("half_up", "1.2")])
def test_what_dividing_a_target_left_makes_no_percent_less(mode: str, found: str) -> None:
    against = Against(
        "year", choice("block"), choice("block"), None, False, None, Rounded(mode, 2, Stated("", SPAN, None))
    )
    reading = read(against, Targets(Decimal("833.333333333334"), {}, {}), Decimal(1000), "money")
    assert (reading.attainment, reading.by_attainment, reading.special) == (Decimal(found), True, False)

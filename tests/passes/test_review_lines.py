"""Lines between points and tiers entered, reviewed: where they jump, fall, or never pay; and limits that a return escapes."""

from typing import Any

import pytest

from tests.passes.by_hand import ROUND, amount, component, credit, formula, gate, limit, multiply, said, tiered, tiers
from tests.passes.test_review import codes, points, reviewed


def paying(
    *rows: tuple[str, str], steps: tuple[Any, ...] = (ROUND,), mode: str = "interpolated", **policies: str
) -> Any:
    """Amounts of money, or formulas, at shares of the target."""
    amounts = tiers(*((low, amount(pays) if pays.endswith(" USD") else formula(pays)) for low, pays in rows))
    policies = {"above": "same", **policies}
    if mode != "interpolated":
        policies.pop("above")
    made = tiered(mode, gives="amount", tiers=amounts, policies=said(**policies))
    return component("period", None, made, *steps)


def test_rates_that_begin_or_jump_are_told() -> None:
    """Rates pay on everything: two points at one place, and the first under which nothing is paid."""
    [jump] = reviewed(points(("0%", "1%"), ("80%", "3%"), ("80%", "4%"), ("100%", "5%")))
    assert (jump.code, "at 80% one unit more raises pay by 0.8% of the target" in jump.message) == ("R001", True)
    [start] = reviewed(points(("50%", "2%"), ("100%", "4%"), below="zero"))
    assert (start.code, "at 50% one unit more raises pay by 1% of the target" in start.message) == ("R001", True)
    [both] = reviewed(points(("50%", "2%"), ("50%", "3%"), ("100%", "4%"), below="zero", boundary="lower"))
    assert (both.code, "at 50% one unit more raises pay by 1.5% of the target" in both.message) == ("R001", True)


def test_amounts_that_stand_in_the_table_hide_no_jump() -> None:
    assert codes(paying(("50%", "100 USD"), ("100%", "400 USD"), below="zero")) == []
    sold = paying(("50%", "0.02 * sales_month"), ("100%", "0.02 * sales_month"), below="zero")
    assert codes(sold) == ["R001"]


def test_a_line_that_falls() -> None:
    """From 3 % of 80 % to 2 % of 100 %: 2.4 % of the target, then 2 %."""
    [fall] = reviewed(points(("0%", "1%"), ("80%", "3%"), ("100%", "2%")))
    assert (fall.code, fall.message) == ("R002", "from 80% to 100% more is paid less: 0.4% of the target")
    [fall] = reviewed(paying(("0%", "0 USD"), ("80%", "500 USD"), ("100%", "200 USD"), ("120%", "100 USD")))
    assert fall.message == "from 80% to 100% more is paid less: 300 USD"
    assert [words for _, words in fall.related] == ["from 100% to 120% more is paid less: 100 USD"]
    [fall] = reviewed(points(("80%", "3%"), ("100%", "2%"), steps=(multiply("1.25"), ROUND)))
    assert fall.code == "R002"


def test_a_line_may_turn_before_its_end() -> None:
    """10 % at 0 and 4 % at 100 %: value × rate is highest at 83 %."""
    [fall] = reviewed(points(("0%", "10%"), ("100%", "4%")))
    assert (fall.code, fall.message) == ("R002", "from 0% to 100% more is paid less, towards its end")
    assert codes(points(("0%", "10%"), ("100%", "5%"))) == []


def test_what_a_cap_makes_level_does_not_fall() -> None:
    cap = limit(at="100 USD")
    assert "R002" not in codes(paying(("80%", "500 USD"), ("100%", "200 USD"), steps=(cap, ROUND)))


def test_tiers_entered_jump_by_formulas_and_fall_by_amounts() -> None:
    entered: dict[str, Any] = {"mode": "each_entered", "boundary": "upper", "below": "zero"}
    assert codes(paying(("50%", "10 USD"), ("100%", "20 USD"), **entered)) == []
    assert codes(paying(("50%", "10 USD"), ("100%", "0.01 * sales_month"), **entered)) == ["R001"]
    [fall] = reviewed(paying(("50%", "10 USD"), ("100%", "-1 * bonus"), **entered))
    assert fall.code == "R002"


@pytest.mark.parametrize(
    ("rows", "policies", "told"),
    [
        ((("50%", "10 USD"), ("50%", "20 USD"), ("100%", "30 USD")), {"below": "zero", "boundary": "upper"}, ["R003"]),
        ((("50%", "10 USD"), ("50%", "20 USD"), ("100%", "30 USD")), {"below": "zero", "boundary": "lower"}, []),
        ((("50%", "10 USD"), ("50%", "20 USD"), ("100%", "30 USD")), {"below": "same", "boundary": "upper"}, []),
        (
            (("0%", "0 USD"), ("50%", "10 USD"), ("50%", "20 USD")),
            {"above": "exception", "boundary": "lower"},
            ["R003"],
        ),
        ((("0%", "0 USD"), ("50%", "10 USD"), ("50%", "20 USD")), {"above": "same", "boundary": "lower"}, []),
    ],
)
def test_a_point_that_no_value_is_paid_by(rows: Any, policies: Any, told: list[str]) -> None:
    assert codes(paying(*rows, **policies)) == told


def test_a_point_under_its_gate() -> None:
    made = paying(("50%", "10 USD"), ("80%", "20 USD"), ("100%", "30 USD"), steps=(gate(), ROUND))
    assert codes(made) == ["R003"]


def test_a_limit_that_a_return_escapes() -> None:
    cap, mirror = limit(over="credit", at="60 USD"), limit("floor", "credit", "-60 USD")
    [found] = reviewed(credit(None, cap, ROUND))
    assert found.code == "R008" and found.help is not None and "`floor: {over: credit, at: -60 USD}`" in found.help
    assert codes(credit(None, cap, mirror, ROUND)) == []
    assert codes(credit(None, cap, limit("floor", "credit", "-100 USD"), ROUND)) == ["R008"]
    assert codes(credit(None, limit("floor", "credit", "10 USD"), ROUND)) == ["R008"]
    assert codes(component("period", "sales_month", None, limit(at="60 USD"), ROUND)) == []
    [found] = reviewed(credit(None, limit("floor", "credit", "max(bonus * spiff, 10)"), ROUND))
    assert found.message.endswith("lets none be paid under `max(bonus * spiff, 10)`")


def test_pay_per_unit_is_money_however_little() -> None:
    """8 USD more for each of the lines, not 800 % of them."""
    rows = tiers(("0", amount("2 USD")), ("5", amount("10 USD")))
    made = tiered("whole", "sales_month", against=None, bounds_unit="amount", tiers=rows, policies=said(above="same"))
    [found] = reviewed(component("period", "lines", made))
    assert found.message == "at 5 USD one unit more raises pay by 8 USD per unit of `lines`"

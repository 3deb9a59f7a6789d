"""What pays otherwise than its readers would think: each warning with its size, and the plans beside it that have none."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.core.review_codes import REVIEW
from engine.plan.choice import Stated
from engine.plan.comp_plan import Component, Gate
from engine.review import review
from engine.review.term import Sum, name, number
from engine.review.words import CREDIT_OF, amount_words, shown
from schemas.reference import schema_of
from tests.passes.by_hand import (
    MEASURES,
    ROUND,
    TRUE_UP,
    amount,
    checked,
    component,
    credit,
    formula,
    gate,
    limit,
    measure,
    multiply,
    said,
    span,
    table,
    tiered,
    tiers,
    to_date,
)
from tests.passes.by_hand import name as called


def reviewed(*components: Component, **changes: Any) -> list[Diagnostic]:
    typed, told = checked(*components, **changes)
    assert told == [] and typed.plans
    diagnostics = Diagnostics()
    review(typed, diagnostics)
    assert not diagnostics.has_errors()
    return list(diagnostics)


def codes(*components: Component) -> list[str]:
    return [diagnostic.code for diagnostic in reviewed(*components)]


def counted(*rows: tuple[str, str], **changes: Any) -> Component:
    """A bonus for the number of credits."""
    steps = tiers(*((low, amount(pays)) for low, pays in rows), last=changes.pop("last", None))
    made = table(
        "step", select=formula("lines"), tiers=steps, policies=said(above="same", **changes.pop("policies", {}))
    )
    return component("period", None, made, *changes.pop("steps", ()))


def incentive(
    text: str, *rows: tuple[str, str], steps: tuple[Any, ...] = (ROUND,), mode: str = "marginal"
) -> Component:
    shares = tiers(*((low, formula(pays)) for low, pays in rows))
    stated = amount(text) if text[0].isdigit() and "*" not in text and "/" not in text else formula(text)
    return replace(component("period", "sales_month", tiered(mode, tiers=shares), *steps), target_incentive=stated)


# ---------------------------------------------------------------------------------------------------------- jumps

UNKNOWN = "pay by what can't be read off the plan"


def test_a_jump_is_told_with_its_size() -> None:
    [found] = reviewed(component("period", "sales_month", tiered("whole")))
    assert (found.code, found.severity) == ("R001", "warning")
    assert found.message == (
        "at 100% one unit more raises pay by 1% of the target, which is 1000 USD for a target of 100000 USD"
    )
    assert [words for _, words in found.related] == ["at 80% it raises pay by 0.8% of the target"]


def test_a_jump_at_an_amount_is_an_amount() -> None:
    bounds = tiers(("0", "1%"), ("1000", "2.5%"))
    made = component("period", "sales_month", table("whole", select=formula("sales_month"), tiers=bounds))
    [found] = reviewed(made)
    assert found.message == "at 1000 USD one unit more raises pay by 15 USD"


def test_money_has_the_digits_of_its_currency() -> None:
    bounds = tiers(("0", "1%"), ("1000.333", "2.5%"))
    [found] = reviewed(component("period", "sales_month", table("whole", select=formula("sales_month"), tiers=bounds)))
    assert found.message == "at 1000.333 USD one unit more raises pay by 15.00 USD"


def test_a_threshold_under_which_nothing_is_paid_is_a_jump() -> None:
    one = tiers(("80%", "5%"))
    assert codes(component("period", "sales_month", tiered("whole", tiers=one, policies=said(below="zero")))) == [
        "R001"
    ]
    assert codes(component("period", "sales_month", tiered("whole", tiers=one, policies=said(below="same")))) == []


def test_a_rate_on_something_else_jumps_by_a_share_of_that() -> None:
    """`select` is the year's total, the base this month's."""
    made = tiered("whole", select="sales_ytd", policies=said(reach="to_date"))
    [found] = reviewed(component("period", "sales_month", made))
    assert found.message == "at 80% one unit more raises pay by 1% of `sales_month`"


def asks(condition: str) -> Gate:
    return gate(when=formula(condition), measure=None, against=None, at_least=None)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((multiply("0.1"),), "raises pay by 0.1% of the target, which is 100 USD for"),
        ((multiply("attainment"), multiply("2")), "raises pay by 2% of the target, which is 2000 USD for"),
        ((multiply("spiff"),), "raises pay by 0.01 × `spiff` × `target`"),
        ((multiply("2 if lines > 3 else 1"),), f"raises {UNKNOWN}: the `multiply` after the table decides"),
        ((limit(at="target * 0.025"),), "raises pay by 0.5% of the target, which is 500 USD for"),
        ((limit(at="9 USD"),), "raises pay by up to 1% of the target, and by 0 USD for"),
        ((limit(at="2400 USD"),), "raises pay by up to 1% of the target, and by 400 USD for"),
        ((limit(at="9 USD"), multiply("0.5")), "raises pay by up to 0.5% of the target, and by 0 USD for"),
        ((gate(at_least=Decimal(1)),), "raises pay by 3% of the target, which is 3000 USD for"),
        ((limit(at="9 USD"), gate(at_least=Decimal(1))), f"changes {UNKNOWN}: the `gate` after the table decides"),
        ((asks("attainment >= 1"),), f"changes {UNKNOWN}: the `gate` after the table decides"),
        ((asks("sales_month >= 0.9 * target"),), f"changes {UNKNOWN}: the `gate` after the table decides"),
    ],
)  # fmt: skip
def test_the_size_is_of_what_is_paid(steps: tuple[Any, ...], words: str) -> None:
    """2 % up to the target, 3 % from there."""
    two = tiers(("0%", "2%"), ("100%", "3%"))
    found, *_ = reviewed(component("period", "sales_month", tiered("whole", tiers=two), *steps, ROUND))
    assert (found.code, found.message.partition(" a target of")[0]) == ("R001", f"at 100% one unit more {words}")


def test_the_largest_is_so_for_the_example_target() -> None:
    """1 % of the target at 80 % is paid; at 100 % both sides are at the cap."""
    three = tiers(("0%", "0%"), ("80%", "1%"), ("100%", "3%"))
    made = component("period", "sales_month", tiered("whole", tiers=three), limit(at="500 USD"), ROUND)
    found = next(each for each in reviewed(made) if each.code == "R001")
    assert found.message == (
        "at 80% one unit more raises pay by up to 0.8% of the target, and by 500 USD for a target of 100000 USD"
    )


def test_what_a_limit_or_a_factor_leaves_nothing_of_is_no_jump() -> None:
    two = tiers(("0%", "2%"), ("100%", "3%"))
    for step in (multiply("0"), gate(at_least=Decimal(2)), limit(at="target * 0.01")):
        assert "R001" not in codes(component("period", "sales_month", tiered("whole", tiers=two), step, ROUND))


def test_a_fall_stays_one_under_a_factor_that_nobody_knows() -> None:
    falls = tiers(("0%", "3%"), ("100%", "2%"))
    made = component("period", "sales_month", tiered("whole", tiers=falls), multiply("2 if lines > 3 else 1"), ROUND)
    [found] = reviewed(made)
    assert found.code == "R002" and found.message.startswith(f"at 100% one unit more lowers {UNKNOWN}")


def test_rates_that_branch_jump_by_nobody_knows_what() -> None:
    branching = tiers(("0%", "2%"), ("100%", formula("0.03 if lines > 3 else 0.02")))
    made = component("period", "sales_month", tiered("whole", tiers=branching), ROUND)
    [found] = reviewed(made)
    assert found.message == (
        "at 100% one unit more changes pay by what can't be read off the plan: a formula decides what the tier pays"
    )
    assert codes(replace(made, accepted=(Stated("R001", span(), "why"),))) == []


def stepped(*rows: tuple[str, Any]) -> Component:
    """Amounts at shares of the target."""
    made = tiered("step", tiers=tiers(*rows), policies=said(below="zero"))
    return component("period", None, made, ROUND)


def test_amounts_that_are_formulas_of_what_was_sold_hide_a_jump() -> None:
    """The rate reached, on what lies over 79 % of the target: 15 % of 21 % is more than 10 % of it."""
    over = [("80%", "0.1 * (sales_month - 0.79 * target)"), ("100%", "0.15 * (sales_month - 0.79 * target)")]
    [found] = reviewed(stepped(*((at, formula(pays)) for at, pays in over)))
    assert (found.code, found.message) == (
        "R001", "at 100% one unit more raises pay by 1.05% of the target, which is 1050 USD for a target of 100000 USD"
    )  # fmt: skip
    assert [words for _, words in found.related] == ["at 80% it raises pay by 0.1% of the target"]


def test_amounts_that_stand_in_the_table_hide_nothing() -> None:
    assert codes(stepped(("80%", amount("100 USD")), ("100%", amount("200 USD")))) == []
    assert codes(stepped(("80%", formula("bonus * 0.5")), ("100%", formula("bonus")))) == []


def by_amount(pays: str) -> Component:
    """An amount of what was sold, from the first of it on."""
    made = table("step", select=formula("sales_month"), tiers=tiers(("0", formula(pays))), policies=said(below="zero"))
    return component("period", None, made, ROUND)


@pytest.mark.parametrize(
    ("pays", "told"),
    [
        ("max(sales_month - spiff * bonus, 0)", []),
        ("max(sales_month - bonus, 0 USD) / 10", []),
        ("min(sales_month, spiff * bonus, bonus)", []),
        ("max(spiff * bonus - sales_month, 0)", ["raises pay by 500 USD per unit of `spiff`"]),
        ("max(spiff * bonus - sales_month - 100, 0)", [f"changes {UNKNOWN}: a formula decides what the tier pays"]),
    ],
)
def test_the_greater_and_the_lesser_are_known_where_one_is_so_for_everybody(pays: str, told: list[str]) -> None:
    """At 0 what is over somebody's own allowance is nothing, whatever that is."""
    assert [each.message.partition("one unit more ")[2] for each in reviewed(by_amount(pays))] == told


def test_no_jump_without_one() -> None:
    level = tiers(("0%", "2%"), ("100%", "2%"))
    assert codes(component("period", "sales_month", tiered("marginal"))) == []
    assert codes(component("period", "sales_month", tiered("whole", tiers=level))) == []
    assert codes(counted(("0", "0"), ("5", "100"))) == []


@pytest.mark.parametrize("mode", ["whole", "marginal"])
def test_a_fall_is_told_where_there_is_one(mode: str) -> None:
    falls = tiers(("0%", "3%"), ("100%", "2%"))
    assert codes(component("period", "sales_month", tiered(mode, tiers=falls))) == (["R002"] if mode == "whole" else [])


def test_where_less_is_better_a_fall_is_accepted_and_bounds_are_written_as_in_the_plan() -> None:
    """Commission by a ratio of two amounts, which the tiers have in percent."""
    falls = tiers(("0%", "4%"), ("50%", "2%"), ("70%", "0%"))
    costs = measure("costs", None, "ratio", rules=(), parts=(called("lines"), called("sold")),
                    policies=said(zero_denominator="block"))  # fmt: skip
    made = table("whole", select=formula("costs"), tiers=falls, bounds_unit="share", policies=said(below="same"))
    paid = component("period", "sales_month", made, ROUND)
    [found] = reviewed(paid, measures=(*MEASURES, measure("sold", aggregate="count"), costs))
    assert (found.code, found.message) == ("R002", "at 50% one unit more lowers pay by 2% of `sales_month`")
    assert found.help is not None and found.help.startswith(
        "correct the tiers; where less is better (costs, losses, complaints) accept it, with the reason: `accept: {R002:"
    )


def test_an_amount_that_falls() -> None:
    [found] = reviewed(counted(("0", "100"), ("5", "40"), ("9", "200")))
    assert found.message == "at 5 one unit more lowers pay by 60 USD"


def points(*rows: tuple[str, str], steps: tuple[Any, ...] = (ROUND,), **policies: str) -> Component:
    """Lines between rates at shares of the target."""
    made = tiered("interpolated", tiers=tiers(*rows), policies=said(**{"above": "same", **policies}))
    return component("period", "sales_month", made, *steps)


def test_lines_meet_and_only_two_points_at_one_place_jump() -> None:
    assert codes(points(("0%", "1%"), ("80%", "3%"), ("100%", "4%"))) == []
    [found] = reviewed(points(("0%", "1%"), ("80%", "3%"), ("80%", "2%"), ("100%", "5%")))
    assert (found.code, found.message) == (
        "R002", "at 80% one unit more lowers pay by 0.8% of the target, which is 800 USD for a target of 100000 USD"
    )  # fmt: skip


def test_a_point_past_its_cap() -> None:
    """At 100 % pay is 50 % of the target, on its cap; the point at 120 % adds nothing, that at 100 % does."""
    made = points(("0%", "0%"), ("100%", "50%"), ("120%", "60%"), steps=(limit(at="target * 0.5"), ROUND))
    [found] = reviewed(made)
    assert found.code == "R004" and found.message.startswith(
        "this point pays nothing more: at 100% pay is 50% of the target"
    )


def test_tiers_entered_add_up_to_a_cap() -> None:
    rows = tiers(*((low, amount(pays)) for low, pays in (("0", "0"), ("5", "60"), ("9", "50"))))
    made = table("each_entered", select=formula("lines"), tiers=rows, policies=said(above="same", boundary="upper"))
    [found] = reviewed(component("period", None, made, limit(at="100 USD"), ROUND))
    assert (found.code, found.message) == ("R004", "this tier's 110 USD is never paid: the cap is 100 USD")


# ------------------------------------------------------------------------------------------------ tiers in vain


@pytest.mark.parametrize(
    ("rows", "boundary", "told"),
    [
        ((("0", "0"), ("2.2", "1"), ("2.8", "2")), "upper", 1),
        ((("0", "0"), ("2", "1"), ("3", "2")), "upper", 0),
        ((("0", "0"), ("2", "1"), ("2.5", "2")), "lower", 1),  # 2 itself is still in the first
        ((("0", "0"), ("2", "1"), ("2.5", "2")), "upper", 0),
        ((("-5", "0"), ("-2", "1"), ("0", "2")), "upper", 1),
    ],
)
def test_counts_are_whole_numbers(rows: tuple[tuple[str, str], ...], boundary: str, told: int) -> None:
    assert codes(counted(*rows, policies={"boundary": boundary, "below": "zero"})) == ["R003"] * told


def test_a_tier_under_its_gate() -> None:
    asks = gate(at_least=Decimal("0.8"))
    made = component("period", "sales_month", tiered("whole"), asks, ROUND)
    assert codes(replace(made, accepted=(Stated("R001", span(), "why"),))) == ["R003"]
    lower = gate(at_least=Decimal("0.7"))
    assert codes(component("period", "sales_month", tiered("whole"), lower, ROUND)) == ["R001"]
    assert codes(component("period", "sales_month", tiered("marginal"), asks, ROUND)) == []


def test_a_gate_after_the_true_up_loses_a_month_and_no_tier() -> None:
    asks = gate(measure=called("sales_ytd"), at_least=Decimal("0.8"))
    rate = tiered("whole", select="sales_ytd", policies=said(reach="to_date"))
    assert codes(to_date(rate, asks, TRUE_UP, ROUND)) == ["R001", "R003"]
    assert codes(to_date(rate, TRUE_UP, asks, ROUND)) == ["R001"]


@pytest.mark.parametrize(("cap", "told"), [("50 USD", ["R004"]), ("49.99 USD", ["R004"]), ("50.01 USD", [])])
def test_a_cap_that_is_reached_before_a_tier(cap: str, told: list[str]) -> None:
    """1 % up to 5,000 is 50."""
    rates = table("marginal", select=formula("sales_month"), tiers=tiers(("0", "1%"), ("5000", "9%")))
    found = reviewed(component("period", "sales_month", rates, limit(at=cap), ROUND))
    assert [each.code for each in found] == told
    if told:
        assert "below 5000 USD pay is 50 USD" in found[0].message


def test_a_cap_in_shares_of_an_incentive() -> None:
    shares = tiers(("0%", formula("bonus / target")), ("150%", formula("3 * bonus / target")))
    rate = tiered("marginal", tiers=shares)
    assert codes(component("period", "sales_month", rate, limit(at="bonus * 2"), ROUND)) == []
    assert codes(component("period", "sales_month", rate, limit(at="bonus * 1.5"), ROUND)) == ["R004"]


def test_a_cap_against_an_unknown_target_is_left_alone() -> None:
    assert codes(component("period", "sales_month", tiered("marginal"), limit(at="10 USD"), ROUND)) == []


def test_a_cap_that_limits_something_else_is_left_alone() -> None:
    rates = table("marginal", select=formula("sales_month"), tiers=tiers(("0", "1%"), ("5000", "9%")))
    yearly = replace(limit(over="year", at="10 USD"), policies=said(excess="remembered"))
    assert codes(component("period", "sales_month", rates, yearly, ROUND)) == []
    assert codes(component("period", "sales_month", rates, replace(limit(at="10 USD"), prorate=True), ROUND)) == []


def test_an_amount_above_its_cap() -> None:
    cap = limit(at="80 USD")
    [found] = reviewed(counted(("0", "0"), ("5", "80"), ("9", "100"), steps=(cap, ROUND)))
    assert found.code == "R004" and found.message == "this tier's 100 USD is never paid: the cap is 80 USD"


def test_a_cap_per_credit() -> None:
    rates = table("whole", select=formula("amount"), tiers=tiers(("0", "1%"), ("5000", "2%")))
    fifty = (limit(over="credit", at="50 USD"), limit("floor", "credit", "-50 USD"))
    assert codes(credit(rates, *fifty, ROUND)) == ["R004"]  # 1% of 5,000 is 50 already: no jump
    [jump, _] = reviewed(credit(rates, limit(over="credit", at="99 USD"), ROUND))
    assert jump.message == "at 5000 USD one unit more raises pay by 49 USD"


# ------------------------------------------------------------------------------------------ target incentives


@pytest.mark.parametrize(
    ("text", "rows", "steps", "told"),
    [
        ("bonus", (("0%", "bonus / target"), ("100%", "3 * bonus / target")), (ROUND,), []),
        ("bonus", (("0%", "0.5 * bonus / target"), ("50%", "1.5 * bonus / target")), (ROUND,), []),
        ("bonus", (("0%", "0.5 * bonus / target"), ("50%", "1.2 * bonus / target")), (ROUND,), ["R005"]),
        ("bonus", (("0%", "0.8 * bonus / target"),), (multiply("1.25"), ROUND), []),
        ("bonus", (("0%", "2 * bonus / target"),), (limit(at="bonus"), ROUND), []),
        ("bonus", (("0%", "0.5 * bonus / target"),), (limit("floor", at="bonus"), ROUND), []),
        ("bonus", (("0%", "bonus / target"),), (gate(at_least=Decimal("1.1")), ROUND), ["R005"]),
        ("bonus", (("0%", "bonus / target"),), (gate(at_least=Decimal(1)), ROUND), []),
        ("100 * spiff * bonus", (("0%", "100 * spiff * bonus / target"),), (ROUND,), []),
        ("500 USD", (("0%", "0.05"),), (ROUND,), ["R006"]),
        ("500 USD", (("0%", "bonus / target if target > 9 else 0"),), (ROUND,), ["R006"]),
    ],
)
def test_what_100_percent_pays(text: str, rows: Any, steps: tuple[Any, ...], told: list[str]) -> None:
    assert codes(incentive(text, *rows, steps=steps)) == told


def test_the_size_of_what_is_missing() -> None:
    [found] = reviewed(incentive("bonus", ("0%", "0.8 * bonus / target")))
    assert found.message == "exactly 100 % of the target pays 400 USD, and not the target incentive of 500 USD"
    assert found.label == "80 % of it"


def test_an_incentive_without_a_target() -> None:
    assert codes(replace(component(), target_incentive=amount("500 USD"))) == ["R006"]


def test_the_tier_that_100_percent_is_in() -> None:
    rows = (("0%", "0.5 * bonus / target"), ("100%", "bonus / target"))
    accepted = (Stated("R001", span(), "why"),)
    upper = replace(incentive("bonus", *rows, mode="whole"), accepted=accepted)
    assert codes(upper) == []
    lower = replace(upper, rate=replace(upper.rate, policies=said(boundary="lower")))
    assert codes(lower) == ["R005"]


# --------------------------------------------------------------------------------------------------- accepting


def test_what_is_accepted_is_not_told_and_what_is_not_told_can_not_be_accepted() -> None:
    jumps = component("period", "sales_month", tiered("whole"))
    assert codes(replace(jumps, accepted=(Stated("R001", span(), "why"),))) == []
    assert sorted(codes(replace(jumps, accepted=(Stated("R002", span(), "why"),)))) == ["R001", "R007"]


def test_only_what_is_told_counts_as_accepted() -> None:
    jumps = component("period", "sales_month", tiered("whole"))
    accepted = (Stated("R001", span(), "why"), Stated("R002", span(), "why"))
    typed, _ = checked(replace(jumps, accepted=accepted))
    diagnostics = Diagnostics()
    review(typed, diagnostics)
    assert (diagnostics.accepted, diagnostics.only(lambda file: False).accepted) == (1, 0)


# ------------------------------------------------------------------------------------------------------ amounts


def test_sums_of_products() -> None:
    target, bonus = name("target"), name("bonus")
    assert (bonus.over(target) or number(0)) * target - bonus == Sum(())
    assert (target + bonus).over(target + bonus) is None  # by one product only
    assert (target - bonus).sign is None and (target + bonus).sign == 1
    assert number(Fraction(1, 3)).value == Fraction(1, 3) and (target - target).value == 0 and target.value is None
    assert amount_words(number(-5) - target * number(Decimal("0.02")), "USD", 2, None) == "-5 USD - 2% of the target"
    assert amount_words(name(f"{CREDIT_OF}sales") * number(Decimal("0.02")), "USD", 2, None) == (
        "2% of that one credit of `sales`"
    )
    assert amount_words(target * number(Decimal("0.02")) + number(5), "USD", 2, None) == "5 USD + 2% of the target"
    assert amount_words(name("sales") * number(8), "USD", 2, None) == "800% of `sales`"
    assert amount_words(name("sales") * number(500000), "IDR", 0, None, {"sales"}) == "500000 IDR per unit of `sales`"
    assert shown(Fraction(1, 3)) == "0.333333…"


@pytest.mark.parametrize(("last", "told"), [("120%", []), ("130%", ["R005"])])
def test_the_incentive_on_a_line(last: str, told: list[str]) -> None:
    """100 % lies half-way between 80 % and 120 %, and two fifths of the way to 130 %."""
    paid = tiers(("0%", amount("0")), ("80%", amount("600")), (last, amount("1000")))
    made = tiered("interpolated", gives="amount", tiers=paid, policies=said(above="same"))
    assert codes(replace(component("period", None, made), target_incentive=amount("800 USD"))) == told


def test_what_a_component_is_told_it_can_accept() -> None:
    """Each warning on what a component pays, and none that stands elsewhere."""
    of_plans = {"R007", "R030", "R031", "R044", "R048"}
    enum = schema_of("comp-plan")["$defs"]["warning_code"]["enum"]
    assert set(enum) == {code.code for code in REVIEW} - of_plans | {"M292"}

"""Money left unsaid, and what contradicts itself: each code has a plan that provokes it, decided without data."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.plan.amount import Amount
from engine.plan.comp_plan import Component, EachOf, Round
from engine.plan.earlier import Earlier
from tests.passes.by_hand import (
    MEASURES,
    ORDER,
    PRORATE,
    ROUND,
    RUNNING,
    TRUE_UP,
    amount,
    component,
    credit,
    errors,
    formula,
    found,
    gate,
    limit,
    measure,
    multiply,
    name,
    plan,
    rule,
    said,
    span,
    split,
    table,
    tiered,
    tiers,
    to_date,
    whole,
    workspace,
)  # fmt: skip

ENTERED = tiers(("0%", amount("0")), ("80%", amount("2")))


def points(*rows: Any, **changes: Any) -> Any:
    """A table of points joined by lines."""
    return tiered("interpolated", tiers=tiers(*rows), **{"policies": said(above="same"), **changes})


def along(mode: str, *rows: Any, select: str = "sales_ytd", **changes: Any) -> Component:
    """A component that pays each credit by a running total, in a table of amounts of its own."""
    policies = said(**{"above": "same", **changes.pop("policies", {})})
    made = {"against": None, "bounds_unit": "amount", "tiers": tiers(*rows), "policies": policies, **changes}
    return credit(tiered(mode, select, **made))


# ---------------------------------------------------------------------------------------------------- money left unsaid


@pytest.mark.parametrize(
    ("policy", "code", "paying"),
    [
        ("boundary", "M001", component(rate=tiered("whole"))),
        ("boundary", "M001", component(rate=tiered("step", tiers=tiers(("0%", amount("1")), ("80%", amount("2")))))),
        ("boundary", "M001", component(rate=tiered("whole", tiers=tiers(("80%", "2%")), policies=said(below="zero")))),
        ("boundary", "M001", component(rate=tiered(policies=said(zero_target="full")))),
        ("boundary", "M001", component(rate=tiered(policies=said(missing_target="zero", below="zero")))),
        ("boundary", "M001", component(rate=tiered(tiers=tiers(("0%", "1%"), last="100%"),
                                                   policies=said(zero_target="full", above="exception")))),
        ("below", "M002", component(rate=tiered())),
        ("above", "M003", component(rate=tiered(tiers=tiers(("0%", "1%"), last="150%")))),
        ("above", "M003", component(rate=tiered("interpolated"))),
        ("boundary", "M001", component(rate=tiered("each_entered", tiers=ENTERED))),
        ("boundary", "M001", component(rate=points(("0%", "1%"), ("80%", "2%"), ("80%", "3%")))),
        ("boundary", "M001", component(rate=points(("50%", "1%"), ("80%", "2%"), policies=said(below="zero", above="same")))),
        ("reach", "M004", to_date(tiered("whole", "sales_ytd"))),
        ("reach", "M004", component("period", "sales_month", table(), gate(measure=name("sales_ytd")), ROUND)),
        ("missing_target", "M005", component(rate=tiered())),
        ("missing_target", "M005", component("period", "sales_month", table(), gate(), ROUND)),
        ("zero_target", "M006", component(rate=tiered())),
        ("not_on_plan", "M008", component()),
        ("unmatched", "M009", component()),
        ("segments", "M010", component()),
        ("participant_values_on", "M011", component(rate=table(tiers=tiers(("0", formula("spiff")))))),
        ("excess", "M012", component("period", "sales_month", table(), ROUND, limit(over="year"))),
        ("payout_rounding", "M013", component("period", "sales_month", table(), PRORATE)),
    ],
)  # fmt: skip
def test_what_could_change_pay_is_said(policy: str, code: str, paying: Component) -> None:
    """A policy that matters and that nobody said is told; said in the workspace, the same plan is whole."""
    told = found(workspace(plan(paying), without=policy))
    assert errors(told) == [code]
    values = {"above": "same", "payout_rounding": "half_up"}
    if policy in values:
        assert errors(found(plan(paying, policies=said(**{policy: values[policy]})))) == []
    else:
        assert errors(found(plan(paying))) == []


@pytest.mark.parametrize(
    ("policy", "paying"),
    [
        ("boundary", component(rate=tiered())),
        ("boundary", component(rate=tiered(policies=said(missing_target="zero", zero_target="zero")))),
        ("boundary", component(rate=tiered(tiers=tiers(("0%", "1%")), policies=said(zero_target="full")))),
        ("boundary", component(rate=tiered("step", tiers=tiers(("0%", amount("1")))))),
        ("boundary", component(rate=tiered("whole", tiers=tiers(("80%", "2%"))))),
        ("below", component()),
        ("reach", component(rate=tiered("whole"))),
        ("missing_target", component()),
        ("zero_target", component()),
        ("participant_values_on", component(rate=table(tiers=tiers(("0", formula("bonus / 1000")))))),
        ("excess", to_date(table(), limit(over="year"), TRUE_UP, ROUND)),
        ("excess", component("period", "sales_month", table(), ROUND, limit())),
    ],
)  # fmt: skip
def test_what_can_not_change_pay_may_stay_unsaid(policy: str, paying: Component) -> None:
    """No policy is asked for where the plan alone shows that it can't matter."""
    assert errors(found(workspace(plan(paying), without=policy))) == []


def test_the_rate_of_a_year_by_the_best_of_several_is_looked_up() -> None:
    """M108 leads to what can be said: no tier of a component to date is found by a measure of periods."""
    highest = Earlier("highest", "year", None, True)
    best = measure("best", None, "previous", rules=(), parts=(name("sales_month"),), earlier=highest,
                   policies=said(no_previous="zero"))  # fmt: skip
    told = found(
        plan(component("to_date", "sales_ytd", tiered("whole", "best"), TRUE_UP, ROUND), measures=(*MEASURES, best))
    )
    [wrong] = [each for each in told if each.code == "M108"]
    assert wrong.help is not None and "`by: {of: {band: best}}`" in wrong.help and "mode: flat" in wrong.help


def test_nearest_choice_wins() -> None:
    """Table before component before plan before workspace."""
    paying = component(rate=tiered(policies=said(below="exception")), policies=said(below="zero"))
    assert whole(paying, policies=said(below="same")).components[0].table.below == said(below="exception")["below"]
    paying = component(rate=tiered(), policies=said(below="zero"))
    assert whole(paying, policies=said(below="same")).components[0].table.below == said(below="zero")["below"]
    assert whole(component(rate=tiered())).hit_policy.value == "all"


def test_hit_policy_is_needed_where_two_rules_read_one_source() -> None:
    """M007, and not where each source has one rule."""
    second = rule("again")
    assert errors(found(plan(component(), credits=(rule(), second)))) == ["M007"]
    assert errors(found(plan(component(), credits=(rule(), second), policies=said(hit_policy="first")))) == []


def test_money_per_unit_of_a_count_needs_no_rounding() -> None:
    """M013 where the digits are not proved: a rate of half a cent, a sum, a formula, slices, a factor after it."""
    five, half = tiers(("0", amount("5 USD"))), tiers(("0", amount("0.005 USD")))

    def per_unit(base: str = "lines", mode: str = "flat", rows: Any = five, *steps: Any) -> list[str]:
        made = table(mode, select=None if mode == "flat" else formula("lines"), tiers=rows, policies=said(above="same"))
        return errors(found(plan(component("period", base, made, *(steps or (gate(),))), measures=(*MEASURES, *more))))

    def limited(cap: str) -> Any:
        return EachOf(name("day"), Amount(Decimal(cap), "amount", span()), None, span())

    three, two, half_of_one = (measure(f"up_to_{c}", aggregate="count", each=limited(c)) for c in ("3", "2", "0.5"))
    more = (three, two, half_of_one, *(
        measure(f"over_{part}", None, "difference", rules=(), parts=(name("up_to_3"), name(part)))
        for part in ("up_to_2", "up_to_0.5")
    ))  # fmt: skip

    assert per_unit() == per_unit(mode="whole") == per_unit("over_up_to_2") == []
    assert per_unit("up_to_0.5") == per_unit("over_up_to_0.5") == ["M013"]
    assert per_unit(rows=half) == per_unit("lines", "marginal") == ["M013"]
    assert per_unit("lines", "flat", five, multiply("1.5")) == ["M013"]
    assert "M013" in errors(found(component("period", "sales_month", table(), gate())))


@pytest.mark.parametrize(
    ("steps", "rounded"),
    [
        ((ROUND,), True),
        ((Round("earning", "half_up", 1, span()),), True),
        ((Round("earning", "half_up", 3, span()),), False),
        ((ROUND, PRORATE), False),
        ((PRORATE, ROUND), True),
        ((ROUND, multiply("2")), False),
        ((ROUND, gate()), True),
        ((ROUND, limit(at="10.25 USD")), True),
        ((ROUND, limit(at="10.125 USD")), False),
        ((ROUND, limit(at="bonus")), False),
        ((ROUND, limit(prorate=True)), False),
        ((gate(),), False),
    ],
)
def test_a_payout_is_rounded_somewhere(steps: tuple[Any, ...], rounded: bool) -> None:
    """M013 unless the last item that changes digits rounds to the currency's."""
    assert errors(found(component("period", "sales_month", table(), *steps))) == ([] if rounded else ["M013"])


def test_a_step_of_round_amounts_needs_no_rounding() -> None:
    """Its result has the currency's digits already; a round before the true-up telescopes."""
    amounts = tiered("step", tiers=tiers(("0%", amount("0")), ("80%", amount("10.50"))))
    assert errors(found(component("period", None, amounts, gate()))) == []
    for last, told in (
        ("2 if lines > 3 else 1.50", []),
        ("2 if lines > 3 else 0.005", ["M013"]),
        ("2 * lines", ["M013"]),
    ):
        either = tiered("step", tiers=tiers(("0%", formula(last))))
        assert errors(found(component("period", None, either, gate()))) == told
    assert errors(found(to_date(tiered("whole", "sales_ytd"), ROUND, TRUE_UP))) == []


def test_order_is_needed_by_a_running_total() -> None:
    """M014; with an order, the source's key ends it; where nothing runs, there is none."""
    assert errors(found(RUNNING)) == ["M014"]
    assert whole(RUNNING, credits=ORDER).rules[0].order == ("day", "order_id")
    assert whole(credits=ORDER).rules[0].order == ()
    with_key = (rule(order=(name("order_id"), name("day"))),)
    assert whole(RUNNING, credits=with_key).rules[0].order == ("order_id", "day")
    nullable = (rule(order=(name("seller"),)),)
    assert errors(found(plan(RUNNING, credits=nullable))) == ["T009"]


def test_splits_say_how_they_round() -> None:
    """M015 both ways."""
    assert errors(found(plan(credits=(rule(to=split(digits=2)),)))) == ["M015"]
    assert errors(found(plan(credits=(rule(to=split(mode="half_up")),)))) == ["M015"]
    to = whole(credits=(rule(to=split(digits=2, mode="half_up", share="equal", expect=name("seller"))),)).rules[0].to
    assert not isinstance(to, str) and (to.digits, to.mode, to.share, to.expect) == (2, "half_up", None, "seller")
    exact = whole(credits=(rule(to=split()),)).rules[0].to
    assert not isinstance(exact, str) and (exact.digits, exact.share) == (12, "share")


def test_base_and_select_are_said() -> None:
    """M016 and M017; `flat` selects nothing and `step` needs no base."""
    assert errors(found(component(rate=replace(tiered(), select=None)))) == ["M016"]
    assert errors(found(component("period", None))) == ["M017"]
    assert errors(found(component("credit", None))) == ["M017"]
    amounts = tiers(("0", amount("0")), ("9", amount("5")))
    stepped = tiered("step", "lines", against=None, bounds_unit="amount", tiers=amounts)
    assert errors(found(component("period", None, stepped))) == []


# ----------------------------------------------------------------------------------------------------- contradictions


PER_CREDIT = multiply("1.1 if coalesce(months, 0) >= 24 else 1", "credit")
PLAIN = tiers(("0", "1%"), ("100", "2%"))


@pytest.mark.parametrize(
    ("code", "paying"),
    [
        ("M101", component("to_date", "sales_ytd", tiered("whole", "sales_ytd"), ROUND)),
        ("M102", component("period", "sales_month", table(), TRUE_UP, ROUND)),
        ("M102", to_date(table(), TRUE_UP, TRUE_UP, ROUND)),
        ("M103", to_date(table(), limit(), TRUE_UP, ROUND)),
        ("M103", credit(table(), limit(over="credit", prorate=True), ROUND)),
        ("M104", to_date(table(), gate(), TRUE_UP, ROUND)),
        ("M104", to_date(table(), gate(measure=None, against=None, when=formula("lines > 3")), TRUE_UP, ROUND)),
        ("M105", component(rate=tiered(select="sales_ytd"))),
        ("M105", component(rate=tiered(select="lines"))),
        ("M105", credit(tiered(select="units", against=None, bounds_unit="amount", tiers=PLAIN))),
        ("M106", component("period", "sales_month", table(), multiply("2", "credit"), ROUND)),
        ("M106", component("period", "sales_month", table(), limit(over="credit"), ROUND)),
        ("M106", credit(table(), ROUND, PER_CREDIT, ROUND)),
        ("M107", component(rate=tiered(select="sales_month + 1"))),
        ("M108", component(base="sales_ytd", rate=table())),
        ("M108", component("to_date", "sales_month", table(), TRUE_UP, ROUND)),
        ("M108", component("to_date", "sales_ytd", tiered("whole", "sales_month"), TRUE_UP, ROUND)),
        ("M109", component(rate=tiered(tiers=tiers(("0%", "1%"), ("80%", "2%"), ("80%", "3%"))))),
        ("M109", component(rate=tiered(tiers=tiers(("-10%", "1%"))))),
        ("M109", component(rate=points(("0%", "1%"), ("80%", "2%"), ("50%", "3%")))),
        ("M109", component(rate=points(("0%", "1%"), ("80%", "2%"), ("80%", "2%")))),
        ("M109", component(rate=points(("80%", "1%"), ("80%", "2%"), ("80%", "3%")))),
        ("M109", component(rate=points(("-10%", "1%"), ("80%", "2%")))),
        ("M111", component(rate=points(("0%", "1%"), ("80%", "2%"), bounds_unit="amount"))),
        ("M109", component(rate=tiered(tiers=tiers(("50%", "1%"), last="50%"), policies=said(above="same")))),
        ("M110", component(rate=tiered(tiers=(*tiers(("0%", "1%"), last="70%"), *tiers(("80%", "2%")))))),
        ("M110", component(rate=tiered(tiers=(*tiers(("0%", "1%"), last="90%"), *tiers(("80%", "2%")))))),
        ("M111", component(rate=tiered(bounds_unit="amount"))),
        ("M111", component(rate=tiered(against=None))),
        ("M112", component(rate=tiered(prorate_bounds=True))),
        ("M112", credit(tiered("whole", "amount", against=None, tiers=PLAIN, prorate_bounds=True))),
        ("M113", credit(tiered("whole", "amount"))),
        ("M113", credit(tiered("marginal", "amount"))),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(code: str, paying: Component) -> None:
    """Each item where it has a meaning, or a diagnostic."""
    told = found(paying)
    assert errors(told) == [code], [f"{d.code} {d.message}" for d in told]
    assert all(d.help for d in told)


def test_a_running_total_says_which_one_looks_a_credit_up() -> None:
    """M018 where a tier, or a place between rates, is found by it; what adds up has no use for the choice (M115)."""
    rows = (("0", "1%"), ("100", "2%"))
    for mode in ("whole", "interpolated"):
        assert errors(found(plan(along(mode, *rows), credits=ORDER))) == ["M018"]
        looked_up = along(mode, *rows, policies={"running_total": "before"})
        assert errors(found(plan(looked_up, credits=ORDER))) == []
    cut = found(plan(along("marginal", *rows, policies={"running_total": "after", "above": "same"}), credits=ORDER))
    assert "M018" not in errors(cut) and "M115" in [d.code for d in cut]
    of_two = (*MEASURES, measure("both", "year_to_date", rules=(name("sales"), name("other"))))
    two = (*ORDER, rule("other"))
    policies = said(hit_policy="all")
    mixed = along("whole", *rows, select="both", policies={"running_total": "after"})
    assert errors(found(plan(mixed, credits=two, measures=of_two, policies=policies))) == ["M107"]


@pytest.mark.parametrize("aggregate", ["sum", "count"])
def test_a_running_total_may_leave_credits_out(aggregate: str) -> None:
    """Of the base rule's credits alone, summed or counted, all or some."""
    some = (*MEASURES, measure("first_ytd", "year_to_date", aggregate, where=formula("first")))
    paying = along(
        "step", ("0", amount("1")), ("9", amount("2")), select="first_ytd", policies={"running_total": "after"}
    )
    assert errors(found(plan(paying, credits=ORDER, measures=some))) == []


NOTHING, SOME = amount("0"), amount("7")


@pytest.mark.parametrize(
    ("rows", "policies", "refused"),
    [
        ((("0", NOTHING), ("9", SOME)), {}, False),
        ((("0", SOME), ("9", SOME)), {}, True),
        ((("0", formula("bonus")), ("9", SOME)), {}, True),
        ((("5", SOME), ("9", SOME)), {"below": "same"}, True),
        ((("5", SOME), ("9", SOME)), {"below": "zero"}, False),
        ((("5", NOTHING), ("9", SOME)), {"below": "same"}, False),
        ((("-9", SOME), ("9", amount("-7"))), {}, False),
        ((("-9", SOME), ("9", SOME)), {}, True),
        ((("-9", NOTHING), ("-5", SOME)), {}, True),
        ((("0", NOTHING), ("0", SOME), ("9", SOME)), {"boundary": "upper"}, True),
        ((("0", NOTHING), ("0", SOME), ("9", SOME)), {"boundary": "lower"}, False),
        ((("0", SOME), ("9", SOME)), {"below": "zero", "boundary": "lower"}, False),
    ],
)
def test_lines_of_amounts_along_credits_begin_at_nothing(rows: Any, policies: dict[str, str], refused: bool) -> None:
    """M116: what is paid at 0 comes before the first credit, and no credit adds it."""
    paying = along("interpolated", *rows, policies=policies, gives="amount")
    assert errors(found(plan(paying, credits=ORDER))) == (["M116"] if refused else [])
    alone = component("period", None, replace(paying.rate, select=formula("sales_month")))
    assert errors(found(alone)) == []


@pytest.mark.parametrize(
    ("rows", "policies", "refused"),
    [
        ((("0", SOME), ("9", SOME)), {"below": "zero", "boundary": "upper"}, True),
        ((("0", SOME), ("9", SOME)), {"below": "zero", "boundary": "lower"}, False),
        ((("0", SOME), ("9", SOME)), {"below": "same", "boundary": "lower"}, True),
        ((("5", SOME), ("9", SOME)), {"below": "zero", "boundary": "upper"}, False),
    ],
)
def test_tiers_entered_along_credits_begin_at_nothing(rows: Any, policies: dict[str, str], refused: bool) -> None:
    paying = along("each_entered", *rows, policies={**policies, "above": "same"}, select="sales_ytd")
    told = found(plan(paying, credits=ORDER))
    assert errors(told) == (["M116"] if refused else [])


def test_amounts_along_credits_can_not_count_a_target_as_reached() -> None:
    """M116: 100 % before a credit and with it."""
    rows = tiers(("0%", NOTHING), ("80%", SOME))
    full = said(above="same", zero_target="full", boundary="upper", reach="accumulation")
    paying = credit(tiered("interpolated", "sales_ytd", gives="amount", tiers=rows, policies=full))
    assert errors(found(plan(paying, credits=ORDER))) == ["M116"]


@pytest.mark.parametrize("mode", ["interpolated", "each_entered"])
def test_amounts_along_credits_are_the_same_for_each(mode: str) -> None:
    """M160: a return would be paid by its own values, not take back what its sale was paid."""
    rows, policies = (("0", NOTHING), ("9", formula("0.1 * amount"))), {"below": "zero", "boundary": "lower"}
    running = along(mode, *rows, policies=policies, gives="amount")
    assert errors(found(plan(running, credits=ORDER))) == ["M160"]
    own = along(mode, *rows, policies=policies, gives="amount", select="amount")
    assert "M160" not in errors(found(plan(own, credits=ORDER)))


def test_a_running_total_is_of_exactly_the_base() -> None:
    """Per credit: `marginal` by a measure with a condition is refused (M105)."""
    narrower = (*MEASURES, measure("first_ytd", "year_to_date", where=formula("first")))
    assert errors(found(plan(credit(tiered(select="first_ytd")), credits=ORDER, measures=narrower))) == ["M105"]
    assert errors(found(plan(credit(tiered(select="lines")), credits=ORDER))) == ["M105"]
    assert errors(found(credit(tiered("marginal", "amount", against=None, bounds_unit="amount", tiers=PLAIN)))) == []


def test_a_measure_of_the_same_credits_may_have_another_name() -> None:
    """`marginal` asks for one aggregate, not for one name."""
    twins = (*MEASURES, measure("sold"))
    assert errors(found(plan(component(rate=tiered(select="sold")), measures=twins))) == []

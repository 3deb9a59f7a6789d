"""Weighted and rounded measures: weights, limits, missing parts, units; what they need to be said, and where they do not fit."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.ir.types import QUANTITY, RATE, money
from engine.plan.amount import Amount, Written
from engine.plan.comp_plan import Measure, RoundMeasure, WeightedMeasure
from engine.plan.measure import RoundedMeasure
from tests.passes.by_hand import (
    MEASURES,
    checked,
    component,
    errors,
    found,
    name,
    plan,
    said,
    span,
    tiered,
    warnings,
    whole,
)
from tests.passes.test_measure import READ, SHARE, attainment, gated, previous, ratio


def number(value: str, written: Written = "share") -> Amount:
    return Amount(Decimal(value), written, span(value))


def part(of: str, weight: str = "1", cap: Amount | None = None, floor: Amount | None = None) -> WeightedMeasure:
    return WeightedMeasure(name(of), number(weight), cap, floor)


def weighted(*parts: WeightedMeasure, policy: str | None = "zero", called: str = "asked", **more: Any) -> Measure:
    policies = {} if policy is None else said(missing_part=policy)
    made = Measure(called, span(called), "weighted", (), None, None, weighted=parts, policies=policies)
    return replace(made, parts=tuple(each.measure for each in parts), **more)


def rounded(of: str, digits: int | None = 0, multiple: Amount | None = None, called: str = "asked") -> Measure:
    how = RoundMeasure("floor", digits, multiple, span(called))
    return Measure(called, span(called), "rounded", (), None, None, parts=(name(of),), rounded=how)


HALVES = (part("sales_month", "0.5"), part("sales_month", "0.5"))
BLOCKS = said(missing_target="block", zero_target="zero")
REACHED = attainment(name="reached", policies=BLOCKS)


@pytest.mark.parametrize(
    ("code", "asked", "paying"),
    [
        ("N001", weighted(part("visits")), READ),
        ("N012", weighted(part("asked")), READ),
        ("N012", rounded("asked"), READ),
        ("M140", weighted(part("sales_month", "0.5"), part("sales_ytd", "0.5")), READ),
        ("M183", weighted(part("sales_month", "0.7"), part("lines", "0.2")), READ),
        ("M183", weighted(*HALVES, out_of=number("1.2")), READ),
        ("M184", weighted(part("sales_month", "1", number("0.5"), number("0.6"))), READ),
        ("M142", weighted(*HALVES), gated()),
        ("M142", rounded("sales_month"), gated()),
        ("M141", rounded("sales_month"), component(rate=tiered(select="asked", against=None, bounds_unit="amount"))),
        ("M185", weighted(part("reached"), policy=None), READ),
        ("M111", weighted(part("reached")), gated(against=None)),
        ("M111", rounded("reached"), gated(against=None)),
        ("M111", rounded("reached"), component(rate=tiered("whole", "asked", against=None, bounds_unit="amount"))),
    ],
)  # fmt: skip
def test_what_it_can_not_be(code: str, asked: Measure, paying: Any) -> None:
    if code == "M141":
        paying = replace(paying, base=name("asked"))
    told = found(plan(paying, measures=(*MEASURES, REACHED, asked)))
    assert set(errors(told)) == {code}, [f"{d.code} {d.message}" for d in told]
    assert all(d.help for d in told)


@pytest.mark.parametrize(
    ("asked", "paying"),
    [
        (weighted(part("reached", "0.4", number("1.5"), number("0")), part("reached", "0.6")), gated(**SHARE)),
        (weighted(*HALVES, part("sales_month", "0.2"), out_of=number("1.2")), READ),
        (rounded("reached"), gated(**SHARE)),
        (rounded("reached", None, number("0.05")), component("period", None, tiered("step", "asked", against=None))),
        (rounded("lines", None, number("12", "amount")), replace(READ, base=name("asked"))),
        (rounded("sales_month", None, number("0.05", "money")), replace(READ, base=name("asked"))),
    ],
)
def test_what_it_can_be(asked: Measure, paying: Any) -> None:
    assert errors(found(plan(paying, measures=(*MEASURES, REACHED, asked)))) == []


def test_what_a_missing_part_is_must_be_said_only_where_one_can_be() -> None:
    """An attainment that is zero or full without a target is never missing; nor is what is made of such ones."""
    always = attainment(name="reached", policies=said(missing_target="zero", zero_target="full"))
    told = found(plan(READ, measures=(*MEASURES, always, weighted(part("reached")))))
    assert errors(told) == [] and "M115" in warnings(told)
    for between in (weighted(part("reached"), policy="block", called="between"), rounded("reached", called="between")):
        measures = (*MEASURES, REACHED, between, weighted(part("between"), policy=None))
        assert errors(found(plan(READ, measures=measures))) == ["M185"]
    filled = weighted(part("reached"), policy="zero", called="between")
    assert (
        errors(found(plan(READ, measures=(*MEASURES, REACHED, filled, weighted(part("between"), policy=None))))) == []
    )


def test_the_policy_of_a_part_is_nearer_than_that_of_the_measure() -> None:
    own = replace(part("reached", "0.4"), policies=said(missing_part="redistribute"))
    other = attainment(name="other", policies=BLOCKS)
    asked = weighted(own, part("other", "0.6"), policy="block")
    made = whole(READ, measures=(*MEASURES, REACHED, other, asked)).measure("asked")
    assert [each.missing and each.missing.value for each in made.weighted] == ["redistribute", "block"]
    told = found(plan(READ, measures=(*MEASURES, REACHED, other, weighted(replace(own, weight=number("1"))))))
    assert errors(told) == []


@pytest.mark.parametrize(
    ("policy", "told"),
    [("block", set()), ("zero", {"reached"}), ("redistribute", {"reached"})],
)
def test_a_part_says_that_it_is_missing_where_that_decides_something(policy: str, told: set[str]) -> None:
    made = whole(READ, measures=(*MEASURES, REACHED, weighted(part("reached"), policy=policy)))
    assert made.told_missing == told


def test_parts_of_parts_say_it_too() -> None:
    inner = weighted(part("reached"), policy="block", called="inner"), rounded("inner", called="whole_inner")
    made = whole(READ, measures=(*MEASURES, REACHED, *inner, weighted(part("whole_inner"))))
    assert made.told_missing == {"reached", "inner", "whole_inner"}


@pytest.mark.parametrize("between", [weighted(part("reached"), called="between"), rounded("reached", called="between")])
def test_nothing_looks_back_at_what_is_made_of_attainments(between: Measure) -> None:
    back = previous("between", "period", "asked")
    assert errors(found(plan(READ, measures=(*MEASURES, REACHED, between, back)))) == ["M182"]


@pytest.mark.parametrize(
    ("asked", "unit"),
    [
        (weighted(*HALVES), money("USD")),
        (weighted(part("lines")), QUANTITY),
        (weighted(part("reached")), RATE),
        (rounded("lines"), QUANTITY),
        (rounded("sales_month"), money("USD")),
    ],
)
def test_it_is_in_the_unit_of_its_parts(asked: Measure, unit: Any) -> None:
    space, told = checked(READ, measures=(*MEASURES, REACHED, asked))
    assert errors(told) == []
    assert space.plans[0].measure("asked").unit == unit


def test_digits_of_a_rate_are_those_of_the_percentage() -> None:
    for of, digits in (("reached", 3), ("lines", 1)):
        space, _ = checked(READ, measures=(*MEASURES, REACHED, rounded(of, 1)))
        how = space.plans[0].measure("asked").rounded
        assert isinstance(how, RoundedMeasure) and how.digits == digits


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("T011", weighted(part("sales_month", "0.5"), part("lines", "0.5"))),
        ("T011", weighted(part("reached", "0.5"), part("lines", "0.5"))),
        ("T019", weighted(part("sales_month", "1", number("1.5")))),
        ("T019", weighted(part("lines", "1", None, number("1.5", "money")))),
        ("T019", weighted(part("reached", "1", number("150", "amount")))),
        ("T019", rounded("reached", None, number("5", "amount"))),
        ("T019", rounded("lines", None, number("0.05"))),
        ("T015", weighted(part("lines", "1", number("10000000000", "amount")))),
    ],
)
def test_units_that_do_not_go_together(code: str, asked: Measure) -> None:
    _, told = checked(READ, measures=(*MEASURES, REACHED, asked))
    assert errors(told) == [code], [d.message for d in told]


def test_a_ratio_may_stand_among_attainments() -> None:
    by_lines = ratio("lines", "lines", "pace")
    _, told = checked(
        READ, measures=(*MEASURES, REACHED, by_lines, weighted(part("reached", "0.5"), part("pace", "0.5")))
    )
    assert errors(told) == []

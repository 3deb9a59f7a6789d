"""Weighted and rounded measures by hand: what each part adds, what a missing one does, which way it is rounded."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.ir.types import RATE
from engine.plan.amount import Amount
from engine.plan.choice import Stated
from engine.plan.measure import RoundedMeasure, Weighted, told_missing
from engine.plan.resolved import Measure
from tests.properties.differential import differences
from tests.properties.formulas import SPAN, choice
from tests.properties.small import OWN, case
from tests.properties.test_reference_measures import asked, attained, of, values

ORDERS = [("2026-01-05", "500"), ("2026-03-02", "40"), ("2026-03-09", "60")]
"""250 % of the 200 of January, nothing in February, 50 % in March."""


def part(measure: str, weight: str, cap: str | None = None, floor: str | None = None) -> Weighted:
    most, least = (None if each is None else Amount(Decimal(each), "share", SPAN) for each in (cap, floor))
    return Weighted(measure, Decimal(weight), most, least, Stated("", SPAN, None))


def weighted(*parts: Weighted, policy: str | None = None, of_part: str = "reached", to_date: bool = False) -> Measure:
    """`policy` is that of the one part that may be missing."""
    said = None if policy is None else choice(policy)
    parts = tuple(replace(each, missing=said) if each.measure == of_part else each for each in parts)
    made = of("weighted", to_date, unit=RATE, rules=(), parts=tuple(each.measure for each in parts), weighted=parts)
    return replace(made, out_of=sum((each.weight for each in parts), Decimal(0)))


def found(*measures: Measure, quotas: str | None = "2400", column: str = "value") -> list[Decimal | None]:
    """What the last of them is in each month, by both implementations."""
    told, results = differences(
        *case(asked(*measures), ORDERS, "2026-03", quotas={} if quotas is None else {"S": quotas})
    )
    assert told == []
    return values(results, column)


def numbers(*texts: str | None) -> list[Decimal | None]:
    return [None if text is None else Decimal(text) for text in texts]


REACHED = replace(attained(), name="reached")
MEAN = replace(of("average"), name="mean")
NOTHING = replace(of("ratio"), name="pace", unit=RATE, rules=(), parts=("own", "own"), zero_denominator=choice("block"))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((part("reached", "0.6"), part("full", "0.4")), ("1.9", "0.4", "0.7")),
        ((part("reached", "0.6", "1.5"), part("full", "0.4")), ("1.3", "0.4", "0.7")),
        ((part("reached", "0.6", "1.5", "0.5"), part("full", "0.4")), ("1.3", "0.7", "0.7")),
        ((part("reached", "0.6", None, "0.6"), part("full", "0.5", "0.9")), ("1.95", "0.81", "0.81")),
    ],
)
def test_each_part_counts_between_its_floor_and_its_cap(parts: Sequence[Weighted], expected: Sequence[str]) -> None:
    full = replace(NOTHING, name="full", zero_denominator=choice("full"))
    assert found(REACHED, full, weighted(*parts)) == numbers(*expected)


def test_to_date_each_part_is_to_date() -> None:
    """250, 125 and 100 %; `own` is of the month alone."""
    reached = replace(attained(True), name="reached")
    made = weighted(part("reached", "0.8"), part("reached", "0.2", "1.1"), to_date=True)
    assert found(reached, made) == numbers("2.22", "1.22", "1")
    assert found(reached, made, column="own") == numbers("2.22", "0", "0.5")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("block", (None, None, None)),
        ("zero", ("0.4", "0.2", "0.4")),
        ("redistribute", ("1", "0.5", "1")),
    ],
)
@pytest.mark.parametrize("quotas", [None, "0"])
def test_without_a_target_the_policy_decides(quotas: str | None, policy: str, expected: Sequence[str | None]) -> None:
    """The part is missing, also of a target of 0; the ratio of the others is 100 % (of nothing: zero, but for the floor)."""
    ratio = replace(NOTHING, name="pace", zero_denominator=choice("zero"))
    made = weighted(part("reached", "0.6", None, "0.3"), part("pace", "0.4", None, "0.5"), policy=policy)
    assert found(REACHED, ratio, made, quotas=quotas) == numbers(*expected)


def test_an_attainment_that_is_0_of_a_target_of_0_is_not_missing() -> None:
    """There is nothing to leave out: 0.4 × 100 %, and in February the ratio's 0."""
    assert REACHED.against is not None
    reached = replace(REACHED, against=replace(REACHED.against, zero=choice("zero")))
    ratio = replace(NOTHING, name="pace", zero_denominator=choice("zero"))
    made = weighted(part("reached", "0.6"), part("pace", "0.4"), policy="redistribute")
    assert found(reached, ratio, made, quotas="0") == numbers("0.4", "0", "0.4")


@pytest.mark.parametrize("policy", ["block", "zero", "redistribute"])
def test_a_ratio_to_nothing_and_an_average_of_nothing_are_missing(policy: str) -> None:
    """In February."""
    expected = {"block": None, "zero": "0.3", "redistribute": "1"}[policy]
    full = replace(NOTHING, name="full", zero_denominator=choice("full"))
    for made in (NOTHING, replace(NOTHING, name="pace", parts=("mean", "mean"))):
        score = weighted(part("pace", "0.7"), part("full", "0.3"), policy=policy, of_part="pace")
        missing = made is NOTHING
        assert found(MEAN, full, made, score)[1] == (None if expected is None or not missing else Decimal(expected))


def test_redistributed_thirds_come_to_the_whole() -> None:
    """100 % of what is there is 100 %, and not a digit less."""
    full = replace(NOTHING, name="full", zero_denominator=choice("full"))
    made = weighted(part("full", "0.3333"), part("full", "0.3333"), part("reached", "0.3334"), policy="redistribute")
    assert found(REACHED, full, made, quotas=None) == [Decimal(1)] * 3


def test_each_part_has_its_own_policy() -> None:
    """The one without a target is left out, the ratio to nothing is 0: 0.3 × 100 % of the 50 % that are there."""
    full = replace(NOTHING, name="full", zero_denominator=choice("full"))
    made = weighted(part("reached", "0.5"), part("pace", "0.2"), part("full", "0.3"), policy="redistribute")
    parts = tuple(replace(p, missing=choice("zero")) if p.measure == "pace" else p for p in made.weighted)
    assert found(REACHED, NOTHING, full, replace(made, weighted=parts), quotas=None) == numbers("1", "0.6", "1")
    blocked = tuple(replace(p, missing=choice("block")) if p.measure == "pace" else p for p in made.weighted)
    assert found(REACHED, NOTHING, full, replace(made, weighted=blocked), quotas=None) == numbers("1", None, "1")


def test_where_all_parts_are_missing_there_is_nothing_to_weigh() -> None:
    made = weighted(part("reached", "1"), policy="redistribute")
    assert found(REACHED, made, quotas=None) == [None] * 3


@pytest.mark.parametrize(("inner", "expected"), [("block", "1"), ("redistribute", "1"), ("zero", "0.4")])
def test_a_part_that_is_weighted_itself_is_missing_as_its_own_policy_says(inner: str, expected: str) -> None:
    """Zero is a value; and a rounded one is missing where its part is."""
    full = replace(NOTHING, name="full", zero_denominator=choice("full"))
    below = replace(weighted(part("reached", "1"), policy=inner), name="inner")
    how = RoundedMeasure("floor", 2, None, SPAN)
    whole = replace(of("rounded", unit=RATE, rules=(), parts=("inner",), rounded=how), name="whole")
    policy = None if inner == "zero" else "redistribute"
    made = weighted(part("whole", "0.6"), part("full", "0.4"), policy=policy, of_part="whole")
    told = {"reached"} if inner == "zero" else {"reached", "inner", "whole"}
    assert told_missing((REACHED, full, below, whole, made)) == told
    assert found(REACHED, full, below, whole, made, quotas=None) == [Decimal(expected)] * 3


@pytest.mark.parametrize(
    ("mode", "digits", "multiple", "expected"),
    [
        ("floor", 0, None, ("500", "0", "100")),
        ("floor", 0, "150", ("450", "0", "0")),
        ("ceiling", 0, "150", ("600", "0", "150")),
        ("half_up", 0, "200", ("600", "0", "200")),
        ("half_even", 0, "200", ("400", "0", "0")),
        ("truncate", 0, "0.3", ("499.8", "0", "99.9")),
    ],
)
def test_rounding(mode: str, digits: int, multiple: str | None, expected: Sequence[str]) -> None:
    """Of 500, 0 and 100."""
    how = RoundedMeasure(mode, digits, None if multiple is None else Amount(Decimal(multiple), "amount", SPAN), SPAN)
    assert found(of("rounded", rules=(), parts=("own",), rounded=how)) == numbers(*expected)


def test_what_dividing_a_target_left_is_taken_away_before_it_is_rounded_down() -> None:
    """10 a year is 0.833333333334 in February, of which 1 is 120 % but for the last place."""
    how = RoundedMeasure("floor", 2, None, SPAN)
    made = asked(REACHED, of("rounded", unit=RATE, rules=(), parts=("reached",), rounded=how))
    told, results = differences(*case(made, [("2026-02-02", "1")], "2026-02", quotas={"S": "10"}))
    assert told == [] and values(results)[-1] == Decimal("1.2")


def test_what_is_rounded_to_date_is_rounded_once() -> None:
    """500, 500 and 600 to date; of the month alone 500, 0 and 100."""
    how = RoundedMeasure("floor", 0, Amount(Decimal(150), "amount", SPAN), SPAN)
    ytd = replace(OWN, name="sold", accumulation="year")
    made = of("rounded", True, rules=(), parts=("sold",), rounded=how)
    assert found(ytd, made) == numbers("450", "450", "600")
    assert found(ytd, made, column="own") == numbers("450", "0", "0")

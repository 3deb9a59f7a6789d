"""The oracle's measures against figures worked by hand: of a period and to date, of nothing, and ratios."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.ir.types import QUANTITY, RATE
from engine.plan.amount import Amount
from engine.plan.choice import Stated
from engine.plan.measure import Each
from engine.plan.resolved import Gate, Measure, Plan, TrueUp
from engine.reference import Results
from tests.properties.differential import differences
from tests.properties.formulas import SPAN, choice
from tests.properties.small import OWN, PLAN, against, case, component, plan, run, table

ORDERS = [
    ("2026-01-05", "300"), ("2026-01-05", "200"), ("2026-03-02", "40"), ("2026-03-09", "-10"), ("2026-03-02", "70"),
]  # fmt: skip
"""None in February; two in January on one day, three in March on two."""


def of(aggregate: Any, to_date: bool = False, none: str = "block", **more: Any) -> Measure:
    """A measure of the sales."""
    no_credits = choice(none) if aggregate in ("average", "min", "max") else None
    return replace(
        OWN, name="asked", aggregate=aggregate, accumulation="year" if to_date else None, no_credits=no_credits, **more
    )


def asked(*measures: Measure) -> Plan:
    """The small plan with more measures, for months."""
    made = plan(component("period", table("flat", (("", "0.1"),))))
    return replace(made, measures=(*made.measures, *(replace(m, lengths=("month",)) for m in measures)))


def values(results: Results, column: str = "value") -> list[Decimal | None]:
    """The measure by month."""
    rows = sorted(results["measures/ae.asked"], key=lambda row: row["period"])
    return [row[column] for row in rows]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (of("average"), ["250", None, "33.333333333333"]),
        (of("average", none="zero"), ["250", "0", "33.333333333333"]),
        (of("average", True), ["250", "250", "120"]),
        (of("min"), ["200", None, "-10"]),
        (of("min", True, "zero"), ["200", "200", "-10"]),
        (of("max", none="zero"), ["300", "0", "70"]),
        (of("max", True), ["300", "300", "300"]),
        (of("count_distinct", unit=QUANTITY, distinct="on"), ["1", "0", "2"]),
        (of("count_distinct", True, unit=QUANTITY, distinct="on"), ["1", "1", "3"]),
        (of("count_distinct", True, unit=QUANTITY, distinct="team"), ["1", "1", "1"]),
    ],
)
def test_an_aggregate(measure: Measure, expected: list[str | None]) -> None:
    """To date it is that of the span: the average of five, not of two averages; a value that came up before counts once."""
    found = values(run(asked(measure), ORDERS, "2026-03"))
    assert found == [None if each is None else Decimal(each) for each in expected]


def limited(by: str, to_date: bool = False, aggregate: str = "sum", cap: str = "", floor: str = "") -> Measure:
    """What each day (`on`) or team counts for."""
    limits = [Amount(Decimal(text), "amount", SPAN) if text else None for text in (cap, floor)]
    each = Each(by, limits[0], limits[1], Stated(f"each {by}", SPAN))
    return of(aggregate, to_date, unit=QUANTITY if aggregate == "count" else OWN.unit, each=each)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (limited("on", cap="100"), ["100", "0", "90"]),
        (limited("on", cap="100", floor="0"), ["100", "0", "100"]),
        (limited("on", floor="50"), ["500", "0", "160"]),
        (limited("on", True, cap="100"), ["100", "100", "190"]),
        (limited("on", True, cap="110"), ["110", "110", "210"]),
        (limited("team", cap="300"), ["300", "0", "100"]),
        (limited("team", True, cap="300"), ["300", "300", "300"]),
        (limited("team", True, cap="550"), ["500", "500", "550"]),
        (limited("team", True, floor="560"), ["560", "560", "600"]),
        (limited("on", aggregate="count", cap="1"), ["1", "0", "2"]),
        (limited("on", True, "count", cap="1"), ["1", "1", "3"]),
        (limited("team", True, "count", cap="3"), ["2", "2", "3"]),
        (limited("team", True, "count", cap="9", floor="4"), ["4", "4", "5"]),
    ],
)
def test_what_each_counts_for(measure: Measure, expected: list[str]) -> None:
    """500 on one day of January; 110 on 2 March, −10 on the 9th, which counts as it is where nothing says otherwise."""
    assert values(run(asked(measure), ORDERS, "2026-03")) == [Decimal(each) for each in expected]


def test_a_return_first_takes_off_what_lies_above() -> None:
    """500, of which 300 count; less 150 is 350, less 100 more 250."""
    orders = [("2026-01-05", "500"), ("2026-02-03", "-150"), ("2026-03-02", "-100")]
    results = run(asked(limited("team", True, cap="300")), orders, "2026-03")
    assert values(results) == [Decimal(300), Decimal(300), Decimal(250)]
    assert values(results, "own") == [Decimal(300), Decimal(-150), Decimal(-100)]
    rows = sorted(results["each/ae.asked"], key=lambda row: row["period"])
    assert [row["adds"] for row in rows] == [Decimal(300), Decimal(0), Decimal(-50)]
    assert [row["after"] for row in rows] == [Decimal(500), Decimal(350), Decimal(250)]


def test_a_limit_to_date_starts_again_with_the_segment() -> None:
    people = [("S:AE", "2026-01-01", "2026-02-28"), ("S:AM", "2026-03-01", "")]
    made = replace(asked(limited("team", True, cap="60")), titles=("AE", "AM"))
    assert values(run(made, ORDERS, "2026-03", people)) == [Decimal(60), Decimal(60), Decimal(60)]


def test_to_date_starts_again_with_the_segment() -> None:
    """Whoever changes their title begins anew: the team counts again."""
    measure = of("count_distinct", True, unit=QUANTITY, distinct="team")
    people = [("S:AE", "2026-01-01", "2026-02-28"), ("S:AM", "2026-03-01", "")]
    made = replace(asked(measure), titles=("AE", "AM"))
    assert values(run(made, ORDERS, "2026-03", people)) == [Decimal(1), Decimal(1), Decimal(1)]


@pytest.mark.parametrize(("policy", "expected"), [("block", None), ("zero", Decimal(0)), ("full", Decimal(1))])
def test_a_ratio_to_nothing_or_less_is_what_the_plan_says(policy: str, expected: Decimal | None) -> None:
    """January's denominator is −10, February's 0; March is 20 of 20."""
    ratio = replace(of("ratio"), unit=RATE, rules=(), parts=("own", "own_too"), zero_denominator=choice(policy))
    made = asked(replace(OWN, name="own_too"), ratio)
    found = values(run(made, [("2026-01-05", "-10"), ("2026-03-02", "20")], "2026-03"))
    assert found == [expected, expected, Decimal(1)]


def test_a_ratio_of_what_is_not_known_is_not_known() -> None:
    """100 ÷ 33.33…; the average of no credits blocks: `full` is about a denominator of zero, not about one that nobody knows."""
    average = replace(of("average"), name="average")
    ratio = replace(of("ratio"), unit=RATE, rules=(), parts=("own", "average"), zero_denominator=choice("full"))
    other_way = replace(ratio, parts=("average", "own"))
    assert values(run(asked(average, ratio), ORDERS, "2026-03")) == [Decimal(2), None, Decimal(3)]
    assert values(run(asked(average, other_way), ORDERS, "2026-02")) == [Decimal("0.5"), None]


def test_a_ratio_to_date_divides_what_each_came_to() -> None:
    """Sales ÷ days with sales, to date: 500, 500, 600 ÷ 3."""
    ytd = replace(OWN, name="sold", accumulation="year")
    days = replace(of("count_distinct", True, unit=QUANTITY, distinct="on"), name="selling_days")
    ratio = of("ratio", True, rules=(), parts=("sold", "selling_days"), zero_denominator=choice("zero"))
    results = run(asked(ytd, days, ratio), ORDERS, "2026-03")
    assert values(results) == [Decimal(500), Decimal(500), Decimal(200)]
    assert values(results, "own") == [Decimal(500), Decimal(0), Decimal(50)]


def attained(to_date: bool = False, policy: str = "block", whole: bool = False) -> Measure:
    """What of the quota was reached."""
    goal = against(policy, policy, "year" if to_date else None, whole)
    part = "ytd" if to_date else "own"
    return of("attainment", to_date, unit=RATE, rules=(), parts=(part,), against=goal)


@pytest.mark.parametrize(
    ("measure", "value", "own"),
    [
        (attained(), ["2.5", "0", "0.5"], None),
        (attained(True), ["2.5", "1.25", "1"], ["2.5", "0", "0.5"]),
        (attained(True, whole=True), ["0.208333333333", "0.208333333333", "0.25"], ["2.5", "0", "0.5"]),
    ],
)
def test_an_attainment(measure: Measure, value: list[str], own: list[str] | None) -> None:
    """2,400 a year, 200 a month. `own` is of the month's own target, whatever the reach."""
    results = run(asked(measure), ORDERS, "2026-03", quotas={"S": "2400"})
    assert values(results) == [Decimal(each) for each in value]
    assert values(results, "own") == [Decimal(each) for each in own or value]


@pytest.mark.parametrize("quotas", [{}, {"S": "0"}, {"S": "-2400"}])
@pytest.mark.parametrize(("policy", "expected"), [("block", None), ("zero", Decimal(0)), ("full", Decimal(1))])
def test_an_attainment_without_a_target_is_what_the_plan_says(
    policy: str, expected: Decimal | None, quotas: dict[str, str]
) -> None:
    """A negative target is none."""
    for measure in (attained(policy=policy), attained(True, policy, True)):
        results = run(asked(measure), ORDERS, "2026-03", quotas=quotas)
        assert values(results) == values(results, "own") == [expected] * 3


@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize(("near", "reached"), [(True, True), (False, False)])
def test_what_dividing_a_target_left_keeps_no_attainment_under_a_bound(gated: bool, near: bool, reached: bool) -> None:
    """10 a year is 0.833333333334 in February; 1 of it is 120 % but for the last place. The compiler thinks so too."""
    tiers = (("0", "10"),) if gated else (("0", "10"), ("1.2", "20"))
    rates = replace(table("step", tiers, "asked"), near=near)
    gates = (Gate("earning", SPAN, None, "asked", None, Decimal("1.2"), None, near=near),) if gated else ()
    pay = replace(component("period", rates, *gates, base=None), measures=("own", "ytd", "asked"))
    made = plan(pay)
    made = replace(made, measures=(*made.measures, replace(attained(), lengths=("month",))))
    told, results = differences(*case(made, [("2026-02-02", "1")], "2026-02", quotas={"S": "10"}))
    assert told == []
    assert values(results)[-1] == Decimal("1.199999999999")
    expected = (Decimal(10) if reached else Decimal(0)) if gated else Decimal(20 if reached else 10)
    assert [row["earning"] for row in results["earnings"] if row["period"] == "2026-02"] == [expected]


def previous(of: str, back: Any, none: str = "block", **more: Any) -> Measure:
    """What another measure was."""
    return replace(
        OWN, name="asked", aggregate="previous", rules=(), parts=(of,), back=back, no_previous=choice(none), **more
    )


def looking_back(*measures: Measure) -> Plan:
    """The small plan, with measures that are read back."""
    made = asked(*measures)
    return replace(made, measures=tuple(replace(m, looked_back=m.name != "asked") for m in made.measures))


EARLIER = [
    ("2025-01-20", "70"),
    ("2025-02-20", "80"),
    ("2025-12-20", "90"),
    ("2026-01-20", "100"),
    ("2026-02-03", "110"),
]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (previous("own", "period"), [90, 100]),
        (previous("own", "year"), [70, 80]),
        (previous("ytd", "year", accumulation="year"), [70, 150]),
    ],
)
def test_an_earlier_period_is_read_and_not_computed(measure: Measure, expected: list[int]) -> None:
    """The run of February reads December, or the year before; it has earnings of what it computes alone."""
    results = run(looking_back(measure), EARLIER, "2026-02")
    assert {row["period"]: row["value"] for row in results["measures/ae.asked"]}["2026-02"] == Decimal(expected[1])
    assert {row["period"] for row in results["earnings/ae.pay"]} == {"2026-01", "2026-02"}
    assert values(results) == [Decimal(each) for each in expected]


def test_a_plan_that_began_last_year_hides_no_earlier_year() -> None:
    """Another plan adds up from December on, which has no year before it in the calendar; January and February have one."""
    long = component("to_date", table("flat", (("", "0.1"),)), TrueUp("plan", SPAN, None), base="ptd")
    other = replace(plan(replace(long, measures=("ptd",)), name="long"), measures=(PLAN,), start=date(2025, 12, 1))
    growth = looking_back(previous("own", "year"))
    (pay,) = growth.components
    alone = tuple(measure for measure in growth.measures if measure.name != "ytd")
    growth = replace(growth, components=(replace(pay, measures=("own", "asked")),), measures=alone)
    made, tables, period = case(growth, EARLIER, "2026-02")
    told, results = differences(replace(made, plans=(*made.plans, other)), tables, period)
    assert told == []
    assert values(results) == [None, Decimal(70), Decimal(80)]


@pytest.mark.parametrize(("policy", "expected"), [("block", None), ("zero", Decimal(0))])
def test_who_was_not_there_all_the_time_has_no_earlier_period(policy: str, expected: Decimal | None) -> None:
    """Joined on 20 January: nothing before January, and a part of it is not compared with February."""
    found = run(looking_back(previous("own", "period", policy)), EARLIER, "2026-03", [("S", "2026-01-20", "")])
    assert values(found) == [expected, expected, Decimal(110)]


def test_a_run_of_another_month_says_the_same() -> None:
    """What January is compared with does not depend on the month that is run."""
    made = looking_back(previous("own", "period"))
    assert values(run(made, EARLIER, "2026-01")) == values(run(made, EARLIER, "2026-02"))[:1] == [Decimal(90)]


def test_two_periods_back() -> None:
    """A `previous` of a `previous`: the run of January reads November."""
    once = replace(previous("own", "period"), name="once")
    made = looking_back(once, previous("once", "period"))
    assert values(run(made, [("2025-11-05", "7"), *EARLIER], "2026-01")) == [Decimal(7)]

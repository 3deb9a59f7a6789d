"""Measures of every kind: what they need to be said, where they don't fit, and what they are measured in."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.ir.types import QUANTITY, RATE, money
from engine.plan.amount import Amount
from engine.plan.comp_plan import EachOf, Measure
from engine.resolve.effective import UNSAID
from tests.passes.by_hand import (
    MEASURES,
    ROUND,
    TRUE_UP,
    amount,
    checked,
    component,
    errors,
    formula,
    found,
    gate,
    measure,
    name,
    plan,
    said,
    span,
    table,
    tiered,
    tiers,
    to_date,
    warnings,
    whole,
    workspace,
)  # fmt: skip

NOTHING = said(no_credits="zero", zero_denominator="zero")


def ratio(of: str, to: str, called: str = "asked", **more: Any) -> Measure:
    made = Measure(called, span(called), "ratio", (), None, None, parts=(name(of), name(to)), policies=NOTHING)
    return replace(made, **more)


def average(over: str = "period", aggregate: str = "average", **more: Any) -> Measure:
    return measure("asked", over, aggregate, **{"policies": NOTHING, **more})


def previous(of: str, back: Any, called: str = "asked", **more: Any) -> Measure:
    policies = said(no_previous="zero")
    made = Measure(called, span(called), "previous", (), None, None, parts=(name(of),), back=back, policies=policies)
    return replace(made, **more)


def attainment(of: str = "sales_month", against: str = "quota", **more: Any) -> Measure:
    policies = said(missing_target="zero", zero_target="full")
    made = Measure("asked", span("asked"), "attainment", (), None, None, parts=(name(of),), against=name(against))
    return replace(made, **{"policies": policies, **more})


def distinct(column: str = "kind", over: str = "period") -> Measure:
    return measure("asked", over, "count_distinct", distinct=name(column))


def limited(column: str = "kind", over: str = "period", aggregate: str = "sum", **limits: str) -> Measure:
    """What each kind counts for; limits as written."""
    written = {
        key: Amount(Decimal(text.split()[0]), "money" if " " in text else "amount", span(key))
        for key, text in limits.items()
    }
    each = EachOf(name(column), written.get("cap"), written.get("floor"), span("each"))
    return measure("asked", over, aggregate, each=each)


def gated(**changes: Any) -> Any:
    return component("period", "sales_month", table(), gate(measure=name("asked"), **changes), ROUND)


SHARE: dict[str, Any] = {"against": None, "share": span()}
BY_RATIO = tiered("whole", "asked", against=None)
READ = component("period", "sales_month", table(), gate(measure=None, against=None, when=formula("asked > 1")), ROUND)
SELECTS = component("period", None, table("step", select=formula("asked"), tiers=tiers(("0", amount("5")))))


@pytest.mark.parametrize(
    ("code", "asked", "paying"),
    [
        ("M030", average(policies={}), READ),
        ("M030", average(aggregate="max", policies={}), READ),
        ("M031", ratio("sales_month", "lines", policies={}), READ),
        ("M032", previous("sales_month", "period", policies={}), READ),
        ("M145", previous("sales_ytd", "period"), READ),
        ("M141", previous("sales_ytd", "year"), to_date(table(), TRUE_UP, ROUND)),
        ("M142", previous("sales_month", "year"), component(rate=tiered("whole", "asked"))),
        ("M140", ratio("sales_month", "sales_ytd"), READ),
        ("M141", average("year_to_date"), to_date(table(), TRUE_UP, ROUND)),
        ("M141", average(aggregate="min"), component(rate=tiered(select="asked", against=None, bounds_unit="amount"))),
        ("M142", average(), gated()),
        ("M142", average(), component(rate=tiered("whole", "asked"))),
        ("N012", ratio("asked", "lines"), READ),
        ("T009", distinct("net"), READ),
        ("T009", distinct("region"), READ),
        ("T009", limited("net", cap="5"), READ),
        ("T009", limited("region", cap="5"), READ),
        ("N001", limited("customer", cap="5"), READ),
        ("M294", limited(cap="5", floor="6"), READ),
        ("N001", attainment(against="quotas"), READ),
        ("N012", attainment("asked"), READ),
        ("M142", attainment(), gated()),
        ("M111", attainment(), gated(against=None)),
        ("M111", attainment(), component(rate=tiered("whole", "asked", against=None, bounds_unit="amount"))),
        ("M108", ratio("sales_month", "lines"), component("to_date", "sales_ytd", BY_RATIO, TRUE_UP, ROUND)),
    ],
)  # fmt: skip
def test_what_a_measure_can_not_be(code: str, asked: Measure, paying: Any) -> None:
    if code == "M141":
        paying = replace(paying, base=name("asked"))
    told = found(plan(paying, measures=(*MEASURES, asked)))
    assert set(errors(told)) == {code}, [f"{d.code} {d.message}" for d in told]
    assert all(d.help for d in told)


@pytest.mark.parametrize(("code", "mode"), [("M105", "marginal"), ("M107", "whole")])
def test_credits_do_not_run_along_what_is_limited(code: str, mode: str) -> None:
    """What a credit adds depends on what its kind has come to."""
    paying = component("credit", "sales", tiered(mode, "asked", against=None, bounds_unit="amount"))
    asked = limited(over="year_to_date", cap="5")
    [told] = [d for d in found(plan(paying, measures=(*MEASURES, asked))) if d.code == code]
    assert "limited for each `kind`" in " ".join((told.message, *(words for _, words in told.related)))


def test_slices_are_of_what_is_limited_alike() -> None:
    """M105 where only one of the two is limited, or by another limit."""
    paying = component(base="other", rate=tiered(select="asked", against=None, bounds_unit="amount"))
    for other, codes in (("5", []), ("6", ["M105"])):
        measures = (*MEASURES, limited(cap="5"), replace(limited(cap=other), name="other"))
        assert errors(found(plan(paying, measures=measures))) == codes


def test_what_each_counts_for_is_in_the_unit_of_the_measure() -> None:
    for asked, code in (
        (limited(cap="5 USD"), None),
        (limited(aggregate="count", cap="5 USD"), "T019"),
        (limited(aggregate="count", cap="0"), "T071"),
        (limited(aggregate="count", cap="2", floor="1.5"), "T071"),
        (limited(cap="1e16"), "T015"),
    ):
        assert errors(checked(READ, measures=(*MEASURES, asked))[1]) == ([] if code is None else [code])


def test_a_count_of_what_has_one_credit() -> None:
    """N078: no cap is reached. A sum of one credit may be."""
    for asked, expected in (
        (limited("order_id", aggregate="count", cap="1"), 1),
        (limited("kind", aggregate="count", cap="1"), 0),
        (limited("order_id", cap="1"), 0),
    ):
        assert warnings(found(plan(READ, measures=(*MEASURES, asked)))).count("N078") == expected


def test_made_of_itself_by_way_of_another() -> None:
    """N012, once."""
    circle = (ratio("other", "lines"), ratio("asked", "lines", "other"))
    told = found(plan(READ, measures=(*MEASURES, *circle)))
    assert errors(told) == ["N012"]
    assert any("by way of" in each.message for each in told)


@pytest.mark.parametrize(
    ("asked", "paying"),
    [
        (average(), replace(READ, base=name("asked"))),
        (distinct(over="year_to_date"), to_date(table(), TRUE_UP, ROUND)),
        (distinct(), component(base="asked", rate=tiered(select="asked", against=None, bounds_unit="amount"))),
        (limited(over="year_to_date", cap="5"), replace(to_date(table(), TRUE_UP, ROUND), base=name("asked"))),
        (limited(cap="5"), component(base="asked", rate=tiered(select="asked", against=None, bounds_unit="amount"))),
        (limited(cap="5", floor="5"), gated()),
        (limited(aggregate="count", cap="5"), READ),
        (ratio("sales_ytd", "sales_ytd"), component("to_date", "sales_ytd", BY_RATIO, TRUE_UP, ROUND)),
        (ratio("lines", "lines"), component("period", None, tiered("step", "asked", against=None))),
        (ratio("lines", "lines"), gated(**SHARE)),
        (attainment(), gated(**SHARE)),
        (attainment("sales_ytd"), component("to_date", "sales_ytd", BY_RATIO, TRUE_UP, ROUND)),
        (attainment(), component("period", None, tiered("step", "asked", against=None))),
    ],
)  # fmt: skip
def test_what_it_can_be(asked: Measure, paying: Any) -> None:
    """An average may be paid on for a period; a distinct count to date is trued up; a ratio finds tiers and opens gates."""
    if paying.basis == "to_date" and asked.aggregate == "count_distinct":
        paying = replace(paying, base=name("asked"))
    assert errors(found(plan(paying, measures=(*MEASURES, asked)))) == []


@pytest.mark.parametrize(
    ("policy", "of"),
    [("missing_target", "sales_month"), ("zero_target", "sales_month"), ("reach", "sales_ytd")],
)
def test_what_an_attainment_is_without_a_target_is_said(policy: str, of: str) -> None:
    made = plan(READ, measures=(*MEASURES, attainment(of, policies={})))
    assert errors(found(workspace(made, without=policy))) == [UNSAID[policy]]


@pytest.mark.parametrize("between", [(), ("asked_ratio",)])
def test_nothing_looks_back_at_an_attainment(between: tuple[str, ...]) -> None:
    """M182, told at what looks back, also where a ratio of it stands between."""
    ratios = [ratio("asked", "asked", called) for called in between]
    back = previous(between[0] if between else "asked", "period", "before")
    read = component(
        "period", "sales_month", table(), gate(measure=None, against=None, when=formula("before > 1")), ROUND
    )
    [told] = [d for d in found(plan(read, measures=(*MEASURES, attainment(), *ratios, back))) if d.severity == "error"]
    assert told.code == "M182" and told.message.startswith("`before` looks back at `asked`")


@pytest.mark.parametrize("of", [average("period"), ratio("lines", "lines"), attainment()])
def test_a_target_is_reached_by_totals(of: Measure) -> None:
    """M142 at the measure that is named."""
    measures = (*MEASURES, replace(of, name="part"), attainment("part"))
    told = [d for d in found(plan(READ, measures=measures)) if d.severity == "error"]
    assert [(d.code, d.help) for d in told] == [("M142", "name a sum or a count")]


def test_an_attainment_is_of_a_target_in_its_own_unit() -> None:
    assert errors(checked(READ, measures=(*MEASURES, attainment("lines")))[1]) == ["T010"]


def test_a_share_of_no_target_is_for_ratios() -> None:
    """M111 elsewhere."""
    paying = component("period", "sales_month", table(), gate(against=None, share=span()), ROUND)
    assert errors(found(paying)) == ["M111"]


def test_measures_come_after_those_that_they_read() -> None:
    """Whatever their order in the file; and they are needed for the lengths of whoever reads them."""
    quarterly = replace(READ, earning_period=name("quarter"))
    made = whole(quarterly, measures=(ratio("later", "lines"), measure("later"), *MEASURES)).measures
    names = [each.name for each in made]
    assert names.index("asked") > names.index("later") and names.index("asked") > names.index("lines")
    assert {each.name: each.lengths for each in made}["later"] == ("quarter",)


def test_a_measure_that_only_an_unread_ratio_reads_is_unread() -> None:
    told = found(plan(component(), measures=(*MEASURES, measure("later"), ratio("later", "lines"))))
    assert warnings(told).count("N010") == 2 + warnings(found(component())).count("N010")
    [inner] = [each for each in told if each.code == "N010" and "`later`" in each.message]
    assert inner.message.endswith("it ends in `asked`") and inner.help == "name `asked` in a component, or delete it"
    assert [words for _, words in inner.related] == ["which nothing reads"]


@pytest.mark.parametrize(
    ("asked", "unit"),
    [
        (average(), money("USD")),
        (distinct(), QUANTITY),
        (ratio("sales_month", "sales_month"), RATE),
        (ratio("lines", "lines"), RATE),
        (ratio("sales_month", "lines"), money("USD")),
        (previous("lines", "year"), QUANTITY),
        (attainment(), RATE),
    ],
)
def test_what_it_is_measured_in(asked: Measure, unit: Any) -> None:
    space, told = checked(READ, measures=(*MEASURES, asked))
    assert errors(told) == []
    assert space.plans[0].measure("asked").unit == unit


@pytest.mark.parametrize(
    ("code", "asked", "paying"),
    [
        ("T017", ratio("lines", "sales_month"), READ),
        ("T017", ratio("sales_month", "lines", policies=said(zero_denominator="full")), READ),
        ("T018", ratio("lines", "lines"), replace(READ, base=name("asked"))),
        ("T019", ratio("sales_month", "lines"), component(rate=BY_RATIO)),
        ("T019", ratio("sales_month", "lines"), gated(**SHARE)),
    ],
)  # fmt: skip
def test_units_that_do_not_go_together(code: str, asked: Measure, paying: Any) -> None:
    _, told = checked(paying, measures=(*MEASURES, asked))
    assert errors(told) == [code], [d.message for d in told]


def test_what_is_read_back_has_rows_of_earlier_periods() -> None:
    """Through ratios too; what only stands beside it does not."""
    growth = (ratio("sales_month", "lines", "each"), previous("each", "period", "before"), ratio("each", "before"))
    made = whole(READ, measures=(*MEASURES, *growth)).measures
    assert {each.name for each in made if each.looked_back} == {"sales_month", "lines", "each"}

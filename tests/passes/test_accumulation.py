"""Accumulations in `resolve`: one span throughout a component, that the calendar has and the earning period fits into."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.plan.comp_plan import Component, TrueUp
from tests.passes.by_hand import (
    MEASURES,
    ROUND,
    component,
    errors,
    formula,
    found,
    gate,
    limit,
    measure,
    name,
    plan,
    said,
    span,
    table,
    tiered,
    whole,
)

ALL = (*MEASURES, measure("sales_qtd", "quarter_to_date"), measure("sales_ptd", "plan_to_date"))
QUARTER, YEAR, PLAN = (TrueUp(over, span()) for over in ("quarter", "year", "plan"))


def of_quarter(*steps: object, **changes: Any) -> Component:
    """A component on the quarter to date."""
    return replace(component("to_date", "sales_qtd", table(), *(steps or (QUARTER, ROUND))), **changes)


@pytest.mark.parametrize(
    ("code", "paying"),
    [
        ("M108", of_quarter(YEAR, ROUND)),
        ("M108", component("to_date", "sales_ytd", table(), QUARTER, ROUND)),
        ("M108", component("to_date", "sales_qtd", tiered("whole", "sales_ytd"), QUARTER, ROUND)),
        ("M108", component("to_date", "sales_ptd", table(), YEAR, ROUND)),
        ("M108", component("period", "sales_qtd", table(), ROUND)),
        ("M103", of_quarter(limit(over="year"), QUARTER, ROUND)),
        ("M103", of_quarter(limit(over="earning_period"), QUARTER, ROUND)),
        ("M104", of_quarter(gate(measure=name("sales_ytd"), against=None), QUARTER, ROUND)),
        ("M104", of_quarter(gate(measure=None, against=None, when=formula("sales_ptd > 3")), QUARTER, ROUND)),
        ("M131", of_quarter(earning_period=name("year"))),
        ("M131", component("period", "sales_month", table(), limit(over="quarter"), ROUND, earning_period=name("year"))),
        ("M131", component("period", "sales_month", table(), gate(measure=name("sales_qtd")), ROUND,
                           earning_period=name("year"))),
    ],
)  # fmt: skip
def test_what_adds_up_over_different_spans_is_refused(code: str, paying: Component) -> None:
    told = found(plan(paying, measures=ALL))
    assert set(errors(told)) == {code}, [f"{d.code} {d.message}" for d in told]
    assert all(d.help for d in told)


def test_what_stands_after_the_true_up_may_be_over_another_span() -> None:
    """A quarter's true-up, then a year's gate and a plan's cap: the longest is what is remembered."""
    steps = (QUARTER, gate(measure=name("sales_ytd"), against=None), limit(over="plan"), ROUND)
    made = whole(of_quarter(*steps), measures=ALL)
    assert made.components[0].remembers == "plan"
    assert made.accumulations == ("quarter", "year", "plan")
    assert whole(of_quarter(), measures=(*MEASURES, ALL[3])).components[0].remembers == "quarter"


def test_a_plan_adds_up_only_days_that_there_are() -> None:
    """From the calendar's first day on; and the whole target needs the plan's last."""
    reach = said(reach="accumulation")
    paying = component("to_date", "sales_ptd", tiered("whole", "sales_ptd"), PLAN, ROUND, policies=reach)
    before = plan(paying, measures=ALL, start=date(2020, 1, 1))
    assert errors(found(before)) == ["M132"]
    assert errors(found(plan(paying, measures=ALL))) == []
    assert errors(found(plan(paying, measures=ALL, end=None))) == ["M133"]
    assert errors(found(plan(paying, measures=ALL, end=date(2040, 1, 1)))) == ["M133"]
    assert errors(found(plan(replace(paying, policies={}), measures=ALL, end=None))) == []

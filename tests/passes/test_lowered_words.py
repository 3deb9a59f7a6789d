"""What stands beside a figure for whoever reads it: the words of the columns that measures and items make."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.ir.table import Extend, Table
from engine.ir.types import RATE
from engine.ir.walk import tables_in
from engine.lower import lower
from engine.plan.comp_plan import HeldValue
from engine.plan.resolved import Measure, Plan, TrueUp
from engine.plan.workspace import Variable
from tests.properties.formulas import SPAN, choice
from tests.properties.small import OWN, TO_DATE, component, plan, table, workspace_of

LESS = replace(OWN, name="made", aggregate="difference", rules=(), parts=("own", "own"))
SHARE = replace(LESS, aggregate="ratio", unit=RATE, zero_denominator=choice("block"))
LEAST = replace(TO_DATE, name="made", aggregate="min", no_credits=choice("block"))
BY_TITLE = Variable(
    "own_rate", RATE, Decimal("0.1"), None, SPAN, None, (HeldValue("title", "AE", Decimal("0.2"), SPAN),)
)


def words_of(made: Plan) -> set[str]:
    """All words in the program of a plan."""
    left: list[Table] = [stage.table for stage in lower(workspace_of([made])).stages]
    found = set()
    for each in left:
        left.extend(tables_in(each))
        found |= {definition.formula or "" for definition in each.defs} if isinstance(each, Extend) else set()
    return found


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (LESS, "own − own"), (SHARE, "own ÷ own"), (LEAST, "the least since the reset"),
        (replace(LEAST, aggregate="max"), "the greatest since the reset"),
    ],
)  # fmt: skip
def test_a_measure_says_what_it_is_made_of(measure: Measure, words: str) -> None:
    made = plan(component("period", table("flat", [("0", "0.1")])))
    assert words in words_of(replace(made, measures=(*made.measures, measure)))


@pytest.mark.parametrize("of_title", [False, True])
def test_a_true_up_says_whose_values_decide_on_the_interval_before(of_title: bool) -> None:
    """Those of the segment before, but where a new one may have others."""
    pays = component("to_date", table("flat", [("0", "0.1")]), TrueUp("year", SPAN, None))
    made = replace(plan(pays), segments=choice("joined"), on_change=choice("continue"), values_on=choice("segment_end"))
    if of_title:
        made = replace(made, components=(replace(pays, variables=("own_rate",)),), variables={"own_rate": BY_TITLE})
    plain = "amount to date − the same an interval earlier"
    new = f"{plain}, by a new segment's own values where one begins"
    assert {plain, new} & words_of(made) == {new if of_title else plain}

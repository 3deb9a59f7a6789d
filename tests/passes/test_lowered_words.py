"""What stands beside a figure for whoever reads it: the words of the columns that measures and items make."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.ir.expr import Ref
from engine.ir.table import Extend, Scan, Table
from engine.ir.types import RATE
from engine.ir.walk import tables_in
from engine.lower import lower
from engine.lower.measure_columns import says
from engine.lower.segment import grid
from engine.lower.share_out import share_out_defs
from engine.lower.variable import with_variables
from engine.plan.choice import Stated
from engine.plan.comp_plan import HeldValue
from engine.plan.group import Reports
from engine.plan.resolved import Measure, Plan, ShareOut, TrueUp
from engine.plan.workspace import Variable
from tests.properties.formulas import SPAN, choice, formula
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


def test_periods_that_only_measures_look_back_to_are_said_to_be_among_the_rows() -> None:
    made = plan(component("period", table("flat", [("0", "0.1")])))
    words = "every participant, period and segment that the plan pays on"
    assert grid(made).about == words
    assert grid(made, reach=True).about == f"{words}, and those that its measures look back to"


@pytest.mark.parametrize("prorated", [False, True])
def test_what_a_member_asks_for_says_whether_days_count(prorated: bool) -> None:
    weight = formula(Ref("own"))
    step = ShareOut("everyone", weight, None, prorated, "half_up", 2, choice("share"), choice("equally"), SPAN, None)
    (asked,) = (d for d in share_out_defs(plan(), step, "step_1", Ref("base")) if d.name == "step_1.asked")
    assert asked.formula == (f"{weight.words} × days" if prorated else weight.words)


@pytest.mark.parametrize(
    ("variable", "titles", "said"),
    [
        (BY_TITLE, False, False),  # a new title is a new row, whatever day the values are of
        (BY_TITLE, True, True),
        (replace(BY_TITLE, column="own", held=()), False, True),
        (replace(BY_TITLE, held=(replace(BY_TITLE.held[0], attribute="position"),)), False, True),
        (replace(BY_TITLE, held=()), True, False),  # one value for all
    ],
)
def test_the_day_of_a_value_is_said_where_another_day_may_have_another(
    variable: Variable, titles: bool, said: bool
) -> None:
    rows = with_variables(workspace_of([plan()]), Scan("rows"), (variable,), "end", choice("segment_end"), titles)
    assert isinstance(rows, Extend)
    words = [remark.words for made in rows.defs for remark in made.remarks]
    assert ("participant_values_on: segment_end" in words) == said


def test_what_others_earned_is_said_to_be_theirs() -> None:
    earned = replace(OWN, rules=(), earned=("ae.pay",))
    reports = Reports((1,), choice("last_day"), choice("skip"), choice("stop"), Stated("reports", SPAN, None))
    assert says(earned) == "what ae.pay earned"
    assert says(replace(earned, reports=reports)) == "what ae.pay earned of the people below"


@pytest.mark.parametrize("note", [None, "for new business"])
def test_a_component_is_called_by_its_note_or_its_name(note: str | None) -> None:
    pays = replace(component("period", table("flat", [("0", "0.1")])), note=note)
    about = {stage.about for stage in lower(workspace_of([plan(pays)])).stages if stage.name == "earnings/ae.pay"}
    assert about == {note or "component `pay` of plan `ae`"}

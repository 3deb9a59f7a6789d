"""The policies of a rate table, said beside the figures that they decide: where tiers are looked up, cut, or joined by lines."""

from decimal import Decimal
from typing import Any

import pytest

from engine.ir.expr import Ref
from engine.ir.types import RATE, money
from engine.lower.bounds import Bounds
from engine.lower.table_choice import cut_choices, found_choices, line_choices
from engine.lower.terms import any_of, call, number
from tests.properties.small import table


def bounds(mode: str, below: str, lowest: str = "50", **more: Any) -> Bounds:
    rates = table(mode, ((lowest, "0.1"), ("100", "0.2")), "own", below=below, **more)
    return Bounds(rates, money("USD"), ("days", "period_days"), RATE, lambda _: RATE)


@pytest.mark.parametrize("below", ["same", "zero", "exception"])
def test_what_is_cut_is_said_to_begin_under_the_lowest_bound(below: str) -> None:
    """Always, where there is something to cut under it; of an exception only where it is one."""
    (said,) = cut_choices(bounds("marginal", below), [Ref("after")])
    assert said.words == f"below: {below}" and (said.when is None) == (below != "exception")


def test_lines_say_what_is_under_the_first_point_and_over_the_last() -> None:
    said = line_choices(bounds("interpolated", "same"), [Ref("after")])
    assert [remark.words for remark in said] == ["below: same", "above: same"]
    ends = (
        call("lt", Ref("after"), number(Decimal(50), money("USD"))),
        call("gt", Ref("after"), number(Decimal(100), money("USD"))),
    )
    assert tuple(remark.when for remark in said) == ends


def test_where_lines_begin_at_zero_the_first_point_is_a_jump() -> None:
    made = bounds("interpolated", "zero")
    (boundary,) = (remark for remark in line_choices(made, [Ref("after")]) if remark.words == "boundary: upper")
    assert boundary.when == any_of(made.on(Ref("after"), Decimal(50)))
    assert not [
        remark
        for remark in line_choices(bounds("interpolated", "same"), [Ref("after")])
        if remark.words == "boundary: upper"
    ]


@pytest.mark.parametrize(("below", "jumps"), [("same", ("100",)), ("zero", ("100", "50"))])
def test_a_value_is_on_a_bound_where_the_bound_changes_something(below: str, jumps: tuple[str, ...]) -> None:
    made = bounds("whole", below)
    boundary = next(remark for remark in found_choices(made) if remark.words == "boundary: upper")
    assert boundary.when == any_of(*(made.on(made.value, Decimal(jump)) for jump in jumps))


def test_what_is_over_the_highest_is_said_where_the_table_ends() -> None:
    """A tier is looked up by a value that has reached the end; of one that is cut, something lies over it."""
    looked_up, cut = (bounds(mode, "same", last=Decimal(200)) for mode in ("whole", "marginal"))
    (found,) = (remark for remark in found_choices(looked_up) if remark.words == "above: same")
    assert found.when == looked_up.reaches(looked_up.value, Decimal(200))
    (over,) = (remark for remark in cut_choices(cut, [Ref("after")]) if remark.words == "above: same")
    assert over.when == call("gt", Ref("after"), number(Decimal(200), money("USD")))
    assert not [remark for remark in found_choices(bounds("whole", "same")) if remark.words == "above: same"]

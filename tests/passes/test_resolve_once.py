"""Amounts that are paid once: what would let a value to date be paid for the same tier again is refused, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from engine.plan.comp_plan import Component
from tests.passes.by_hand import (
    ORDER,
    amount,
    component,
    credit,
    errors,
    found,
    name,
    plan,
    said,
    tiered,
    tiers,
    to_date,
)

POLICIES = {"above": "same", "below": "zero", "boundary": "upper"}


def table(mode: str, reach: str | None, prorated: bool = False, select: str = "sales_ytd") -> Any:
    unit = "%" if reach else ""
    rows = tiers((f"0{unit}", amount("0")), (f"80{unit}", amount("7")))
    policies = {**POLICIES, "reach": reach} if reach else POLICIES
    return tiered(
        mode, select, gives="amount", tiers=rows, against=name("quota") if reach else None, policies=said(**policies),
        bounds_unit="share" if reach else "amount", prorate_bounds=prorated,
    )  # fmt: skip


def told(made: Component) -> list[str]:
    return errors(found(plan(made, credits=ORDER)))


@pytest.mark.parametrize("mode", ["interpolated", "each_entered"])
def test_bounds_may_not_move_under_a_running_total(mode: str) -> None:
    """M161: the target to date grows, and so do bounds prorated by the days so far."""
    assert told(credit(table(mode, "to_date"))) == ["M161"]
    assert told(credit(table(mode, None, prorated=True))) == ["M161"]
    assert told(credit(table(mode, "accumulation"))) == []
    assert told(credit(table(mode, None))) == []
    assert told(credit(table(mode, None, prorated=True, select="sales_month"))) == []
    assert told(to_date(table(mode, "to_date"))) == []


def test_what_pays_each_credit_by_a_rate_may_follow_the_target_to_date() -> None:
    """Each credit is paid once by a rate, whatever the bounds do."""
    policies = said(reach="to_date", running_total="after", **POLICIES)
    for mode in ("whole", "marginal"):
        assert "M161" not in told(credit(tiered(mode, "sales_ytd", policies=policies)))


def test_tiers_entered_to_date_are_not_paid_by_the_period() -> None:
    """M162; `step` says what each period pays, lines what a period pays at a place."""
    assert told(component("period", None, table("each_entered", None))) == ["M162"]
    assert told(component("period", None, table("each_entered", "accumulation"))) == ["M162"]
    for mode in ("step", "interpolated"):
        assert told(component("period", None, table(mode, None))) == []
    assert told(component("period", None, table("each_entered", None, select="sales_month"))) == []
    entered = to_date(table("each_entered", "to_date"))
    assert told(replace(entered, base=None)) == []

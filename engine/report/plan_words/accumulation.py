"""Accumulations: since when something adds up, in words."""

from collections.abc import Mapping

from engine.plan.accumulation import Accumulation
from engine.plan.resolved import Plan

SINCE: Mapping[Accumulation | None, str] = {
    None: "in the earning period", "quarter": "since the quarter began", "year": "since the year began",
    "plan": "since the plan began",
}  # fmt: skip
"""What adds up → since when; None where nothing does."""

WHOLE: Mapping[Accumulation, str] = {
    "quarter": "of the whole quarter", "year": "of the whole year", "plan": "of the whole time of the plan",
}  # fmt: skip
"""The whole of it."""


def with_title(plan: Plan) -> str:
    """What is said beside somebody's time on the plan where it begins anew with another title."""
    return "" if plan.continues else " with one title"

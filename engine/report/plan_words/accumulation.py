"""Accumulations: since when something adds up, in words."""

from collections.abc import Mapping

from engine.plan.accumulation import Accumulation

SINCE: Mapping[Accumulation | None, str] = {
    None: "in the earning period", "quarter": "since the quarter began", "year": "since the year began",
    "plan": "since the plan began",
}  # fmt: skip
"""What adds up → since when; None where nothing does."""

WHOLE: Mapping[Accumulation, str] = {
    "quarter": "of the whole quarter", "year": "of the whole year", "plan": "of the whole time of the plan",
}  # fmt: skip
"""The whole of it."""

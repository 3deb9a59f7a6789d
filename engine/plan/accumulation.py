"""An accumulation: the span after which a value to date starts again, a quarter, a year, or the plan."""

from collections.abc import Iterable
from typing import Literal, get_args

Accumulation = Literal["quarter", "year", "plan"]
"""`plan`: from the plan's first day on; what a participant has counts from their own first day on it."""

ACCUMULATIONS: tuple[Accumulation, ...] = get_args(Accumulation)
"""Shortest first; each lies within the next."""

TO_DATE: dict[str, Accumulation] = {f"{accumulation}_to_date": accumulation for accumulation in ACCUMULATIONS}
"""What a measure may be over, beside the `period` → its accumulation."""


def accumulation_named(text: str) -> Accumulation | None:
    """The accumulation of that name; None where it is something else (`credit`, `earning_period`)."""
    return next((accumulation for accumulation in ACCUMULATIONS if accumulation == text), None)


def longest(found: Iterable[Accumulation | None]) -> Accumulation | None:
    """The longest of them, within which the others start again; None where there is none."""
    known = [accumulation for accumulation in found if accumulation is not None]
    return max(known, key=ACCUMULATIONS.index, default=None)

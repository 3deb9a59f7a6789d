"""`carry_forward`: what lies under or over a line is carried into the next earning period of an accumulation.

Written and resolved alike: nothing in it has to be looked up but the names in its formulas.
"""

from dataclasses import dataclass
from typing import Literal

from engine.core.span import Span
from engine.plan.accumulation import Accumulation
from engine.plan.formula import Formula


@dataclass(frozen=True)
class Line:
    """What is under it (a deficit) or over it (an excess) is carried on."""

    at: Formula
    settled: bool
    """In the last interval the line doesn't hold, so that nothing is left; else what is left then is dropped."""
    span: Span


@dataclass(frozen=True)
class CarryForward:
    """due = amount + balance before; what lies beyond a line of it is the balance after, the rest is the amount."""

    accumulation: Accumulation
    deficit: Line | None
    excess: Line | None
    prorate: bool
    span: Span
    note: str | None
    """Its own, and those of its lines."""
    per: Literal["credit", "earning"] = "earning"
    kind: Literal["carry_forward"] = "carry_forward"

    @property
    def lines(self) -> tuple[Line, ...]:
        """Those that there are."""
        return tuple(line for line in (self.deficit, self.excess) if line is not None)

    @property
    def settles(self) -> bool:
        """Whether it asks which interval is the last one."""
        return any(line.settled for line in self.lines)

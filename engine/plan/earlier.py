"""The earlier periods that a measure looks back to, where it is made of several: which of them, and what is taken."""

from dataclasses import dataclass
from typing import Literal

from engine.plan.accumulation import Accumulation

Take = Literal["highest", "lowest", "average"]


@dataclass(frozen=True)
class Earlier:
    """What is taken of the periods before this one, in one segment: of those since something began, or of the last so many."""

    take: Take
    since: Accumulation | None
    last: int | None
    """Exactly one of the two is said."""

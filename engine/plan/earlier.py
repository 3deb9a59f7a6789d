"""The periods that a measure looks back to, where it is made of several: which of them, and what is taken."""

from dataclasses import dataclass
from typing import Literal

from engine.plan.accumulation import Accumulation

Back = Literal["period", "year", "quarter_end", "year_end"]
"""How far back one earlier period is: the one before, the same one a year earlier, the last one of the quarter or year before."""
Take = Literal["highest", "lowest", "average", "sum"]


def held_for(back: Back | None) -> Literal["quarter", "year"] | None:
    """How long it stays what it was at an end: through the quarter or the year after it."""
    return "quarter" if back == "quarter_end" else "year" if back == "year_end" else None


@dataclass(frozen=True)
class Earlier:
    """What is taken of the periods up to this one, in one segment: of those since something began, or of the last so many."""

    take: Take
    since: Accumulation | None
    last: int | None
    """Exactly one of the two is said."""
    with_present: bool = False
    """This period is one of them."""
    complete: bool = False
    """Of fewer than `last` there is nothing, and `no_previous` decides."""
    partial: bool = False
    """A period of which the segment holds only a part is one of them, too, with what was had in that part."""

    @property
    def never_none(self) -> bool:
        """There always is a period: this one, of which a segment has some part."""
        return self.with_present and self.partial and not self.complete

    @property
    def back(self) -> int:
        """How many periods before this one are read, where it is of the last so many."""
        return 0 if self.last is None else self.last - self.with_present

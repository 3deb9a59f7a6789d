"""What the people below earned: for each earning the managers above on the day that the measure says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.plan.resolved import Reports
from engine.reference.generations import walked_up
from engine.reference.participant import People
from engine.reference.roll_up import climbed
from engine.reference.scalar import plus
from engine.reference.stint import Cell


@dataclass(frozen=True)
class Below:
    """An earning, and the managers above whoever earned it, nearest first."""

    component: str
    cell: Cell
    earning: Decimal | None
    day: date
    managers: tuple[str, ...]
    way: tuple[str, ...] | None = None
    """Everybody on the way up, where not each of them takes a level."""
    further: bool = False
    """Whether levels were still to be found above the last one that was looked at."""
    highest: int = 0
    """The highest level that counts: where one more manager would be an exception, that one is among them."""

    @property
    def because(self) -> str:
        """Why it is not known whose it is at some level: somebody is above themselves, or more would have to be looked at; or
        why managers are left out, who are above all levels."""
        chain = (self.cell.stint.participant, *(self.managers if self.way is None else self.way))
        if len(set(chain)) < len(chain):
            return "manager_cycle"
        if self.further:
            return "beyond_reach"
        return "longer_chain" if len(self.managers) > self.highest else ""

    def amount_for(self, cell: Cell, levels: Iterable[int]) -> Decimal | None:
        """What of it counts on a manager's row: at these levels, on a day that the row holds; None: it is not known.

        From the level on at which somebody stands above themselves it is not known who is above.
        """
        holds = cell.period.start <= self.day <= cell.period.end
        mine = any(part.start <= self.day <= part.end for part in cell.parts)
        chain = (self.cell.stint.participant, *self.managers)
        found: Decimal | None = Decimal(0)
        for level in levels:
            if holds and mine and level < len(chain) and chain[level] == cell.stint.participant:
                known = len(set(chain[: level + 1])) == level + 1
                found = plus(found, self.earning if known else None, "money")
        return found


def below(reports: Reports, component: str, cell: Cell, earning: Decimal | None, people: People) -> Below:
    """One earning with its managers."""
    day = cell.start if reports.managers_on.value == "first_day" else cell.end
    who, highest = cell.stint.participant, max(reports.levels)
    most = highest + 1 if reports.longer.value == "exception" else highest
    if reports.generations is None:
        return Below(component, cell, earning, day, tuple(climbed(people, who, day, most)), highest=highest)
    walk = walked_up(reports.generations, people, who, day, most)
    return Below(component, cell, earning, day, walk.found, walk.way, walk.further, highest)

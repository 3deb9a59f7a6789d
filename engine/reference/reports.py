"""What the people below earned: for each earning the managers above on the day that the measure says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.plan.resolved import Reports
from engine.reference.participant import People
from engine.reference.roll_up import climbed
from engine.reference.stint import Cell


@dataclass(frozen=True)
class Below:
    """An earning, and the managers above whoever earned it, nearest first."""

    component: str
    cell: Cell
    earning: Decimal | None
    day: date
    managers: tuple[str, ...]

    @property
    def in_circle(self) -> bool:
        """Whether somebody in the chain is above themselves, so that nobody is above anybody."""
        chain = (self.cell.stint.participant, *self.managers)
        return len(set(chain)) < len(chain)

    def amount_for(self, cell: Cell, levels: Iterable[int]) -> Decimal | None:
        """What of it counts on a manager's row: at these levels, on a day that the row holds; None: it is not known."""
        holds = cell.period.start <= self.day <= cell.period.end
        mine = any(part.start <= self.day <= part.end for part in cell.parts)
        at = {self.managers[level - 1] for level in levels if level <= len(self.managers)}
        if not (holds and mine and cell.stint.participant in at):
            return Decimal(0)
        return None if self.in_circle else self.earning


def below(reports: Reports, component: str, cell: Cell, earning: Decimal | None, people: People) -> Below:
    """One earning with its managers."""
    day = cell.start if reports.managers_on.value == "first_day" else cell.end
    return Below(
        component, cell, earning, day, tuple(climbed(people, cell.stint.participant, day, max(reports.levels)))
    )

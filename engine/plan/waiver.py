"""Waivers of a plan's rules: an item of a list that is not applied to somebody in some periods, as somebody approved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.core.span import Span


@dataclass(frozen=True)
class Waiver:
    """For whom an item does nothing, in which earning periods; who approved that, on which day, and why."""

    participant: str
    periods: tuple[str, ...]
    name: str
    approved: date
    reason: str
    span: Span

    @property
    def words(self) -> str:
        """What stands beside a figure that it left as it was."""
        return f"waived, approved by {self.name} on {self.approved}"


def waives(waivers: Iterable[Waiver], participant: str, period: str) -> bool:
    """Whether one of them is for a participant in an earning period."""
    return any(each.participant == participant and period in each.periods for each in waivers)

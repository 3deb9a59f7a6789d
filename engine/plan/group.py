"""Groups of participants: those on a plan with one value of an attribute, or everyone on it; who is first; who is below whom."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.span import Span
from engine.plan.choice import Choice, Stated

EVERYONE = "everyone"
"""The group of all on the plan, where a measure or a pool says no attribute."""

UNPLACED = 1_000_000
"""The place of whoever does not take part in a ranking: behind all others."""

Unit = Literal["none", "share", "currency"]


@dataclass(frozen=True)
class Entry:
    """What one has to reach to take part in a ranking: a number, with what is written beside it."""

    value: Decimal
    unit: Unit
    currency: str | None
    span: Span


@dataclass(frozen=True)
class Ranking:
    """How participants of a group stand by a measure; of equal ones, by further measures, in the same direction."""

    first: Literal["highest", "lowest"]
    ties: Literal["share", "both"]
    """Who is equal in all of them: they share what their places bring together, or each has what the better place brings."""
    at_least: Entry | None = None
    """Whoever has less than this does not take part."""

    @property
    def descending(self) -> bool:
        """Whether the highest value is first."""
        return self.first == "highest"


@dataclass(frozen=True)
class Generations:
    """Which managers take a level: holders of a title. The others are passed over, and the next one moves up."""

    titles: tuple[str, ...]
    within: int
    """How many managers up are looked at, with those who are passed over."""
    beyond: Choice
    """Levels that are not found within so many, where there are managers above: `stop` there, or `exception`."""
    stated: Stated
    titles_span: Span
    within_span: Span

    @property
    def looked_at(self) -> list[str]:
        """Columns of everybody on the way up, nearest first: `within` of them, and the one beyond where one is an exception."""
        return [f"above.{step}" for step in range(1, self.within + 1 + (self.beyond.value == "exception"))]


def managers(most: int) -> list[str]:
    """Columns of those who take a level, nearest first."""
    return [f"manager.{level}" for level in range(1, most + 1)]


def way_up(generations: Generations | None, most: int) -> list[str]:
    """Columns of everybody on the way up, nearest first: they are `managers`, where each manager takes a level."""
    return managers(most) if generations is None else generations.looked_at


@dataclass(frozen=True)
class Reports:
    """The people below a participant, as the roster names managers: at which levels, 1 being the nearest, and of which day."""

    levels: tuple[int, ...]
    """Each once, ascending."""
    managers_on: Choice
    """The managers of the `first_day` or of the `last_day` of the interval that something was earned in."""
    not_on_plan: Choice
    """A manager who is on no plan that day: has nothing of it (`skip`), or is held back as an `exception`."""
    longer: Choice
    """Managers above the highest of the levels: have nothing of it (`stop`), or `exception`."""
    stated: Stated
    generations: Generations | None = None
    """Who takes a level; None: each manager in the roster."""

    @property
    def unrolled(self) -> int:
        """Managers that are looked up: one more than the highest level, where a longer chain must be found out."""
        return max(self.levels) + (self.longer.value == "exception")

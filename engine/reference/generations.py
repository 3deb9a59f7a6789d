"""Generations: the managers above somebody who take a level, and everybody on the way up to them.

"Only managers with one of these titles that day take a level; the others are passed over, and the next one moves up."
"""

from dataclasses import dataclass
from datetime import date

from engine.plan.resolved import Generations
from engine.reference.participant import People


@dataclass(frozen=True)
class Walk:
    """A way up through the roster."""

    found: tuple[str, ...]
    """Who takes a level, nearest first."""
    way: tuple[str, ...]
    """Everybody in turn, one beyond `within` where there being one is an exception."""
    further: bool
    """Whether that one is there, and levels were still to be found."""


def walked_up(generations: Generations, people: People, participant: str, day: date, most: int) -> Walk:
    """Up from somebody until so many are found, nobody is above, or so many were looked at as the plan says."""
    found: list[str] = []
    way: list[str] = []
    person = _manager(people, participant, day)
    while person is not None and len(found) < most and len(way) < generations.within:
        way.append(person)
        held = people.in_force(person, day)
        if held is not None and held["title"] in generations.titles:
            found.append(person)
        person = _manager(people, person, day)
    further = person is not None and len(found) < most and generations.beyond.value == "exception"
    return Walk(tuple(found), (*way, person) if further and person is not None else tuple(way), further)


def _manager(people: People, participant: str, day: date) -> str | None:
    row = people.in_force(participant, day)
    manager: str | None = None if row is None else row["manager"]
    return manager

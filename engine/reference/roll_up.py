"""Roll-ups: from those whom a transaction belongs to, up to their managers on the credit date.

A change of manager cuts nothing, managers "are read at the credit date". "A longer chain or a
cycle is an exception for that row".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.plan.resolved import Generations, RollUp
from engine.reference.generations import walked_up
from engine.reference.participant import People
from engine.reference.share import NOBODY, Share

FAILED = (
    "moved_over_one", "moved_twice", "shares_over_one", "assigned_twice", "bad_weight", "manager_cycle", "beyond_reach",
    "longer_chain",
)  # fmt: skip
ADJUSTED_AWAY = ("taken_away", "moved_away")
TOLD_FIRST = (*FAILED, "no_participant", "no_assignment", "shares_under_one", "no_manager", *ADJUSTED_AWAY)
"""Why a part reaches no manager. What of one transaction reaches none is one share of nobody; the first cause is told."""


@dataclass(frozen=True)
class Chain:
    """Whom a part belongs to, the managers who are credited for it, nearest first; or why none is."""

    below: Share
    managers: tuple[str, ...]
    because: str | None
    way: tuple[str, ...] = ()
    """Everybody on the way up, where not each of them takes a level."""


def chain_of(rolled: RollUp, share: Share, people: People) -> Chain:
    """The managers above one share."""
    if share.because is not None:
        return Chain(share, (), share.because)
    if rolled.generations is not None:
        return _generations_of(rolled, rolled.generations, share, people)
    above = climbed(people, share.participant, share.as_of, rolled.unrolled)
    if len({share.participant, *above}) <= len(above):
        return Chain(share, (), "manager_cycle")
    if len(above) > rolled.levels:
        return Chain(share, (), "longer_chain")
    return Chain(share, tuple(above), None if above else "no_manager")


def _generations_of(rolled: RollUp, generations: Generations, share: Share, people: People) -> Chain:
    """The same, where only some managers take a level."""
    walk = walked_up(generations, people, share.participant, share.as_of, rolled.unrolled)
    chain = Chain(share, (), None, walk.way)
    if len({share.participant, *walk.way}) <= len(walk.way):
        return replace(chain, because="manager_cycle")
    if walk.further:
        return replace(chain, because="beyond_reach")
    if len(walk.found) > rolled.levels:
        return replace(chain, because="longer_chain")
    return replace(chain, managers=walk.found, because=None if walk.found else "no_manager")


def climbed(people: People, participant: str, day: date, most: int) -> list[str]:
    """One manager after the other, until there is none or so many are found."""
    found: list[str] = []
    while len(found) < most:
        row = people.in_force(found[-1] if found else participant, day)
        if row is None or row["manager"] is None:
            return found
        found.append(row["manager"])
    return found


def rolled_up(rolled: RollUp, chains: Iterable[Chain]) -> list[Share]:
    """Each manager once, with what belongs to the people below and the level of the nearest; then what reaches none."""
    credited: dict[str, Share] = {}
    lost: list[Chain] = []
    for chain in chains:
        for level, manager in enumerate(chain.managers, start=1):
            mine = replace(chain.below, participant=manager, level=Decimal(level))
            credited[manager] = _together(credited[manager], mine) if manager in credited else mine
        if chain.because is not None:
            lost.append(chain)
    return [*credited.values(), *_nobody(rolled, lost)]


def _together(one: Share, other: Share) -> Share:
    return replace(
        one, share=one.share + other.share, amount=one.amount + other.amount, level=min(one.level, other.level)
    )


def _nobody(rolled: RollUp, lost: list[Chain]) -> list[Share]:
    """What of a transaction reaches no manager, as one share."""
    if not lost:
        return []
    because = min((chain.because or "" for chain in lost), key=TOLD_FIRST.index)
    state = "exception" if because in FAILED else "excluded" if because in ADJUSTED_AWAY else "unassigned"
    if because == "no_manager":
        state = "excluded" if rolled.no_manager.value == "skip" else "exception"
    whole = lost[0].below
    for chain in lost[1:]:
        whole = _together(whole, chain.below)
    return [replace(whole, participant=NOBODY, state=state, because=because, level=Decimal(0))]

"""Generated months in which a group has no members, or in which somebody is in none: the roster of a workspace, cut there.

Only where a component is calculated on what a group has to date. They are drawn from numbers of their own, so that a seed
makes the plans and rows that it made before there were any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from engine.core.period import Period
from engine.plan.group import EVERYONE
from engine.plan.resolved import ResolvedWorkspace
from engine.reference.scope import scope

Rows = list[dict[str, Any]]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Gap:
    """Within which attribute (or everyone) which group is left in which period, and where its members are meanwhile."""

    within: str
    group: str | None
    instead: str | None
    period: Period


def with_gaps(seed: int, workspace: ResolvedWorkspace, tables: Mapping[str, Rows], period: Period) -> dict[str, Rows]:
    """The tables, of workspaces that have such a component with some periods in which a group is empty."""
    random, name = Random(f"gaps of {seed}"), f"source/{workspace.participants.name}"
    rows = tables[name]
    for plan in workspace.plans:
        for component in plan.components:
            within = plan.grown_by(component)
            if within is None:
                continue
            begun = scope(workspace, period).start
            of_length = [p for p in workspace.calendar.of_length(component.length) if begun <= p.start]
            earlier = [p for p in of_length if p.end < period.end]
            for chosen in random.sample(earlier, min(len(earlier), random.choice((2, 3, 4)))):
                groups = sorted({row[within] for row in rows if row.get(within)}) if within != EVERYONE else []
                group = random.choice(groups) if groups else None
                rows = _emptied(rows, _Gap(within, group, random.choice((None, *groups)), chosen))
    return {**tables, name: [row | {"row": number} for number, row in enumerate(rows, start=2)]}


def _emptied(rows: Rows, gap: _Gap) -> Rows:
    """The roster with nobody in the group in that period."""
    found: Rows = []
    for row in rows:
        inside = gap.within == EVERYONE or row[gap.within] == gap.group
        if not inside or row["end"] < gap.period.start or gap.period.end < row["start"]:
            found.append(row)
            continue
        if row["start"] < gap.period.start:
            found.append(row | {"end": gap.period.start - DAY})
        if gap.within != EVERYONE:
            first, last = max(row["start"], gap.period.start), min(row["end"], gap.period.end)
            found.append(row | {"start": first, "end": last, gap.within: gap.instead})
        if gap.period.end < row["end"]:
            found.append(row | {"start": gap.period.end + DAY})
    return found

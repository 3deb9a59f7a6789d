"""What components read: all that was found before them, and a table's target as it stands on one row.

In: what a plan's people, grid, credits, measures and targets came to. Out: the target of a component on a grid row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.plan.resolved import Component, Plan
from engine.reference.measured import Measured
from engine.reference.participant import People
from engine.reference.share import Share
from engine.reference.stint import Cell, Key
from engine.reference.target import NO_TARGET, Reading, Targets, read


@dataclass(frozen=True)
class Facts:
    """All that components of one plan read."""

    plan: Plan
    people: People
    cells: list[Cell]
    credits: Mapping[str, list[Share]]
    measures: Mapping[str, Mapping[Key, Measured]]
    targets: Mapping[str, Mapping[Key, Targets]]


def reading_of(facts: Facts, component: Component, cell: Cell, value: Decimal | None) -> Reading:
    """The table's target on this row, as compared with the value that selects."""
    against = component.table.against
    if against is None:
        return NO_TARGET
    select = component.table.select or component.base or ""
    return read(against, facts.targets[against.target][cell.key], value, facts.plan.measure(select).unit.dtype)


def targets_of(facts: Facts, cell: Cell) -> dict[str, Targets]:
    return {name: found[cell.key] for name, found in facts.targets.items()}


def selects_over(plan: Plan, component: Component) -> str | None:
    """Bounds are prorated over the interval they are stated for (to date: from the reset on)."""
    by = component.table.select or (component.base if component.basis == "to_date" else None)
    return None if by is None else plan.measure(by).accumulation

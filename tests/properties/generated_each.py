"""Limits for each kind, day or transaction in sums and counts: given to measures of a workspace that is whole.

Few different limits, all of them sums of the few amounts that there are, so that ties at a limit are frequent.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from engine.plan.amount import Amount
from engine.plan.choice import Stated
from engine.plan.measure import Each
from engine.plan.resolved import Measure, Plan, ResolvedWorkspace
from tests.properties.formulas import SPAN
from tests.properties.generated_world import one_in

BY = ("kind", "kind", "booked_on")
CAPS = {
    "money": "0 50 100 100 200 200 300 500 -50".split(),
    "quantity": "1 1 2 2 3 0.5".split(),
    "count": "1 1 2 3".split(),
}
FLOORS = {"money": "0 0 0 50 -50 -100 100 500".split(), "quantity": "0 0 1 -1".split(), "count": "1 1 2".split()}


def with_limits(random: Random, workspace: ResolvedWorkspace) -> ResolvedWorkspace:
    """Some of the sums and counts that may be limited are."""
    return replace(workspace, plans=tuple(_limited(random, plan) for plan in workspace.plans))


def _limited(random: Random, plan: Plan) -> Plan:
    refused = set(_plain(plan))
    measures = []
    for measure in plan.measures:
        may = measure.aggregate in ("sum", "count") and measure.name not in refused
        measures.append(replace(measure, each=_each(random, measure)) if may and one_in(random, 2) else measure)
    return replace(plan, measures=tuple(measures))


def _plain(plan: Plan) -> Iterator[str]:
    """Measures that members of a group add up, along which credits run, and whose slices are those of another."""
    for measure in plan.measures:
        if measure.aggregate == "total" or measure.on_move is not None:
            yield from measure.parts
            yield from (inner for part in measure.parts for inner in plan.measure(part).parts)
    for component in plan.components:
        table = component.table
        if table.select is not None and (
            component.basis == "credit" or (table.mode == "marginal" and table.select != component.base)
        ):
            yield table.select
            if component.base is not None:
                yield component.base


def _each(random: Random, measure: Measure) -> Each:
    """Mostly a cap alone; of both the floor is not above the cap."""
    of = "count" if measure.aggregate == "count" else "money" if measure.unit.dtype == "money" else "quantity"
    cap = Decimal(random.choice(CAPS[of])) if not one_in(random, 5) else None
    floor = Decimal(random.choice(FLOORS[of])) if cap is None or one_in(random, 3) else None
    if cap is not None and floor is not None and floor > cap:
        floor, cap = cap, floor
    by = random.choice(BY)
    return Each(by, _amount(cap), _amount(floor), Stated(f"each {by}", SPAN))


def _amount(limit: Decimal | None) -> Amount | None:
    return None if limit is None else Amount(limit, "amount", SPAN)

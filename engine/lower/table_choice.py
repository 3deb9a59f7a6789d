"""The policies of a rate table, each with the condition under which it decided on a row.

In: the table's bounds. Out: remarks for the column that finds the tier, or for the sum of the slices.
"""

from decimal import Decimal
from itertools import pairwise

from engine.ir.expr import Expr, Ref
from engine.ir.remark import Remark
from engine.ir.types import RATE
from engine.lower.bounds import Bounds
from engine.lower.remark import decided
from engine.lower.terms import all_of, any_of, call, either, negate, number
from engine.plan.resolved import Table


def found_choices(bounds: Bounds) -> tuple[Remark, ...]:
    """Where a tier is looked up: a value exactly on a bound, under the lowest, over the highest."""
    table, value = bounds.table, bounds.value
    if table.prizes:
        return ()
    said = [] if table.running_total is None else [decided("running_total", table.running_total)]
    jumps = _jumps(table)
    if table.boundary is not None and jumps:
        said.append(decided("boundary", table.boundary, any_of(*(bounds.on(value, bound) for bound in jumps))))
    lowest, highest = table.tiers[0].lower, table.tiers[-1].upper
    if table.below is not None and lowest is not None:
        said.append(decided("below", table.below, negate(bounds.reaches(value, lowest))))
    if table.above is not None and highest is not None:
        said.append(decided("above", table.above, bounds.reaches(value, highest)))
    return tuple(said)


def cut_choices(bounds: Bounds, values: list[Ref]) -> tuple[Remark, ...]:
    """Where a value is cut: what lies under the lowest bound (always some of it, if that is not 0) and over the highest."""
    table = bounds.table
    said: list[Remark] = []
    jumps = _jumps(table)
    if table.boundary is not None and table.against is not None and jumps:
        on = (call("eq", Ref("attainment"), number(bound, RATE)) for bound in jumps)
        said.append(decided("boundary", table.boundary, all_of(Ref("special"), any_of(*on))))
    first, last = table.tiers[0], table.tiers[-1]
    if table.below is not None:
        under = any_of(*(call("lt", value, bounds.lower(first)) for value in values))
        has_floor = first.lower_by is not None or bool(first.lower)
        always = has_floor and table.below.value != "exception"
        said.append(decided("below", table.below, None if always else under))
    upper = bounds.upper(last)
    if table.above is not None and upper is not None:
        over: Expr = any_of(*(call("gt", value, upper) for value in values))
        if table.against is not None and last.upper is not None:
            over = either(Ref("special"), bounds.reaches(Ref("after"), last.upper), over)
        said.append(decided("above", table.above, over))
    return tuple(said)


def line_choices(bounds: Bounds, values: list[Ref]) -> tuple[Remark, ...]:
    """Where lines join points: a value exactly on a jump, under the first point, over the last."""
    table = bounds.table
    points = [point.lower for point in table.tiers if point.lower is not None]
    said = [] if table.running_total is None else [decided("running_total", table.running_total)]
    jumps = [one for one, other in pairwise(points) if one == other]
    if not jumps and table.below is not None and table.below.value == "zero":
        jumps = points[:1]
    if table.boundary is not None and jumps:
        on = (bounds.on(value, jump) for jump in jumps for value in values)
        said.append(decided("boundary", table.boundary, any_of(*on)))
    for name, choice, fn, at in (("below", table.below, "lt", points[0]), ("above", table.above, "gt", points[-1])):
        if choice is not None:
            said.append(decided(name, choice, any_of(*(bounds.compared(fn, value, at) for value in values))))
    return tuple(said)


def _jumps(table: Table) -> tuple[Decimal, ...]:
    """The bounds at which the tier that a value belongs to changes what is paid."""
    found = [tier.lower for tier in table.tiers[1:]]
    if table.below is not None and table.below.value != "same":
        found.append(table.tiers[0].lower)
    if table.above is not None and table.above.value != "same":
        found.append(table.tiers[-1].upper)
    return tuple(bound for bound in found if bound is not None)


def prorated_bounds(bounds: Bounds) -> tuple[Remark, ...]:
    """The proration of bounds, where the row is about a part of a period."""
    stated = bounds.table.prorate
    if stated is None or not bounds.table.prorate_bounds:
        return ()
    days, all_days = (Ref(name) for name in bounds.days)
    return (Remark(stated.words, stated.span, stated.note, call("ne", days, all_days)),)

"""Pieces of the lowering, otherwise than they are."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.ir.expr import Call, Expr, Lit, Ref
from engine.ir.table import Agg, Aggregate, Join, Scan, Table
from engine.lower import (
    accumulation,
    joint_limits,
    weighted,
)
from engine.lower.accumulation import eves, ordinal_name, within
from engine.lower.bounds import Bounds
from engine.lower.terms import TRUE, any_of, call, either, integer
from engine.lower.variable import with_variables
from engine.plan.accumulation import Accumulation
from engine.plan.resolved import (
    Component,
    Gate,
    Limit,
    Measure,
    Plan,
    ResolvedWorkspace,
    Tier,
)
from engine.plan.workspace import Variable


def numbers_alone(prorated: Callable[[Bounds, Expr], Expr]) -> Callable[[Bounds, Expr], Expr]:
    """Bounds that are prorated where they are numbers."""
    return lambda self, bound: prorated(self, bound) if isinstance(bound, Lit) else bound


def at_its_own(self: Bounds, tier: Tier) -> Expr | None:
    """Where the tier ends, but for one that begins at a formula."""
    following = self.table.tiers[tier.number : tier.number + 1]
    if following and following[0].lower_by is not None and tier.lower_by is not None:
        return self.lower(tier)
    return self.lower(following[0]) if following else None if tier.upper is None else self.amount(tier.upper)


def all_gates(found: Component) -> Expr:
    """Whether a gate was not met, waived or not."""
    gates = [
        number for number, step in enumerate(found.steps, start=1) if isinstance(step, Gate) and step.per == "earning"
    ]
    return any_of(*(call("not", Ref(f"step_{number}.met")) for number in gates))


def or_unknown(condition: Expr) -> Expr:
    """What is not known counts as true."""
    return call("coalesce", condition, TRUE)


def in_the_first_segment(plan: Plan, rows: Table) -> Table:
    """What was earned with the first segment of whoever earned it."""
    first = Aggregate(Scan(f"stints/{plan.name}"), ("participant",), (Agg("segment", "min", Ref("segment")),))
    return Join(rows, first, (("participant", "participant"),), (("segment", "segment"),), "inner")


def on_the_last_day(
    workspace: ResolvedWorkspace, rows: Table, variables: tuple[Variable, ...], at: str, *more: Any
) -> Table:
    """Variables as on a row's last day, whatever the plan says."""
    return with_variables(workspace, rows, variables, "end", *more)


def left_out(plan: Plan, measure: Measure, prefix: str) -> Expr:
    """What the parts add that are there, and no more."""
    return weighted._added([Ref(f"{prefix}part_{n}.adds") for n in range(1, len(measure.weighted) + 1)])


def last_of_coalesce(fn: str, *args: Expr) -> Call:
    """Of several numbers the last one first, where that is a number of the plan."""
    number = args[-1].value if fn == "coalesce" and isinstance(args[-1], Lit) else None
    return call(fn, *reversed(args)) if isinstance(number, Decimal) else call(fn, *args)


def limited_as_a_sum(name: str, step: Limit, to_date: Expr, left: Expr) -> Expr:
    return call(joint_limits.bound(step), to_date, Ref(f"{name}.at"))


def cut_to_new_limits(
    plan: Plan, component: Component, together: tuple[tuple[str, Limit], ...], over: Accumulation, left: Expr
) -> Expr:
    """What was left is held to the new limits whole, whatever the ones before had let pass."""
    if not eves(plan, component):
        return left
    under = left
    for name, step in together:
        under = call(joint_limits.bound(step), under, Ref(f"{name}.eve")) if step.cumulative else under
    first = call("eq", Ref(ordinal_name(over)), integer(1))
    return either(call("and", Ref("changed"), call("not", first)), under, left)


def prorated_by_rounded_share(amount: Expr, over: Accumulation | None) -> Expr:
    share = call("div", *(call("as_quantity", Ref(name)) for name in accumulation.days(over)))
    return call("mul", amount, share)


def for_ever(plan: Plan, over: Any) -> tuple[str, ...]:
    return within(plan, over)[:2]


def over_segments(plan: Plan, over: Any) -> tuple[str, ...]:
    return tuple(name for name in within(plan, over) if name != "segment")


def never_continued(plan: Plan, over: Any) -> tuple[str, ...]:
    return ("participant", "segment", *within(plan, over)[2:])


def reached_at_once(bounds: Bounds, value: Ref, index: int) -> Expr:
    """A value exactly on two points is always at the upper one."""
    place = bounds.table.tiers[index].lower
    assert place is not None
    return bounds.compared("ge", value, place)


def product_first(value: Expr, part: Expr, whole: Expr) -> Expr:
    """value × part ÷ whole, of which the product is held for a value, too."""
    return call("div", call("mul", value, call("as_quantity", part)), call("as_quantity", whole))

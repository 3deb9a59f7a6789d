"""Limits that forget and act together: each limits what was left before and what the one before it makes of the amount.

What was left is what the last one left, a fold. So a cap counts what the floor after it cut off, and the other way round.
"""

from collections.abc import Callable

from engine.ir.expr import Expr, Fold, Ref
from engine.ir.table import Def
from engine.ir.types import money
from engine.lower.accumulation import IN_ORDER, eves, ordinal_name, within
from engine.lower.remark import decided
from engine.lower.terms import ZERO, all_of, before, call, either, integer, negate, number
from engine.plan.accumulation import Accumulation
from engine.plan.modifier import acting_together
from engine.plan.resolved import Component, Limit, Plan

Member = tuple[str, Limit]
"""The column of an item, and the item."""
Prepared = Callable[[str, Limit], list[Def]]
"""What a limit reads of its own: `at`, and whether it is waived."""


def members(component: Component, name: str) -> tuple[Member, ...]:
    """The limits that act together with the item of that name; none if it acts by itself."""
    for run in acting_together(component.steps):
        found = [(f"step_{place + 1}", component.steps[place]) for place in run]
        if name in dict(found):
            return tuple((each, step) for each, step in found if isinstance(step, Limit))
    return ()


def joint_defs(
    plan: Plan, component: Component, together: tuple[Member, ...], name: str, amount: Expr, prepared: Prepared
) -> list[Def]:
    """The definitions of one of them. The first has what all of them read, and what they leave together."""
    first, left = together[0][0], Ref(f"{together[0][0]}.left_before")
    number_of = [each for each, _ in together].index(name)
    step = together[number_of][1]
    defs = _common(plan, component, together, amount, prepared) if name == first else []
    if name != first:
        earlier, other = together[number_of - 1]
        words = f"what the {other.kind} before leaves"
        defs.append(Def(f"{name}.to_date", Ref(f"{earlier}.limited"), words, step.span))
    if name != together[-1][0]:
        limited = _limited(name, step, Ref(f"{name}.to_date"), left)
        defs.append(Def(f"{name}.limited", limited, _words(step), step.span))
    excess = () if step.excess is None else (decided("excess", step.excess, call("ne", amount, Ref(name))),)
    value = call("sub", Ref(f"{name}.limited"), left)
    return [*defs, Def(name, value, "limited − left before", step.span, step.note, excess)]


def _common(
    plan: Plan, component: Component, together: tuple[Member, ...], amount: Expr, prepared: Prepared
) -> list[Def]:
    """What each limits to; what they left before (`left_before`) and leave now: a fold, `limited` of the last one."""
    (name, first), (last, final) = together[0], together[-1]
    over = first.accumulation
    assert over is not None
    by, order = within(plan, over), tuple((each, False) for each in IN_ORDER)
    earlier, nothing = Ref(f"{name}.earlier"), number(ZERO, money(plan.currency))
    begun = call("eq", Ref(ordinal_name(over)), integer(1))
    left = _under_new_limits(plan, component, together, over, earlier)
    following: Expr = call("add", left, amount)
    for each, step in together:
        following = _limited(each, step, following, left)
    leaving = Fold(earlier.name, nothing, following, by, order)
    brought = _under_new_limits(plan, component, together, over, before(Ref(f"{last}.limited"), by, IN_ORDER))
    return [
        *(each for member in together for each in prepared(*member)),
        *(_at_before(each, step, by) for each, step in together if step.cumulative and eves(plan, component)),
        Def(f"{last}.limited", leaving, _words(final), final.span),
        Def(f"{name}.left_before", either(begun, nothing, brought), "what was left before", first.span),
        Def(
            f"{name}.to_date",
            call("add", Ref(f"{name}.left_before"), amount),
            "what was left before + amount",
            first.span,
        ),
    ]


def _at_before(name: str, step: Limit, by: tuple[str, ...]) -> Def:
    return Def(
        f"{name}.at_before", before(Ref(f"{name}.at"), by, IN_ORDER), "the limit in the interval before", step.span
    )


def _under_new_limits(
    plan: Plan, component: Component, together: tuple[Member, ...], over: Accumulation, left: Expr
) -> Expr:
    """Where a new segment begins, what its own limits alone would make of what was left; not in the first interval.

    That is left + left under the new limits − left under the ones before: where no limit moves, nothing does.
    """
    if not eves(plan, component):
        return left
    under_old, under_new = left, left
    for name, step in together:
        if step.cumulative:
            under_old = call(bound(step), under_old, Ref(f"{name}.at_before"))
            under_new = call(bound(step), under_new, Ref(f"{name}.eve"))
    begun = call("eq", Ref(ordinal_name(over)), integer(1))
    moved = call("add", left, call("sub", under_new, under_old))
    return either(all_of(Ref("changed"), negate(begun)), moved, left)


def _limited(name: str, step: Limit, to_date: Expr, left: Expr) -> Expr:
    """The sum under one limit; one of an interval limits what is added to what was left."""
    fn, at = bound(step), Ref(f"{name}.at")
    limited = call(fn, to_date, at)
    if not step.cumulative:
        limited = call("add", left, call(fn, call("sub", to_date, left), at))
    return either(Ref(f"{name}.waived"), to_date, limited) if step.waivers else limited


def _words(step: Limit) -> str:
    fn = bound(step)
    return f"{fn}(to date, at)" if step.cumulative else f"left before + {fn}(to date − left before, at)"


def bound(step: Limit) -> str:
    """The function that a limit is."""
    return "min" if step.kind == "cap" else "max"

"""Modifiers: each item of the ordered list is one column, `step_1`, `step_2`, …, made from the one before it.

Items per credit work on credit rows; items per earning on grid rows, where a true-up and a cumulative limit look back
within their accumulation.
"""

from dataclasses import replace
from functools import partial

from engine.ir.expr import Expr, Fold, Ref
from engine.ir.remark import Remark
from engine.ir.table import Def
from engine.ir.types import RATE, Type, money
from engine.lower.accumulation import IN_ORDER, difference, eves, looks_back, ordinal, ordinal_name, within
from engine.lower.accumulation import days as days_of
from engine.lower.budget import budget_defs
from engine.lower.carry_forward import carry_defs
from engine.lower.joint_limits import bound, joint_defs, members
from engine.lower.prorated import prorated
from engine.lower.remark import decided
from engine.lower.share_out import share_out_defs
from engine.lower.target import either_attainment
from engine.lower.terms import (
    FALSE,
    ZERO,
    all_of,
    any_of,
    at_bound_places,
    before,
    call,
    cases,
    either,
    integer,
    missing,
    negate,
    null,
    number,
    running,
    text,
    written,
)
from engine.plan.accumulation import ACCUMULATIONS
from engine.plan.resolved import (
    Budget,
    CarryForward,
    Component,
    Gate,
    Limit,
    Multiply,
    Plan,
    Prorate,
    Round,
    ShareOut,
    Step,
    TrueUp,
    Waivable,
)  # fmt: skip
from engine.plan.waiver import Waiver


def step_name(number: int) -> str:
    """Column of the amount after item `number` (1-based) of the list."""
    return f"step_{number}"


def step_defs(plan: Plan, component: Component, per: str) -> list[Def]:
    """Definitions of a component's items of one kind, from `table_result` or the step before."""
    defs: list[Def] = []
    for index, step in enumerate(component.steps, start=1):
        if step.per == per:
            previous = Ref(step_name(index - 1) if index > 1 else "table_result")
            defs += one_step(plan, component, step, step_name(index), previous)
    return defs


def amount_columns(component: Component) -> tuple[str, ...]:
    """`table_result` and the amounts after each item that works per credit."""
    per_credit = [i for i, step in enumerate(component.steps, start=1) if step.per == "credit"]
    return ("table_result", *(step_name(i) for i in per_credit))


def last_amount(component: Component) -> str:
    """Column of the amount after the whole list."""
    return step_name(len(component.steps)) if component.steps else "table_result"


def one_step(plan: Plan, component: Component, step: Step, name: str, amount: Expr) -> list[Def]:
    """One item: its own inputs first (`step_2.met`, `step_3.at`), then the amount after it."""
    together = members(component, name)
    if together:
        *inputs, made = joint_defs(plan, component, together, name, amount, partial(_prepared, money(plan.currency)))
        return [*inputs, replace(made, remarks=(*made.remarks, *_waivers(step)))]
    *inputs, made = _made(plan, component, step, name, amount)
    if not isinstance(step, Waivable) or not step.waivers:
        return [*inputs, made]
    waived = _waived_def(step, name)
    unless = either(Ref(waived.name), amount, made.expr)
    return [*inputs, waived, replace(made, expr=unless, remarks=(*made.remarks, *_waivers(step)))]


def _prepared(result: Type, name: str, step: Limit) -> list[Def]:
    """What a limit reads of its own."""
    return [limit_at(step, name, result), *([_waived_def(step, name)] if step.waivers else [])]


def _waived_def(step: Waivable, name: str) -> Def:
    for_whom = any_of(*(_waived(waiver) for waiver in step.waivers))
    return Def(waived_name(name), for_whom, "whether the item is waived", step.waivers[0].span)


def _waivers(step: Step) -> tuple[Remark, ...]:
    """Who approved that it is waived, and why, on the rows for which it is."""
    waivers = step.waivers if isinstance(step, Waivable) else ()
    return tuple(Remark(each.words, each.span, each.reason, _waived(each)) for each in waivers)


def waived_name(name: str) -> str:
    """Column that says whether an item is waived on a row."""
    return f"{name}.waived"


def _waived(waiver: Waiver) -> Expr:
    return all_of(
        call("eq", Ref("participant"), text(waiver.participant)),
        any_of(*(call("eq", Ref("period"), text(period)) for period in waiver.periods)),
    )


def _made(plan: Plan, component: Component, step: Step, name: str, amount: Expr) -> list[Def]:
    result = money(plan.currency)
    match step:
        case Gate():
            met = _gate_condition(plan, step, name)
            known: list[tuple[Expr, Expr]] = [(missing(amount), null(result)), (Ref(f"{name}.met"), amount)]
            gated = cases(known, number(ZERO, result))
            return [met, Def(name, gated, "the amount if the gate is met, else 0", step.span, step.note)]
        case Multiply():
            factor = written(f"{name}.by", step.by)
            return [factor, Def(name, call("mul", amount, Ref(f"{name}.by")), "amount × by", step.span, step.note)]
        case Limit():
            return _limit(plan, component, step, name, amount, result)
        case Prorate():
            days = days_of(step.accumulation)
            return [
                Def(name, prorated(amount, step.accumulation), f"amount × {days[0]} ÷ {days[1]}", step.span, step.note)
            ]
        case Round():
            cut = call("round", amount, text(step.mode), integer(step.digits))
            return [Def(name, cut, f"{step.mode} at {step.digits} digits", step.span, step.note)]
        case TrueUp() if plan.grown_by(component) is not None:
            words = "amount to date − the same at the end of the group's interval before"
            return [Def(name, call("sub", amount, Ref(f"{name}.before")), words, step.span, step.note)]
        case TrueUp():
            eve = Ref(f"{name}.eve") if eves(plan, component) else None
            value = difference(plan, amount, step.accumulation, eve)
            words = "amount to date − the same an interval earlier"
            words += ", by a new segment's own values where one begins" if eve is not None else ""
            return [Def(name, value, words, step.span, step.note)]
        case ShareOut():
            return share_out_defs(plan, step, name, amount)
        case CarryForward():
            return carry_defs(plan, step, name, amount)
        case Budget():
            return budget_defs(plan, component, step, name, amount)


def _gate_condition(plan: Plan, step: Gate, name: str) -> Def:
    if step.when is not None:
        return written(f"{name}.met", step.when)
    assert step.measure is not None and step.at_least is not None
    value = Ref(step.measure)
    words = f"{step.measure} >= {step.at_least}"
    if step.against is None:
        sides: tuple[Expr, Expr] = value, number(step.at_least, plan.measure(step.measure).unit)
        near = [at_bound_places(side) for side in sides] if step.near else sides
        return Def(f"{name}.met", call("ge", *near), words, step.span, step.note)
    share = at_bound_places(call("mul", number(step.at_least, RATE), Ref(f"{name}.known")))
    decided = call("ge", Ref(f"{name}.attainment"), number(step.at_least, RATE))
    met = either_attainment(step.against, decided, call("ge", at_bound_places(value), share), f"{name}.")
    return Def(f"{name}.met", met, f"{words} × {step.against.target}", step.span, step.note)


def _limit(plan: Plan, component: Component, step: Limit, name: str, amount: Expr, result: Type) -> list[Def]:
    """A cap is the least, a floor the greatest of the amount and `at`; a cumulative one limits the running sum."""
    fn = bound(step)
    defs = [limit_at(step, name, result)]
    if not step.cumulative or step.accumulation is None:
        words = f"{'at most' if step.kind == 'cap' else 'at least'} {step.at.words}"
        return [*defs, Def(name, call(fn, amount, Ref(f"{name}.at")), words, step.span, step.note)]
    made, before_it = (_lost if step.lost else _remembered)(plan, component, step, name, amount)
    excess = () if step.excess is None else (decided("excess", step.excess, call("ne", amount, Ref(name))),)
    words = "limited − limited an interval earlier"
    value = difference(plan, Ref(f"{name}.limited"), step.accumulation, before_it)
    return [*defs, *made, Def(name, value, words, step.span, step.note, excess)]


def _remembered(
    plan: Plan, component: Component, step: Limit, name: str, amount: Expr
) -> tuple[list[Def], Expr | None]:
    """The limit on the running sum of all amounts; and of a new segment, what the sum before comes to under its own limit."""
    assert step.accumulation is not None
    fn, by = bound(step), within(plan, step.accumulation)
    total = running("sum", amount, by, IN_ORDER)
    before_it = before(Ref(f"{name}.to_date"), by, IN_ORDER)
    eve = call(fn, before_it, Ref(f"{name}.eve")) if eves(plan, component) else None
    return [
        Def(f"{name}.to_date", total, f"amounts of the {step.accumulation} so far", step.span),
        Def(f"{name}.limited", call(fn, Ref(f"{name}.to_date"), Ref(f"{name}.at")), f"{fn}(to date, at)", step.span),
    ], eve


def _lost(plan: Plan, component: Component, step: Limit, name: str, amount: Expr) -> tuple[list[Def], Expr | None]:
    """The limit on what was left before and this amount: what it cuts off is in no later sum."""
    assert step.accumulation is not None
    fn, by, nothing = bound(step), within(plan, step.accumulation), number(ZERO, money(plan.currency))
    own, first = eves(plan, component), call("eq", Ref(ordinal_name(step.accumulation)), integer(1))

    def under_new_limit(left: Expr) -> Expr:
        """Nothing was left before the first interval, whatever begins with it."""
        going_on = all_of(Ref("changed"), negate(first))
        return either(going_on, call(fn, left, Ref(f"{name}.eve")), left) if own else left

    earlier = Ref(f"{name}.earlier")
    following = call(fn, call("add", under_new_limit(earlier), amount), Ref(f"{name}.at"))
    limited = Fold(earlier.name, nothing, following, by, tuple((each, False) for each in IN_ORDER))
    left = before(Ref(f"{name}.limited"), by, IN_ORDER)
    to_date = either(first, amount, call("add", under_new_limit(left), amount))
    return [
        Def(f"{name}.limited", limited, f"{fn}(to date, at)", step.span),
        Def(f"{name}.to_date", to_date, "what was left before + amount", step.span),
    ], call(fn, left, Ref(f"{name}.eve")) if own else None


def limit_at(step: Limit, name: str, result: Type) -> Def:
    """What the amount is limited to."""
    at: Expr = call("add", step.at.expr, number(ZERO, result))
    if step.prorate:
        at = prorated(at, step.accumulation)
    return written(f"{name}.at", step.at, at)


def ordinals(plan: Plan, component: Component) -> list[Def]:
    """The place of each interval in the accumulations within which an item looks back or carries forward."""
    looking = [step for step in component.steps if looks_back(step) or isinstance(step, CarryForward)]
    found = {getattr(step, "accumulation", None) for step in looking}
    return [ordinal(plan, accumulation) for accumulation in ACCUMULATIONS if accumulation in found]


def unless_waived(step: Step, name: str, condition: Expr) -> Expr:
    """The condition, on rows that the item is not waived on."""
    if not isinstance(step, Waivable) or not step.waivers:
        return condition
    return all_of(negate(Ref(waived_name(name))), condition)


def failed_gates(component: Component) -> Expr:
    """Whether a gate of the earning was not met."""
    terms: list[Expr] = [
        unless_waived(step, step_name(index), call("not", Ref(f"{step_name(index)}.met")))
        for index, step in enumerate(component.steps, start=1)
        if isinstance(step, Gate) and step.per == "earning"
    ]
    return call("or", *terms) if len(terms) > 1 else terms[0] if terms else FALSE

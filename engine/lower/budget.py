"""Budgets: what everybody together may be paid, spent credit after credit, or in proportion in the interval that spends it.

Both are sums since the budget began and their greatest so far; no balance is needed, however many credits there are. With the
excess lost, L is by how much these sums were ever over the budget: what is left of a sum is the sum − L. A sum that is not known
may have been the greatest one: with the excess lost, nothing after it is known.
"""

from engine.ir.expr import Expr, Over, Ref
from engine.ir.table import Def
from engine.ir.types import Type, money
from engine.lower.apportioned import portions
from engine.lower.remark import decided
from engine.lower.terms import (
    TRUE,
    ZERO,
    all_of,
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
)  # fmt: skip
from engine.plan.resolved import Budget, Component, Plan

IN_ORDER = ("period_start", "participant", "segment")
"""Of the rows of a component: whole intervals one after the other."""


def budget_defs(plan: Plan, component: Component, step: Budget, name: str, amount: Expr) -> list[Def]:
    """The budget, what there is so far, and what of the amount it leaves."""
    paid = money(plan.currency)
    at = written(f"{name}.at", step.at, call("add", step.at.expr, number(ZERO, paid)))
    if step.when_spent == "stop":
        return [at, *_stopped(plan, component, step, name, amount, paid)]
    return [at, *_granted(step, name, amount, paid), *_prorated(step, name, amount, paid)]


def unknown(name: str) -> str:
    """The column that says whether what others come to is not known."""
    return f"{name}.unknown"


def spans(component: Component) -> tuple[str, ...]:
    """The columns of the grid within which credits spend a budget."""
    return tuple(within(step)[0] for step in component.steps if isinstance(step, Budget) and step.per == "credit")


def within(step: Budget) -> tuple[str, ...]:
    """The rows that have one budget: of an interval, or since the accumulation began."""
    return ("period",) if step.accumulation is None else (f"{step.accumulation}_start",)


def _stopped(plan: Plan, component: Component, step: Budget, name: str, amount: Expr, paid: Type) -> list[Def]:
    """In the order of the rule; of one transaction, participant by participant."""
    by, order = within(step), (*plan.rule(component.base or "").order, "participant")
    to_date, at, nothing = Ref(f"{name}.to_date"), Ref(f"{name}.at"), number(ZERO, paid)
    defs = [Def(to_date.name, running("sum", amount, by, order), "pay of everybody's credits so far", step.span)]
    if step.lost:
        lost = call("coalesce", running("max", call("sub", to_date, at), by, order, "running_before"), nothing)
        defs.append(Def(f"{name}.lost", call("max", lost, nothing)))
    defs.append(Def(unknown(name), all_of(negate(missing(amount)), _lapsed(step, name, amount, by, order))))
    if step.lost:
        defs.append(_free(step, name, amount))
    return [*defs, _left(step, name, _of(step, name, amount, paid), amount)]


def _lapsed(step: Budget, name: str, amount: Expr, by: tuple[str, ...], order: tuple[str, ...]) -> Expr:
    """Whether what an amount begins or ends with is not known, or with the excess lost, was not known before."""
    if step.lost:
        return running("any", missing(call("sub", Ref(f"{name}.to_date"), Ref(f"{name}.lost"))), by, order)
    return missing(call("sub", Ref(f"{name}.to_date"), amount))


def _spent(name: str, amount: Expr) -> Expr:
    """What was spent before an amount, where what was lost before it was cut off for good."""
    return call("sub", call("sub", Ref(f"{name}.to_date"), amount), Ref(f"{name}.lost"))


def _free(step: Budget, name: str, amount: Expr) -> Def:
    free = call("sub", Ref(f"{name}.at"), _spent(name, amount))
    return Def(f"{name}.free", free, "what of the budget was not spent before", step.span)


def _of(step: Budget, name: str, amount: Expr, paid: Type) -> Expr:
    """What the budget leaves of an amount: by how much the limited sum changes."""
    to_date, at = Ref(f"{name}.to_date"), Ref(f"{name}.at")
    if step.lost:
        left = call("sub", call("min", call("sub", to_date, Ref(f"{name}.lost")), at), _spent(name, amount))
        return either(Ref(unknown(name)), null(paid), left)
    return call("sub", call("min", to_date, at), call("min", call("sub", to_date, amount), at))


def _left(step: Budget, name: str, left: Expr, amount: Expr) -> Def:
    remarks = () if step.excess is None else (decided("excess", step.excess, call("ne", amount, Ref(name))),)
    return Def(name, left, "what of it the budget leaves", step.span, step.note, remarks)


def _granted(step: Budget, name: str, amount: Expr, paid: Type) -> list[Def]:
    """What all rows of the interval come to, and what of that the budget leaves: both the same on each of them."""
    by, of_interval, nothing = within(step), ("period",), number(ZERO, paid)
    total, to_date, at = Ref(f"{name}.total"), Ref(f"{name}.to_date"), Ref(f"{name}.at")
    first = call("eq", running("count", TRUE, of_interval, IN_ORDER[1:]), integer(1))
    defs = [
        Def(total.name, Over("sum", amount, of_interval), "everybody's amounts of the interval", step.span),
        Def(f"{name}.first", first),
        Def(to_date.name, running("sum", either(Ref(f"{name}.first"), total, nothing), by, IN_ORDER),
            "everybody's amounts so far", step.span),
    ]  # fmt: skip
    if step.lost:
        beyond = either(Ref(f"{name}.first"), call("sub", to_date, at), null(paid))
        earlier = call("coalesce", running("max", beyond, by, IN_ORDER, "running_before"), nothing)
        of_first = either(Ref(f"{name}.first"), call("max", earlier, nothing), nothing)
        defs.append(Def(f"{name}.lost", Over("max", of_first, of_interval)))
    defs.append(Def(unknown(name), all_of(negate(missing(amount)), _lapsed(step, name, total, by, IN_ORDER))))
    if step.lost:
        defs.append(_free(step, name, total))
    granted = _of(step, name, total, paid)
    return [*defs, Def(f"{name}.granted", granted, "what the budget leaves of them", step.span)]


def _prorated(step: Budget, name: str, amount: Expr, paid: Type) -> list[Def]:
    """What is too much is cut from amounts above 0, what a return only eats of an excess from those below; the others stand."""
    of_interval, nothing = ("period",), number(ZERO, paid)
    total, granted = Ref(f"{name}.total"), Ref(f"{name}.granted")
    too_much = call("lt", granted, total)
    own = either(too_much, call("max", amount, nothing), call("max", call("neg", amount), nothing))
    weights = Ref(f"{name}.weights")
    others = call("sub", weights, call("abs", call("sub", total, granted)))
    whole = call("round", others, text("truncate"), integer(step.digits))
    portion = either(too_much, Ref(f"{name}.portion"), call("neg", Ref(f"{name}.portion")))
    value = cases(
        [
            (missing(granted), null(paid)),
            (call("eq", granted, total), amount),
            (call("gt", Ref(f"{name}.weight"), nothing), portion),
        ],
        amount,
    )
    return [
        Def(f"{name}.weight", own, "the part of the amount that is cut", step.span),
        Def(weights.name, Over("sum", Ref(f"{name}.weight"), of_interval), "Σ of these parts", step.span),
        Def(f"{name}.shared", whole, "what is left of them", step.span),
        *portions(name, Ref(f"{name}.shared"), of_interval, step.digits, paid),
        _left(step, name, value, amount),
    ]

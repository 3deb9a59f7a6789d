"""A pool shared out: the amount that all rows of a group came to, cut into one share for each by their weights.

Exact, by largest remainder; ties by participant, then segment. A negative pool mirrors its absolute value.
"""

from decimal import Decimal

from engine.ir.expr import Expr, Over, Ref
from engine.ir.remark import Remark
from engine.ir.table import Def
from engine.ir.types import QUANTITY, RATE, Type, money
from engine.lower.apportioned import portions
from engine.lower.remark import decided
from engine.lower.terms import (
    ONE,
    TRUE,
    ZERO,
    any_of,
    call,
    cases,
    either,
    integer,
    known_true,
    missing,
    null,
    number,
    text,
    written,
)  # fmt: skip
from engine.plan.resolved import Plan, ShareOut

BECAUSE = ("no_group", "group_unknown", "pool_differs", "negative_weight", "negative_pool", "no_weights")
"""Why nobody of a group can be given a share, the first that applies."""


def share_out_defs(plan: Plan, step: ShareOut, name: str, amount: Expr) -> list[Def]:
    """`step_2.weight`, `step_2.pool`, … and the share itself, from the amount before it and the column `step_2.group`."""
    return [*_weights(step, name, amount), *_pool(plan, step, name, amount), *_shares(plan, step, name)]


def causes(name: str) -> list[tuple[Expr, str]]:
    """When an earning is blocked by the pool, and how that is called."""
    return [(known_true(call("eq", Ref(f"{name}.because"), text(word))), word) for word in BECAUSE]


def _members(name: str) -> tuple[str, ...]:
    return ("period", f"{name}.group")


def _weights(step: ShareOut, name: str, amount: Expr) -> list[Def]:
    """What each member asks for: the formula, 0 of those who take no part, × days where it is prorated."""
    by = _members(name)
    unit = step.unit
    asked: Expr = ONE if step.by is None else step.by.expr
    defs: list[Def] = []
    if step.among is not None:
        defs.append(written(f"{name}.among", step.among))
        asked = either(Ref(f"{name}.among"), asked, number(ZERO, unit))
    days = call("as_quantity", Ref("days"))
    if step.prorate:
        asked = call("mul", asked, days)
    said = "1" if step.by is None else step.by.words
    words = f"{said} × days" if step.prorate else said
    span, note = (step.span, None) if step.by is None else (step.by.span, step.by.note)
    asks = Def(f"{name}.asked", asked, words, span, note)
    unknown = Over("any", any_of(missing(amount), missing(Ref(f"{name}.asked"))), by)
    defs += [asks, Def(f"{name}.unknown", unknown), Def(f"{name}.lowest", Over("min", Ref(f"{name}.asked"), by))]
    weight: Expr = Ref(f"{name}.asked")
    remarks: tuple[Remark, ...] = ()
    if step.no_weights is not None:
        none = call("eq", Over("sum", Ref(f"{name}.asked"), by), number(ZERO, _weighed(step)))
        defs.append(Def(f"{name}.none", known_true(none)))
        remarks = (decided("no_weights", step.no_weights, Ref(f"{name}.none")),)
        if step.no_weights.value == "equally":
            equal: Expr = days if step.prorate else ONE
            weight = either(Ref(f"{name}.none"), _as(_weighed(step), equal), weight)
    return [
        *defs,
        Def(f"{name}.weight", weight, "the member's weight", step.span, remarks=remarks),
        Def(f"{name}.weights", Over("sum", Ref(f"{name}.weight"), by), "Σ weights of the group", step.span),
        Def(f"{name}.members", Over("count", TRUE, by), "rows of the group", step.span),
    ]


def _weighed(step: ShareOut) -> Type:
    """Unit of the weights: a rate × days is a number."""
    return QUANTITY if step.prorate and step.unit.required() == RATE else step.unit.required()


def _as(unit: Type, quantity: Expr) -> Expr:
    """A plain number in the unit of the weights."""
    if unit.dtype == "money":
        return call("mul", number(Decimal(1), unit), quantity)
    return call("as_rate", quantity) if unit == RATE else quantity


def _pool(plan: Plan, step: ShareOut, name: str, amount: Expr) -> list[Def]:
    """What is shared: rounded first, so that its shares can add up to it; and why it can't be."""
    by, nothing = _members(name), number(ZERO, money(plan.currency))
    whole = call("round", amount, text(step.mode), integer(step.digits))
    below = call("lt", whole, nothing)
    pool = call("max", whole, nothing) if step.negative_pool.value == "zero" else whole
    extremes = (Over("min", amount, by), Over("max", amount, by))
    wrong: list[tuple[Expr, Expr]] = [
        (call("eq", Ref(f"{name}.group"), text("")), text("no_group")),
        (Ref(f"{name}.unknown"), either(any_of(missing(amount), missing(Ref(f"{name}.asked"))), text(""), text("group_unknown"))),
        (known_true(call("ne", *extremes)), text("pool_differs")),
        (known_true(call("lt", Ref(f"{name}.lowest"), number(ZERO, _weighed(step)))), text("negative_weight")),
    ]  # fmt: skip
    if step.negative_pool.value == "block":
        wrong.append((known_true(call("lt", Ref(f"{name}.pool"), nothing)), text("negative_pool")))
    if step.no_weights is not None and step.no_weights.value == "block":
        wrong.append((Ref(f"{name}.none"), text("no_weights")))
    remarks = (decided("negative_pool", step.negative_pool, known_true(below)),)
    return [
        Def(f"{name}.pool", pool, f"{step.mode} at {step.digits} digits", step.span, remarks=remarks),
        Def(f"{name}.because", cases(wrong, text(""))),
    ]


def _shares(plan: Plan, step: ShareOut, name: str) -> list[Def]:
    """The parts of the absolute value; the sign is put back at the end."""
    paid = money(plan.currency)
    nothing = number(ZERO, paid)
    blocked = any_of(Ref(f"{name}.unknown"), call("ne", Ref(f"{name}.because"), text("")))
    branches: list[tuple[Expr, Expr]] = [(blocked, null(paid))]
    if step.no_weights is not None and step.no_weights.value == "nobody":
        branches.append((Ref(f"{name}.none"), nothing))
    branches.append((call("lt", Ref(f"{name}.pool"), nothing), call("neg", Ref(f"{name}.portion"))))
    return [
        *portions(name, call("abs", Ref(f"{name}.pool")), _members(name), step.digits, paid),
        Def(name, cases(branches, Ref(f"{name}.portion")), "pool × weight ÷ weights", step.span, step.note),
    ]

"""What becomes of an earning, and why: paid, zero or blocked, and the first cause that holds.

In: a component whose row has everything up to `earning`. Out: `outcome` and `cause`, and the parts of a component that can be
a cause: gates against a target, pools that are shared out, budgets.
"""

from engine.ir.expr import Expr, Ref
from engine.ir.types import Type
from engine.lower.budget import unknown
from engine.lower.modifier import failed_gates, step_name, unless_waived
from engine.lower.rate_table import FALL
from engine.lower.share_out import causes as causes_of_pool
from engine.lower.target import blocking
from engine.lower.terms import ZERO, call, cases, known_true, missing, number, text
from engine.lower.unit import Units
from engine.plan.resolved import Against, Budget, Component, Gate, Plan, ShareOut

Cause = tuple[Expr, str]
"""When it holds, and the word for it."""


def outcome(result: Type) -> Expr:
    """`paid`, `zero`, or `blocked`: not known."""
    zero = call("eq", Ref("earning"), number(ZERO, result))
    return cases([(missing(Ref("earning")), text("blocked")), (zero, text("zero"))], text("paid"))


def cause(plan: Plan, component: Component, units: Units, looks_back: bool) -> Expr:
    """Why an earning is blocked, or zero; '' where it was paid. `looks_back`: an earlier interval may be what blocks it."""
    own = [(holds, text(word)) for holds, word in _blocking(component)]
    if looks_back:
        own.append((Ref("earlier_blocked"), text("earlier_interval")))
    no_credits = call("eq", Ref("base"), number(ZERO, _paid_on(plan, component, units)))
    pays_nothing = call("eq", Ref("table_result"), number(ZERO, units.result))
    why_zero = cases(
        [
            (known_true(failed_gates(component)), text("gate")),
            (known_true(no_credits), text("no_credits")),
            (known_true(pays_nothing), text("table")),
        ],
        text("modifiers"),
    )
    blocked, zero = (call("eq", Ref("outcome"), text(word)) for word in ("blocked", "zero"))
    return cases([(blocked, cases(own, text("no_value"))), (zero, why_zero)], text(""))


def _paid_on(plan: Plan, component: Component, units: Units) -> Type:
    """The type of `base`: where amounts are paid on nothing, it is what finds them."""
    if component.base is None and component.table.select is not None:
        return plan.measure(component.table.select).unit
    return units.base


def _blocking(component: Component) -> list[Cause]:
    """What blocks an earning, the first first."""
    causes = of_target("", component.table.against)
    for prefix, gate in gates(component):
        of_gate = of_target(prefix, gate.against)
        causes += [(unless_waived(gate, prefix.removesuffix("."), holds), word) for holds, word in of_gate]
    if component.table.bounds_vary:
        causes.append((known_true(Ref(FALL)), "bounds_fall"))
    # where the value itself is not known, it did not lie outside
    causes += [(known_true(Ref("below")), "below_lowest"), (known_true(Ref("above")), "above_highest")]
    causes += [each for name, _ in pools(component) for each in causes_of_pool(name)]
    spent = (*not_known(component, "credit"), *not_known(component, "earning"))
    return [*causes, *((known_true(Ref(name)), "budget_unknown") for name in spent)]


def of_target(prefix: str, against: Against | None) -> list[Cause]:
    """What of a target blocks; nothing, where none is held against."""
    return [] if against is None else blocking(prefix, against)


def not_known(component: Component, per: str) -> tuple[str, ...]:
    """The columns of budgets that say whether what others come to is not known."""
    steps = enumerate(component.steps, start=1)
    return tuple(unknown(step_name(index)) for index, step in steps if isinstance(step, Budget) and step.per == per)


def gates(component: Component) -> list[tuple[str, Gate]]:
    """Gates against a target, with the prefix of their columns."""
    return [
        (f"{step_name(index)}.", step)
        for index, step in enumerate(component.steps, start=1)
        if isinstance(step, Gate) and step.against is not None
    ]


def pools(component: Component) -> list[tuple[str, ShareOut]]:
    """Pools that are shared out, with the name of their columns."""
    steps = enumerate(component.steps, start=1)
    return [(step_name(index), step) for index, step in steps if isinstance(step, ShareOut)]

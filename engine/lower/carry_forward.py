"""Balances that are carried forward: what is due, what of it lies beyond a line, and so what is left for the next interval.

The balance is a fold: with a line on both sides no sum of earlier amounts tells it. The columns beside it make each row one that
can be checked by itself.
"""

from engine.ir.expr import Expr, Fold, Ref
from engine.ir.table import Agg, Aggregate, Def, Join, Scan, Table
from engine.ir.types import Type, money
from engine.lower.accumulation import IN_ORDER, ordinal_name, within
from engine.lower.prorated import prorated
from engine.lower.terms import ZERO, any_of, before, call, cases, either, integer, null, number, written
from engine.plan.carry_forward import CarryForward, Line
from engine.plan.resolved import Component, Plan


def carry_defs(plan: Plan, step: CarryForward, name: str, amount: Expr) -> list[Def]:
    """The lines, the balance after (`carried`) and before (`brought`), what is due, and the amount that is left of it."""
    paid = money(plan.currency)
    by, nothing = within(plan, step.accumulation), number(ZERO, paid)
    earlier = Ref(f"{name}.earlier")
    due = call("add", amount, earlier)
    following = call("sub", due, _kept(step, name, due, paid))
    balance = Fold(earlier.name, nothing, following, by, tuple((each, False) for each in IN_ORDER))
    first = call("eq", Ref(ordinal_name(step.accumulation)), integer(1))
    brought = either(first, nothing, before(Ref(f"{name}.carried"), by, IN_ORDER))
    return [
        *(_line(step, line, f"{name}.{side}", paid) for side, line in _sides(step)),
        *([_last(plan, step, name)] if step.settles else []),
        Def(f"{name}.carried", balance, "due − what is left of it", step.span),
        Def(f"{name}.brought", brought, "what the interval before carried on", step.span),
        Def(f"{name}.due", call("add", amount, Ref(f"{name}.brought")), "amount + brought", step.span),
        Def(
            name, _kept(step, name, Ref(f"{name}.due"), paid), "what of it lies between the lines", step.span, step.note
        ),
    ]


def _sides(step: CarryForward) -> list[tuple[str, Line]]:
    return [(side, line) for side, line in (("under", step.deficit), ("over", step.excess)) if line is not None]


def _line(step: CarryForward, line: Line, name: str, paid: Type) -> Def:
    at: Expr = call("add", line.at.expr, number(ZERO, paid))
    return written(name, line.at, prorated(at, None) if step.prorate else at)


def _last(plan: Plan, step: CarryForward, name: str) -> Def:
    """The interval ends with the accumulation, or the segment (of those that go on, the last one) ends with the interval."""
    ends = call("ge", Ref("period_end"), Ref(f"{step.accumulation}_end"))
    leaves = call("le", Ref(f"{name}.until" if plan.continues else "stint_end"), Ref("period_end"))
    return Def(f"{name}.last", any_of(ends, leaves), "nothing follows it", step.span)


def _kept(step: CarryForward, name: str, due: Expr, paid: Type) -> Expr:
    """Between the lines; in the last interval those that are settled don't hold. Lines that cross leave nothing known."""
    kept = due
    for side, line in _sides(step):
        limited = call("max" if side == "under" else "min", kept, Ref(f"{name}.{side}"))
        kept = either(Ref(f"{name}.last"), kept, limited) if line.settled else limited
    if step.deficit is None or step.excess is None:
        return kept
    return cases([(call("lt", Ref(f"{name}.over"), Ref(f"{name}.under")), null(paid))], kept)


def with_last_day(plan: Plan, component: Component, rows: Table) -> Table:
    """The rows with the last day of all segments that go on as one, where a balance asks for it."""
    if not plan.continues:
        return rows
    by = ("participant", "joined_from")
    ends = Aggregate(Scan(f"stints/{plan.name}"), by, (Agg("until", "max", Ref("stint_end")),))
    for index, step in enumerate(component.steps, start=1):
        if isinstance(step, CarryForward) and step.settles:
            rows = Join(rows, ends, tuple((each, each) for each in by), ((f"step_{index}.until", "until"),))
    return rows

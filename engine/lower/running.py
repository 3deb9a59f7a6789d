"""The running total that finds the tier of each credit: of the credits that are paid, and of those that only move it."""

from decimal import Decimal

from engine.ir.expr import Expr, Ref
from engine.ir.table import Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import QUANTITY
from engine.lower.credit import credit_name
from engine.lower.segment import SEGMENT_KEYS, in_intervals
from engine.lower.terms import ZERO, call, either, integer, number, running, text
from engine.plan.resolved import Component, Measure, Plan, Rule

TOTAL, NUMBER, ADDS = "after.own", "rule.number", "rule.adds"


def adds(measure: Measure) -> Expr:
    """What one credit adds to the running total: its amount, or 1; nothing where the measure leaves it out."""
    own: Expr = Ref("amount") if measure.aggregate == "sum" else number(Decimal(1), QUANTITY)
    return own if measure.where is None else either(measure.where.expr, own, number(ZERO, measure.unit))


def running_total(plan: Plan, component: Component, by: tuple[str, ...], order: tuple[str, ...]) -> Expr:
    """The total with this credit: added up on the spot where no others move it."""
    if len(_moved_by(plan, component)) > 1:
        return Ref(TOTAL)
    return running("sum", adds(_selected(plan, component)), by, order)


def with_total(plan: Plan, component: Component, rows: Table, by: tuple[str, ...]) -> Table:
    """The paid credits, with the total in which unpaid ones stand between them; of one transaction, the first rule first."""
    moved_by = _moved_by(plan, component)
    if len(moved_by) == 1:
        return rows
    base = plan.rule(component.base or "")
    columns = dict.fromkeys((*base.order, "participant", "segment", "credit_date", NUMBER, ADDS))
    parts = []
    for place, rule in enumerate(moved_by):
        credited = Filter(Scan(credit_name(plan, rule)), call("eq", Ref("state"), text("credited")))
        own = (Def(NUMBER, integer(place)), Def(ADDS, adds(_selected(plan, component))))
        parts.append(Project(Extend(credited, own), tuple((c, c) for c in columns)))
    every = in_intervals(plan, Union(tuple(parts)), tuple(columns), component.length)
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    every = Join(every, Scan(f"grid/{plan.name}"), keys, tuple((c, c) for c in by if c not in SEGMENT_KEYS), "inner")
    total = Def(TOTAL, running("sum", Ref(ADDS), by, (*base.order, NUMBER)))
    mine = call("eq", Ref(NUMBER), integer(moved_by.index(base)))
    same = tuple((k, k) for k in (*base.source.key, "participant"))
    return Join(rows, Filter(Extend(every, (total,)), mine), same, ((TOTAL, TOTAL),))


def _selected(plan: Plan, component: Component) -> Measure:
    return plan.measure(component.table.select or "")


def _moved_by(plan: Plan, component: Component) -> list[Rule]:
    """The rules whose credits move the total, as written: that of the base, and those that are not paid."""
    names = _selected(plan, component).rules
    return [rule for rule in plan.rules if rule.name in names]

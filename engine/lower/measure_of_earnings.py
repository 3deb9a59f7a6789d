"""Measures of what components earned, of this plan or another, in the period or to date: one's own, or the people's below."""

from functools import reduce

from engine.ir.expr import Expr, Ref
from engine.ir.table import Agg, Aggregate, Def, Join, Project, Scan, Table, Union
from engine.lower.accumulation import IN_ORDER
from engine.lower.measure_columns import Made, accumulated, grid_rows, own_column, value_column
from engine.lower.reports import earned_below, on_the_day
from engine.lower.segment import SEGMENT_KEYS, in_intervals
from engine.lower.terms import TRUE, ZERO, call, either, missing, number, running
from engine.plan.measure import component_named
from engine.plan.resolved import Measure, Plan

DATED = {"participant": "participant", "segment": "segment", "credit_date": "end", "amount": "earning"}
"""An earning as if it were a credit of its last day, so that a quarter has those of its months."""


def earned(plan: Plan, measure: Measure) -> Made:
    """The earnings of some components, added up; one that is blocked is not known, and neither is the sum."""
    rows, keys = grid_rows(plan, measure), tuple((k, k) for k in SEGMENT_KEYS)
    shown: list[Def] = []
    of = "" if measure.reports is None else " of the people below"
    for name in measure.earned:
        found, number_of, column = f"{name}.found", f"{name}.rows", f"earned.{name}"
        aggs = (Agg(found, "sum", Ref("amount")), Agg(number_of, "count", TRUE))
        dated = _dated(plan, measure, name)
        inside = Union(tuple(in_intervals(plan, dated, tuple(DATED), length) for length in measure.lengths))
        rows = Join(rows, Aggregate(inside, SEGMENT_KEYS, aggs), keys, ((found, found), (number_of, number_of)))
        known = either(missing(Ref(number_of)), number(ZERO, measure.unit), Ref(found))
        shown.append(Def(column, known, f"what {name} earned{of}", measure.span))
    terms: list[Expr] = [Ref(made.name) for made in shown]
    own = own_column(measure, reduce(lambda sum, term: call("add", sum, term), terms or [number(ZERO, measure.unit)]))
    if not measure.to_date:
        return rows, (*shown, own, value_column(measure, Ref("own")))
    so_far = running("sum", Ref("own"), accumulated(plan, measure), IN_ORDER)
    return rows, (*shown, own, value_column(measure, so_far, "own, added up since the reset"))


def _dated(plan: Plan, measure: Measure, component: str) -> Table:
    """Earnings with the day that puts them into an interval: one's own, or those below as if they were the manager's."""
    if measure.reports is not None:
        return earned_below(plan, measure, measure.reports, component)
    of, name = component_named(plan.name, component)
    dated = Project(Scan(f"earnings/{of}.{name}"), tuple(DATED.items()))
    if of == plan.name:
        return dated
    bare = Project(dated, tuple((column, column) for column in DATED if column != "segment"))
    return on_the_day(plan, bare)

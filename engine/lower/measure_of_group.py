"""Measures of a group: the same for all members, from what each of them has in the period."""

from engine.ir.expr import Over, Ref
from engine.ir.table import Def, Join, Scan
from engine.lower.group import with_group
from engine.lower.measure_columns import Made, grid_rows, own_column, says, value_column
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import TRUE, call, either, integer, null, running, text
from engine.plan.resolved import Measure, Plan

MEMBERS = ("period", "group")
"""The columns that are equal on all rows of a group in a period."""


def total(plan: Plan, measure: Measure) -> Made:
    """A measure added up over all members."""
    assert measure.within is not None
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    each = Scan(f"measures/{plan.name}.{measure.parts[0]}")
    rows = Join(with_group(plan, measure.within, grid_rows(plan, measure)), each, keys, (("each", "value"),))
    summed = either(_in_none, null(measure.unit), Over("sum", Ref("each"), MEMBERS))
    words = f"{measure.parts[0]} of the member"
    shown = (Def("group", Ref("group"), measure.within, measure.span), Def("each", Ref("each"), words, measure.span))
    return rows, (*shown, own_column(measure, summed), value_column(measure, Ref("own"), says(measure)))


def headcount(plan: Plan, measure: Measure) -> Made:
    """How many members there are; of somebody with several segments in the period only the first is counted."""
    assert measure.within is not None
    rows = with_group(plan, measure.within, grid_rows(plan, measure))
    nth = running("count", TRUE, ("participant", *MEMBERS), ("segment",))
    counted = call("as_quantity", Over("count", Ref("is_first"), MEMBERS))
    shown = (
        Def("group", Ref("group"), measure.within, measure.span),
        Def("is_first", call("eq", nth, integer(1)), "the member's first row in the period", measure.span),
    )
    own = either(_in_none, null(measure.unit), counted)
    return rows, (*shown, own_column(measure, own), value_column(measure, Ref("own"), says(measure)))


_in_none = call("eq", Ref("group"), text(""))

"""Measures of a group, from what each member has in the period: one for all of them, and who is first."""

from decimal import Decimal

from engine.ir.expr import Expr, Over, Ref
from engine.ir.table import Def, Join, Scan, Table
from engine.ir.types import QUANTITY
from engine.lower.group import with_group
from engine.lower.measure_columns import Made, grid_rows, own_column, says, value_column
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import (
    TRUE,
    any_of,
    at_bound_places,
    call,
    cases,
    either,
    integer,
    known_true,
    missing,
    null,
    number,
    running,
    text,
)
from engine.plan.group import UNPLACED
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


def rank(plan: Plan, measure: Measure) -> Made:
    """The place among those who take part: one more than how many stand before. `tied`: how many have it."""
    ranking = measure.ranking
    assert measure.within is not None and ranking is not None
    rows: Table = with_group(plan, measure.within, grid_rows(plan, measure))
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    names = ("each", *(f"next_{number}" for number in range(1, len(measure.parts))))
    for name, part in zip(names, measure.parts, strict=True):
        rows = Join(rows, Scan(f"measures/{plan.name}.{part}"), keys, ((name, "value"),))
    shown = [Def("group", Ref("group"), measure.within, measure.span)]
    for name, part in zip(names, measure.parts, strict=True):
        value = at_bound_places(Ref(name)) if plan.measure(part).near else Ref(name)
        shown.append(Def(name, value, f"{part} of the member", measure.span))
    entry = ranking.at_least
    enough: Expr = TRUE
    if entry is not None:
        least = number(entry.value, plan.measure(measure.parts[0]).unit)
        enough = call("ge" if ranking.descending else "le", Ref("each"), least)
    order = (
        ("entered", True),
        *((name, ranking.descending) for name in names),
        ("participant", False),
        ("segment", False),
    )
    alike = (*MEMBERS, "entered", *names)
    unknown = Over("any", any_of(*(missing(Ref(name)) for name in names)), MEMBERS)
    shown += [
        Def("entered", either(known_true(enough), integer(1), integer(0)), "whether they take part", measure.span),
        Def("unknown", unknown),
        Def(
            "stands",
            Over("count", TRUE, MEMBERS, order, "running"),
            "in order of value, then of participant",
            measure.span,
        ),
        Def("place", Over("min", Ref("stands"), alike), "of all with the same value the first", measure.span),
        Def("tied", Over("count", TRUE, alike), "how many have the place", measure.span),
        Def("tie_order", Over("count", TRUE, alike, (("participant", False), ("segment", False)), "running")),
    ]
    behind = number(Decimal(UNPLACED), QUANTITY)
    own = cases(
        [
            (_in_none, null(QUANTITY)),
            (Ref("unknown"), null(QUANTITY)),
            (call("eq", Ref("entered"), integer(0)), behind),
        ],
        call("as_quantity", Ref("place")),
    )
    return rows, (*shown, own_column(measure, own), value_column(measure, Ref("own"), says(measure)))


_in_none = call("eq", Ref("group"), text(""))

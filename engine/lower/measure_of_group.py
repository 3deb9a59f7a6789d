"""Measures of a group, from what each member has in the period or to date: one for all of them, and who is first."""

from dataclasses import replace
from decimal import Decimal

from engine.ir.expr import Expr, Over, Ref
from engine.ir.table import Agg, Aggregate, Def, Extend, Join, Scan, Table
from engine.ir.types import QUANTITY
from engine.lower.accumulation import IN_ORDER
from engine.lower.group import with_group
from engine.lower.measure_columns import Made, accumulated, grid_rows, own_column, says, value_column
from engine.lower.remark import decided
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
    """A measure added up over all members; to date, what they have to date, or what each period's members had in it."""
    assert measure.within is not None
    if measure.to_date and not _follows(measure):
        return _stays(plan, measure, measure.within)
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    each = Scan(f"measures/{plan.name}.{measure.parts[0]}")
    rows = Join(with_group(plan, measure.within, grid_rows(plan, measure)), each, keys, (("each", "value"),))
    summed = either(_in_none, null(measure.unit), Over("sum", Ref("each"), MEMBERS))
    words = f"{measure.parts[0]} of the member"
    shown = (Def("group", Ref("group"), measure.within, measure.span), Def("each", Ref("each"), words, measure.span))
    if not measure.to_date:
        return rows, (*shown, own_column(measure, summed), value_column(measure, Ref("own"), says(measure)))
    rows = Join(rows, each, keys, (("each_own", "own"),))
    of_period = Def("each_own", Ref("each_own"), f"{words} in this period", measure.span)
    own = either(_in_none, null(measure.unit), Over("sum", Ref("each_own"), MEMBERS))
    return rows, (*shown, of_period, own_column(measure, own), _to_date(measure, summed, says(measure)))


def _stays(plan: Plan, measure: Measure, within: str) -> Made:
    """Of each period what its members had in it, added up since the reset; who has left since is among them."""
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    rows: Table = with_group(plan, within, grid_rows(plan, measure))
    rows = Join(rows, Scan(f"measures/{plan.name}.{measure.parts[0]}"), keys, (("each", "own"),))
    began = f"{measure.accumulation}_start"
    by_period: Table = Aggregate(rows, (*MEMBERS, "length", *IN_ORDER, began), (Agg("had", "sum", Ref("each")),))
    so_far = running("sum", Ref("had"), ("group", "length", began), IN_ORDER)
    by_period = Extend(by_period, (Def("to_date", so_far),))
    rows = Join(rows, by_period, tuple((name, name) for name in MEMBERS), (("to_date", "to_date"),))
    words = f"{measure.parts[0]} of the member in this period"
    own = either(_in_none, null(measure.unit), Over("sum", Ref("each"), MEMBERS))
    value = either(_in_none, null(measure.unit), Ref("to_date"))
    shown = (Def("group", Ref("group"), within, measure.span), Def("each", Ref("each"), words, measure.span))
    told = "own, added up since the reset, whoever was a member"
    return rows, (*shown, own_column(measure, own), _to_date(measure, value, told))


def _to_date(measure: Measure, value: Expr, words: str) -> Def:
    """The value, with what was said of members who come and leave."""
    moved = () if measure.on_move is None else (decided("on_move", measure.on_move),)
    return replace(value_column(measure, value, words), remarks=moved)


def _follows(measure: Measure) -> bool:
    return measure.on_move is not None and measure.on_move.value == "follow"


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
    parts = [plan.measure(part) for part in measure.parts]
    stay = measure.on_move is not None and not _follows(measure)
    spans = [name for part in parts if stay for name in accumulated(plan, part)]
    rows: Table = with_group(plan, measure.within, grid_rows(plan, measure, spans))
    names = ("each", *(f"next_{number}" for number in range(1, len(measure.parts))))
    for name, part in zip(names, parts, strict=True):
        rows = _ranked_by(plan, rows, name, part, stay and part.to_date)
    shown = [Def("group", Ref("group"), measure.within, measure.span)]
    for name, part in zip(names, parts, strict=True):
        value = at_bound_places(Ref(name)) if part.near else Ref(name)
        shown.append(Def(name, value, f"{part.name} of the member", measure.span))
    entry = ranking.at_least
    enough: Expr = TRUE
    if entry is not None:
        least = number(entry.value, parts[0].unit)
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
    return rows, (*shown, own_column(measure, own), _to_date(measure, Ref("own"), says(measure)))


def _ranked_by(plan: Plan, rows: Table, name: str, part: Measure, stay: bool) -> Table:
    """What participants are ranked by: the value they have, or as much of it as they had in the group that they are in."""
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    each = Scan(f"measures/{plan.name}.{part.name}")
    if not stay:
        return Join(rows, each, keys, ((name, "value"),))
    had = f"{name}.had"
    so_far = running("sum", Ref(had), (*accumulated(plan, part), "group"), IN_ORDER)
    return Extend(Join(rows, each, keys, ((had, "own"),)), (Def(name, so_far),))


_in_none = call("eq", Ref("group"), text(""))

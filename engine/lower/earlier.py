"""Measures of earlier periods: of one before, or what is taken of several of them, maybe with this one.

What began in the middle of a period had a part of it only, which is held against whole ones where the plan says so.
"""

from collections.abc import Sequence
from decimal import Decimal

from engine.ir.expr import Expr, Frame, Ref, WindowFn
from engine.ir.table import Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import QUANTITY
from engine.lower.accumulation import IN_ORDER, days, within
from engine.lower.measure_columns import Made, grid_rows, own_column, rows_of, says, set_to, value_column
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import (
    ONE,
    ZERO,
    all_of,
    any_of,
    before,
    call,
    cases,
    either,
    integer,
    known_true,
    missing,
    null,
    number,
    one_of,
    running,
)
from engine.plan.accumulation import Accumulation
from engine.plan.earlier import Back, Earlier
from engine.plan.resolved import Measure, Plan

KEYS = tuple((key, key) for key in SEGMENT_KEYS)
BEFORE: dict[Back, str] = {
    "period": "before", "year": "year_before", "quarter_end": "quarter_end_before", "year_end": "year_end_before",
}  # fmt: skip
"""How far back → the column of the calendar that names the period."""


def previous(plan: Plan, measure: Measure) -> Made:
    """What a measure was one period or year before, or when a quarter or year ended, where the segment holds all of that time.

    Or what is taken of several periods before.
    """
    if measure.earlier is not None:
        return _of_several(plan, measure, measure.earlier)
    back = BEFORE[measure.back or "period"]
    rows = Join(grid_rows(plan, measure), Scan("calendar"), (("period", "period"),), (("before", back),))
    keys = (("participant", "participant"), ("before", "period"), ("segment", "segment"))
    held = days(measure.accumulation)
    there = (("days_before", held[0]), ("all_days_before", held[1]))
    rows = Join(rows, Scan(f"reach/{plan.name}"), keys, there)
    found = (("found", "value"), *((("found_own", "own"),) if measure.to_date else ()))
    rows = Join(rows, Scan(f"measures/{plan.name}.{measure.parts[0]}"), keys, found)
    none = set_to(measure.no_previous, measure.unit)
    missed = call("not", Ref("whole"))
    words = says(measure)
    shown = (
        Def("before", Ref("before"), words, measure.span),
        Def("whole", known_true(call("eq", Ref("days_before"), Ref("all_days_before")))),
    )
    own = either(missed, none, Ref("found_own" if measure.to_date else "found"))
    if not measure.to_date:
        return rows, (*shown, own_column(measure, own, missed), value_column(measure, Ref("own")))
    return rows, (
        *shown,
        own_column(measure, own),
        value_column(measure, either(missed, none, Ref("found")), words, missed),
    )


def _of_several(plan: Plan, measure: Measure, earlier: Earlier) -> Made:
    """What is taken of the periods before: since something began by windows, of the last so many as columns side by side."""
    if earlier.since is not None:
        rows, shown, (found, doubtful, taken) = _since(plan, measure, earlier, earlier.since)
    else:
        rows, shown, (found, doubtful, taken) = _last(plan, measure, earlier)
    averaged, summed = earlier.take == "average", earlier.take in ("average", "sum")
    name, words = ("total", "their sum") if summed else ("best", f"the {earlier.take} of them")
    none: Expr | None = call("eq", Ref("found"), number(ZERO, QUANTITY))
    if earlier.complete:
        none = call("lt", Ref("found"), number(Decimal(earlier.last or 0), QUANTITY))
    if measure.no_previous is None:
        none = None  # there always is one
    value: Expr = call("div", Ref(name), Ref("found")) if averaged else Ref(name)
    nothing = [] if none is None else [(none, set_to(measure.no_previous, measure.unit))]
    own = cases([(Ref("doubtful"), null(measure.unit)), *nothing], value)
    which = "up to this one" if earlier.with_present else "before"
    made = (
        Def(
            "found",
            found,
            f"{'periods' if earlier.partial else 'whole periods'} {which}, of which it is taken",
            measure.span,
        ),
        Def("doubtful", doubtful, "one of them is not known", measure.span),
        Def(name, taken, words, measure.span),
    )
    return rows, (*shown, *made, own_column(measure, own, none), value_column(measure, Ref("own")))


Taken = tuple[Table, tuple[Def, ...], tuple[Expr, Expr, Expr]]
"""Rows, the columns that are read, and of those: how many periods count, whether one is not known, what is taken of them."""


def _since(plan: Plan, measure: Measure, earlier: Earlier, since: Accumulation) -> Taken:
    """Of all periods before, within what began."""
    by = (*within(plan, since), "length")
    frame: Frame = "running" if earlier.with_present else "running_before"

    def so_far(fn: WindowFn, arg: Expr) -> Expr:
        return running(fn, arg, by, IN_ORDER, frame)

    if earlier.take == "average":
        taken = so_far("sum", either(Ref("counts"), Ref("now"), number(ZERO, measure.unit)))
    else:
        taken = so_far("max" if earlier.take == "highest" else "min", _counted(measure))
    unknown = so_far("any", all_of(Ref("counts"), missing(Ref("now"))))
    found = call("as_quantity", so_far("count", Ref("counts")))
    return _read(plan, measure, rows_of(plan, measure), by), _now(measure, earlier), (found, unknown, taken)


def _last(plan: Plan, measure: Measure, earlier: Earlier) -> Taken:
    """Of so many periods, each before this one a column; those that a run only reads have their part in it."""
    by = ("participant", "segment", "length")
    value, counts, steps = _counted(measure), Ref("counts"), list[Def]()
    agos = [f"ago_{back}" for back in range(1, earlier.back + 1)]
    for ago in agos:
        steps.append(Def(ago, before(value, by, IN_ORDER)))
        steps.append(Def(f"{ago}.counts", known_true(before(counts, by, IN_ORDER))))
        value, counts = Ref(ago), Ref(f"{ago}.counts")
    read = Extend(_read(plan, measure, f"reach/{plan.name}", by), (*_now(measure, earlier), *steps))
    names = ("now", "counts", *(step.name for step in steps))
    rows = Join(grid_rows(plan, measure), read, KEYS, tuple((name, name) for name in names), "inner")
    some = {"now": Ref("counts")} if earlier.with_present else {}
    some |= {ago: Ref(f"{ago}.counts") for ago in agos}
    found = _added([either(there, ONE, number(ZERO, QUANTITY)) for there in some.values()])
    unknown = any_of(*(all_of(there, missing(Ref(ago))) for ago, there in some.items()))
    if earlier.take in ("average", "sum"):
        taken = _added([either(there, Ref(ago), number(ZERO, measure.unit)) for ago, there in some.items()])
    else:
        # whoever has any period that counts has this one or the one before: it stands in for those that are not there
        near: Expr = call("coalesce", _counted(measure), Ref(agos[0])) if earlier.with_present else Ref(agos[0])
        known: list[Expr] = [
            near,
            *(call("coalesce", Ref(ago), near) for ago in (agos if earlier.with_present else agos[1:])),
        ]
        taken = call("max" if earlier.take == "highest" else "min", *known)
    shown = [Def(name, Ref(name), measure.parts[0], measure.span) for name in names]
    return rows, tuple(shown), (found, unknown, taken)


def _added(terms: Sequence[Expr]) -> Expr:
    """Their sum, which is exact: two of them together may be out of bounds where all are not."""
    return terms[0] if len(terms) == 1 else call("add", *terms)


def _read(plan: Plan, measure: Measure, grid: str, by: tuple[str, ...]) -> Table:
    """The rows of the grid with what the measure is on each that is looked back to."""
    of_length = Filter(Scan(grid), one_of("length", measure.lengths))
    columns = dict.fromkeys((*SEGMENT_KEYS, *IN_ORDER, *by, *days(None)))
    rows = Project(of_length, tuple((column, column) for column in columns))
    return Join(rows, Scan(f"measures/{plan.name}.{measure.parts[0]}"), KEYS, (("now", "value"),))


def _now(measure: Measure, earlier: Earlier) -> tuple[Def, Def]:
    """What only later periods look back to; a row of the grid is of some days of its period at least."""
    mine, all_days = days(None)
    counts, words = call("eq", Ref(mine), Ref(all_days)), "the segment holds all of the period"
    if earlier.partial:
        counts, words = call("gt", Ref(mine), integer(0)), "the segment holds some of the period"
    return (
        Def("now", Ref("now"), measure.parts[0], measure.span),
        Def("counts", counts, words, measure.span),
    )


def _counted(measure: Measure) -> Expr:
    return either(Ref("counts"), Ref("now"), null(measure.unit))

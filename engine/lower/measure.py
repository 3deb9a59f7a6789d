"""Measures per participant, period and segment, of the interval or to date: of credits, and what is made of other measures.

What an aggregate is to date follows from the span, never from the intervals' own values: an average is the sum to date ÷
the number to date, a distinct count counts what was not there before.
"""

from collections.abc import Callable, Mapping
from typing import Literal, cast

from engine.ir.expr import Expr, Ref, WindowFn
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import QUANTITY, Type
from engine.lower.accumulation import IN_ORDER
from engine.lower.credit import credit_name
from engine.lower.earlier import previous
from engine.lower.measure_by_formula import by_formula
from engine.lower.measure_columns import (
    Made,
    accumulated,
    each_name,
    grid_rows,
    own_column,
    rows_of,
    says,
    set_to,
    value_column,
)
from engine.lower.measure_of_earnings import earned
from engine.lower.measure_of_group import headcount, rank, total
from engine.lower.measure_of_measures import attainment, difference, ratio, rounded
from engine.lower.missing import missing_columns
from engine.lower.segment import SEGMENT_KEYS, in_intervals
from engine.lower.terms import (
    TRUE,
    ZERO,
    all_of,
    call,
    cases,
    either,
    known_true,
    missing,
    null,
    number,
    running,
    text,
    written,
)
from engine.lower.variable import variable_columns
from engine.lower.weighted import weighted
from engine.plan.resolved import Measure, Plan, ResolvedWorkspace

COUNTED = (Agg("rows", "count", TRUE), Agg("unknown", "any", missing(Ref("counts"))))
NONE, UNKNOWN = missing(Ref("rows")), known_true(Ref("unknown"))
"""No credit in the interval; one of which it is not known whether it counts."""
QUANTITY_ZERO = number(ZERO, QUANTITY)


def measure(workspace: ResolvedWorkspace, plan: Plan, measure: Measure) -> Stage:
    """`measures/<plan>.<measure>`: a row per grid row of its lengths: `own` of the interval, and `value`."""
    if measure.formula is not None:
        rows, defs = by_formula(workspace, plan, measure, measure.formula)
    else:
        rows, defs = (MADE[measure.aggregate] if measure.each is None else _limited)(plan, measure)
    if measure.name in plan.told_missing:
        defs = (*defs, *missing_columns(plan, measure))
    columns = [
        *SEGMENT_KEYS,
        "length",
        *variable_columns(tuple(plan.variables[name] for name in measure.variables)),
        *(made.name for made in defs if made.name not in ("own", "value")),
        "own",
        "value",
    ]
    return Stage(
        f"measures/{plan.name}.{measure.name}", "measures", Project(Extend(rows, defs), tuple((c, c) for c in columns)),
        SEGMENT_KEYS, span=measure.span, about=measure.note or f"measure `{measure.name}`: {says(measure)}",
    )  # fmt: skip


# -- aggregates of credits


def _added(plan: Plan, measure: Measure) -> Made:
    """Sum and count: to date, the intervals' own values added up."""
    counts = measure.aggregate == "count"
    total = Agg("found", "count", Ref("counts")) if counts else Agg("found", "sum", Ref("amount"))
    rows = _on_grid(plan, measure, (*COUNTED, total))
    own = _known(call("as_quantity", Ref("found")) if counts else Ref("found"), measure.unit)
    value = _so_far(plan, measure, "sum", Ref("own")) if measure.to_date else Ref("own")
    words = "own, added up since the reset" if measure.to_date else "own"
    return rows, (own_column(measure, own), value_column(measure, value, words))


def _average(plan: Plan, measure: Measure) -> Made:
    """The sum ÷ the number, each of them to date where the average is."""
    totals = (Agg("sum", "sum", Ref("amount")), Agg("count", "count", Ref("counts")))
    rows = _on_grid(plan, measure, (*COUNTED, *totals))
    parts = (
        Def("total", _known(Ref("sum"), measure.unit), f"sum of {', '.join(measure.rules)}", measure.span),
        Def("credits", _known(call("as_quantity", Ref("count")), QUANTITY), "their number", measure.span),
    )
    own = _unless_none(measure, "credits", call("div", Ref("total"), Ref("credits")))
    if not measure.to_date:
        return rows, (*parts, own_column(measure, own, _no_credits("credits")), value_column(measure, Ref("own")))
    sums = tuple(
        Def(f"{p.name}_to_date", _so_far(plan, measure, "sum", Ref(p.name)), f"{p.name}, added up", measure.span)
        for p in parts
    )
    value = _unless_none(measure, "credits_to_date", call("div", Ref("total_to_date"), Ref("credits_to_date")))
    words = "total to date ÷ credits to date"
    return rows, (
        *parts, *sums, own_column(measure, own), value_column(measure, value, words, _no_credits("credits_to_date"))
    )  # fmt: skip


def _unless_none(measure: Measure, credits: str, value: Expr) -> Expr:
    return either(_no_credits(credits), set_to(measure.no_credits, measure.unit), value)


def _no_credits(credits: str) -> Expr:
    return call("eq", Ref(credits), QUANTITY_ZERO)


def _extreme(plan: Plan, measure: Measure) -> Made:
    """The least or greatest credit, of the interval or since the reset; intervals without credits have none."""
    fn = cast(Literal["min", "max"], measure.aggregate)
    rows = _on_grid(plan, measure, (*COUNTED, Agg("found", fn, Ref("amount"))))
    none = set_to(measure.no_credits, measure.unit)
    reached = Def("reached", either(UNKNOWN, null(measure.unit), Ref("found")), says(measure), measure.span)
    own = own_column(measure, cases([(UNKNOWN, null(measure.unit)), (NONE, none)], Ref("found")))
    if not measure.to_date:
        said = own_column(measure, own.expr, missing(Ref("reached")))
        return rows, (reached, said, value_column(measure, Ref("own")))
    so_far = (
        Def("doubtful", _so_far(plan, measure, "any", UNKNOWN)),
        Def("reached_to_date", either(Ref("doubtful"), null(measure.unit), _so_far(plan, measure, fn, Ref("found")))),
    )
    nothing = all_of(call("not", Ref("doubtful")), missing(Ref("reached_to_date")))
    value = either(nothing, none, Ref("reached_to_date"))
    words = f"the {'least' if fn == 'min' else 'greatest'} since the reset"
    return rows, (reached, *so_far, own, value_column(measure, value, words, nothing))


def _distinct(plan: Plan, measure: Measure) -> Made:
    """How many values a column has in the interval; to date, those that came up for the first time, added up."""
    doubtful = Agg("doubtful", "any", missing(Ref("counts")))
    by_value = Aggregate(Union(dated(plan, measure)), (*SEGMENT_KEYS, "counted"), (doubtful,))
    new = [Agg("new_found", "count", Ref("is_new"))] if measure.to_date else []
    once: Table = by_value
    if measure.to_date:
        take = tuple(
            (c, c) for c in dict.fromkeys(("length", *IN_ORDER, *accumulated(plan, measure))) if c not in SEGMENT_KEYS
        )
        once = Join(once, Scan(rows_of(plan, measure)), tuple((k, k) for k in SEGMENT_KEYS), take, "inner")
        earlier = running("count", TRUE, (*accumulated(plan, measure), "counted"), IN_ORDER, "running_before")
        once = Extend(once, (Def("earlier", call("as_quantity", earlier)),))
        once = Extend(once, (Def("is_new", call("eq", Ref("earlier"), QUANTITY_ZERO)),))
    aggs: tuple[Agg, ...] = (Agg("rows", "count", TRUE), Agg("unknown", "any", Ref("doubtful")), *new)
    rows = _joined(plan, measure, Aggregate(once, SEGMENT_KEYS, aggs), aggs)
    own = own_column(measure, _known(call("as_quantity", Ref("rows")), QUANTITY))
    if not measure.to_date:
        return rows, (own, value_column(measure, Ref("own")))
    words = f"values of {measure.distinct} that were not there since the reset"
    fresh = Def("new", _known(call("as_quantity", Ref("new_found")), QUANTITY), words, measure.span)
    return rows, (
        own,
        fresh,
        value_column(measure, _so_far(plan, measure, "sum", Ref("new")), "new, added up since the reset"),
    )


def _limited(plan: Plan, measure: Measure) -> Made:
    """What each value of the column counts for, added up; to date, what each interval adds to that."""
    new = [Agg("new_found", "sum", Ref("adds"))] if measure.to_date else []
    aggs = (Agg("rows", "count", TRUE), Agg("counted", "sum", Ref("counts")), *new)
    rows = _joined(plan, measure, Aggregate(Scan(each_name(plan, measure)), SEGMENT_KEYS, aggs), aggs)
    nothing = number(ZERO, measure.unit)
    own = own_column(measure, either(NONE, nothing, Ref("counted")))
    if not measure.to_date:
        return rows, (own, value_column(measure, Ref("own")))
    words = "what this interval adds to what counts since the reset"
    new_column = Def("new", either(NONE, nothing, Ref("new_found")), words, measure.span)
    value = value_column(measure, _so_far(plan, measure, "sum", Ref("new")), "new, added up since the reset")
    return rows, (own, new_column, value)


def dated(plan: Plan, measure: Measure) -> tuple[Table, ...]:
    """For each length of period the credited shares of all its rules, each with the period that holds it.

    A number of credits has their amounts beside it too: so it is counted where the same ones are added up.
    """
    columns = {name: name for name in ("participant", "segment", "credit_date", "counts")}
    if measure.key_column is not None:
        columns["counted"] = measure.key_column
    if measure.distinct is None and len({plan.rule(name).unit for name in measure.rules}) == 1:
        columns["amount"] = "amount"
    credited = Union(tuple(_credited(plan, measure, name, columns) for name in measure.rules))
    reach = "in_reach" if measure.looked_back else "in_scope"
    return tuple(in_intervals(plan, credited, tuple(columns), length, reach) for length in measure.lengths)


def _credited(plan: Plan, measure: Measure, rule: str, columns: Mapping[str, str]) -> Table:
    """The credited shares of one rule, with `counts`: whether the measure's condition holds, null where that is not known."""
    rows = Filter(Scan(credit_name(plan, plan.rule(rule))), call("eq", Ref("state"), text("credited")))
    counts = Def("counts", TRUE) if measure.where is None else written("counts", measure.where)
    held = Filter(Extend(rows, (counts,)), call("coalesce", Ref("counts"), TRUE))
    return Project(held, tuple(columns.items()))


def _on_grid(plan: Plan, measure: Measure, aggs: tuple[Agg, ...]) -> Table:
    """Every row of the grid with what its credits come to; nulls where there are none. Periods of each length by themselves."""
    each = tuple(Aggregate(rows, SEGMENT_KEYS, aggs) for rows in dated(plan, measure))
    return _joined(plan, measure, Union(each), aggs)


def _joined(plan: Plan, measure: Measure, aggregated: Table, aggs: tuple[Agg, ...]) -> Table:
    taken = tuple((agg.name, agg.name) for agg in aggs)
    return Join(grid_rows(plan, measure), aggregated, tuple((k, k) for k in SEGMENT_KEYS), taken)


def _known(found: Expr, unit: Type) -> Expr:
    """0 of no credits, null where it is not known which of them count."""
    return cases([(NONE, number(ZERO, unit)), (UNKNOWN, null(unit))], found)


def _so_far(plan: Plan, measure: Measure, fn: WindowFn, arg: Expr) -> Expr:
    """Of this interval and those before it, since the reset."""
    return running(fn, arg, accumulated(plan, measure), IN_ORDER)


MADE: dict[str, Callable[[Plan, Measure], Made]] = {
    "sum": _added, "count": _added, "average": _average, "min": _extreme, "max": _extreme, "count_distinct": _distinct,
    "ratio": ratio, "difference": difference, "previous": previous, "attainment": attainment, "rounded": rounded,
    "weighted": weighted,
    "total": total, "headcount": headcount, "rank": rank, "earned": earned,
}  # fmt: skip
"""How each kind of measure is made."""

"""Measures: credits summed or counted per participant, period and segment, of the interval or to date (`semantics` 3, 4)."""

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.lower.accumulation import IN_ORDER, within
from engine.lower.credit import credit_name
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import (
    TRUE,
    ZERO,
    all_of,
    call,
    cases,
    known_true,
    missing,
    null,
    number,
    one_of,
    running,
    text,
    written,
)
from engine.plan.resolved import Measure, Plan


def measure(plan: Plan, measure: Measure) -> Stage:
    """`measures/<plan>.<measure>`: a row per grid row of its lengths: `own` of the interval, and `value`."""
    credited = Union(tuple(_credited(plan, measure, name) for name in measure.rules))
    dated = Union(tuple(in_periods(credited, length) for length in measure.lengths))
    counted = (Agg("rows", "count", TRUE), Agg("unknown", "any", missing(Ref("counts"))))
    total = Agg("found", "sum", Ref("amount")) if measure.aggregate == "sum" else Agg("found", "count", Ref("counts"))
    aggregated = Aggregate(dated, SEGMENT_KEYS, (*counted, total))
    grid = Filter(Scan(f"grid/{plan.name}"), one_of("length", measure.lengths))
    by = () if measure.accumulation is None else within(measure.accumulation)
    columns = tuple((c, c) for c in dict.fromkeys((*SEGMENT_KEYS, "length", *IN_ORDER, *by)))
    taken = tuple((name, name) for name in ("rows", "unknown", "found"))
    rows = Join(Project(grid, columns), aggregated, tuple((k, k) for k in SEGMENT_KEYS), taken)
    found: Expr = Ref("found") if measure.aggregate == "sum" else call("as_quantity", Ref("found"))
    none, unknown = missing(Ref("rows")), known_true(Ref("unknown"))
    own = cases([(none, number(ZERO, measure.unit)), (unknown, null(measure.unit))], found)
    value: Expr = running("sum", Ref("own"), (*by, "length"), IN_ORDER) if by else Ref("own")
    says = f"{measure.aggregate} of {', '.join(measure.rules)}"
    defs = (
        Def("own", own, says, measure.span, measure.note),
        Def("value", value, "own, added up since the reset" if measure.to_date else "own", measure.span),
    )
    shown = (*SEGMENT_KEYS, "length", "own", "value")
    return Stage(
        f"measures/{plan.name}.{measure.name}", "measures", Project(Extend(rows, defs), tuple((c, c) for c in shown)),
        SEGMENT_KEYS, span=measure.span, about=measure.note or f"measure `{measure.name}`: {says}",
    )  # fmt: skip


def _credited(plan: Plan, measure: Measure, rule: str) -> Table:
    """The credited shares of one rule, with `counts`: whether the measure's condition holds, null where that is not known."""
    rows = Filter(Scan(credit_name(plan, plan.rule(rule))), call("eq", Ref("state"), text("credited")))
    counts = Def("counts", TRUE) if measure.where is None else written("counts", measure.where)
    held = Filter(Extend(rows, (counts,)), call("coalesce", Ref("counts"), TRUE))
    columns = ("participant", "segment", "credit_date", "counts", *(("amount",) if measure.aggregate == "sum" else ()))
    return Project(held, tuple((c, c) for c in columns))


def in_periods(rows: Table, length: str) -> Table:
    """The rows with the period of one length that their credit date lies in; those outside the run's periods go."""
    calendar = Filter(Scan("calendar"), all_of(Ref("in_scope"), one_of("length", (length,))))
    return AsOf(rows, calendar, (), "credit_date", "start", "end", (("period", "period"),), "one", "inner")

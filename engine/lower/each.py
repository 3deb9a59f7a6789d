"""What each customer, claim or policy counts for, where a sum or count limits it: a row per period that it has credits in.

To date a limit is that of the span: what an interval adds is what counts with it less what counted before it, so what lies
above the limit adds nothing, and a return first takes off what lay above.
"""

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, Def, Extend, Join, Project, Scan, Table, Union
from engine.lower.accumulation import IN_ORDER
from engine.lower.measure import dated
from engine.lower.measure_columns import accumulated, each_name, rows_of, says
from engine.lower.remark import noted
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import TRUE, ZERO, call, either, integer, missing, null, number, running
from engine.lower.terms import before as one_before
from engine.plan.measure import Each
from engine.plan.resolved import Measure, Plan


def each_key(plan: Plan, measure: Measure, each: Each) -> Stage:
    """`each/<plan>.<measure>`: per value of the column its `own` of the interval, and what of it `counts`; to date also since."""
    found = Agg("found", "count", Ref("counts")) if measure.aggregate == "count" else Agg("found", "sum", Ref("amount"))
    doubtful = Agg("doubtful", "any", missing(Ref("counts")))
    rows: Table = Aggregate(Union(dated(plan, measure)), (*SEGMENT_KEYS, "counted"), (doubtful, found))
    known = call("as_quantity", Ref("found")) if measure.aggregate == "count" else Ref("found")
    own = Def(
        "own", either(Ref("doubtful"), null(measure.unit), known), f"of one {each.by}", measure.span, measure.note
    )
    counts = Def(
        "counts", _limited(measure, each, Ref("own")), says(measure), each.stated.span, remarks=noted(each.stated)
    )
    defs = [own, counts]
    if measure.to_date:
        columns = dict.fromkeys(("length", *IN_ORDER, *accumulated(plan, measure)))
        take = tuple((c, c) for c in columns if c not in SEGMENT_KEYS)
        rows = Join(rows, Scan(rows_of(plan, measure)), tuple((k, k) for k in SEGMENT_KEYS), take, "inner")
        defs += _to_date(plan, measure, each)
    names = (*SEGMENT_KEYS, "key", *(made.name for made in defs))
    keyed = Def("key", Ref("counted"), each.by, each.stated.span)
    return Stage(
        each_name(plan, measure), "each", Project(Extend(rows, (keyed, *defs)), tuple((c, c) for c in names)),
        (*SEGMENT_KEYS, "key"), span=each.stated.span, about=f"what each `{each.by}` counts for in `{measure.name}`",
    )  # fmt: skip


def _to_date(plan: Plan, measure: Measure, each: Each) -> list[Def]:
    """What it came to before the interval and with it, what of each counts, and so what the interval adds."""
    by, nothing = (*accumulated(plan, measure), "counted"), number(ZERO, measure.unit)
    first = call("eq", running("count", TRUE, by, IN_ORDER), integer(1))
    earlier, before = one_before(Ref("after"), by, IN_ORDER), _limited(measure, each, Ref("before"))
    return [
        Def("after", running("sum", Ref("own"), by, IN_ORDER), "own, added up since the reset", measure.span),
        Def("before", either(first, nothing, earlier), "what it came to before", measure.span),
        Def("counts_after", _limited(measure, each, Ref("after")), says(measure), each.stated.span),
        Def("counts_before", either(first, nothing, before), "what of it counted before", each.stated.span),
        Def("adds", call("sub", Ref("counts_after"), Ref("counts_before")), "what this interval adds", measure.span),
    ]


def _limited(measure: Measure, each: Each, value: Expr) -> Expr:
    """No more than the cap, no less than the floor."""
    if each.cap is not None:
        value = call("min", value, number(each.cap.value, measure.unit))
    return value if each.floor is None else call("max", value, number(each.floor.value, measure.unit))

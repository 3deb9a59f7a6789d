"""Weighted measures: each part between its floor and its cap, times its weight, added up.

Where a part is missing (`lower/missing.py`) it counts as zero, or its weight goes to the others: their sum × the whole ÷ the
weights that are there.
"""

from collections.abc import Iterator, Sequence
from functools import reduce

from engine.ir.expr import Expr, Ref
from engine.ir.remark import Remark
from engine.ir.table import Def, Join, Scan
from engine.ir.types import RATE
from engine.lower.measure_columns import Made, grid_rows, own_column, says, value_column
from engine.lower.missing import VALUE, missing_taken
from engine.lower.remark import decided, noted
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import ZERO, any_of, call, cases, either, missing, null, number
from engine.plan.measure import Weighted
from engine.plan.resolved import Measure, Plan


def weighted(plan: Plan, measure: Measure) -> Made:
    """The weighted sum of the values; to date also that of the interval's own."""
    rows = grid_rows(plan, measure)
    for column, part in _parts(measure):
        taken = ((column, "value"), *(((f"own_{column}", "own"),) if measure.to_date else ()))
        taken += missing_taken(measure, f"{column}.{VALUE}") if part.measure in plan.told_missing else ()
        rows = Join(rows, Scan(f"measures/{plan.name}.{part.measure}"), tuple((k, k) for k in SEGMENT_KEYS), taken)
    shown = _shown(plan, measure, "")
    said = (*_choices(plan, measure), *(remark for part in measure.weighted for remark in noted(part.stated)))
    if not measure.to_date:
        own = Def("own", _sum(plan, measure, ""), says(measure), measure.span, measure.note, said)
        return rows, (*shown, own, value_column(measure, Ref("own")))
    value = Def("value", _sum(plan, measure, ""), says(measure), measure.span, remarks=said)
    return rows, (*shown, *_shown(plan, measure, "own_"), own_column(measure, _sum(plan, measure, "own_")), value)


def _parts(measure: Measure) -> list[tuple[str, Weighted]]:
    return [(f"part_{n}", part) for n, part in enumerate(measure.weighted, start=1)]


def _shown(plan: Plan, measure: Measure, prefix: str) -> tuple[Def, ...]:
    """Of each part its value, whether it is missing, and what it adds; and the weights that are there."""
    defs: list[Def] = []
    for column, part in _parts(measure):
        name, told = f"{prefix}{column}", part.measure in plan.told_missing
        words = f"own {part.measure}" if prefix else part.measure
        defs.append(Def(name, Ref(name), words, measure.span))
        if told:
            defs.append(
                Def(f"{name}.{VALUE}", Ref(f"{name}.{VALUE}"), f"there is nothing to make {words} of", measure.span)
            )
        adds: Expr = call("mul", number(part.weight, RATE), _between(plan, part, Ref(name)))
        if told and _decides(part):
            adds = either(Ref(f"{name}.{VALUE}"), number(ZERO, measure.unit), adds)
        defs.append(Def(f"{name}.adds", adds, part.stated.words, part.stated.span))
    if any(_shares_out(part) for part in measure.weighted):
        there = [
            either(Ref(f"{prefix}{column}.{VALUE}"), number(ZERO, RATE), number(part.weight, RATE))
            if _shares_out(part)
            else number(part.weight, RATE)
            for column, part in _parts(measure)
        ]
        defs.append(Def(f"{prefix}weights", _added(there), "the weights of the parts that are there", measure.span))
    return tuple(defs)


def _between(plan: Plan, part: Weighted, value: Expr) -> Expr:
    """What a part counts: no more than its cap, no less than its floor."""
    unit = plan.measure(part.measure).unit
    if part.cap is not None:
        value = call("min", value, number(part.cap.value, unit))
    return value if part.floor is None else call("max", value, number(part.floor.value, unit))


def _sum(plan: Plan, measure: Measure, prefix: str) -> Expr:
    """What the parts add; of those that are there as much as if they were all."""
    added = _added([Ref(f"{prefix}{column}.adds") for column, _ in _parts(measure)])
    if not any(_shares_out(part) for part in measure.weighted):
        return added
    there, total = Ref(f"{prefix}weights"), number(measure.out_of, RATE)
    nothing, all_there = call("eq", there, number(ZERO, RATE)), call("eq", there, total)
    return cases([(nothing, null(measure.unit)), (all_there, added)], call("div", call("mul", added, total), there))


def _added(terms: Sequence[Expr]) -> Expr:
    return reduce(lambda so_far, term: call("add", so_far, term), terms)


def _choices(plan: Plan, measure: Measure) -> Iterator[Remark]:
    """What was decided of parts that are missing, where they are; of those that block, where they have no value."""
    parts = [(column, part, part.missing) for column, part in _parts(measure) if part.missing is not None]
    for choice in dict.fromkeys(choice for _, _, choice in parts):
        where = [
            Ref(f"{column}.{VALUE}") if part.measure in plan.told_missing else missing(Ref(column))
            for column, part, said in parts
            if said == choice
        ]
        yield decided("missing_part", choice, any_of(*where))


def _decides(part: Weighted) -> bool:
    """Whether the whole has a value without the part."""
    return part.missing is not None and part.missing.value != "block"


def _shares_out(part: Weighted) -> bool:
    return part.missing is not None and part.missing.value == "redistribute"

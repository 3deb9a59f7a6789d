"""Measures of other measures of the same row: one ÷ another or less it, one ÷ its target, one rounded."""

from dataclasses import replace

from engine.ir.expr import Expr, Ref
from engine.ir.table import Def, Join, Scan
from engine.ir.types import QUANTITY, RATE
from engine.lower.measure_columns import Made, grid_rows, own_column, says, set_to, value_column
from engine.lower.missing import missing_taken
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.target import attained, attained_remarks, target_column
from engine.lower.terms import (
    ZERO,
    at_bound_places,
    call,
    cases,
    integer,
    missing,
    null,
    number,
    text,
)
from engine.plan.resolved import Measure, Plan


def ratio(plan: Plan, measure: Measure) -> Made:
    """One measure ÷ another; of the interval's own values, and of the values."""
    rows = grid_rows(plan, measure)
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    sides = tuple(zip(("numerator", "denominator"), measure.parts, strict=True))
    for side, part in sides:
        taken = ((side, "value"), *(((f"own_{side}", "own"),) if measure.to_date else ()))
        rows = Join(rows, Scan(f"measures/{plan.name}.{part}"), keys, taken)
    shown = tuple(Def(side, Ref(side), part, measure.span) for side, part in sides)
    if not measure.to_date:
        own = own_column(measure, _divided(plan, measure, ""), _not_above_zero(plan, measure, "denominator"))
        return rows, (*shown, own, value_column(measure, Ref("own")))
    inner = tuple(Def(f"own_{side}", Ref(f"own_{side}"), f"own {part}", measure.span) for side, part in sides)
    value = value_column(
        measure, _divided(plan, measure, ""), says(measure), _not_above_zero(plan, measure, "denominator")
    )
    return rows, (*shown, *inner, own_column(measure, _divided(plan, measure, "own_")), value)


def difference(plan: Plan, measure: Measure) -> Made:
    """One measure − another; of the interval's own values, and of the values."""
    rows, keys = grid_rows(plan, measure), tuple((k, k) for k in SEGMENT_KEYS)
    sides = tuple(zip(("minuend", "subtrahend"), measure.parts, strict=True))
    read = {"": "value", **({"own_": "own"} if measure.to_date else {})}
    for side, part in sides:
        taken = tuple((f"{prefix}{side}", column) for prefix, column in read.items())
        rows = Join(rows, Scan(f"measures/{plan.name}.{part}"), keys, taken)
    shown = tuple(
        Def(f"{prefix}{side}", Ref(f"{prefix}{side}"), f"own {part}" if prefix else part, measure.span)
        for prefix in read
        for side, part in sides
    )
    left = {prefix: call("sub", Ref(f"{prefix}minuend"), Ref(f"{prefix}subtrahend")) for prefix in read}
    if not measure.to_date:
        return rows, (*shown, own_column(measure, left[""]), value_column(measure, Ref("own")))
    return rows, (*shown, own_column(measure, left["own_"]), value_column(measure, left[""], says(measure)))


def _divided(plan: Plan, measure: Measure, prefix: str) -> Expr:
    """What is not known stays so; a denominator of zero or below is what the plan says."""
    above, below = Ref(f"{prefix}numerator"), Ref(f"{prefix}denominator")
    ratio: Expr = call("div", above, below)
    if all(plan.measure(part).unit.dtype == "quantity" for part in measure.parts):
        ratio = call("as_rate", ratio)
    instead = set_to(measure.zero_denominator, measure.unit)
    no_divisor = _not_above_zero(plan, measure, below.name)
    return cases([(missing(above), null(measure.unit)), (no_divisor, instead)], ratio)


def _not_above_zero(plan: Plan, measure: Measure, denominator: str) -> Expr:
    return call("le", Ref(denominator), number(ZERO, plan.measure(measure.parts[1]).unit))


def attainment(plan: Plan, measure: Measure) -> Made:
    """A measure ÷ its target, in the reach that is said; the interval's own ÷ the interval's target."""
    against, part = measure.against, plan.measure(measure.parts[0])
    assert against is not None
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    reaches = {"": against}
    if measure.to_date:
        reaches["own_"] = replace(against, accumulation=None, whole=False, reach=None)
    rows, shown = grid_rows(plan, measure), list[Def]()
    for prefix, reach in reaches.items():
        achieved, target = f"{prefix}achieved", f"{prefix}target"
        rows = Join(rows, Scan(f"measures/{plan.name}.{part.name}"), keys, ((achieved, "own" if prefix else "value"),))
        rows = Join(rows, Scan(f"targets/{plan.name}.{reach.target}"), keys, ((target, target_column(reach)),))
        shown.append(Def(achieved, Ref(achieved), f"own {part.name}" if prefix else part.name, measure.span))
        shown.append(Def(target, Ref(target), f"target {reach.target}", measure.span))
    made = {
        prefix: attained(reach, Ref(f"{prefix}achieved"), Ref(f"{prefix}target"), part.unit)
        for prefix, reach in reaches.items()
    }
    said = attained_remarks(against, Ref("target"), part.unit)
    if not measure.to_date:
        own = Def("own", made[""], says(measure), measure.span, measure.note, said)
        return rows, (*shown, own, value_column(measure, Ref("own")))
    value = Def("value", made[""], says(measure), measure.span, remarks=said)
    return rows, (*shown, own_column(measure, made["own_"]), value)


def rounded(plan: Plan, measure: Measure) -> Made:
    """A measure at so many digits, or a whole number of multiples; of the value, and of the interval's own."""
    part, rows = plan.measure(measure.parts[0]), grid_rows(plan, measure)
    read = {"unrounded": ("value", part.name), "own_unrounded": ("own", f"own {part.name}")}
    read = read if measure.to_date else {"unrounded": read["unrounded"]}
    taken = tuple((name, column) for name, (column, _) in read.items())
    taken += missing_taken(measure, "part_missing") if measure.name in plan.told_missing else ()
    rows = Join(rows, Scan(f"measures/{plan.name}.{part.name}"), tuple((k, k) for k in SEGMENT_KEYS), taken)
    shown = [Def(name, Ref(name), words, measure.span) for name, (_, words) in read.items()]
    found = {name: _rounded(measure, part, name) for name in read}
    if not measure.to_date:
        return rows, (*shown, own_column(measure, found["unrounded"]), value_column(measure, Ref("own")))
    value = value_column(measure, found["unrounded"], says(measure))
    return rows, (*shown, own_column(measure, found["own_unrounded"]), value)


def _rounded(measure: Measure, part: Measure, column: str) -> Expr:
    """What dividing a target left in the last places is taken away first, as where an attainment is compared."""
    how, value = measure.rounded, at_bound_places(Ref(column)) if part.near else Ref(column)
    assert how is not None
    if how.multiple is None:
        return call("round", value, text(how.mode), integer(how.digits))
    multiple = number(how.multiple.value, RATE if part.unit.dtype == "rate" else QUANTITY)
    return call("mul", call("round", call("div", value, multiple), text(how.mode), integer(0)), multiple)

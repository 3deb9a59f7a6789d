"""Whether there is nothing to make a measure of, where a weighted one asks: told apart from a value that is not known.

No target, nothing to divide by or to average, no whole period before, as far as the measure's own policy is to block: then it
has no value, and the weighted measure says what that means. A value that is null for another reason blocks whatever reads it.
"""

from decimal import Decimal

from engine.ir.expr import Expr, Ref
from engine.ir.table import Def
from engine.ir.types import QUANTITY
from engine.lower.terms import ZERO, all_of, any_of, call, known_true, missing, negate, number
from engine.plan.resolved import Measure, Plan

VALUE, OWN = "missing", "own_missing"


def missing_taken(measure: Measure, name: str = VALUE) -> tuple[tuple[str, str], ...]:
    """What a reader takes of a measure that tells it: the column is called `name` there, to date also `own_` and that."""
    return ((name, VALUE), *(((f"own_{name}", OWN),) if measure.to_date else ()))


def missing_columns(plan: Plan, measure: Measure) -> tuple[Def, ...]:
    """Of the value, and to date also of the interval's own."""
    prefixes = ("", "own_") if measure.to_date else ("",)
    words = f"there is nothing to make {measure.name} of"
    return tuple(
        Def(f"{prefix}{VALUE}", known_true(_missing(plan, measure, prefix)), words, measure.span) for prefix in prefixes
    )


def _missing(plan: Plan, measure: Measure, prefix: str) -> Expr:
    """`prefix`: of the interval's own, where the measure is to date."""
    match measure.aggregate:
        case "attainment":
            return _without_target(plan, measure, prefix)
        case "ratio":
            nothing = call("le", Ref(f"{prefix}denominator"), number(ZERO, plan.measure(measure.parts[1]).unit))
            return all_of(negate(missing(Ref(f"{prefix}numerator"))), nothing)
        case "average":
            of = "credits_to_date" if measure.to_date and not prefix else "credits"
            return call("eq", Ref(of), number(ZERO, QUANTITY))
        case "min" | "max" if measure.to_date and not prefix:
            return all_of(negate(Ref("doubtful")), missing(Ref("reached_to_date")))
        case "min" | "max":
            return missing(Ref("rows"))
        case "previous" if measure.earlier is not None:
            few = measure.earlier.last if measure.earlier.complete else None
            return call("lt", Ref("found"), number(Decimal(few or 1), QUANTITY))
        case "previous":
            return negate(Ref("whole"))
        case "weighted":
            return _parts_missing(plan, measure, prefix)
        case _:
            return Ref(f"{prefix}part_missing")


def _without_target(plan: Plan, measure: Measure, prefix: str) -> Expr:
    against, target = measure.against, Ref(f"{prefix}target")
    assert against is not None
    unit = plan.measure(measure.parts[0]).unit
    blocked = [missing(target)] if against.missing.value == "block" else []
    blocked += [call("eq", target, number(ZERO, unit))] if against.zero.value == "block" else []
    return all_of(negate(missing(Ref(f"{prefix}achieved"))), known_true(any_of(*blocked)))


def _parts_missing(plan: Plan, measure: Measure, prefix: str) -> Expr:
    """Of a weighted measure: a part that blocks is, and the others are known; or all are, and none is there for the weights."""
    names = {f"{prefix}part_{number}": part for number, part in enumerate(measure.weighted, start=1)}
    gone = {name: Ref(f"{name}.{VALUE}") for name, part in names.items() if part.measure in plan.told_missing}
    blocks = [gone[name] for name, part in names.items() if part.missing is not None and part.missing.value == "block"]
    shares_out = all(part.missing is not None and part.missing.value == "redistribute" for part in measure.weighted)
    some = any_of(*blocks, *([all_of(*gone.values())] if shares_out else []))
    known = [any_of(negate(missing(Ref(name))), *([gone[name]] if name in gone else [])) for name in names]
    return all_of(some, *known)

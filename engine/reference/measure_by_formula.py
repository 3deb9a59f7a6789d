"""Measures by formula: on each row what the plan writes, of what its measures came to there and what its variables are."""

from collections.abc import Mapping
from decimal import Decimal

from engine.plan.resolved import Measure, Plan
from engine.reference.measured import Measured, Measures
from engine.reference.participant import People
from engine.reference.scalar import Typed, decimal
from engine.reference.stint import Cell, Key


def by_formula(plan: Plan, measure: Measure, cells: list[Cell], people: People, found: Measures) -> dict[Key, Measured]:
    """The formula of the values, and of the interval's own; a participant's variables as on the first or the last day."""
    assert measure.formula is not None
    first = plan.values_on is not None and plan.values_on.value == "segment_start"
    result: dict[Key, Measured] = {}
    for cell in cells:
        day = cell.start if first else cell.end
        variables = people.variables(plan, measure.variables, cell.stint.participant, day)
        parts = {part: found[part][cell.key] for part in measure.parts}
        values = _typed(plan, {part: each.value for part, each in parts.items()})
        value = decimal(measure.formula.expr, {**variables, **values})
        own = value
        if measure.to_date:
            owns = _typed(plan, {part: each.own for part, each in parts.items()})
            own = decimal(measure.formula.expr, {**variables, **owns})
        result[cell.key] = Measured(own, value)
    return result


def _typed(plan: Plan, values: Mapping[str, Decimal | None]) -> dict[str, Typed]:
    return {part: Typed(value, plan.measure(part).unit.dtype) for part, value in values.items()}

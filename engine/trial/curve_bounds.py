"""Bounds that formulas say, as they are for whoever a pay curve is of.

In: what varies, and the example. Out: places on the axis.
"""

from collections.abc import Iterable
from decimal import Decimal

from engine.backends.replay.scalar import compiled
from engine.backends.replay.term import Evaluate
from engine.ir.expr import Fold, Over
from engine.ir.walk import refs
from engine.trial.curve_setting import Setting
from engine.trial.curve_tables import Example, value_for


def own_bounds(asked: Setting, example: Example) -> Iterable[tuple[Decimal, str]]:
    """Those that read variables alone; where a measure moves one, it has no place of its own."""
    plan = asked.plan
    schema = {variable.name: variable.type for variable in plan.variables.values()}
    columns = {name: [value_for(plan, variable, example)[0]] for name, variable in plan.variables.items()}
    for formula in (formula for tier in asked.component.table.tiers for formula in tier.bounds):
        if refs(formula.expr) <= columns.keys():
            found = compiled(formula.expr, schema, _none)(columns, 1)[0]
            if found is not None:
                yield found, "tier"


def _none(window: Over | Fold) -> Evaluate:
    raise AssertionError(f"a formula has no window: {window}")

"""Measures by formula: what the plan writes, of the values of other measures on the row; to date also of the interval's own."""

from engine.ir.expr import Expr, Ref
from engine.ir.table import Def, Join, Scan
from engine.ir.walk import rebuilt
from engine.lower.measure_columns import Made, grid_rows, own_column, value_column
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import written
from engine.lower.variable import with_variables
from engine.plan.formula import Formula
from engine.plan.resolved import Measure, Plan, ResolvedWorkspace

OWN = "own."
"""How the columns begin that hold what a part came to in the interval alone."""


def by_formula(workspace: ResolvedWorkspace, plan: Plan, measure: Measure, formula: Formula) -> Made:
    """The formula with each measure's value, and with the variables of the row's day, as components read them."""
    rows, keys = grid_rows(plan, measure, ("start", "end")), tuple((k, k) for k in SEGMENT_KEYS)
    for part in measure.parts:
        taken = ((part, "value"), *(((f"{OWN}{part}", "own"),) if measure.to_date else ()))
        rows = Join(rows, Scan(f"measures/{plan.name}.{part}"), keys, taken)
    at = "start" if plan.values_on is not None and plan.values_on.value == "segment_start" else "end"
    read = tuple(plan.variables[name] for name in measure.variables)
    rows = with_variables(workspace, rows, read, at, plan.values_on, plan.joined)
    shown = tuple(Def(part, Ref(part), part, measure.span) for part in measure.parts)
    if not measure.to_date:
        return rows, (*shown, own_column(measure, formula.expr), value_column(measure, Ref("own")))
    inner = tuple(Def(f"{OWN}{part}", Ref(f"{OWN}{part}"), f"own {part}", measure.span) for part in measure.parts)
    own = own_column(measure, _of_own(formula.expr, measure.parts))
    return rows, (*shown, *inner, own, written("value", formula))


def _of_own(expr: Expr, parts: tuple[str, ...]) -> Expr:
    """The same of what each measure came to in the interval alone."""
    if isinstance(expr, Ref):
        return Ref(f"{OWN}{expr.name}", expr.at) if expr.name in parts else expr
    return rebuilt(expr, lambda inner: _of_own(inner, parts))

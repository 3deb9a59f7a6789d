"""Variables: default, then plan, then what the participant's own dated row says (`semantics` 1, 4)."""

from engine.ir.expr import Ref
from engine.ir.table import AsOf, Def, Extend, Scan, Table
from engine.lower.inputs import source_table
from engine.lower.remark import decided
from engine.lower.terms import call, null, number
from engine.plan.choice import Choice
from engine.plan.resolved import ResolvedWorkspace
from engine.plan.workspace import Variable


def with_variables(
    workspace: ResolvedWorkspace, rows: Table, variables: tuple[Variable, ...], at: str, chosen: Choice | None = None
) -> Table:
    """The rows with a column per variable; a participant's own value is the one in force on the day in column `at`.

    `chosen` is the policy that says which day that is, where one does.
    """
    if not variables:
        return rows
    own = tuple((f"{variable.name}.own", variable.column) for variable in variables if variable.column is not None)
    if own:
        people = Scan(source_table(workspace.participants))
        rows = AsOf(rows, people, (("participant", "participant"),), at, "start", "end", own)
    return Extend(rows, tuple(_value(variable, chosen) for variable in variables))


def _value(variable: Variable, chosen: Choice | None) -> Def:
    default = null(variable.type) if variable.default is None else number(variable.default, variable.type)
    column = variable.column
    value = default if column is None else call("coalesce", Ref(f"{variable.name}.own"), default)
    formula = "default" if column is None else f"participant's {column}, else the default"
    remarks = () if chosen is None or column is None else (decided("participant_values_on", chosen),)
    return Def(variable.name, value, formula, variable.span, variable.note, remarks)

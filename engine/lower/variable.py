"""Variables: default, plan, title, position, participant: the nearest value, and who said it."""

from engine.core.money import plain
from engine.ir.expr import Expr, Ref
from engine.ir.remark import Remark
from engine.ir.table import AsOf, Def, Extend, Scan, Table
from engine.lower.inputs import source_table
from engine.lower.remark import decided
from engine.lower.terms import call, cases, known_true, missing, negate, null, number, text
from engine.plan.choice import Choice
from engine.plan.comp_plan import HELD, HeldValue
from engine.plan.resolved import ResolvedWorkspace
from engine.plan.workspace import Variable


def with_variables(
    workspace: ResolvedWorkspace,
    rows: Table,
    variables: tuple[Variable, ...],
    at: str,
    chosen: Choice | None = None,
    titles: bool = False,
) -> Table:
    """The rows with a column per variable; a participant's own value is the one in force on the day in column `at`.

    `chosen` is the policy that says which day that is, where one does; `titles`: a title too may change inside the row.
    """
    if not variables:
        return rows
    own = [(f"{variable.name}.own", variable.column) for variable in variables if variable.column is not None]
    needed = {attribute for variable in variables for attribute in variable.attributes}
    own += [(f"{attribute}.own", attribute) for attribute in HELD if attribute in needed]
    if own:
        people = Scan(source_table(workspace.participants))
        rows = AsOf(rows, people, (("participant", "participant"),), at, "start", "end", tuple(own))
    return Extend(rows, tuple(made for variable in variables for made in _value(variable, chosen, titles)))


def variable_columns(variables: tuple[Variable, ...]) -> tuple[str, ...]:
    """The columns of variables that stages show: the value, and who said it where not all have the same."""
    return tuple(name for v in variables for name in ((v.name, f"{v.name}.said_by") if v.varies else (v.name,)))


def _value(variable: Variable, chosen: Choice | None, titles: bool) -> tuple[Def, ...]:
    """The nearest value: the participant's, the position's, the title's, the default; and which of them it was."""
    default = null(variable.type) if variable.default is None else number(variable.default, variable.type)
    held = [each for attribute in HELD for each in variable.of(attribute)]
    value = cases([(_holds(each), number(each.value, variable.type)) for each in held], default)
    words, said_by = [], [(_holds(each), text(f"{each.attribute} {each.name}")) for each in held]
    if variable.column is not None:
        own = Ref(f"{variable.name}.own")
        words, said_by = [f"participant's {variable.column}"], [(negate(missing(own)), text("participant")), *said_by]
        value = call("coalesce", own, value)
    formula = ", else ".join((*words, *(f"by {attribute}" for attribute in variable.attributes), "default"))
    formula = formula.replace(", else default", ", else the default")
    remarks = tuple(
        Remark(f"by_{each.attribute} {each.name}: {plain(each.value)}", each.span, None,
               call("eq", Ref(f"{variable.name}.said_by"), text(f"{each.attribute} {each.name}")))
        for each in held
    )  # fmt: skip
    if chosen is not None and (variable.column is not None or variable.of("position") or (titles and variable.varies)):
        remarks += (decided("participant_values_on", chosen),)
    made = Def(variable.name, value, formula, variable.span, variable.note, remarks)
    return (Def(f"{variable.name}.said_by", cases(said_by, text("default"))), made) if variable.varies else (made,)


def _holds(each: HeldValue) -> Expr:
    """Whether the participant holds the title or position on the day."""
    return known_true(call("eq", Ref(f"{each.attribute}.own"), text(each.name)))

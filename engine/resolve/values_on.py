"""The day as of which a rule's credits read what is dated: that it is another one than the credit date, that something is read.

In: `values_on` as written. Out: the resolved one, diagnostics; a value of a period is none of a credit's.
"""

from collections.abc import Mapping

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.choice import Stated
from engine.plan.credit import ValuesOn
from engine.plan.formula import Formula
from engine.plan.workspace import Source, Variable
from engine.resolve.names_in import names_in
from engine.resolve.places import at_earning, look_ups_in, measures_read, of_rule, through
from engine.resolve.references import find_column

STAYS = (
    "variables, shares and managers are read as of its day, measures, tiers and targets never: these are of the period of the"
    " credit date, whenever it was sold"
)
"""What no day of a rule changes."""


def resolve_values_on(
    plan: written.CompPlan,
    rule: written.CreditRule,
    source: Source,
    variables: Mapping[str, Variable],
    diagnostics: Diagnostics,
) -> ValuesOn | None:
    """The day, if the rule says one."""
    said = rule.values_on
    if said is None or find_column(said.column, source, diagnostics, "date", required=True) is None:
        return None
    column = said.column.text
    if column == rule.credit_date.text:
        diagnostics.error(
            "M310", f"`{column}` is the credit date, as of which values are read anyway", said.column.span,
            help="delete `values_on`, or name the column of the day that is meant",
            related=((rule.credit_date.span, "the credit date"),),
        )  # fmt: skip
        return None
    read = _of_roster(plan, variables, of_rule(plan, rule.name))
    _check_read(plan, rule, said, variables, read, diagnostics)
    stated = Stated(f"values_on: {column}", said.span, said.note)
    return ValuesOn(column, said.choices["later"], said.choices.get("not_on_roster"), stated)


def _of_roster(
    plan: written.CompPlan, variables: Mapping[str, Variable], formulas: tuple[Formula, ...]
) -> tuple[str, ...]:
    """What formulas read of the roster: variables that somebody has otherwise than others, tables by an attribute."""
    names = names_in(*through(plan, formulas))
    tables = (table.name for table in look_ups_in(plan, formulas) if table.attributes)
    return (*(name for name, variable in variables.items() if variable.varies and name in names), *tables)


def _check_read(
    plan: written.CompPlan,
    rule: written.CreditRule,
    said: written.ValuesOn,
    variables: Mapping[str, Variable],
    read: tuple[str, ...],
    diagnostics: Diagnostics,
) -> None:
    """Something is read as of the day; of the roster, it is said what of whoever is not in it then, and else it is not."""
    choice = said.choices.get("not_on_roster")
    if not read and isinstance(rule.to, written.Name):
        measures = {measure.name for measure in plan.measures if rule.name in {each.text for each in measure.rules}}
        paying = [each for each in plan.components if measures & set(measures_read(plan, each))]
        later = [name for each in paying for name in _of_roster(plan, variables, at_earning(each))]
        of_periods = f"; `{later[0]}` is read of a whole period, not of each credit" if later else ""
        by_credit = "pay credit by credit: `basis: credit`, and `per: credit` in items of the list"
        diagnostics.error(
            "M307", f"nothing that credits of `{rule.name}` read is dated{of_periods}", said.span,
            help=by_credit if later else f"delete `values_on`: {STAYS}",
        )  # fmt: skip
    elif read and choice is None:
        message = (
            f"`{read[0]}` is read as of `{said.column.text}`, and who is credited may not be on the roster that day"
        )
        diagnostics.error(
            "M308", message, said.span,
            help="say `not_on_roster: credit_date` (their values of the credit date count), or `exception` (it is held back)",
        )  # fmt: skip
    elif choice is not None and not read:
        diagnostics.error(
            "M309", f"credits of `{rule.name}` read nothing of the roster", choice.span, help="delete `not_on_roster`",
            related=((said.span, "the day"),),
        )  # fmt: skip

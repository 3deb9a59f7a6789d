"""Rows without a credit date, as a rule says: they wait, or are exceptions.

In: a rule as written and its source. Out: the choice; a diagnostic where such rows may come and none is made, or where there is
one and no such row can come.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.choice import Choice
from engine.plan.workspace import Source
from engine.resolve.references import find_column


def resolve_undated(rule: written.CreditRule, source: Source, diagnostics: Diagnostics) -> Choice | None:
    """What becomes of them; None where every row has a day."""
    column, said = find_column(rule.credit_date, source, diagnostics, "date"), rule.undated
    if column is None:
        return said
    beside = ((column.span, "the column"),)
    if column.type.nullable and said is None:
        diagnostics.error(
            "M311", f"`{column.name}` may be empty, and what becomes of such a row is not said", rule.credit_date.span,
            help="say `undated: waits` (it is paid when it has a day), or `undated: exception` (a warning in each run);"
            f" or delete `nullable: true` of `{column.name}`, if it is a mistake of the export",
            related=beside,
        )  # fmt: skip
    elif not column.type.nullable and said is not None:
        diagnostics.error(
            "M312", f"each row of `{source.name}` has a `{column.name}`: without it, it is rejected (X007)", said.span,
            help=f"delete `undated`; or say `{column.name}: {{type: date, nullable: true}}`, if rows come without it",
            related=beside,
        )  # fmt: skip
    return said


def may_be_empty(rule: written.CreditRule, name: str) -> bool:
    """Whether a column that has to have a value may be nullable: what is credited has a credit date, or that is told already."""
    return name == rule.credit_date.text

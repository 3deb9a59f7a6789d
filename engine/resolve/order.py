"""The order of a rule's transactions, where a running total reads them: total, so that no two teams sort differently.

In: a credit rule as written. Out: the columns to sort by, the last of them the source's key.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.workspace import Source
from engine.resolve.places import runs_over, spends_in_order
from engine.resolve.references import find_column
from engine.resolve.undated import may_be_empty


def total_order(
    plan: written.CompPlan, rule: written.CreditRule, source: Source, diagnostics: Diagnostics
) -> tuple[str, ...]:
    """Written columns, then what of the key they leave out; nothing where no running total reads the rule."""
    for name in rule.order:
        find_column(name, source, diagnostics, required=not may_be_empty(rule, name.text))
    reader = next((c for c in plan.components if runs_over(plan, c, rule.name)), None)
    if reader is None:
        return ()
    if not rule.order:
        budget = spends_in_order(reader)
        total = reader.rate.span, "the running total decides the tier here"
        diagnostics.error(
            "M014",
            f"`{rule.name}` has no `order`, and `{reader.name}` pays its credits "
            f"{'by their running total' if budget is None else 'until a budget is spent'}",
            rule.span,
            help=f"say `order: [{rule.credit_date.text}, {', '.join(source.key)}]`, or the order that the plan means",
            related=(total if budget is None else (budget.span, "the budget is spent in that order"),),
        )
    columns = (*(name.text for name in rule.order), *source.key)
    return tuple(dict.fromkeys(columns))

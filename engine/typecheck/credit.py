"""Types of credit rules: the unit of what is credited.

In: a resolved plan. Out: its rules with units, their formulas typed.
"""

from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.ir.types import money
from engine.plan.resolved import Plan, Rule
from engine.typecheck.rules import condition, credited_value, exchanged_value
from engine.typecheck.scope import transaction_names


def typed_rule(plan: Plan, rule: Rule, diagnostics: Diagnostics) -> Rule:
    """The rule with the unit of its credits."""
    names = transaction_names(plan, rule)
    where = None if rule.where is None else condition(rule.where, names, diagnostics)
    exclude = tuple((name, condition(formula, names, diagnostics)) for name, formula in rule.exclude)
    if rule.convert is not None:
        place = rule.convert.stated.span
        value, currency, by = exchanged_value(rule.value, names, plan.currency, place, diagnostics)
        convert = replace(rule.convert, currency=currency, currency_column=by)
        return replace(rule, where=where, exclude=exclude, value=value, unit=money(plan.currency), convert=convert)
    value, unit, column = credited_value(rule.value, names, plan.currency, diagnostics)
    return replace(rule, where=where, exclude=exclude, value=value, unit=unit, currency_column=column)

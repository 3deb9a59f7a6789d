"""Look-up tables along a pay curve: those that read what varies are looked up, the others stand still at their first row.

A made-up credit has no product and no term. In: a plan and a component. Out: the same with such tables as variables, and what
is assumed of them.
"""

from collections.abc import Collection
from dataclasses import replace

from engine.ir.walk import refs
from engine.plan.look_up import LookUp
from engine.plan.resolved import Component, Plan, Rule
from engine.plan.workspace import Variable
from engine.report.plan_words.look_up import key_words
from engine.report.plan_words.number import value


def with_tables_still(
    plan: Plan, component: Component, known: Collection[str]
) -> tuple[Plan, Component, tuple[str, ...]]:
    """`known` are the names whose values a curve has at earnings."""
    moving = [table.name for table in plan.tables(component.look_ups) if _reads_only(table, known)]
    still = {name: table for name, table in plan.look_ups.items() if name not in moving}
    if not still:
        return plan, component, ()
    values = {name: Variable(name, t.type, t.rows[0].value, None, t.span) for name, t in still.items()}
    at = {rule.name: dict.fromkeys((*rule.look_ups, *_later(component, rule))) for rule in plan.rules}
    rules = tuple(
        replace(rule, look_ups=(), variables=(*rule.variables, *(name for name in at[rule.name] if name in still)))
        for rule in plan.rules
    )
    own = tuple(name for name in component.look_ups if name in still)
    fixed = replace(component, look_ups=tuple(moving), credit_look_ups=(), variables=(*component.variables, *own))
    of_credits = [at[rule.name] for rule in plan.rules if component.basis == "credit" and rule.name == component.base]
    read = [*own, *(name for names in of_credits for name in names if name in still)]
    told = tuple(_still(still[name], plan.digits) for name in dict.fromkeys(read))
    return replace(plan, rules=rules, variables={**plan.variables, **values}), fixed, told


def _later(component: Component, rule: Rule) -> tuple[str, ...]:
    """The tables that the component looks up at the rule's credits itself."""
    return component.credit_look_ups if component.base == rule.name else ()


def _reads_only(table: LookUp, known: Collection[str]) -> bool:
    return not table.attributes and all(refs(formula.expr) <= set(known) for formula in table.formulas)


def _still(table: LookUp, digits: int) -> str:
    row = table.rows[0]
    keys = [f"{each.name} {key_words(each, key)}" for each, key in zip(table.dimensions, row.keys, strict=True)]
    return f"`{table.name}` is {value(row.value, table.type, digits)}, as for {', '.join(keys)}: its first row."

"""The type of every name that a place sees; which names those are, `resolve` has seen to.

In: a resolved plan. Out: name → type for each kind of place, as the docstring of `plan/resolved` lists them.
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.ir.types import QUANTITY, RATE, Type
from engine.plan.resolved import Component, Measure, Plan, Rule, Target
from engine.plan.workspace import Column
from engine.typecheck.typed import by_column


def transaction_names(plan: Plan, rule: Rule) -> dict[str, Type]:
    """Rule place: the columns of the rule's source, and look-up tables; money in a row's own currency is told by its column."""
    names = {**look_up_names(plan), **{column.name: _column_type(column) for column in rule.source.columns}}
    waits = rule.undated is not None and rule.undated.value == "waits"
    return _dated(rule, names) if waits else names  # what waits is asked nothing


def credit_names(plan: Plan, rule: Rule) -> dict[str, Type]:
    """Credit place: the columns, where a credited row is in the plan's currency; the credit's own values; variables."""
    columns = _dated(rule, transaction_names(plan, rule))
    if rule.currency_column is not None:
        own = by_column(rule.currency_column)
        columns = {n: replace(t, currency=plan.currency) if t.currency == own else t for n, t in columns.items()}
    level = {} if rule.roll_up is None else {"level": QUANTITY}
    return {
        **columns,
        **variable_names(plan),
        **look_up_names(plan),
        **level,
        "amount": rule.unit,
        "credited_share": RATE,
    }


def _dated(rule: Rule, names: dict[str, Type]) -> dict[str, Type]:
    """The same, where each row has a credit date."""
    return {**names, rule.credit_date: names[rule.credit_date].required()}


def paid_names(plan: Plan, component: Component) -> dict[str, Type]:
    """Credit place of a component: the same, and the measures that it reads there."""
    own = credit_names(plan, plan.rule(component.base or ""))
    return {**own, **{name: plan.measure(name).unit for name in component.at_credits}}


def formula_names(plan: Plan, measure: Measure) -> dict[str, Type]:
    """A measure's formula: the measures that it is made of, and variables."""
    return {**variable_names(plan), **{name: plan.measure(name).unit for name in measure.parts}}


def earning_names(plan: Plan, component: Component, targets: Mapping[str, Target]) -> dict[str, Type]:
    """Earning place: measures, variables, and where the table is against a target, that and the attainment."""
    names = {**variable_names(plan), **look_up_names(plan), **{measure.name: measure.unit for measure in plan.measures}}
    against = component.table.against
    if against is not None:
        names |= {"target": targets[against.target].unit, "attainment": RATE}
    return names


def look_up_names(plan: Plan) -> dict[str, Type]:
    """The look-up tables that the plan reads. A combination without a value blocks, as a division by zero does."""
    return {name: table.type for name, table in plan.look_ups.items()}


def variable_names(plan: Plan) -> dict[str, Type]:
    """The variables that the plan reads."""
    return {name: variable.type for name, variable in plan.variables.items()}


def _column_type(column: Column) -> Type:
    if column.type.dtype == "money" and column.currency_column is not None:
        return replace(column.type, currency=by_column(column.currency_column))
    return column.type

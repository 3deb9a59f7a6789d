"""Which numbers and days that formulas compare with one run touches: `contract_months >= 24` has a bound like any tier.

In: a run, and the formulas of a plan with the tables that they are read on. Out: both sides of every such number; and of the
conditions in a credit's value that each of them decides one.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import polars as pl

from engine.backends.polars.scalar import compiled
from engine.explain.formula import in_names
from engine.ir.expr import Call, Expr, Lit
from engine.ir.infer import program_schemas, type_of
from engine.ir.program import Schema
from engine.ir.walk import children, refs
from engine.pipeline import Run
from engine.plan.formula import Formula
from engine.plan.modifier import formulas_of
from engine.plan.resolved import Component, Measure, Plan, Rule
from engine.trial.branch import branches
from engine.trial.point import Found, Point, at_bound, unit_of

ORDERED = frozenset({"lt", "le", "gt", "ge"})


def of_rule_formulas(run: Run, plan: Plan, rule: Rule) -> Found:
    """Of a rule's conditions, read on the rows of its source, and of its value, on those that it takes; and of measures'
    conditions on its credits."""
    source = f"source/{rule.source.name}"
    rows, schema = run.outcome.inputs[source], run.compiled.program.inputs[source]
    for formula in rule.conditions:
        yield from _compared(formula, f"rule {rule.name}", rows, schema, plan.digits)
    yield from _of_value(run, plan, rule)
    wheres = [(m, m.where) for m in plan.measures if m.where is not None and rule.name in m.rules]
    for measure, where in wheres:
        yield from _on_stage(run, where, f"measure {measure.name}", f"credits/{plan.name}.{rule.name}", plan.digits)


def _of_value(run: Run, plan: Plan, rule: Rule) -> Found:
    """Both sides of the numbers that a value's conditions compare, and each condition: that it decides what is credited."""
    expr, part = rule.value.expr, f"rule {rule.name}, value"
    if not any(True for _ in branches(expr)):
        return
    rows, schema = _taken(run, plan, rule)
    yield from _compared(rule.value, part, rows, schema, plan.digits)
    hits: dict[str, bool] = {}
    for branch in branches(expr):
        if branch.reads <= set(rows.columns):
            there = rows.filter(
                *(compiled(each, schema) for each in branch.true), *(~compiled(each, schema) for each in branch.false)
            )
            hits[branch.words] = hits.get(branch.words, False) or there.height > 0
    for words, hit in hits.items():
        yield Point(rule.value.span, part, words), hit


def _taken(run: Run, plan: Plan, rule: Rule) -> tuple[pl.DataFrame, Schema]:
    """The rows that a rule takes, with what its value reads beside the columns of the source: variables, look-up tables."""
    prefix, source, stage = f"{plan.name}.{rule.name}.", f"source/{rule.source.name}", f"matches/{rule.source.name}"
    schema, more = run.compiled.program.inputs[source], program_schemas(run.compiled.program)[stage]
    named = [name for name in sorted(refs(rule.value.expr)) if name not in schema and prefix + name in more]
    state = pl.col(f"{prefix}state").is_in(("matched", "exception"))
    matches = run.outcome.tables[stage].filter(state)
    rows = run.outcome.inputs[source].join(
        matches.select(*rule.source.key, *(pl.col(prefix + name).alias(name) for name in named)), on=rule.source.key
    )
    return rows, {**schema, **{name: more[prefix + name] for name in named}}


def of_component_formulas(run: Run, plan: Plan, component: Component, due: pl.Expr) -> Found:
    """Of what a component selects, pays and does by formula, in the periods that are `due`."""
    name, table = f"{plan.name}.{component.name}", component.table
    first = "credit_pay" if component.basis == "credit" else "earnings"
    of_table = (table.select_formula, *(formula for tier in table.tiers for formula in tier.formulas))
    places = [(formula, first) for formula in of_table if formula]
    for step in component.steps:
        stage = "credit_pay" if step.per == "credit" else "earnings"
        places += [(formula, stage) for formula in formulas_of(step)]
    for formula, stage in places:
        yield from _on_stage(run, formula, component.name, f"{stage}/{name}", plan.digits, due)


def of_measure_formula(run: Run, plan: Plan, measure: Measure, formula: Formula, due: pl.Expr) -> Found:
    """Of what a measure is by formula, in the periods that are `due`."""
    yield from _on_stage(
        run, formula, f"measure {measure.name}", f"measures/{plan.name}.{measure.name}", plan.digits, due
    )


def _on_stage(run: Run, formula: Formula, part: str, stage: str, digits: int, due: pl.Expr | None = None) -> Found:
    if not any(True for _ in comparisons(formula.expr)):
        return
    rows = run.outcome.tables[stage]
    schema = program_schemas(run.compiled.program)[stage]
    yield from _compared(formula, part, rows if due is None else rows.filter(due), schema, digits)


def _compared(formula: Formula, part: str, rows: pl.DataFrame, schema: Schema, digits: int) -> Found:
    for comparison, value, bound in comparisons(formula.expr):
        if refs(value) <= set(rows.columns):
            found = rows.select(compiled(value, schema).alias("value"))["value"].drop_nulls().unique().to_list()
            type_ = type_of(value, schema)
            pairs = [(number(each), number(bound)) for each in found]
            name = f"{part}, {in_names(comparison)}"
            yield from at_bound(formula.span, name, pairs, unit_of(type_, digits), type_.currency)


def comparisons(expr: Expr) -> Iterator[tuple[Expr, Expr, Decimal | date]]:
    """All comparisons of a value with a constant: the whole, the value, the constant."""
    if isinstance(expr, Call) and expr.fn in ORDERED:
        left, right = (constant(arg) for arg in expr.args)
        if left is None and right is not None:
            yield expr, expr.args[0], right
        if left is not None and right is None:
            yield expr, expr.args[1], left
    for child in children(expr):
        yield from comparisons(child)


def constant(expr: Expr) -> Decimal | date | None:
    """The number or day that an expression is, whatever the row; None if it is none."""
    if isinstance(expr, Lit) and isinstance(expr.value, Decimal | date):
        return expr.value
    if isinstance(expr, Call) and expr.fn == "neg":
        inner = constant(expr.args[0])
        return -inner if isinstance(inner, Decimal) else None
    return None


def number(value: Decimal | date) -> Decimal:
    """A value as a number: a day as its place among days."""
    return Decimal(value.toordinal()) if isinstance(value, date) else value

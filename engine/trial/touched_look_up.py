"""Which rows of look-up tables one run touches. In: the run of one plan. Out: a point for each row, and for what has none."""

from collections.abc import Iterator

import polars as pl

from engine.pipeline import Run
from engine.plan.look_up import LookUp
from engine.plan.resolved import Plan
from engine.report.plan_words.look_up import key_words
from engine.trial.point import Found, Point


def of_look_ups(run: Run, plan: Plan) -> Found:
    """Of each table that some formula of the plan reads."""
    for table in plan.look_ups.values():
        lines = {line for found in _lines(run, plan, table) for line in found.unique().to_list()}
        for row in table.rows:
            keys = zip(table.dimensions, row.keys, strict=True)
            case = ", ".join(f"{each.name} {key_words(each, key)}" for each, key in keys)
            yield Point(row.span, f"look-up table {table.name}", case), row.span.line in lines
        if table.missing is not None:
            yield Point(table.missing.span, f"look-up table {table.name}", "what no row is for"), None in lines


def _lines(run: Run, plan: Plan, table: LookUp) -> Iterator[pl.Series]:
    """The lines of the rows that were found, of credits and of the earnings that are paid now; none where there was no row."""
    tables = run.outcome.tables
    for rule in plan.rules:
        name = f"{plan.name}.{rule.name}"
        if table.name in rule.valued_by:
            matches = tables[f"matches/{rule.source.name}"]
            taken = pl.col(f"{name}.state").is_in(("matched", "exception"))
            yield matches.filter(taken)[f"{name}.{table.name}.line"]
        if table.name in rule.look_ups:
            yield tables[f"credits/{name}"].filter(pl.col("state") == "credited")[f"{table.name}.line"]
    for component in plan.components:
        if table.name in component.credit_look_ups:
            yield tables[f"credit_pay/{plan.name}.{component.name}"][f"{table.name}.line"]
        if table.name in component.look_ups:
            earnings = tables[f"earnings/{plan.name}.{component.name}"]
            yield earnings.filter(pl.col("in_pay_period"))[f"{table.name}.line"]

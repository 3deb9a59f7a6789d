"""The day as of which credits read what is dated: given to rules of a workspace that is whole.

It is the other date of the transactions; of many of them it is moved to where the roster, or an assignment, begins or ends.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from engine.ir.walk import refs
from engine.plan.choice import Stated
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule, Split, ValuesOn
from engine.trial.needed import formulas_at_credit
from tests.properties.formulas import SPAN, choice
from tests.properties.generated_world import one_in

OTHER = {"booked_on": "posted_on", "posted_on": "booked_on"}
Tables = dict[str, list[dict[str, Any]]]


def with_values_on(seed: int, workspace: ResolvedWorkspace, tables: Tables) -> tuple[ResolvedWorkspace, Tables]:
    """Some of the rules of which something dated is read say another day for it, and many rows have one that matters."""
    random = Random(f"values on {seed}")
    plans = tuple(replace(p, rules=tuple(_valued(random, p, rule) for rule in p.rules)) for p in workspace.plans)
    said = [rule for plan in plans for rule in plan.rules if rule.values_on is not None]
    if not said:
        return workspace, tables
    days = _days(workspace, tables, said)
    columns = {rule.source.name: rule.values_on.column for rule in said if rule.values_on is not None}
    moved = {
        f"source/{name}": [_moved(random, row, column, days) for row in tables[f"source/{name}"]]
        for name, column in columns.items()
    }
    return replace(workspace, plans=plans), {**tables, **moved}


def _days(workspace: ResolvedWorkspace, tables: Tables, rules: Iterable[Rule]) -> list[date]:
    """First and last days of what is dated, and the days beside them."""
    splits = {rule.to.source.name for rule in rules if isinstance(rule.to, Split)}
    rows = [row for name in sorted({workspace.participants.name, *splits}) for row in tables[f"source/{name}"]]
    starts = {row["start"] for row in rows if row["start"].year > 2000}
    ends = {row["end"] for row in rows if row["end"].year < 2100}
    around = ((starts, (0, -1)), (ends, (0, 1)))
    return sorted({day + timedelta(days=each) for found, steps in around for day in found for each in steps})


def _moved(random: Random, row: dict[str, Any], column: str, days: list[date]) -> dict[str, Any]:
    earlier = [day for day in days if day <= row[OTHER[column]]]
    if not earlier or not one_in(random, 2):
        return row
    return {**row, column: random.choice(earlier)}


def _valued(random: Random, plan: Plan, rule: Rule) -> Rule:
    roster = reads_roster(plan, rule)
    dated = rule.roll_up is not None or isinstance(rule.to, Split)
    if not roster and not (dated and one_in(random, 3)):
        return rule
    later = choice(random.choice(("credit_date", "credit_date", "credit_date", "exception")))
    nowhere = choice(random.choice(("credit_date", "exception"))) if roster else None
    column = OTHER[rule.credit_date]
    return replace(rule, values_on=ValuesOn(column, later, nowhere, Stated(f"values_on: {column}", SPAN)))


def reads_roster(plan: Plan, rule: Rule) -> bool:
    """Whether a formula at its credits reads a value that somebody has otherwise than others."""
    names: set[str] = {name for formula in formulas_at_credit(plan, rule) for name in refs(formula.expr)}
    return any(plan.variables[name].varies for name in names & set(plan.variables)) or any(
        table.attributes for table in plan.tables(_tables(plan, rule))
    )


def _tables(plan: Plan, rule: Rule) -> Iterable[str]:
    paying = (c for c in plan.components if c.basis == "credit" and c.base == rule.name)
    return (*rule.look_ups, *(name for component in paying for name in component.credit_look_ups))

"""Generated transactions without a credit date: in some workspaces, and what their rules say of them.

The column of the credit date may be empty where nothing else reads it that needs a day in every row. It is drawn from numbers of
its own, so that a seed makes the plans and rows that it made before there were any.
"""

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from engine.ir.types import DATE
from engine.ir.walk import refs
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from engine.trial.needed import formulas_at_credit
from tests.properties.formulas import choice
from tests.properties.generated_world import one_in

DAYS = ("booked_on", "posted_on")
Tables = dict[str, list[dict[str, Any]]]


def with_undated(seed: int, workspace: ResolvedWorkspace, tables: Tables) -> tuple[ResolvedWorkspace, Tables]:
    """Of a third of the workspaces both sources, as far as they can, with a day that some rows lack."""
    random = Random(f"undated {seed}")
    if not one_in(random, 3):
        return workspace, tables
    every = [(plan, rule) for plan in (*workspace.plans, *workspace.others) for rule in plan.rules]
    for name in sorted({rule.source.name for _, rule in every}):
        days = [day for day in DAYS if _may_lack(day, [(p, r) for p, r in every if r.source.name == name])]
        if not days:
            continue
        day = random.choice(days)
        workspace = _lacking(random, workspace, name, day)
        rows = tables[f"source/{name}"]
        tables = {**tables, f"source/{name}": [row | {day: None} if one_in(random, 6) else row for row in rows]}
    return workspace, tables


def _may_lack(day: str, rules: Iterable[tuple[Plan, Rule]]) -> bool:
    """Whether it is the credit date of some of the rules of a source, and the others do not read it."""
    found = False
    for plan, rule in rules:
        if day in _read(plan, rule):
            return False
        dated = rule.credit_date == day
        if not dated and (day in rule.order or (rule.convert is not None and rule.convert.rate_date == day)):
            return False
        found |= dated
    return found


def _read(plan: Plan, rule: Rule) -> set[str]:
    formulas = [f for table in plan.tables(rule.valued_by) for f in table.formulas]
    formulas += [rule.value, *(formula for _, formula in rule.exclude), *formulas_at_credit(plan, rule)]
    formulas += [rule.where] if rule.where is not None else []
    names = {name for formula in formulas for name in refs(formula.expr)}
    return names | ({rule.values_on.column} if rule.values_on is not None else set())


def _lacking(random: Random, workspace: ResolvedWorkspace, name: str, day: str) -> ResolvedWorkspace:
    """The workspace whose source of that name may lack the day, and whose rules say what then."""
    source = workspace.sources[name]
    columns = tuple(replace(c, type=DATE.optional()) if c.name == day else c for c in source.columns)
    source = replace(source, columns=columns)

    def of(rule: Rule) -> Rule:
        if rule.source.name != name:
            return rule
        said = choice(random.choice(("waits", "exception"))) if rule.credit_date == day else None
        return replace(rule, source=source, undated=said)

    def plans(written: tuple[Plan, ...]) -> tuple[Plan, ...]:
        return tuple(replace(plan, rules=tuple(of(rule) for rule in plan.rules)) for plan in written)

    sources: dict[str, Source] = {**workspace.sources, name: source}
    return replace(workspace, sources=sources, plans=plans(workspace.plans), others=plans(workspace.others))

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
        dated = rule.credit_date == day
        read = {*_read(plan, rule), *rule.order, *((rule.convert.rate_date,) if rule.convert is not None else ())}
        if not dated and day in read:
            return False
        found |= dated
    return found


def _read(plan: Plan, rule: Rule) -> set[str]:
    at_credit = {name for formula in formulas_at_credit(plan, rule) for name in refs(formula.expr)}
    return _asked(plan, rule) | at_credit | ({rule.values_on.column} if rule.values_on is not None else set())


def _asked(plan: Plan, rule: Rule) -> set[str]:
    """What is read so as to know whether the rule takes a row."""
    formulas = [f for table in plan.tables(rule.valued_by) for f in table.formulas]
    formulas += [rule.value, *(formula for _, formula in rule.exclude)]
    formulas += [rule.where] if rule.where is not None else []
    return {name for formula in formulas for name in refs(formula.expr)}


def _lacking(random: Random, workspace: ResolvedWorkspace, name: str, day: str) -> ResolvedWorkspace:
    """The workspace whose source of that name may lack the day, and whose rules say what then."""
    source = workspace.sources[name]
    columns = tuple(replace(c, type=DATE.optional()) if c.name == day else c for c in source.columns)
    source = replace(source, columns=columns)

    def of(plan: Plan, rule: Rule) -> Rule:
        if rule.source.name != name:
            return rule
        said = "waits" if day in _asked(plan, rule) else random.choice(("waits", "exception"))
        return replace(rule, source=source, undated=choice(said) if rule.credit_date == day else None)

    def plans(written: tuple[Plan, ...]) -> tuple[Plan, ...]:
        return tuple(replace(plan, rules=tuple(of(plan, rule) for rule in plan.rules)) for plan in written)

    sources: dict[str, Source] = {**workspace.sources, name: source}
    return replace(workspace, sources=sources, plans=plans(workspace.plans), others=plans(workspace.others))

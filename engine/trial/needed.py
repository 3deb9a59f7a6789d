"""Which columns of the sources a plan reads: those that a test must name, and those that a recorded test keeps.

In: a resolved plan. Out: source → columns. Columns that nothing reads can't change a figure, so a row need not have them.
"""

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from engine.ir.walk import refs
from engine.plan.formula import Formula
from engine.plan.group import EVERYONE
from engine.plan.modifier import formulas_of
from engine.plan.resolved import Against, Plan, ResolvedWorkspace, Rule, Split


def columns_read(workspace: ResolvedWorkspace, plans: Iterable[Plan]) -> dict[str, frozenset[str]]:
    """Source name → the columns that these plans read of it; sources that they do not read are absent."""
    found: dict[str, set[str]] = {}
    for plan in plans:
        for name, columns in _of_plan(workspace, plan).items():
            found.setdefault(name, set()).update(columns)
    known = workspace.needed
    return {
        name: frozenset(columns) & {column.name for column in known[name].columns} for name, columns in found.items()
    }


def _of_plan(workspace: ResolvedWorkspace, plan: Plan) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {workspace.participants.name: _of_people(workspace, plan)}
    for rule in plan.rules:
        found.setdefault(rule.source.name, set()).update(_of_rule(plan, rule))
        if isinstance(rule.to, Split):
            split = rule.to
            own = {"participant", "start", "end", *(ours for ours, _ in split.match)}
            found.setdefault(split.source.name, set()).update(own, {split.divisor} if split.divisor else ())
        if rule.adjustments is not None:
            moves = rule.adjustments.source
            own = {*moves.row_key, *rule.source.key, "from_participant", "to_participant", "share", "credit_rule"}
            found.setdefault(moves.name, set()).update(own)
        if rule.convert is not None:
            rates = rule.convert.source
            found.setdefault(rates.name, set()).update(rates.pair, {"start", "end", "rate"})
    for against in plan.againsts():
        target = workspace.targets[against.target]
        for rows in target.sources:
            found.setdefault(rows.source.name, set()).update({rows.by, target.given, "amount", *target.held})
        found[workspace.participants.name].update(target.groups)
        found[workspace.participants.name].update([target.ramp.since] if target.ramp is not None else ())
    return found


def target_times(
    workspace: ResolvedWorkspace, plan: Plan, against: Against, first: date, last: date
) -> tuple[str, ...]:
    """The periods or years whose targets a place reads in a run of these days; of the days alone where nothing reads more."""
    calendar = workspace.calendar
    ends = [plan.end] if against.whole and against.accumulation == "plan" and plan.end else []
    end = max([last, *ends])  # the whole plan's target reaches to its end
    years = {p.year for p in calendar.periods if p.start <= end and p.end >= first}
    return tuple(
        p.name
        for p in workspace.targets[against.target].times(calendar)
        if p.year in years and (against.to_date or (p.start <= last and p.end >= first))
    )


def formulas_at_credit(plan: Plan, rule: Rule) -> Iterator[Formula]:
    """The formulas that are read on each credit of a rule."""
    yield from (m.where for m in plan.measures if m.where is not None and rule.name in m.rules)
    yield from (formula for table in plan.tables(rule.look_ups) for formula in table.formulas)
    for component in plan.components:
        if component.basis == "credit" and component.base == rule.name:
            yield from (formula for each in plan.tables(component.credit_look_ups) for formula in each.formulas)
            table = component.table
            yield from (formula for tier in table.tiers for formula in tier.formulas)
            if table.select_formula is not None:
                yield table.select_formula
            yield from (f for step in component.steps if step.per == "credit" for f in formulas_of(step))


def _of_rule(plan: Plan, rule: Rule) -> set[str]:
    formulas = [f for table in plan.tables(rule.valued_by) for f in table.formulas]
    formulas += [*rule.conditions, rule.value, *formulas_at_credit(plan, rule)]
    names = {name for formula in formulas for name in refs(formula.expr)}
    names |= {m.key_column for m in plan.measures if m.key_column is not None and rule.name in m.rules}
    names |= {rule.credit_date, *rule.order, *rule.source.key}
    names |= {rule.values_on.column} if rule.values_on is not None else set()
    names |= {name for name in (rule.currency_column, rule.row_currency_column) if name is not None}
    names |= {rule.convert.rate_date} if rule.convert is not None else set()
    if isinstance(rule.to, str):
        return names | {rule.to}
    return names | {theirs for _, theirs in rule.to.match} | ({rule.to.expect} if rule.to.expect else set())


def _of_people(workspace: ResolvedWorkspace, plan: Plan) -> set[str]:
    names = {"participant", "start", "end", "currency"} | {v.column for v in plan.variables.values() if v.column}
    names |= {attribute for variable in plan.variables.values() for attribute in variable.attributes}
    names |= {within for within in plan.groups if within != EVERYONE}
    names |= {attribute for table in plan.look_ups.values() for attribute in table.attributes}
    rolled = any(rule.roll_up is not None for rule in plan.rules)
    names |= {"manager"} if rolled or any(measure.reports is not None for measure in plan.measures) else set()
    names |= {"title"} if plan.generations else set()
    every = (plan, *workspace.plans, *workspace.others)
    names |= {each.begins_anew.anniversary_of.text for each in every if each.begins_anew is not None}
    return names | ({"title"} if any(each.titles is not None for each in every) else set())


def assigned_on(rule: Rule) -> pl.Expr:
    """The day as of which a row's assignment is read: that of `values_on`, where that is before the credit date."""
    day = pl.col(rule.credit_date)
    return day if rule.values_on is None else pl.min_horizontal(day, rule.values_on.column)


def rules_of(plan: Plan, components: Iterable[str]) -> tuple[str, ...]:
    """The credit rules that stand behind the components, and behind those whose earnings they read, by name."""
    wanted: set[str] = set()
    for component in plan.behind(components):
        measures = plan.with_parts(component.measures)
        wanted |= {rule for measure in measures for rule in measure.rules}
        if component.basis == "credit" and component.base is not None:
            wanted.add(component.base)
    return tuple(rule.name for rule in plan.rules if rule.name in wanted)

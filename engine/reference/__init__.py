"""The oracle: interprets a resolved workspace noun by noun, in Python's Decimal, slow and obvious.

In: a resolved workspace, its input tables, the pay period. Out: the tables of results, to hold every backend against.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.core.period import Period
from engine.plan.resolved import Component, Measure, Plan, ResolvedWorkspace
from engine.plan.workspace import Source
from engine.reference import tables as show
from engine.reference.component import CreditPay, Earning, Facts, credit_pays, earnings
from engine.reference.credit import Context, Matching, matchings
from engine.reference.measure import measured
from engine.reference.measured import Measured
from engine.reference.participant import People, Record
from engine.reference.payout import Payout, payouts
from engine.reference.reports import below
from engine.reference.scope import Scope, scope
from engine.reference.share import Share
from engine.reference.stint import Cell, Key, Stint, grid, stints
from engine.reference.target import targets

__all__ = ["Results", "reference"]

Results = dict[str, list[dict[str, Any]]]
"""Table name → rows, with the names that the program gives its stages."""


def reference(workspace: ResolvedWorkspace, tables: Mapping[str, list[dict[str, Any]]], period: Period) -> Results:
    """Transaction → credit → measure → earning → payout, for every plan, from all the data known."""
    people = People(tables[f"source/{workspace.participants.name}"])
    days = scope(workspace, period)
    on_plan = {plan.name: stints(plan, people, workspace.calendar) for plan in (*workspace.plans, *workspace.others)}
    rows = {name: tables.get(f"source/{name}", []) for name in workspace.sources}
    listed: dict[str, list[Record]] = {name: list(found) for name, found in rows.items()}
    context = Context(days, on_plan, listed, listed, people)
    matched = {
        source.name: _matched(workspace, source, rows[source.name], context)
        for source in workspace.sources.values()
        if source.role == "transactions"
    }
    results: Results = {"earnings": [], "steps": [], "payouts": []}
    for name, found in matched.items():
        results[f"states/{name}"] = show.states(workspace, workspace.sources[name], found)
    for plan in workspace.plans:
        credits = {rule.name: _shares(plan, rule.name, matched[rule.source.name]) for rule in plan.rules}
        for rule in plan.rules:
            if rule.roll_up is not None:
                mine = [made[plan.name, rule.name] for _, made in matched[rule.source.name]]
                chains = [chain for each in mine for chain in each.chains]
                results[f"shares/{plan.name}.{rule.name}"] = show.rolled(rule, chains)
        _plan(results, workspace, plan, people, days, on_plan[plan.name], credits, rows)
    return results


Matched = list[tuple[Record, dict[tuple[str, str], Matching]]]
"""Transactions of a source, each with what every rule of every plan made of it."""


def _matched(workspace: ResolvedWorkspace, source: Source, rows: Sequence[Record], context: Context) -> Matched:
    """Each transaction × rule, of all plans whose rules read the source."""
    return [
        (
            transaction,
            {
                (plan.name, rule): matching
                for plan in workspace.plans
                for rule, matching in matchings(plan, source, transaction, context).items()
            },
        )
        for transaction in rows
    ]


def _shares(plan: Plan, rule: str, matched: Matched) -> list[Share]:
    """All shares of one rule, whatever their state."""
    return [share for _, found in matched for share in found[plan.name, rule].shares]


def _plan(
    results: Results,
    workspace: ResolvedWorkspace,
    plan: Plan,
    people: People,
    days: Scope,
    found: list[Stint],
    credits: Mapping[str, list[Share]],
    rows: Mapping[str, list[dict[str, Any]]],
) -> None:
    """One plan, from its stints to its payouts, each noun into its table."""
    cells = grid(plan, found, workspace.calendar, days)
    read = {against.target: workspace.targets[against.target] for against in plan.againsts()}
    goals = {name: targets(target, rows, cells, workspace.calendar, people) for name, target in read.items()}
    reached = grid(plan, found, workspace.calendar, days, read=True)
    measures: dict[str, Mapping[Key, Measured]] = {}
    facts = Facts(plan, people, cells, credits, measures, goals)
    earned: list[tuple[Component, Earning]] = []
    amounts: dict[str, list[tuple[Cell, Decimal | None]]] = {}
    for each in plan.in_order:
        if isinstance(each, Measure):
            if each.reports is not None and each.lengths:
                made_below = [below(each.reports, n, *of, people) for n in each.earned for of in amounts[n]]
                results[f"reports/{plan.name}.{each.name}"] = show.reports(made_below, max(each.reports.levels))
            measures[each.name] = measured(
                plan, each, workspace.calendar, credits, cells, reached, people, goals, measures, amounts
            )
        else:
            made = _component(results, facts, each)
            earned += [(each, earning) for earning in made]
            amounts[each.name] = [(earning.cell, earning.earning) for earning in made]

    results[f"stints/{plan.name}"] = show.stints(found)
    results[f"grid/{plan.name}"] = show.grid(plan, cells)
    if plan.joined:
        results[f"segments/{plan.name}"] = show.segments(cells)
    for name, goal in goals.items():
        results[f"targets/{plan.name}.{name}"] = show.targets(goal)
    for rule in plan.rules:
        results[f"credits/{plan.name}.{rule.name}"] = show.credits(rule, credits[rule.name])
    for name, values in measures.items():
        results[f"measures/{plan.name}.{name}"] = show.measures(values)

    paid: list[Payout] = payouts(plan, earned, people)
    results["payouts"] += show.payouts(paid)


def _component(results: Results, facts: Facts, component: Component) -> list[Earning]:
    """What a component earned, into its tables."""
    plan = facts.plan
    pays: list[CreditPay] = credit_pays(facts, component) if component.basis == "credit" else []
    made = earnings(facts, component, pays)
    name = f"{plan.name}.{component.name}"
    if component.basis == "credit":
        results[f"credit_pay/{name}"] = show.credit_pay(plan, component, pays)
        results[f"slices/{name}"] = show.credit_slices(plan, component, pays)
    else:
        results[f"slices/{name}"] = show.slices(made)
    results[f"earnings/{name}"] = show.component(made)
    results["earnings"] += show.earnings(plan, component, made)
    results["steps"] += show.steps(plan, component, made)
    return made

"""The oracle: interprets a resolved workspace noun by noun, in Python's Decimal, slow and obvious.

In: a resolved workspace, its input tables, the pay period. Out: the tables of results, to hold every backend against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.core.period import Period
from engine.plan.across import in_order
from engine.plan.resolved import Component, Measure, Plan, ResolvedWorkspace
from engine.plan.workspace import Source
from engine.reference import tables as show
from engine.reference.adjustment import for_rule, unmoved
from engine.reference.component import Earning, earnings
from engine.reference.credit import Context, Matching, matchings
from engine.reference.credit_pay import CreditPay, credit_pays
from engine.reference.facts import Facts
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
    context = Context(days, on_plan, listed, listed, listed, people)
    matched = {
        source.name: _matched(workspace, source, rows[source.name], context)
        for source in workspace.sources.values()
        if source.role == "transactions"
    }
    results: Results = {"earnings": [], "steps": [], "payouts": []}
    for name, found in matched.items():
        results[f"states/{name}"] = show.states(workspace, workspace.sources[name], found)
    made = {
        plan.name: _begun(workspace, plan, people, days, on_plan[plan.name], matched, rows) for plan in workspace.plans
    }
    for plan, each in in_order(workspace):
        mine = made[plan.name]
        if isinstance(each, Measure):
            _measure(results, workspace, mine, each, {name: other.amounts for name, other in made.items()})
        else:
            earned = _component(results, mine.facts, each)
            mine.earned += [(each, earning) for earning in earned]
            mine.amounts[each.name] = [(earning.cell, earning.earning) for earning in earned]
    for mine in made.values():
        _shown(results, mine, matched)
    for plan in workspace.plans:
        for rule in plan.rules:
            if rule.adjustments is not None:
                rows_asked = for_rule(plan, rule, listed[rule.adjustments.source.name])
                done = [move for _, all_of in matched[rule.source.name] for move in all_of[plan.name, rule.name].moves]
                idle = [unmoved(row) for row in rows_asked if all(move.row is not row for move in done)]
                results[f"adjustments/{plan.name}.{rule.name}"] = show.adjustments(rule, [*done, *idle])
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


@dataclass
class _Of:
    """One plan while it is calculated: what is known of it before any measure, and what its parts came to so far."""

    facts: Facts
    stints: list[Stint]
    reached: list[Cell]
    measures: dict[str, Mapping[Key, Measured]]
    """The same as in the facts."""
    earned: list[tuple[Component, Earning]] = field(default_factory=list)
    amounts: dict[str, list[tuple[Cell, Decimal | None]]] = field(default_factory=dict)


def _begun(
    workspace: ResolvedWorkspace,
    plan: Plan,
    people: People,
    days: Scope,
    found: list[Stint],
    matched: Mapping[str, Matched],
    rows: Mapping[str, list[dict[str, Any]]],
) -> _Of:
    """A plan with its grid, its credits and its targets."""
    cells = grid(plan, found, workspace.calendar, days)
    credits = {rule.name: _shares(plan, rule.name, matched[rule.source.name]) for rule in plan.rules}
    read = {against.target: workspace.targets[against.target] for against in plan.againsts()}
    goals = {
        name: targets(target, rows, cells, workspace.calendar, people, plan.start) for name, target in read.items()
    }
    measures: dict[str, Mapping[Key, Measured]] = {}
    facts = Facts(plan, people, cells, credits, measures, goals)
    return _Of(facts, found, grid(plan, found, workspace.calendar, days, read=True), measures)


def _measure(
    results: Results,
    workspace: ResolvedWorkspace,
    mine: _Of,
    measure: Measure,
    amounts: Mapping[str, Mapping[str, list[tuple[Cell, Decimal | None]]]],
) -> None:
    """What a measure comes to; `amounts` by plan and component are those that were earned."""
    facts = mine.facts
    plan, read = facts.plan, dict(zip(measure.earned, measure.earnings_of(facts.plan.name), strict=True))
    earned = {name: amounts[of][component] for name, (of, component) in read.items()}
    if measure.reports is not None and measure.lengths:
        made_below = [below(measure.reports, n, *of, facts.people) for n, each in earned.items() for of in each]
        results[f"reports/{plan.name}.{measure.name}"] = show.reports(made_below, measure.reports.unrolled)
    mine.measures[measure.name] = measured(
        plan, measure, workspace.calendar, facts.credits, facts.cells, mine.reached, facts.people, facts.targets,
        mine.measures, earned,
    )  # fmt: skip


def _shown(results: Results, mine: _Of, matched: Mapping[str, Matched]) -> None:
    """One plan's tables, from its stints to its payouts."""
    facts, plan = mine.facts, mine.facts.plan
    results[f"stints/{plan.name}"] = show.stints(mine.stints)
    results[f"grid/{plan.name}"] = show.grid(plan, facts.cells)
    if plan.joined:
        results[f"segments/{plan.name}"] = show.segments(facts.cells)
    for name, goal in facts.targets.items():
        results[f"targets/{plan.name}.{name}"] = show.targets(goal)
    for rule in plan.rules:
        results[f"credits/{plan.name}.{rule.name}"] = show.credits(rule, facts.credits[rule.name])
        if rule.roll_up is not None:
            found = [made[plan.name, rule.name] for _, made in matched[rule.source.name]]
            chains = [chain for each in found for chain in each.chains]
            results[f"shares/{plan.name}.{rule.name}"] = show.rolled(rule, chains)
    for name, values in mine.measures.items():
        results[f"measures/{plan.name}.{name}"] = show.measures(values)
        if (measure := plan.measure(name)).each is not None and measure.lengths:
            results[f"each/{plan.name}.{name}"] = show.each(measure, values)
    paid: list[Payout] = payouts(plan, mine.earned, facts.people)
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

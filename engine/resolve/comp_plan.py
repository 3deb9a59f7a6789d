"""A compensation plan, whole: every noun of it resolved, and the policies that are the plan's own.

In: a plan as written and the targets that are whole. Out: a resolved plan, or nothing if it has mistakes.
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.choice import Choice
from engine.plan.measure import attained
from engine.plan.resolved import Component, LookUp, Measure, Plan, Rule, Target
from engine.plan.workspace import Variable, Workspace
from engine.resolve.accumulation import check_accumulations
from engine.resolve.anniversary import check_anniversaries
from engine.resolve.component import Components
from engine.resolve.credit import resolve_rule, warn_of_unread_rules
from engine.resolve.effective import Policies, effective_variables
from engine.resolve.group import asked_of_roster, check_groups
from engine.resolve.group_to_date import check_groups_to_date
from engine.resolve.look_up import LookUps, attributes_that_change
from engine.resolve.measure import Measures
from engine.resolve.measure_order import in_order
from engine.resolve.names_in import names_in
from engine.resolve.scope import Scopes
from engine.resolve.segment import check_joined


def resolve_plan(
    workspace: Workspace, plan: written.CompPlan, targets: Mapping[str, Target], diagnostics: Diagnostics
) -> Plan | None:
    """The plan, if its file has no mistake and all its targets are whole."""
    variables = effective_variables(workspace, plan, diagnostics)
    plan = replace(plan, measures=in_order(plan, variables, diagnostics))
    policies = Policies(diagnostics, plan.policies, workspace.policies)
    digits = workspace.digits(plan.currency)
    if digits is None:
        diagnostics.error(
            "N006", f"how many digits {plan.currency} is paid in is not known", plan.currency_span,
            help=f"say `currencies: {{{plan.currency}: {{digits: 2}}}}` in komisi.yaml",
        )  # fmt: skip
    _check_days(workspace, plan, diagnostics)
    scopes = Scopes(workspace, plan, variables)
    tables = LookUps(workspace, plan, scopes, policies, diagnostics).resolve()
    rules = [resolve_rule(workspace, plan, rule, scopes, variables, diagnostics) for rule in plan.credits]
    measures = Measures(workspace, plan, scopes, variables, policies, diagnostics).resolve()
    resolving = Components(workspace, plan, scopes, variables, digits or 0, policies, diagnostics)
    components = [resolving.resolve(component) for component in plan.components]
    check_accumulations(workspace.calendar, plan, measures, components, diagnostics)
    warn_of_unread_rules(plan, diagnostics)
    known = [rule for rule in rules if rule is not None]
    read = _variables_read(plan, variables, known, measures, components, diagnostics)
    segments = policies.needed("segments", plan.span, "a title or currency may change inside an earning period")
    check_groups(workspace, plan, variables, segments, digits or 0, diagnostics)
    on_change = check_joined(plan, segments, measures, components, policies, workspace.targets, diagnostics)
    check_anniversaries(workspace, plan, segments, measures, components, diagnostics)
    values_on = _values_on(plan, policies, read, tables, measures, components, segments.value == "joined")
    check_groups_to_date(plan, segments, on_change, values_on, measures, components, targets, diagnostics)
    whole = Plan(
        name=plan.name,
        file=plan.file,
        span=plan.span,
        currency=plan.currency,
        digits=digits or 0,
        start=plan.start,
        end=plan.end,
        titles=plan.titles,
        names=plan.names,
        rules=tuple(known),
        measures=tuple(measures),
        components=tuple(components),
        variables=read,
        hit_policy=_hit_policy(plan, policies),
        not_on_plan=policies.needed("not_on_plan", plan.span, "a credit may name somebody who is on no plan that day"),
        segments=segments,
        on_change=on_change,
        values_on=values_on,
        payout_rounding=policies.said("payout_rounding"),
        note=plan.note,
        in_force=plan.in_force,
        people=plan.people,
        look_ups={table.name: table for table in tables},
        parameters=plan.parameters,
        begins_anew=plan.begins_anew,
    )
    if diagnostics.has_errors(plan.file) or len(known) < len(rules):
        return None
    asked = {against.target for against in (*whole.againsts(), *attained(measures))}
    return whole if asked <= targets.keys() else None


def _check_days(workspace: Workspace, plan: written.CompPlan, diagnostics: Diagnostics) -> None:
    """A plan that begins when the calendar has ended pays nobody."""
    end = max(period.end for period in workspace.calendar.periods)
    if plan.start > end:
        diagnostics.warning(
            "N069", f"the plan begins on {plan.start}, and the calendar ends with {end}: nobody is ever paid by it",
            plan.span if plan.in_force is None else plan.in_force.span,
            help="correct the year, or let the calendar of komisi.yaml go on longer",
        )  # fmt: skip


def _variables_read(
    plan: written.CompPlan,
    variables: Mapping[str, Variable],
    rules: list[Rule],
    measures: list[Measure],
    components: list[Component],
    diagnostics: Diagnostics,
) -> dict[str, Variable]:
    """The variables that some formula reads; a plan's own value that none reads is probably misspelt."""
    names = {name for rule in rules for name in rule.variables} | {n for m in measures for n in m.variables}
    names |= {name for component in components for name in component.variables}
    names |= names_in(*(c.target_incentive for c in components if c.target_incentive is not None))
    for own in plan.variables:
        if own.name in variables and own.name not in names and len(rules) == len(plan.credits):
            diagnostics.warning(
                "N007", f"no formula of this plan reads the variable `{own.name}`", own.span,
                help="delete it, or name it in a formula",
            )  # fmt: skip
    return {name: variable for name, variable in variables.items() if name in names}


def _hit_policy(plan: written.CompPlan, policies: Policies) -> Choice:
    """Needed where two rules read one source; otherwise no transaction can match twice."""
    seen: dict[str, written.CreditRule] = {}
    for rule in plan.credits:
        other = seen.setdefault(rule.source.text, rule)
        if other is not rule:
            why = f"`{other.name}` and `{rule.name}` may take the same transaction of `{rule.source.text}`"
            return policies.needed("hit_policy", rule.span, why)
    return policies.said("hit_policy") or Choice("all", plan.span, "plan", "each source has one rule")


def _values_on(
    plan: written.CompPlan,
    policies: Policies,
    read: Mapping[str, Variable],
    tables: tuple[LookUp, ...],
    measures: list[Measure],
    components: list[Component],
    joined: bool,
) -> Choice | None:
    """Needed where an earning reads a value that may change inside a segment; a title can't, it cuts, unless they are joined."""
    reading: list[Component | Measure] = [*components, *(m for m in measures if m.variables and m.lengths)]
    for each in reading:
        own = [read[name] for name in each.variables if name in read]
        own = [
            variable for variable in own if (joined and variable.varies) or variable.column or variable.of("position")
        ]
        names = [variable.name for variable in own]
        looked_up = each.look_ups if isinstance(each, Component) else ()
        names += attributes_that_change((table for table in tables if table.name in looked_up), joined)
        if names:
            why = f"`{each.name}` reads the participant's own `{names[0]}`, which may change inside a segment"
            return policies.needed("participant_values_on", each.span, why)
    group = asked_of_roster(plan)
    if group is not None:
        why = f"a participant's `{group[1]}` may change inside a segment, and one of the groups counts"
        return policies.needed("participant_values_on", group[0], why)
    return policies.said("participant_values_on")

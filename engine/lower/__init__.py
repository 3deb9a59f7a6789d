"""lower: a resolved workspace → the Program that computes it. One file per noun; this one puts them in order."""

from collections.abc import Iterable

from engine.ir.left_out import with_left_out
from engine.ir.program import Program, Stage
from engine.lower.adjustment import adjustments
from engine.lower.component import component_stages
from engine.lower.credit import columns_read, credits, prepared
from engine.lower.direct import is_direct
from engine.lower.each import each_key
from engine.lower.exchange import rates, sources_of_rates
from engine.lower.group import groups
from engine.lower.group_target import members, spread_by_group
from engine.lower.inputs import input_schemas
from engine.lower.measure import measure
from engine.lower.names_of import names_of
from engine.lower.payout import earnings, payouts, steps
from engine.lower.ramp import ramps
from engine.lower.remark import table_remarks
from engine.lower.reports import reports_stage
from engine.lower.roll_up import belonging
from engine.lower.segment import grid, joined_grid, joined_parts, on_any_plan, stints
from engine.lower.spread import spread
from engine.lower.state import outcomes, states
from engine.lower.target import targets
from engine.plan.across import in_order
from engine.plan.group import EVERYONE
from engine.plan.resolved import Component, ResolvedWorkspace
from engine.plan.workspace import Source

__all__ = ["lower"]


def lower(workspace: ResolvedWorkspace) -> Program:
    """Compile a workspace. The program is the same for every period: the run's period is data (`calendar`, `scope`)."""
    inputs = input_schemas(workspace)
    known: dict[str, tuple[str, ...]] = {name: tuple(schema) for name, schema in inputs.items()}
    stages: list[Stage] = []

    def add(new: Iterable[Stage]) -> None:
        for stage in new:
            known[stage.name] = names_of(stage.table, known)
            stages.append(stage)

    everyone = (*workspace.plans, *workspace.others)
    add(stints(plan, workspace) for plan in everyone)
    if len(everyone) > 1:
        add([on_any_plan(workspace)])
    for plan in workspace.plans:
        add([joined_parts(plan), joined_grid(plan)] if plan.joined else [grid(plan)])
        add(groups(workspace, plan, attribute) for attribute in plan.groups if attribute != EVERYONE)
    add(grid(plan, reach=True) for plan in workspace.plans if plan.looks_back)
    add(_target_stages(workspace))
    add(_credit_stages(workspace))
    for plan, each in in_order(workspace):
        if isinstance(each, Component):
            add(component_stages(workspace, plan, each, known))
        elif each.lengths:
            add([reports_stage(workspace, plan, each, each.reports)] if each.reports is not None else [])
            add([each_key(plan, each, each.each)] if each.each is not None else [])
            add([measure(workspace, plan, each)])
    modified = steps(workspace)
    add([earnings(workspace), *([modified] if modified else []), payouts(workspace)])
    return with_left_out(Program(inputs, tuple(stages), table_remarks(workspace)))


def _target_stages(workspace: ResolvedWorkspace) -> list[Stage]:
    """Spread targets once, then each for every plan that reads it."""
    read = {plan.name: plan.againsts() for plan in workspace.plans}
    names = sorted({against.target for reads in read.values() for against in reads})
    stages: list[Stage] = []
    for target in (workspace.targets[name] for name in names):
        stages += [spread(target)] if target.own else [members(workspace, target), spread_by_group(target)]
        stages += [] if target.ramp is None else [ramps(workspace, target, target.ramp)]
    for plan in workspace.plans:
        for name in sorted({against.target for against in read[plan.name]}):
            reads = [against for against in read[plan.name] if against.target == name]
            stages.append(targets(plan, workspace.targets[name], reads))
    return stages


def _credit_stages(workspace: ResolvedWorkspace) -> list[Stage]:
    """For each source of transactions: what rules say, the shares of each rule, and where every row ended."""
    stages = [rates(source) for source in sources_of_rates(workspace)]
    for source in _transaction_sources(workspace):
        stages += prepared(workspace, source)
        for plan in workspace.plans:
            for rule in plan.rules:
                if rule.source.name == source.name:
                    if rule.adjustments is not None:
                        stages.append(adjustments(plan, rule, rule.adjustments, columns_read(plan, rule)))
                    if rule.roll_up is not None:
                        stages.append(belonging(workspace, plan, rule, rule.roll_up))
                    stages += [credits(workspace, plan, rule), *([] if is_direct(rule) else [outcomes(plan, rule)])]
        stages.append(states(workspace, source))
    return stages


def _transaction_sources(workspace: ResolvedWorkspace) -> list[Source]:
    return [source for _, source in sorted(workspace.sources.items()) if source.role == "transactions"]

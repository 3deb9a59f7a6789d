"""Resolve: names bound, policies decided, variables in effect, orders total; what is left unsaid is told.

In: a `Workspace` as written. Out: a `ResolvedWorkspace` with the plans that have no mistake, or None where the
workspace itself has one. Types are not known yet: `typecheck` finds the units of rules and measures.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import ResolvedWorkspace
from engine.plan.workspace import Workspace
from engine.resolve.across import check_circles
from engine.resolve.comp_plan import resolve_plan
from engine.resolve.effective import Policies
from engine.resolve.handling import resolve_handling
from engine.resolve.target import resolve_targets
from engine.resolve.workspace import check_workspace

__all__ = ["resolve"]


def resolve(workspace: Workspace, diagnostics: Diagnostics) -> ResolvedWorkspace | None:
    """All mistakes of names and of policies at once; a plan that has some drops out, the others go on."""
    participants = check_workspace(workspace, diagnostics)
    targets = resolve_targets(workspace, diagnostics)
    policies = Policies(diagnostics, workspace.policies)
    why = "a transaction may be taken by no rule of any plan"
    unmatched = policies.needed("unmatched", workspace.span, why)
    plans = [resolve_plan(workspace, plan, targets, diagnostics) for plan in workspace.plans]
    check_circles(workspace, diagnostics)
    handling = resolve_handling(workspace, diagnostics)
    if participants is None or diagnostics.has_errors(workspace.file):
        return None
    digits = {plan.currency: workspace.digits(plan.currency) for plan in workspace.plans}
    known = {currency: number for currency, number in digits.items() if number is not None}
    return ResolvedWorkspace(
        name=workspace.name,
        calendar=workspace.calendar,
        pay_period=workspace.pay_period,
        currencies={**known, **workspace.currencies},
        participants=participants,
        sources=workspace.sources,
        targets=targets,
        plans=tuple(plan for plan in plans if plan is not None),
        unmatched=unmatched,
        recompute_from=workspace.recompute_from,
        note=workspace.note,
        stated=workspace.stated,
        handling=handling,
    )

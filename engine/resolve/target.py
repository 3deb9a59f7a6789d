"""Target plans: bound to their source, whose columns they need.

In: target plans as written. Out: resolved ones by name; one with a mistake is left out, with the plans that read it.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan.comp_plan import Name
from engine.plan.resolved import Target
from engine.plan.target_plan import TargetPlan
from engine.plan.workspace import Source, Workspace
from engine.resolve.references import column_help, find_source


def resolve_targets(workspace: Workspace, diagnostics: Diagnostics) -> dict[str, Target]:
    """The target plans that are whole."""
    found: dict[str, Target] = {}
    first: dict[str, TargetPlan] = {}
    for plan in workspace.targets:
        if plan.name in first:
            other = first[plan.name]
            diagnostics.error(
                "N003", f"there are two target plans `{plan.name}`", plan.span,
                help="give one of them another name", related=((other.span, "the other one"),),
            )  # fmt: skip
            continue
        first[plan.name] = plan
        target = _resolve_target(workspace, plan, diagnostics)
        if target is not None:
            found[plan.name] = target
    return found


def _resolve_target(workspace: Workspace, plan: TargetPlan, diagnostics: Diagnostics) -> Target | None:
    name = Name(plan.source, plan.source_span)
    source = find_source(name, "targets", workspace.sources, diagnostics)
    if source is None or not _columns_fit(plan, source, diagnostics):
        return None
    return Target(plan.name, plan.span, plan.unit, source, plan.given, plan.prorate == "calendar_days", plan.note)


def _columns_fit(plan: TargetPlan, source: Source, diagnostics: Diagnostics) -> bool:
    """The source has who, when and how much, and the amount is in the target's unit."""
    fits = True
    for name, dtype in (("participant", "text"), (plan.given, "text"), ("amount", plan.unit.dtype)):
        column = source.column(name)
        if column is None:
            message = f"targets given per {plan.given} need a column `{name}`, which `{source.name}` does not have"
            diagnostics.error(
                "W102", message, plan.source_span, help=column_help(source, name),
                related=((source.span, "the source"),),
            )  # fmt: skip
        elif column.type.dtype != dtype or (dtype == "money" and column.type.required() != plan.unit.required()):
            wanted = plan.unit.required() if name == "amount" else dtype
            diagnostics.error(
                "T009", f"`{name}` of `{source.name}` is {column.type.required()}; this target needs {wanted}",
                plan.source_span, help="declare both with one type", related=((column.span, "the column"),),
            )  # fmt: skip
        else:
            continue
        fits = False
    return fits

"""Why one row holds everybody: what of the plans could pay others for it than the one whom it names, in words for the log."""

from collections.abc import Iterable, Sequence

import polars as pl

from engine.plan.across import in_common, read_by
from engine.plan.resolved import Budget, Component, Measure, Plan, ResolvedWorkspace, Rule, ShareOut

NAMED = 3
"""How many of the things that share are named; of the others it is said how many they are."""
NOBODY_NAMED = "it does not say whose it is"


def reasons(workspace: ResolvedWorkspace) -> dict[str, str]:
    """Of each plan of which what one sells may change what others earn: what makes it so, here or on a plan that reads it."""
    found = {}
    for name in sorted(in_common(workspace)):
        readers = [plan for plan in workspace.plans if plan.in_common and name in read_by(workspace.plans, [plan.name])]
        found[name] = of_plans(readers)
    return found


def of_plans(plans: Iterable[Plan]) -> str:
    """What of these plans ranks, measures or pays participants together."""
    return listed([said for plan in plans for said in _in_common(plan)])


def of_rule(plan: Plan, rule: Rule, participant: str | None) -> str | None:
    """Why a rule may pay others than the one whom the row names; None: it pays just that one."""
    name = f"`{plan.name}.{rule.name}`"
    if rule.roll_up is not None:
        return f"the rule {name} credits managers"
    if not isinstance(rule.to, str):
        return f"the rule {name} credits whoever `{rule.to.source.name}` names"
    return f"the rule {name} credits whom `{rule.to}` names" if rule.to != participant else None


def of_source(workspace: ResolvedWorkspace, name: str) -> str | None:
    """Why a row of assignments, adjustments, targets or of the roster holds everybody; None: it holds those whom it names."""
    role = workspace.needed[name].role
    rules = [(plan, rule) for plan in workspace.plans for rule in plan.rules]
    grouped = of_plans(plan for plan in workspace.plans if plan.in_common)
    if role == "assignments":
        by = [f"`{p.name}.{r.name}`" for p, r in rules if not isinstance(r.to, str) and r.to.source.name == name]
        return (
            f"by its rows {listed(by)} tells whom a transaction is credited to" if by else "others' shares hang on it"
        )
    if role == "adjustments":
        taken = [
            f"`{p.name}.{r.name}`" for p, r in rules if r.adjustments is not None and r.adjustments.source.name == name
        ]
        return f"it moves credits of {listed(taken)}" if taken else "it moves credits of others"
    if role == "participants":
        up = [f"the rule `{p.name}.{r.name}` credits managers" for p, r in rules if r.roll_up is not None]
        return listed([*([grouped] if grouped else []), *up]) or None
    return grouped or None if role == "targets" else None


def because(reason: pl.Expr) -> pl.Expr:
    """The end of a message: why everybody is held; nothing, where there is no reason."""
    return pl.format("; holds everybody: {}", reason).fill_null("")


def listed(said: Sequence[str]) -> str:
    """The first of some reasons, and how many there are beside."""
    once = list(dict.fromkeys(said))
    more = len(once) - NAMED
    return ", ".join(once[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _in_common(plan: Plan) -> list[str]:
    measures = [said for measure in plan.measures if measure.lengths and (said := _of_measure(plan, measure))]
    components = [said for component in plan.components if (said := _of_component(plan, component))]
    return [*measures, *components]


def _of_measure(plan: Plan, measure: Measure) -> str | None:
    name = f"`{plan.name}.{measure.name}`"
    if measure.reports is not None:
        return f"the measure {name} adds up what others earned"
    if measure.within is None:
        return None
    whom = "everybody" if measure.within == "everyone" else f"all of one {measure.within}"
    does = {"rank": "ranks", "headcount": "counts"}.get(measure.aggregate, "adds up")
    return f"the measure {name} {does} {whom}"


def _of_component(plan: Plan, component: Component) -> str | None:
    name = f"`{plan.name}.{component.name}`"
    if any(isinstance(step, ShareOut) for step in component.steps):
        return f"the component {name} is shared out"
    if any(isinstance(step, Budget) for step in component.steps):
        return f"the component {name} has one budget for everybody"
    return None

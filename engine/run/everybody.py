"""Why one row holds everybody: what of the plans could pay others for it than the one whom it names, in words for the log."""

from collections.abc import Sequence

import polars as pl

from engine.plan.across import read_by
from engine.plan.group import EVERYONE
from engine.plan.resolved import Budget, Component, Measure, Plan, ResolvedWorkspace, Rule, ShareOut, Split

NAMED = 3
"""How many of the things that share are named; of the others it is said how many they are."""
NOBODY_NAMED = "it does not say whose it is"


def reasons(workspace: ResolvedWorkspace) -> dict[str, str]:
    """Of each plan of which what one sells may change what others earn: what makes it so, here or on a plan that reads it."""
    found: dict[str, list[str]] = {}
    for plan in workspace.plans:
        said = _together(plan)
        for name in read_by(workspace.plans, [plan.name]) if said else ():
            found.setdefault(name, []).extend(said)
    return {name: listed(said) for name, said in found.items()}


def of_rule(plan: Plan, rule: Rule, participant: str | None) -> str | None:
    """Why a rule may pay others than the one whom the row names; None: it pays just that one."""
    if rule.roll_up is not None:
        return f"the rule {_called(plan, rule)} credits managers"
    if isinstance(rule.to, Split):
        return f"the rule {_called(plan, rule)} credits whoever `{rule.to.source.name}` names"
    return f"the rule {_called(plan, rule)} credits whom `{rule.to}` names" if rule.to != participant else None


def of_source(workspace: ResolvedWorkspace, name: str) -> str | None:
    """Why a row of assignments, adjustments, targets or of the roster holds everybody; None: it holds those whom it names."""
    rules = [(_called(plan, rule), rule) for plan in workspace.plans for rule in plan.rules]
    together = listed([said for plan in workspace.plans for said in _together(plan)])
    match workspace.needed[name].role:
        case "assignments":
            by = listed([words for words, rule in rules if isinstance(rule.to, Split) and rule.to.source.name == name])
            return f"by its rows {by} tells whom a transaction is credited to" if by else "others' shares hang on it"
        case "adjustments":
            moved = listed([words for words, r in rules if r.adjustments and r.adjustments.source.name == name])
            return f"it moves credits of {moved or 'others'}"
        case "participants":
            up = [f"the rule {words} credits managers" for words, rule in rules if rule.roll_up is not None]
            return listed([together, *up] if together else up) or None
        case "targets":
            return together or None
    return None


def because(reason: pl.Expr) -> pl.Expr:
    """The end of a message: why everybody is held; nothing, where there is no reason."""
    return pl.format("; holds everybody: {}", reason).fill_null("")


def listed(said: Sequence[str]) -> str:
    """The first of some reasons, and how many there are beside."""
    once = list(dict.fromkeys(said))
    more = len(once) - NAMED
    return ", ".join(once[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _called(plan: Plan, part: Rule | Measure | Component) -> str:
    return f"`{plan.name}.{part.name}`"


def _together(plan: Plan) -> list[str]:
    """What of a plan ranks, measures or pays participants together; nothing, unless it has them `in_common`."""
    measures = [said for measure in plan.measures if measure.lengths and (said := _of_measure(plan, measure))]
    components = [said for component in plan.components if (said := _of_component(plan, component))]
    return [*measures, *components]


def _of_measure(plan: Plan, measure: Measure) -> str | None:
    if measure.reports is not None:
        return f"the measure {_called(plan, measure)} adds up what others earned"
    if measure.within is None:
        return None
    whom = "everybody" if measure.within == EVERYONE else f"all of one {measure.within}"
    does = {"rank": "ranks", "headcount": "counts"}.get(measure.aggregate, "adds up")
    return f"the measure {_called(plan, measure)} {does} {whom}"


def _of_component(plan: Plan, component: Component) -> str | None:
    if any(isinstance(step, ShareOut) for step in component.steps):
        return f"the component {_called(plan, component)} is shared out"
    if any(isinstance(step, Budget) for step in component.steps):
        return f"the component {_called(plan, component)} has one budget for everybody"
    return None

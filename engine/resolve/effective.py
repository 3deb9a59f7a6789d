"""Which value is in effect: of a policy the nearest one said, of a variable the plan's own default.

In: what workspace, plan, component and table say. Out: `Choice`s with the place where each was made. A policy that
nobody said where it could change pay is a diagnostic; there is no default.
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.core.span import Span
from engine.ir.types import Type, limit_of, money
from engine.plan import comp_plan as written
from engine.plan.amount import A_FACTOR, doubt_bare_rate
from engine.plan.choice import POLICIES, Choice
from engine.plan.workspace import Source, Variable, Workspace
from engine.resolve.references import hint

UNSAID = {
    "boundary": "M001",
    "below": "M002",
    "above": "M003",
    "reach": "M004",
    "missing_target": "M005",
    "zero_target": "M006",
    "hit_policy": "M007",
    "not_on_plan": "M008",
    "unmatched": "M009",
    "segments": "M010",
    "on_change": "M035",
    "on_move": "M280",
    "participant_values_on": "M011",
    "excess": "M012",
    "payout_rounding": "M013",
    "running_total": "M018",
    "no_credits": "M030",
    "zero_denominator": "M031",
    "no_previous": "M032",
    "negative_pool": "M220",
    "no_weights": "M221",
    "missing_part": "M185",
}
"""Policy → the diagnostic for leaving it unsaid."""


HERE = "here, or once for all plans under `policies:` in komisi.yaml"
IN_PLAN = "under `policies:` of the plan, or for all plans in komisi.yaml"
SAID_AT = {
    **dict.fromkeys(("hit_policy", "not_on_plan", "segments", "on_change", "participant_values_on"), IN_PLAN),
    "payout_rounding": f"{IN_PLAN}; or end the list with `- round: {{per: earning, mode: half_up}}`",
    "unmatched": "under `policies:` in komisi.yaml",
}
"""Policy → where it can be said, if not at the place that needs it."""
WITHOUT = {
    "boundary": "say where the result jumps at a bound",
    "below": "begin the table with `from:` a bound",
    "above": "end the highest tier with `to:`",
    "running_total": "look each credit up (`whole`, `step`, or points of rates) by a measure: its running total",
    "reach": "hold a measure to date `against:` a target",
    "missing_target": "say `against:` which target",
    "zero_target": "say `against:` which target",
    "excess": "let the limit be over a quarter, a year or the plan; before `true_up` nothing is lost or remembered",
    "participant_values_on": "give the target by a group, with `prorate: none`",
    "no_credits": "say `average`, `min` or `max`",
    "zero_denominator": "say `ratio:` of which two measures",
    "no_previous": "say `previous:` of which measure; with `up_to: this_period` and `partial: counts` there always is a period",
    "no_weights": "share by a formula, or `among` some",
    "on_move": "name a measure to date that is added up or ranked within a group",
    "missing_part": "weight a part that has no value without a target, or without something to divide by or to average",
}
"""Policy of a table or item → what would give it something to decide."""


class Policies:
    """The policies that one place can see, nearest first."""

    def __init__(self, diagnostics: Diagnostics, *levels: Mapping[str, Choice]):
        self._diagnostics, self._levels = diagnostics, levels
        self._asked: set[str] = set()

    def within(self, level: Mapping[str, Choice]) -> "Policies":
        """The same, seen from a place further in."""
        return Policies(self._diagnostics, level, *self._levels)

    def said(self, policy: str) -> Choice | None:
        """The nearest choice, if somebody made one."""
        self._asked.add(policy)
        return next((level[policy] for level in self._levels if policy in level), None)

    def needed(self, policy: str, span: Span, why: str, where: str | None = None) -> Choice:
        """The nearest choice, or a diagnostic that says why there must be one."""
        choice = self.said(policy)
        if choice is not None:
            return choice
        values = " | ".join(POLICIES[policy])
        self._diagnostics.error(
            UNSAID[policy],
            f"`{policy}` is not said, and {why}",
            span,
            help=f"say `{policy}: {values}` {where or SAID_AT.get(policy, HERE)}",
        )
        return Choice(POLICIES[policy][0], span, "unsaid")

    def leave(self, *policies: str) -> None:
        """Nothing is told of these: what they would decide on is wrong itself."""
        self._asked.update(policies)

    def warn_unasked(self) -> None:
        """Tell of choices made at this very place that decide nothing here."""
        for policy, choice in self._levels[0].items():
            if policy not in self._asked:
                self._diagnostics.warning(
                    "M115", f"`{policy}` decides nothing here", choice.span, help=f"delete it, or {WITHOUT[policy]}"
                )


def effective_variables(workspace: Workspace, plan: written.CompPlan, diagnostics: Diagnostics) -> dict[str, Variable]:
    """Every variable that the plan can read: the workspace's, with the plan's own values, and the plan's own."""
    found = dict(workspace.variables)
    for own in plan.variables:
        declared, type_ = workspace.variables.get(own.name), own.type
        if declared is not None:
            if type_ is not None and type_.required() != declared.type.required():
                diagnostics.error(
                    "N008", f"`{own.name}` is {type_} here, but the workspace declares it as {declared.type}", own.span,
                    help="leave the type out: the workspace's holds", related=((declared.span, "declared here"),),
                )  # fmt: skip
            found[own.name] = _with_own(declared, own)
            type_ = declared.type
        elif type_ is None:
            near = hint(own.name, workspace.variables)
            diagnostics.error(
                "N001", f"the workspace declares no variable `{own.name}`, and the plan gives it no type", own.span,
                help=near or "give it a type, or declare it under `variables:` in komisi.yaml",
            )  # fmt: skip
        else:
            found[own.name] = Variable(own.name, type_, own.value, None, own.span, own.note, own.held)
        if type_ is not None:
            _check_sizes(own, type_, diagnostics)
    return {name: _typed(variable) for name, variable in found.items()}


def _with_own(declared: Variable, own: written.PlanVariable) -> Variable:
    """The workspace's variable with what the plan says of it: its default, and title by title, position by position."""
    kept = {(each.attribute, each.name): each for each in (*declared.held, *own.held)}
    if own.value is None:
        return replace(declared, held=tuple(kept.values()), note=own.note or declared.note)
    return replace(
        declared, default=own.value, span=own.span, note=own.note or declared.note, held=tuple(kept.values())
    )


def _check_sizes(own: written.PlanVariable, type_: Type, diagnostics: Diagnostics) -> None:
    """Whether the plan's values lie within the bounds of the type."""
    limit = limit_of(type_)
    values = [(own.value, own.span)] if own.value is not None else []
    for each in own.held:
        if each.currency is not None and type_.required() != money(each.currency):
            diagnostics.error(
                "N008", f"`{own.name}` is {type_.required()}, and this value is in {each.currency}", each.span,
                help="write it as the variable is declared",
            )  # fmt: skip
    bare = [(own.value, own.bare), *((each.value, each.bare) for each in own.held)]
    for value, place in bare if type_.dtype == "rate" else ():
        if value is not None and place is not None:
            doubt_bare_rate(value, place, A_FACTOR, diagnostics)
    for value, span in (*values, *((each.value, each.span) for each in own.held)):
        if limit is not None and abs(value) >= limit:
            message = f"`{own.name}` is {plain(value)}, more than a {type_.dtype} can be"
            diagnostics.error("T015", message, span, help=f"it stays below 10^{limit.adjusted()}")


def _typed(variable: Variable) -> Variable:
    """The variable with a type that says whether it can be missing."""
    type_ = variable.type.optional() if variable.default is None else variable.type.required()
    return replace(variable, type=type_)


def check_variables(workspace: Workspace, people: Source | None, diagnostics: Diagnostics) -> None:
    """Each variable has a value from somewhere; the column that overrides it is one of participants, of its type."""
    for plan in workspace.plans:
        for own in plan.variables:
            _check_held(own.name, own.held, people, diagnostics)
            _warn_of_titles(own.held, (plan,), diagnostics)
    for variable in workspace.variables.values():
        _check_held(variable.name, variable.held, people, diagnostics)
        _warn_of_titles(variable.held, workspace.plans, diagnostics)
        if variable.column is None:
            if variable.default is None and not variable.held:
                diagnostics.error(
                    "N009", f"`{variable.name}` has neither a default nor a column: it is never known", variable.span,
                    help="give it `default:`, `by_title:`, `by_position:` or `column:`",
                )  # fmt: skip
            continue
        column = people.column(variable.column) if people is not None else None
        if people is not None and column is None:
            diagnostics.error(
                "N001", f"`{people.name}` has no column `{variable.column}`", variable.span,
                help=hint(variable.column, [c.name for c in people.columns]), related=((people.span, "the source"),),
            )  # fmt: skip
        elif column is not None and column.type.required() != variable.type.required():
            diagnostics.error(
                "T009", f"`{variable.name}` is {variable.type}, its column is {column.type.required()}", variable.span,
                help="declare both with one type", related=((column.span, "the column"),),
            )  # fmt: skip


def _check_held(
    name: str, held: tuple[written.HeldValue, ...], people: Source | None, diagnostics: Diagnostics
) -> None:
    """Values by title or position need that column in the roster."""
    for attribute in written.HELD:
        first = next((each for each in held if each.attribute == attribute), None)
        if first is not None and people is not None and people.column(attribute) is None:
            diagnostics.error(
                "N001", f"`{people.name}` has no column `{attribute}`, by which `{name}` has values", first.span,
                help=f"map a column of its files to `{attribute}`", related=((people.span, "the source"),),
            )  # fmt: skip


def _warn_of_titles(
    held: tuple[written.HeldValue, ...], plans: tuple[written.CompPlan, ...], diagnostics: Diagnostics
) -> None:
    """A value for a title that no plan is for decides nothing: most often a slip. Who is on a plan by name may hold any."""
    titles = [title for plan in plans for title in plan.titles or ()]
    if not plans or any(plan.titles is None for plan in plans):
        return
    places = tuple((plan.people.span, f"who is on `{plan.name}`") for plan in plans if plan.people is not None)
    for each in held:
        if each.attribute == "title" and each.name not in titles:
            whom = "this plan" if len(plans) == 1 else "any plan"
            diagnostics.warning(
                "N015", f"nobody with the title `{each.name}` is on {whom}", each.span, help=hint(each.name, titles),
                related=places[:3],
            )  # fmt: skip

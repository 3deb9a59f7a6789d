"""Plans that begin anew: that the roster says on which day, and that nothing of it reaches over an anniversary.

In: a plan as written, its measures and components as resolved. Out: diagnostics.
"""

from collections.abc import Iterable

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.accumulation import Accumulation
from engine.plan.choice import Choice
from engine.plan.resolved import Against, Budget, Component, Measure
from engine.plan.workspace import Workspace
from engine.resolve.references import find_column


def check_anniversaries(
    workspace: Workspace,
    plan: written.CompPlan,
    segments: Choice,
    measures: Iterable[Measure],
    components: Iterable[Component],
    diagnostics: Diagnostics,
) -> None:
    """All but what adds up over something else, which is told where that is looked at."""
    anew = plan.begins_anew
    if anew is None:
        return
    people = next((source for source in workspace.sources.values() if source.role == "participants"), None)
    if people is not None:
        find_column(anew.anniversary_of, people, diagnostics, "date", required=True)
    if segments.value == "joined":
        diagnostics.error(
            "M265", "the plan begins anew with each anniversary, and its segments are joined", anew.stated.span,
            help="say `segments: separate` under `policies:` of the plan: an anniversary ends a segment",
            related=((segments.span, "joined here"),),
        )  # fmt: skip
    for measure in measures:
        if measure.back == "year":
            diagnostics.error(
                "M267", f"`{measure.name}` looks a year back, and the plan has begun anew since", measure.span,
                help="say `back: period`, or `take` what you need of the `last` periods; a plan beside this one can look back",
                related=((anew.stated.span, "it begins anew here"),),
            )  # fmt: skip
        elif (
            measure.held is not None and measure.accumulation is None
        ):  # of one to date it is told that it goes by the calendar
            diagnostics.error(
                "M267", f"`{measure.name}` is held for a {measure.held} of the calendar, and the plan begins anew inside it",
                measure.span, help="say `back: period`, or `take` what you need of the `last` periods; a plan beside this one "
                "can look back", related=((anew.stated.span, "it begins anew here"),),
            )  # fmt: skip
    for component in components:
        for step in component.steps:
            if isinstance(step, Budget) and step.accumulation == "plan":
                diagnostics.error(
                    "M268", "a budget is spent by everybody, and each participant's year begins on another day", step.span,
                    help="let the budget be `over: earning_period`, or say a `cap` for each participant",
                    related=((anew.stated.span, "it begins anew here"),),
                )  # fmt: skip


def check_over(
    plan: written.CompPlan, accumulation: Accumulation, span: Span, words: str, diagnostics: Diagnostics
) -> None:
    """What adds up over a fiscal year would begin again with each anniversary inside it."""
    if plan.begins_anew is not None and accumulation != "plan":
        diagnostics.error(
            "M264", f"{words} adds up over the {accumulation}, and the plan begins anew with each anniversary", span,
            help="let it add up over the `plan`, which is since the last anniversary; what goes by the calendar is another plan",
            related=((plan.begins_anew.stated.span, "it begins anew here"),),
        )  # fmt: skip


def check_whole(plan: written.CompPlan, read: Iterable[Against], diagnostics: Diagnostics) -> None:
    """Targets are given by the calendar; which months make the target of a year that begins inside one is not said."""
    for against in read:
        if plan.begins_anew is not None and against.whole and against.reach is not None:
            diagnostics.error(
                "M266", f"the whole target `{against.target}` of a participant's own year is not known", against.reach.span,
                help="say `reach: to_date`: the target of the periods since the last anniversary",
                related=((plan.begins_anew.stated.span, "it begins anew here"),),
            )  # fmt: skip

"""Accumulations: that the calendar has them, that what earns fits into them, and that they begin and end where days are.

In: a plan as written and its components as resolved. Out: diagnostics.
"""

from collections.abc import Iterable, Iterator

from engine.core.diagnostic import Diagnostics
from engine.core.period import LENGTHS, Calendar
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.accumulation import Accumulation
from engine.plan.measure import attained
from engine.plan.resolved import Against, Budget, CarryForward, Component, Limit, Measure, TrueUp
from engine.resolve.anniversary import check_over, check_whole

Use = tuple[Accumulation, Span, str]
"""What adds up: over what, where that is said, and its words."""


def check_accumulations(
    calendar: Calendar,
    plan: written.CompPlan,
    measures: Iterable[Measure],
    components: Iterable[Component],
    diagnostics: Diagnostics,
) -> None:
    """Everything of a plan that adds up."""
    named = {measure.name: measure for measure in measures}
    checked: set[Accumulation] = set()
    for component, as_written in zip(components, plan.components, strict=True):
        for accumulation, span, words in _uses(component, named):
            check_over(plan, accumulation, span, words, diagnostics)
            _check_length(component, as_written, accumulation, span, words, diagnostics)
            if accumulation not in checked:
                checked.add(accumulation)
                _check_calendar(calendar, plan, accumulation, span, words, diagnostics)
        check_whole(plan, component.againsts, diagnostics)
        _check_whole(calendar, plan, component.againsts, diagnostics)
    check_whole(plan, attained(named.values()), diagnostics)
    _check_whole(calendar, plan, attained(named.values()), diagnostics)


def _uses(component: Component, measures: dict[str, Measure]) -> Iterator[Use]:
    read = list(component.measures)
    for name in read:  # those of parts of what is read stand behind it
        measure = measures[name]
        read += [part for part in measure.parts if part in measures and part not in read]
        if measure.within_span is not None and measure.back is None:  # of an earlier period: told of what it was
            yield measure.within_span, measure.span, f"`{name}`"
    for step in component.steps:
        if isinstance(step, Limit | TrueUp | CarryForward | Budget) and step.accumulation is not None:
            yield step.accumulation, step.span, f"this `{step.kind}`"


def _check_length(
    component: Component,
    as_written: written.Component,
    accumulation: Accumulation,
    span: Span,
    words: str,
    diagnostics: Diagnostics,
) -> None:
    """An earning period is not longer than what adds up over it."""
    length, longer = component.length, accumulation != "plan" and component.length in LENGTHS
    if longer and LENGTHS.index(length) > LENGTHS.index(accumulation):
        diagnostics.error(
            "M131", f"{words} adds up over the {accumulation}, but `{component.name}` earns for the {length}", span,
            help=f"let it add up over the {length} or longer, or let the component earn for the {accumulation}",
            related=((as_written.earning_period.span, "the earning period"),),
        )  # fmt: skip


def _check_calendar(
    calendar: Calendar,
    plan: written.CompPlan,
    accumulation: Accumulation,
    span: Span,
    words: str,
    diagnostics: Diagnostics,
) -> None:
    """Each shortest period lies in one; of the plan, all days since its start are in the calendar."""
    shortest = calendar.of_length(calendar.shortest)
    if accumulation == "plan" and plan.start < shortest[0].start:
        diagnostics.error(
            "M132", f"{words} adds up from the plan's first day, {plan.start}, and the calendar begins on "
            f"{shortest[0].start}", span,
            help="let the calendar begin with the plan, or add up over the year",
            related=() if plan.in_force is None else ((plan.in_force.span, "the plan's days"),),
        )  # fmt: skip
    if accumulation == "quarter":
        alone = next((p for p in shortest if calendar.containing(p.start, "quarter") is None), None)
        if alone is not None:
            diagnostics.error(
                "N005", f"{words} adds up over the quarter, and `{alone.name}` lies in no quarter of the calendar", span,
                help="say `quarter:` for every period of the calendar, or add up over the year",
            )  # fmt: skip


def _check_whole(calendar: Calendar, plan: written.CompPlan, read: Iterable[Against], diagnostics: Diagnostics) -> None:
    """The target of a whole plan ends with it, within the calendar."""
    last = calendar.of_length(calendar.shortest)[-1].end
    for against in read:
        if against.accumulation != "plan" or not against.whole or against.reach is None or plan.begins_anew:
            continue
        if plan.end is None or plan.end > last:
            ends = "has no end" if plan.end is None else f"ends on {plan.end}, after the calendar's last day {last}"
            diagnostics.error(
                "M133", f"the whole target `{against.target}` of the plan is not known: the plan {ends}",
                against.reach.span, help="say `reach: to_date`, or give the plan an `end:` within the calendar",
                related=() if plan.in_force is None else ((plan.in_force.span, "the plan's days"),),
            )  # fmt: skip

"""Groups to date: that it is said whose what was had before is, and that it can be told apart by it.

In: measures, components and what a plan says of segments, as resolved. Out: diagnostics.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.choice import Choice
from engine.plan.measure import attained
from engine.plan.resolved import Against, Component, Measure, Target
from engine.resolve.names_in import names_in
from engine.resolve.places import of_tiers, parts_of, through


def check_groups_to_date(
    plan: written.CompPlan,
    segments: Choice,
    on_change: Choice | None,
    values_on: Choice | None,
    measures: Iterable[Measure],
    components: Iterable[Component],
    targets: Mapping[str, Target],
    diagnostics: Diagnostics,
) -> None:
    """Everything that is of a group, and adds up over more than the period."""
    named = {measure.name: measure for measure in measures}
    goes_on = segments.value == "joined" and on_change is not None and on_change.value == "continue"
    for measure in named.values():
        parts = [named[part] for part in measure.parts if part in named]
        dated = [part for part in parts if part.to_date]
        if measure.on_move is None or not dated or measure.on_move.level == "unsaid":
            continue
        if plan.begins_anew is not None:
            _of_anniversaries(measure, plan.begins_anew, diagnostics)
        elif measure.aggregate == "rank":
            _check_rank(measure, measure.on_move, dated, diagnostics)
        elif measure.on_move.value == "follow" and not goes_on:
            _begins_again(measure, measure.on_move, segments, on_change, diagnostics)
    moves = {each.name: each.on_move.value for each in named.values() if each.on_move is not None}
    _check_true_up(plan, components, {each.name: each for each in plan.measures}, moves, diagnostics)
    read = [against for component in components for against in component.againsts] + list(attained(named.values()))
    _check_day(plan, read, targets, values_on, diagnostics)


def _of_anniversaries(measure: Measure, anew: written.BeginsAnew, diagnostics: Diagnostics) -> None:
    """Of members whose years begin on other days, there is no one day since when they have something together."""
    diagnostics.error(
        "M283", f"`{measure.name}` is of a group to date, and each member's year begins on another day", measure.span,
        help="name a measure over the `period`; what goes by the calendar stands in a plan beside this one",
        related=((anew.stated.span, "it begins anew here"),),
    )  # fmt: skip


def _check_rank(measure: Measure, on_move: Choice, parts: Iterable[Measure], diagnostics: Diagnostics) -> None:
    """Only of what adds up, a part was had in one group and a part in another."""
    odd = next((part for part in parts if not part.adds_members), None)
    if on_move.value == "stay" and odd is not None:
        diagnostics.error(
            "M281", f"`{measure.name}` ranks by what was had in the group, and of `{odd.name}` ({odd.aggregate}) no part is "
            "that of one group", on_move.span, help="say `on_move: follow` in the measure, or rank by a sum or a count",
            related=((odd.span, "ranked by"),),
        )  # fmt: skip


def _begins_again(
    measure: Measure, on_move: Choice, segments: Choice, on_change: Choice | None, diagnostics: Diagnostics
) -> None:
    """What members have to date would be lost to the group with each change of a title."""
    place, now = (segments, "separate") if on_change is None else (on_change, "joined, and start again")
    diagnostics.error(
        "M282", f"`{measure.name}` adds up what members have to date, which begins again with each change of title: segments "
        f"are {now}", on_move.span,
        help="say `on_move: stay`, with which each period's amount is of the group that it was had in; or `segments: joined` "
        "with `on_change: continue` under `policies:` of the plan",
        related=((place.span, "said here"),),
    )  # fmt: skip


def _check_true_up(
    plan: written.CompPlan,
    components: Iterable[Component],
    named: Mapping[str, written.Measure],
    moves: Mapping[str, str],
    diagnostics: Diagnostics,
) -> None:
    """What a group's amount came to before this period is known of its totals, by the table alone."""
    for component, as_written in zip(components, plan.components, strict=True):
        places = _finds(as_written)
        of_groups = [found for name, _ in places for found in _of_groups(name, named)]
        if component.basis != "to_date" or not of_groups:
            continue
        refused = {name for _, _, name in _not_known(plan, as_written, places, of_groups[0], named, moves)}
        dated = {name for name, each in named.items() if each.over not in (None, "period")}
        totals = [m for m in named.values() if m.aggregate == "total" and any(part.text in dated for part in m.parts)]
        fitting = [total.name for total in totals if total.name not in refused]
        such = (
            f" (such as `{fitting[0]}`)" if fitting else " (such as `{total: sales_ytd, within: store, on_move: stay}`)"
        )
        for what, place, _ in _not_known(plan, as_written, places, of_groups[0], named, moves):
            diagnostics.error(
                "M284", f"`{component.name}` pays what the period adds to what the group has to date, and {what}", place,
                help=f"name totals of one group as base and `select`{such}, and let `true_up` stand "
                "first in the list; or pay the period: `basis: period`, with the group's total over the `period` as base",
                related=((of_groups[0].span, "of the group"),),
            )  # fmt: skip
            break


def _of_groups(name: str, named: Mapping[str, written.Measure]) -> Iterator[written.Measure]:
    """A measure that is one value of a group, or those that it is made of, of groups or else."""

    def of_members(measure: written.Measure) -> bool:
        return measure.of_group is None and measure.aggregate not in ("rank", "previous")

    return (measure for measure in parts_of(name, named, of_members) if measure.of_group is not None)


def _not_known(
    plan: written.CompPlan,
    component: written.Component,
    places: Iterable[tuple[str, Span]],
    of_group: written.Measure,
    named: Mapping[str, written.Measure],
    moves: Mapping[str, str],
) -> Iterator[tuple[str, Span, str]]:
    """What would be another thing before the period, and can't be told; of a measure its name."""
    for name, place in places:
        measure = named.get(name)
        if measure is not None and measure.aggregate != "total":
            yield f"what `{name}` was before it can't be told from it ({measure.aggregate})", place, name
        elif measure is not None and measure.of_group != of_group.of_group:
            yield f"`{name}` is of another group than `{of_group.name}`", place, name
        elif len({moves[each] for each in (name, of_group.name) if each in moves}) > 1:
            yield f"`{name}` has another `on_move` than `{of_group.name}`", place, name
    first = component.steps[0] if component.steps else None
    if first is not None and not isinstance(first, written.TrueUp):
        yield f"a {first.kind} before `true_up` acts on each member's own row", first.span, ""
    if component.rate.prorate_bounds:
        yield "bounds that are prorated count each member's own days", component.rate.span, ""
    pays = through(plan, (tier.pays for tier in component.rate.tiers))
    for formula in through(plan, of_tiers(component)):
        for name in sorted(names_in(formula)):
            if name in named:
                what = "what a tier pays" if formula in pays else "where a tier stands"
                yield f"{what} reads `{name}`, whose value before it is not known", formula.span, ""


def _finds(component: written.Component) -> list[tuple[str, Span]]:
    """What the component is paid on, and what finds its tier."""
    base, select = component.base, component.rate.select
    found = [] if base is None else [(base.text, base.span)]
    return [*found, *([] if select is None else [(select.text, select.span)])]


def _check_day(
    plan: written.CompPlan,
    read: Iterable[Against],
    targets: Mapping[str, Target],
    values_on: Choice | None,
    diagnostics: Diagnostics,
) -> None:
    """The group that has something and the one whose target it is are asked on one day; of a period, the run tells (E382)."""
    for name in dict.fromkeys(against.target for against in read if against.group is not None and against.to_date):
        day = targets[name].values_on if name in targets else None
        if day is not None and values_on is not None and day.value != values_on.value:
            diagnostics.error(
                "M285", f"what a group has is asked of its members on the {_words(values_on)}, and its target `{name}` on the "
                f"{_words(day)}", values_on.span,
                help=f"say `participant_values_on: {values_on.value}` in the target plan too, or once in komisi.yaml",
                related=((day.span, "of the target"), (plan.span, "the plan")),
            )  # fmt: skip


def _words(choice: Choice) -> str:
    return f"{'first' if choice.value == 'segment_start' else 'last'} day of the segment"

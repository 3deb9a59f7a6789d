"""Segments that are joined: that targets fit them, and whether what adds up goes on over a change.

In: a plan as written, its measures and components as resolved. Out: the policy `on_change` where it is needed, diagnostics.
"""

from collections.abc import Iterable

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.choice import Choice
from engine.plan.measure import attained
from engine.plan.resolved import Against, CarryForward, Component, Measure
from engine.plan.target_plan import TargetPlan
from engine.resolve.effective import Policies


def check_joined(
    plan: written.CompPlan,
    segments: Choice,
    measures: Iterable[Measure],
    components: Iterable[Component],
    policies: Policies,
    targets: Iterable[TargetPlan],
    diagnostics: Diagnostics,
) -> Choice | None:
    """What `on_change` says, where joined segments have something that adds up."""
    if segments.value != "joined":
        return None
    read = [against for component in components for against in component.againsts]
    read += attained(measures)
    _check_targets(segments, read, targets, diagnostics)
    _check_earlier(segments, measures, diagnostics)
    adds_up = next((measure for measure in measures if measure.within_span is not None), None)
    adds_up_too = next((component for component in components if component.remembers is not None), None)
    found = adds_up or adds_up_too
    if found is None:
        return None
    why = f"`{found.name}` adds up over changes of segments, which are joined"
    choice = policies.needed("on_change", found.span, why)
    if choice.value == "reset":
        _check_whole(choice, read, diagnostics)
        _check_settled(choice, components, diagnostics)
    return choice


def _check_targets(
    segments: Choice, read: list[Against], targets: Iterable[TargetPlan], diagnostics: Diagnostics
) -> None:
    """The target of joined segments is the sum of their prorated ones; a group's is whole, whoever is a member."""
    named = {target.name: target for target in targets}
    own = [against.target for against in read if against.group is None]
    asked = [named[name] for name in dict.fromkeys(own) if name in named]
    whole = [target for target in asked if target.prorate == "none"]
    if not whole:
        return
    of_groups = [target for target in whole if any(rows.by.text != "participant" for rows in target.sources)]
    help = "say `prorate: calendar_days` in the target plan, or `segments: separate`"
    if of_groups:
        help = (
            f"say `segments: separate` under `policies:` of the plans that read it: the target of a group, "
            f"`{of_groups[0].name}`, is whole, and that of joined segments the sum of parts; or hold what the group has "
            "against it (`total`)"
        )
    names = " and ".join(f"`{target.name}`" for target in whole)
    diagnostics.error(
        "M134", f"segments are joined, but {names} {'is' if len(whole) == 1 else 'are'} not prorated", segments.span,
        help=help, related=tuple((target.span, "the target") for target in whole),
    )  # fmt: skip


def _check_earlier(segments: Choice, measures: Iterable[Measure], diagnostics: Diagnostics) -> None:
    """What somebody had a period or a year before was of another segment, or of half a one."""
    measures = tuple(measures)
    ranked = any(measure.ranking is not None for measure in measures)
    for measure in measures:
        if measure.reaches_back:
            help = "say `segments: separate`: an earlier period is then read of the same segment only"
            if ranked:
                help = "look back in a plan beside it (`segments: separate`, `paid: false`), and rank `earned: PLAN.COMPONENT`"
            diagnostics.error(
                "M136", f"`{measure.name}` looks back over changes of segments, which are joined", measure.span,
                help=help + ("" if measure.earlier is None else "; or `since` when it is taken, as in `since: year`"),
                related=((segments.span, "joined here"),),
            )  # fmt: skip


def _check_whole(on_change: Choice, read: list[Against], diagnostics: Diagnostics) -> None:
    """Where totals start again with a change, no one target is of the whole."""
    for against in read:
        if against.whole and against.reach is not None and against.group is None:
            diagnostics.error(
                "M135", f"what adds up starts again with each change, so no target `{against.target}` is of the whole "
                f"{against.accumulation}", against.reach.span,
                help="say `on_change: continue`, or `reach: to_date`",
                related=((on_change.span, "the change"),),
            )  # fmt: skip


def _check_settled(on_change: Choice, components: Iterable[Component], diagnostics: Diagnostics) -> None:
    """Where a joined segment's last interval is decided by the next one, a balance can't be settled in it."""
    for component in components:
        for step in component.steps:
            if isinstance(step, CarryForward) and step.settles:
                diagnostics.error(
                    "M254", "what adds up starts again with each change, and which interval is then the last one to settle "
                    "a balance in is not known before the change", step.span,
                    help="say `at_end: dropped`, or `on_change: continue`, with which the balance goes on",
                    related=((on_change.span, "the change"),),
                )  # fmt: skip

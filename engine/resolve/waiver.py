"""Waivers of items: on such as look at one interval, of periods that there are, and no two for the same.

In: a component as written. Out: diagnostics.
"""

from engine.core.diagnostic import Diagnostics, closest
from engine.core.period import Calendar
from engine.core.span import Span
from engine.plan import comp_plan as written


def check_waivers(component: written.Component, calendar: Calendar, diagnostics: Diagnostics) -> None:
    """All waivers of the component's list."""
    kinds = [step.kind for step in component.steps]
    true_up, pool = (kinds.index(kind) if kind in kinds else -1 for kind in ("true_up", "share_out"))
    for place, step in enumerate(component.steps):
        if isinstance(step, written.Waivable) and step.waivers:
            _check_item(step, place < true_up, diagnostics)
            if place < pool:
                diagnostics.error(
                    "M270", f"this {step.kind} acts on the pool, which is one for all members", step.waivers[0].span,
                    help="waive what acts on each one's part, after `share_out`", related=((step.span, "the item"),),
                )  # fmt: skip
            _check_periods(step, component, calendar, diagnostics)
            _check_twice(step, diagnostics)


def _check_item(step: written.Waivable, before: bool, diagnostics: Diagnostics) -> None:
    """Of what is to date, the next interval would take back what a waiver gave."""
    over = step.accumulation if isinstance(step, written.Limit) else None
    if before or over is not None:
        acts = "acts on the amount to date" if before else f"is over the {over}"
        diagnostics.error(
            "M270", f"this {step.kind} {acts}, and a waiver is for single periods: the next one would be paid as if it "
            "had held all along", step.waivers[0].span,
            help="give the participant another value, by a variable with a column of the roster",
            related=((step.span, "the item"),),
        )  # fmt: skip


def _check_periods(
    step: written.Waivable, component: written.Component, calendar: Calendar, diagnostics: Diagnostics
) -> None:
    """They are earning periods of the component."""
    length = component.earning_period.text
    there = [period.name for period in calendar.of_length(length)]
    for waiver in step.waivers:
        for name in waiver.periods:
            if name not in there:
                other, near = calendar.find(name), closest(name, there)
                help = f"did you mean `{near}`?" if near else f"write them as `{there[0]}`"
                help = help if other is None else f"that is a {other.length}: name each {length} in it"
                diagnostics.error(
                    "N074", f"`{component.name}` is earned by the {length}, and no {length} is called `{name}`", waiver.span,
                    help=help, related=((component.earning_period.span, "its earning period"),),
                )  # fmt: skip


def _check_twice(step: written.Waivable, diagnostics: Diagnostics) -> None:
    """Two approvals for one thing: which one counts, and is one of them a slip?"""
    seen: dict[tuple[str, str], Span] = {}
    for waiver in step.waivers:
        for period in waiver.periods:
            first = seen.setdefault((waiver.participant, period), waiver.span)
            if first is not waiver.span:
                diagnostics.error(
                    "M271", f"this item is waived for `{waiver.participant}` in {period} twice", waiver.span,
                    help="keep the one that holds", related=((first, "the other waiver"),),
                )  # fmt: skip

"""Components: what one paying part is paid for, and how often it is calculated."""

from collections.abc import Iterable, Mapping

from engine.core.codes import CODES
from engine.plan.resolved import Component, TrueUp
from engine.report.plan_words.sentence import Sentence

BASES = {
    "credit": "Each credit of `{base}` is calculated by itself, returns too; the results are added up.",
    "period": "It is calculated once for the {length}, on what the {length} came to.",
    "to_date": "It is calculated every {length} on all of the {over} so far; what that came to before is then taken off.",
}
"""Basis → its sentence."""


def component_sentences(component: Component) -> Iterable[Sentence]:
    """What it is paid for, under which code, and on what basis."""
    text = f"It is paid for every {component.length}; on your payslip it is `{component.earning_code}`."
    if not component.paid:
        text = f"It is calculated for every {component.length} and not paid itself: measures read what it comes to."
    yield Sentence(text, component.span, component.note)
    true_up = next((step for step in component.steps if isinstance(step, TrueUp)), None)
    over = "" if true_up is None else true_up.accumulation
    yield Sentence(
        BASES[component.basis].format(base=component.base, length=component.length, over=over), component.span
    )
    if component.remembers is not None:
        later = "all later ones" if component.remembers == "plan" else f"the later ones of that {component.remembers}"
        text = f"If a {component.length} can't be calculated, {later} can't either until it is."
        yield Sentence(text, component.span)


def stated_sentences(component: Component, sizes: Mapping[str, str]) -> Iterable[Sentence]:
    """What is stated beside its pay: the target incentive, and the warnings that are meant so; `sizes` by code."""
    incentive = component.target_incentive
    if incentive is not None:
        against = component.table.against
        over = None if against is None else against.accumulation
        of = "all of the plan" if over == "plan" else f"a {over or component.length}"
        text = f"Exactly 100 % of the target is meant to pay `{incentive.text}` for {of}: the target incentive."
        yield Sentence(text, incentive.span, incentive.note)
    for each in component.accepted:
        size = f", {sizes[each.words]}" if each.words in sizes else ""
        yield Sentence(f"Meant so: {CODES[each.words].title} ({each.words}){size}.", each.span, each.note)

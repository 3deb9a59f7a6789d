"""Components: what one paying part is paid for, and how often it is calculated."""

from collections.abc import Iterable, Mapping

from engine.core.codes import CODES
from engine.ir.walk import refs
from engine.plan.resolved import Component, Measure, Plan, TrueUp
from engine.report.plan_words.number import listed
from engine.report.plan_words.sentence import Sentence

BASES = {
    "credit": "Each credit of `{base}` is calculated by itself, returns too; the results are added up.",
    "period": "It is calculated once for the {length}, on {of}.",
    "to_date": "It is calculated every {length} on all of the {over} so far; what that came to before is then taken off.",
}
"""Basis → its sentence."""


def component_sentences(plan: Plan, component: Component) -> Iterable[Sentence]:
    """What it is paid for, under which code, and on what basis."""
    text = f"It is paid for every {component.length}; on your payslip it is `{component.earning_code}`."
    if not component.paid:
        text = f"It is calculated for every {component.length} and not paid itself: measures read what it comes to."
    yield Sentence(text, component.span, component.note)
    true_up = next((step for step in component.steps if isinstance(step, TrueUp)), None)
    over = "" if true_up is None else true_up.accumulation
    of = _paid_on(plan, component)
    text = BASES[component.basis].format(base=component.base, length=component.length, over=over, of=of)
    yield Sentence(text, component.span)
    if component.remembers is not None:
        later = "all later ones" if component.remembers == "plan" else f"the later ones of that {component.remembers}"
        text = f"If a {component.length} can't be calculated, {later} can't either until it is."
        yield Sentence(text, component.span)


def _paid_on(plan: Plan, component: Component) -> str:
    """What the pay of a period is calculated on: what came in it, or, where that is not all, the measures by name."""
    table = component.table
    read = {component.base or table.select}.union(*(refs(tier.pays.expr) for tier in table.tiers))
    measures = [measure.name for measure in plan.measures if measure.name in read]
    if _of_the_period(plan.measures).issuperset(measures):
        return f"what the {component.length} came to"
    return listed([f"`{name}`" for name in measures])


def _of_the_period(measures: Iterable[Measure]) -> set[str]:
    """Those of which neither they nor what they are made of reaches over the period; what is read comes before its reader."""
    found: set[str] = set()
    for measure in measures:
        if measure.accumulation is None and measure.aggregate != "previous" and found.issuperset(measure.parts):
            found.add(measure.name)
    return found


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

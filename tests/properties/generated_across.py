"""Generated plans that read what was earned on each other, one's own or that of the people below.

In: a workspace whose plans stand alone. Out: the same, where some measures of `earned` name components of other plans. Drawn
from a stream of their own, so that everything else is as it was.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from engine.core.period import Calendar
from engine.ir.types import money
from engine.plan.choice import Stated
from engine.plan.group import Reports
from engine.plan.resolved import Component, Measure, Plan, ResolvedWorkspace, ShareOut
from tests.properties.formulas import SPAN, choice
from tests.properties.generated_world import one_in

LENGTHS = ("month", "period", "quarter", "year")


def across(random: Random, workspace: ResolvedWorkspace) -> ResolvedWorkspace:
    """Some of its plans read others of one currency; none is made of itself."""
    plans = {plan.name: plan for plan in workspace.plans}
    for name in plans:
        if not one_in(random, 3):
            plans[name] = _with_base(random, workspace.calendar, plans, plans[name])
        for measure in plans[name].measures:
            if measure.earned and not one_in(random, 4):
                plans[name] = _extended(random, workspace.calendar, plans, plans[name], measure)
    return replace(workspace, plans=tuple(plans.values()))


def _with_base(random: Random, calendar: Calendar, plans: dict[str, Plan], plan: Plan) -> Plan:
    """One component is paid on what was earned elsewhere, if one can be; its tier may be found by something else."""
    for component in plan.components:
        base = next((measure for measure in plan.measures if measure.name == component.base), None)
        pool = any(isinstance(step, ShareOut) for step in component.steps)
        if base is None or base.unit != money(plan.currency) or pool or component.table.mode == "marginal":
            continue
        among = list(_others(calendar, plans, plan, (component.length,), (plan.name, "")))
        if component.basis == "credit" or not among or one_in(random, 4):
            continue
        made = Measure(
            name="elsewhere",
            span=SPAN,
            aggregate="earned",
            rules=(),
            where=None,
            accumulation=base.accumulation,
            unit=base.unit,
            lengths=(component.length,),
            note=None,
            earned=tuple(random.sample(among, min(len(among), random.choice((1, 1, 2))))),
            reports=_reports(random) if one_in(random, 2) else None,
        )
        changed = replace(component, base=made.name, measures=(made.name, *component.measures))
        mine = tuple(changed if each is component else each for each in plan.components)
        candidate = replace(plan, measures=(made, *plan.measures), components=mine)
        if not _is_made_of_itself(plans | {plan.name: candidate}, candidate, made):
            return candidate
    return plan


def _extended(random: Random, calendar: Calendar, plans: dict[str, Plan], plan: Plan, measure: Measure) -> Plan:
    """A measure of earnings reads one more of them, of another plan."""
    among = list(_others(calendar, plans, plan, measure.lengths, (plan.name, measure.name)))
    more = [name for name in among if name not in measure.earned]
    if not more:
        return plan
    changed = replace(measure, earned=(*measure.earned, random.choice(more)))
    candidate = replace(plan, measures=tuple(changed if each is measure else each for each in plan.measures))
    return plan if _is_made_of_itself(plans | {plan.name: candidate}, candidate, changed) else candidate


def _others(
    calendar: Calendar, plans: dict[str, Plan], plan: Plan, lengths: tuple[str, ...], reader: tuple[str, str]
) -> Iterator[str]:
    """Components of other plans in this one's currency that earn for the same periods, or for such as lie in them."""
    for other in plans.values():
        for component in other.components:
            fits = other.currency == plan.currency and _fits(calendar, component, lengths)
            if other.name != plan.name and fits and reader not in _measures_behind(plans, other, component):
                yield f"{other.name}.{component.name}"


def _fits(calendar: Calendar, component: Component, lengths: tuple[str, ...]) -> bool:
    shorter = all(LENGTHS.index(component.length) <= LENGTHS.index(length) for length in lengths)
    return shorter and all(
        calendar.containing(period.start, length)
        for length in lengths
        for period in calendar.of_length(component.length)
    )


def _is_made_of_itself(plans: dict[str, Plan], plan: Plan, measure: Measure) -> bool:
    reads = ((plans[of], plans[of].component(name)) for of, name in measure.earnings_of(plan.name))
    return any((plan.name, measure.name) in _measures_behind(plans, *each) for each in reads)


def _measures_behind(plans: dict[str, Plan], plan: Plan, component: Component) -> set[tuple[str, str]]:
    """All measures that a component reads, itself or through what was earned."""
    found: set[tuple[str, str]] = set()
    left = [(plan, component)]
    while left:
        of, each = left.pop()
        for measure in of.with_parts(each.measures):
            if (of.name, measure.name) not in found:
                found.add((of.name, measure.name))
                left += [(plans[o], plans[o].component(name)) for o, name in measure.earnings_of(of.name)]
    return found


def _reports(random: Random) -> Reports:
    levels = random.choice(((1,), (1,), (2,), (1, 2), (1, 3)))
    stated = Stated("reports", SPAN, None)
    return Reports(levels, choice(random.choice(("first_day", "last_day"))), choice("skip"), choice("stop"), stated)

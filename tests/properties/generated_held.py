"""What is looked at when a quarter or year ends: in a generated workspace some measures are held through the next one.

Drawn from a stream of its own, so that everything else is as it was.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from engine.core.period import LENGTHS, Calendar
from engine.ir.expr import Ref
from engine.plan.earlier import Back, Earlier, Take
from engine.plan.resolved import Component, Gate, Measure, Plan, ResolvedWorkspace
from tests.properties.formulas import choice, formula
from tests.properties.generated_measure import bare
from tests.properties.generated_world import one_in


def with_held(random: Random, workspace: ResolvedWorkspace) -> ResolvedWorkspace:
    """The workspace, in each plan of which some of what is read now, or lies a period or year back, is read of an end."""
    plans, others = (
        tuple(_with_one(random, workspace.calendar, _of_previous(random, workspace.calendar, plan)) for plan in among)
        for among in (workspace.plans, workspace.others)
    )
    return replace(workspace, plans=plans, others=others)


def _of_previous(random: Random, calendar: Calendar, plan: Plan) -> Plan:
    return replace(plan, measures=tuple(_held(random, calendar, plan)))


def _with_one(random: Random, calendar: Calendar, plan: Plan) -> Plan:
    """Now and then a component's tier is found, or a gate opened, by what the measure there was at an end."""
    if plan.begins_anew or plan.joined:
        return plan
    for component in plan.components:
        places = [
            place
            for place in _places(component)
            if _may_be_held(plan, plan.measure(place)) and _ends(calendar, plan.measure(place), (component.length,))
        ]
        if places and (component.basis == "credit" or one_in(random, 2)):
            plan = _held_in(random, calendar, plan, component, random.choice(places))
    return plan


def _held_in(random: Random, calendar: Calendar, plan: Plan, component: Component, name: str) -> Plan:
    """The plan, where one component reads what a measure was at an end in place of the measure."""
    of = plan.measure(name)
    ends = _ends(calendar, of, (component.length,))
    held = replace(
        bare(of),
        name=f"{name}_held_{component.name}",
        aggregate="previous",
        parts=(name,),
        back=random.choice(ends),
        no_previous=choice(random.choice(("block", "zero", "zero"))),
        lengths=(component.length,),
        looked_back=False,
    )
    made: tuple[Measure, ...] = (held,)
    if of.accumulation is None:
        window = _window(random, held)
        made = (window, replace(held, parts=(window.name,)))
    back = {measure.name for measure in plan.with_parts((name,))}
    measures = tuple(replace(m, looked_back=m.looked_back or m.name in back) for m in plan.measures)
    changed = _reading(component, name, held.name)
    return replace(
        plan,
        measures=(*measures, *made),
        components=tuple(changed if each is component else each for each in plan.components),
    )


def _reading(component: Component, name: str, held: str) -> Component:
    """The component with the held measure in the first place that reads the other one."""
    table, measures = component.table, (*component.measures, held)
    if table.select == name and _selects(component):
        if component.basis == "credit":
            table = replace(table, select=None, select_formula=formula(Ref(held)), running_total=None)
            return replace(component, table=table, measures=measures, at_credits=(*component.at_credits, held))
        return replace(component, table=replace(table, select=held), measures=measures)
    steps = tuple(replace(s, measure=held) if isinstance(s, Gate) and s.measure == name else s for s in component.steps)
    return replace(component, steps=steps, measures=measures)


def _places(component: Component) -> list[str]:
    """The measures of one period that find its tier or open a gate, and are held against no target."""
    gates = [s.measure for s in component.steps if isinstance(s, Gate) and s.measure and s.against is None]
    select = component.table.select
    return [*([select] if select is not None and _selects(component) else []), *gates]


def _selects(component: Component) -> bool:
    """Whether any one value may find its tier."""
    table = component.table
    one = table.mode in ("whole", "step", "interpolated") and not (component.basis == "credit" and table.adds_up)
    return component.basis != "to_date" and one and not (table.against or table.prorate_bounds or table.prizes)


def _may_be_held(plan: Plan, measure: Measure) -> bool:
    """Whether it can be known of periods that a run does not calculate, and is compared as it is."""
    odd = ("previous", "weighted", "attainment", "earned", "total", "headcount", "rank")
    known = all(each.aggregate not in odd for each in plan.with_parts((measure.name,)))
    return known and measure.accumulation != "plan"


def _held(random: Random, calendar: Calendar, plan: Plan) -> Iterator[Measure]:
    """The plan's measures; what is of periods alone is taken of several of them first."""
    for measure in plan.measures:
        if measure.back is None or plan.begins_anew or one_in(random, 3):
            yield measure
        elif measure.accumulation is not None:
            yield replace(measure, back="quarter_end" if measure.accumulation == "quarter" else "year_end")
        elif ends := _ends(calendar, measure, measure.lengths):
            window = _window(random, measure)
            yield window
            yield replace(measure, parts=(window.name,), back=random.choice(ends))
        else:
            yield measure


def _ends(calendar: Calendar, measure: Measure, lengths: tuple[str, ...]) -> list[Back]:
    """Ends of what is no shorter than any period that it is read for, of which the calendar has one around each."""
    ends: list[tuple[str, Back]] = [("quarter", "quarter_end"), ("year", "year_end")]
    shortest = calendar.of_length(calendar.shortest)
    return [
        back
        for length, back in ends
        if measure.accumulation in (None, length)
        and all(LENGTHS.index(each) <= LENGTHS.index(length) for each in lengths)
        and all(calendar.containing(period.start, length) for period in shortest)
    ]


def _window(random: Random, measure: Measure) -> Measure:
    """What is taken of the last few periods with this one, of what the measure was of."""
    take: Take = random.choice(("sum", "sum", "average", "highest", "lowest"))
    earlier = Earlier(take, None, random.choice((2, 3, 4)), with_present=True, complete=one_in(random, 3))
    none = choice(random.choice(("block", "zero")))
    return replace(measure, name=f"{measure.name}_of", back=None, earlier=earlier, no_previous=none, looked_back=True)

"""What is looked at when a quarter or year ends: in a generated workspace some measures of an earlier period are held."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from engine.core.period import LENGTHS, Calendar
from engine.plan.earlier import Back, Earlier, Take
from engine.plan.resolved import Measure, Plan, ResolvedWorkspace
from tests.properties.formulas import choice
from tests.properties.generated_world import one_in


def with_held(random: Random, workspace: ResolvedWorkspace) -> ResolvedWorkspace:
    """The workspace, in each plan of which some of what lies a period or year back is looked at at an end instead."""
    plans, others = (
        tuple(replace(plan, measures=tuple(_held(random, workspace.calendar, plan))) for plan in among)
        for among in (workspace.plans, workspace.others)
    )
    return replace(workspace, plans=plans, others=others)


def _held(random: Random, calendar: Calendar, plan: Plan) -> Iterator[Measure]:
    """The plan's measures; what is of periods alone is taken of several of them first."""
    for measure in plan.measures:
        if measure.back is None or plan.begins_anew or one_in(random, 3):
            yield measure
        elif measure.accumulation is not None:
            yield replace(measure, back="quarter_end" if measure.accumulation == "quarter" else "year_end")
        elif ends := _ends(calendar, measure):
            window = _window(random, measure)
            yield window
            yield replace(measure, parts=(window.name,), back=random.choice(ends))
        else:
            yield measure


def _ends(calendar: Calendar, measure: Measure) -> list[Back]:
    """Ends of what is no shorter than any period that it is read for, and of which the calendar has one around each."""
    ends: list[tuple[str, Back]] = [("quarter", "quarter_end"), ("year", "year_end")]
    shortest = calendar.of_length(calendar.shortest)
    return [
        back
        for length, back in ends
        if all(LENGTHS.index(each) <= LENGTHS.index(length) for each in measure.lengths)
        and all(calendar.containing(period.start, length) for period in shortest)
    ]


def _window(random: Random, measure: Measure) -> Measure:
    """What is taken of the last few periods with this one, of what the measure was of."""
    take: Take = random.choice(("sum", "sum", "average", "highest", "lowest"))
    earlier = Earlier(take, None, random.choice((2, 3, 4)), with_present=True, complete=one_in(random, 3))
    none = choice(random.choice(("block", "zero")))
    return replace(
        measure, name=f"{measure.name}_of", back=None, earlier=earlier, no_previous=none, looked_back=True
    )

"""Measures, each after those that it reads, with what follows from these: over which time, a share of what, of which group.

In: the measures of a plan as written. Out: the same in order; a measure that is made of itself is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.workspace import Variable
from engine.resolve.measure_by_formula import of_parts, with_parts
from engine.resolve.places import measures_read

COUNTS = ("count", "count_distinct")
OF_GROUPS = ("total", "headcount")
TOTALS = ("sum", *COUNTS, "earned")
"""Aggregates whose growth can be paid: more credits or earnings make more of them, and a part of them is one."""


def in_order(
    plan: written.CompPlan, variables: Mapping[str, Variable], diagnostics: Diagnostics
) -> tuple[written.Measure, ...]:
    """The plan's measures, each after those that it reads; those that read others with the span of time of these.

    And with whether they are shares of what is to be reached.
    """
    among = {measure.name: measure for measure in plan.measures}
    among = {name: with_parts(measure, among, variables) for name, measure in among.items()}
    done: dict[str, written.Measure] = {}

    def visit(measure: written.Measure, path: tuple[str, ...]) -> None:
        for name, place, way in _read(plan, measure):
            if name in path:
                diagnostics.error(
                    "N012", f"`{name}` is made of itself" + _by_way_of((*path[path.index(name) + 1 :], *way)), place,
                    help="name a measure that does not read this one" if not way else "name a component that does not read "
                    "this measure", related=((measure.span, "it is read here"),),
                )  # fmt: skip
            elif name in among and name not in done:
                visit(among[name], (*path, *way, name))
        over, of_group = _span_of_time(measure, done, diagnostics), _of_group(measure, done)
        of_target, adds_up, in_parts = _of_target(measure, done), _adds_up(measure, done), False
        if measure.formula is not None:
            parts = _totals({part.text: done[part.text] for part in measure.parts if part.text in done}, done)
            of_target, adds_up, in_parts = of_parts(measure.formula, parts, variables)
        done[measure.name] = replace(
            measure, over=over, of_target=of_target, adds_up=adds_up, of_group=of_group, in_parts=in_parts
        )

    for measure in among.values():
        if measure.name not in done:
            visit(measure, (measure.name,))
    return tuple(done.values())


def _read(plan: written.CompPlan, measure: written.Measure) -> Iterator[tuple[str, Span, tuple[str, ...]]]:
    """The measures that it reads, each with where that is said, and by way of which component."""
    yield from ((part.text, part.span, ()) for part in measure.parts)
    for name in measure.earned:
        component = next((each for each in plan.components if each.name == name.text), None)
        if component is not None:
            yield from ((read, name.span, (name.text,)) for read in measures_read(plan, component))


def _by_way_of(names: tuple[str, ...]) -> str:
    return ", by way of " + ", ".join(f"`{name}`" for name in names) if names else ""


def _span_of_time(
    measure: written.Measure, done: Mapping[str, written.Measure], diagnostics: Diagnostics
) -> written.SpanOfTime:
    """What it is over, or what the measures that it reads are over, all alike."""
    if measure.over is not None:
        return measure.over
    if measure.aggregate == "rank":  # of each period anew, whatever the participants stand by
        return "period"
    parts = [done[part.text] for part in measure.parts if part.text in done]
    first = parts[0] if parts else None
    other = next((part for part in parts if first is not None and part.over != first.over), None)
    if first is not None and other is not None:
        how = ("add", "to") if measure.weighted or measure.formula else ("divide", "by")
        how = ("hold", "against") if measure.aggregate == "difference" else how
        place = next(part.span for part in measure.parts if part.text == other.name)
        diagnostics.error(
            "M140", f"`{measure.name}` would {how[0]} `{first.name}`, over {_words(first)}, {how[1]} `{other.name}`, over "
            f"{_words(other)}", place, help="name measures over the same span of time",
            related=((first.span, f"`{first.name}`"), (other.span, f"`{other.name}`")),
        )  # fmt: skip
    return "period" if first is None or first.over is None else first.over


def _of_target(measure: written.Measure, done: Mapping[str, written.Measure]) -> bool:
    """Whether it is an attainment, or one that is rounded, or several together."""
    parts = [done[part.text] for part in measure.parts if part.text in done]
    made = measure.aggregate in ("weighted", "rounded") and any(part.of_target for part in parts)
    return measure.aggregate == "attainment" or made


def _adds_up(measure: written.Measure, done: Mapping[str, written.Measure]) -> bool:
    """Whether it is a total, or the difference of two, one of them maybe of an earlier period."""
    if measure.aggregate != "difference":
        return measure.aggregate in (*TOTALS, *OF_GROUPS)
    parts = _totals({part.text: done[part.text] for part in measure.parts if part.text in done}, done)
    return all(part.adds_up for part in parts.values())


def _totals(parts: Mapping[str, written.Measure], done: Mapping[str, written.Measure]) -> Mapping[str, written.Measure]:
    """The same, where one of an earlier period is a total if what it was then is one."""
    return {name: replace(part, adds_up=_was_total(part, done)) for name, part in parts.items()}


def _was_total(part: written.Measure, done: Mapping[str, written.Measure]) -> bool:
    if part.aggregate != "previous":
        return part.adds_up
    return part.parts[0].text in done and done[part.parts[0].text].adds_up


def _of_group(measure: written.Measure, done: Mapping[str, written.Measure]) -> str | None:
    """The group for whose members it is one value: it is measured of it, or all that it is made of is."""
    if measure.aggregate in OF_GROUPS:
        return None if measure.within is None else measure.within.text
    if measure.aggregate in ("rank", "previous") or measure.varies:
        return None
    groups = {done[part.text].of_group for part in measure.parts if part.text in done}
    return groups.pop() if len(groups) == 1 else None


def _words(measure: written.Measure) -> str:
    return "the period" if measure.accumulation is None else f"the {measure.accumulation} to date"

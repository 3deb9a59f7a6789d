"""What a measure of `earned` reads: components of its own plan, or of another (`field.commission`).

In: names as written. Out: the components; told are names that mean none, other currencies, plans that never meet, circles.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from engine.core.diagnostic import Diagnostics, closest
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.measure import component_named
from engine.plan.workspace import Workspace
from engine.resolve.names_in import names_in
from engine.resolve.places import measures_read
from engine.resolve.references import find, hint, other_names

Plans = Mapping[str, written.CompPlan]


@dataclass(frozen=True)
class Node:
    """A measure or component of a plan."""

    plan: str
    kind: Literal["measure", "component"]
    name: str
    span: Span = field(compare=False)


def find_earning(
    name: written.Name, workspace: Workspace, plan: written.CompPlan, diagnostics: Diagnostics
) -> written.Component | None:
    """The component that `name` names, or a diagnostic; none for a plan whose own file has a mistake."""
    of, bare = component_named("", name.text)
    if of == plan.name:
        own = {component.name for component in plan.components}
        diagnostics.error(
            "N075", f"`{of}` is the plan that this stands in", name.span,
            help=f"write `{bare}`: its own components are named alone" if bare in own else hint(bare, own),
        )  # fmt: skip
        return None
    if of:
        return _of_another(name, of, bare, workspace, plan, diagnostics)
    components = {component.name: component for component in plan.components}
    named = next((other for other in _others(workspace, plan) if other.name == bare and other.components), None)
    if bare not in components and named is not None:
        help = f"name a component of it, as in `{bare}.{named.components[0].name}`"
        diagnostics.error("N001", f"`{bare}` is a plan, and no component", name.span, help=help)
        return None
    there = [other.name for other in _others(workspace, plan) if bare in {c.name for c in other.components}]
    if bare not in components and there:
        message = f"there is no component `{bare}` in this plan, but in " + " and ".join(f"`{each}`" for each in there)
        diagnostics.error("N001", message, name.span, help=f"write `{there[0]}.{bare}`, if that is meant")
        return None
    return find(name, "component", components, diagnostics, others=other_names(workspace, plan))


def _others(workspace: Workspace, plan: written.CompPlan) -> Iterator[written.CompPlan]:
    return (other for other in workspace.plans if other.name != plan.name)


def _of_another(
    name: written.Name, of: str, bare: str, workspace: Workspace, plan: written.CompPlan, diagnostics: Diagnostics
) -> written.Component | None:
    """A component of another plan: one that there is, in the same currency."""
    plans = {other.name: other for other in _others(workspace, plan)}
    if of not in plans:
        if of not in workspace.fallen_plans and "*" not in workspace.fallen_plans:
            first = next(n for m in plan.measures for n in m.earned if component_named("", n.text)[0] == of)
            if first.span != name.span:
                return None  # told once, where it is read first
            near = closest(of, {each.name for each in plans.values() if bare in {c.name for c in each.components}})
            listed = "a plan's file is named under `plans:` in komisi.yaml"
            there = f"there is {', '.join(f'`{each}`' for each in sorted(plans)[:8])}; " if plans else ""
            help = f"did you mean `{near}.{bare}`?" if near is not None else f"{there}{listed}"
            file = dict(workspace.unlisted).get(of)
            if file is not None:
                help = (
                    f"add `{file}` under `plans:` in komisi.yaml: it has a plan `{of}`, and no pattern there matches it"
                )
            diagnostics.error("N001", f"there is no plan `{of}`", name.span, help=help)
        return None
    other = plans[of]
    component = next((each for each in other.components if each.name == bare), None)
    if component is None:
        names = {each.name for each in other.components}
        meant = closest(bare, names)
        there_is = "there is " + ", ".join(f"`{of}.{each}`" for each in sorted(names)[:8]) if names else None
        what = other_names(workspace, other).get(bare)
        message = f"there is no component `{bare}` in the plan `{of}`"
        diagnostics.error(
            "N001", message if what is None else f"`{bare}` is {what} of the plan `{of}`, and no component", name.span,
            help=f"did you mean `{of}.{meant}`?" if meant is not None else there_is,
            related=tuple((each.span, f"`{meant}` is here") for each in other.components if each.name == meant),
        )  # fmt: skip
        return None
    if other.currency != plan.currency:
        diagnostics.error(
            "M273", f"`{name.text}` earns in {other.currency}, and this plan pays in {plan.currency}", name.span,
            help=f"make a plan in {other.currency} that reads it, with the same people on it: what was earned has no day to be "
            "exchanged on",
            related=((other.currency_span, f"the currency of `{of}`"), (plan.currency_span, "the currency here")),
        )  # fmt: skip
    _warn_if_never(name, plan, other, diagnostics)
    return component


def _warn_if_never(
    name: written.Name, plan: written.CompPlan, other: written.CompPlan, diagnostics: Diagnostics
) -> None:
    """Where the plans are never in force together, nobody here has anything of it."""
    first, last = (plan, other) if plan.start <= other.start else (other, plan)
    if first.end is not None and first.end < last.start:
        places = tuple(
            (each.span if each.in_force is None else each.in_force.span, f"`{each.name}`") for each in (first, last)
        )
        diagnostics.warning(
            "N076", f"`{first.name}` ends on {first.end} and `{last.name}` begins on {last.start}: what is earned there "
            "is on no day of this plan", name.span, help="name the plan that is in force with this one", related=places,
        )  # fmt: skip


def warn_if_nobody(
    measure: written.Measure, plan: written.CompPlan, workspace: Workspace, diagnostics: Diagnostics
) -> None:
    """Where no title is on both plans, nobody has earnings of their own there: those of the people below are meant."""
    plans = {other.name: other for other in _others(workspace, plan)}
    for name in measure.earned if measure.reports is None and plan.titles is not None else ():
        other = plans.get(component_named("", name.text)[0])
        if other is None or other.titles is None or plan.titles is None or set(plan.titles) & set(other.titles):
            continue
        diagnostics.warning(
            "N077", f"nobody on this plan is on `{other.name}`, so nobody here has anything of `{name.text}`", name.span,
            help="say `reports:` beside `earned`, if what the people below earned is meant, as in `reports: {levels: [1], "
            "managers_on: last_day, not_on_plan: skip}`; or correct the titles",
            related=tuple(
                (each.span if each.people is None else each.people.span, f"who is on `{each.name}`") for each in (other, plan)
            ),
        )  # fmt: skip


def check_circles(workspace: Workspace, diagnostics: Diagnostics) -> None:
    """What is made of itself by way of another plan's earnings; each circle once, at the first place that reads another plan."""
    plans = {plan.name: plan for plan in workspace.plans}
    told: set[frozenset[Node]] = set()
    for plan in workspace.plans:
        for measure in plan.measures:
            end = Node(plan.name, "measure", measure.name, measure.span)
            for name in measure.earned:
                start = _component(plans, plan.name, name)
                way = _way(plans, start, end) if start is not None and start.plan != plan.name else None
                if way is not None and frozenset((*way, end)) not in told:
                    told.add(frozenset((*way, end)))
                    said = ", ".join(f"`{each.plan}.{each.name}`" for each in way)
                    diagnostics.error(
                        "N012", f"`{plan.name}.{measure.name}` is made of itself, by way of {said}", name.span,
                        help="let one of these read something that is not made of it",
                        related=tuple((each.span, f"`{each.plan}.{each.name}`") for each in way),
                    )  # fmt: skip


def _way(plans: Plans, start: Node, end: Node) -> tuple[Node, ...] | None:
    """The shortest way from a component to a measure that it is made of, without that; None where it is not made of it."""
    before: dict[Node, Node | None] = {start: None}
    left = [start]
    for at in left:  # it grows
        for each in _read(plans, at):
            if each == end:
                return _back(before, at)
            if each not in before:
                before[each] = at
                left.append(each)
    return None


def _back(before: Mapping[Node, Node | None], last: Node) -> tuple[Node, ...]:
    found, at = list[Node](), cast("Node | None", last)
    while at is not None:
        found.append(at)
        at = before[at]
    return tuple(reversed(found))


def _read(plans: Plans, node: Node) -> Iterator[Node]:
    """The measures that a component reads, or the measures and components that a measure is made of."""
    plan = plans[node.plan]
    measures = {each.name: Node(plan.name, "measure", each.name, each.span) for each in plan.measures}
    if node.kind == "component":
        component = next(each for each in plan.components if each.name == node.name)
        yield from (measures[name] for name in measures_read(plan, component))
        return
    measure = next(each for each in plan.measures if each.name == node.name)
    read = [part.text for part in measure.parts]
    read += sorted(names_in(measure.formula)) if measure.formula is not None else []
    yield from (measures[name] for name in read if name in measures)
    for name in measure.earned:
        found = _component(plans, plan.name, name)
        yield from [found] if found is not None else []


def _component(plans: Plans, plan: str, name: written.Name) -> Node | None:
    """The component that a measure of the plan names, if there is one."""
    of, bare = component_named(plan, name.text)
    found = next((each for each in plans[of].components if each.name == bare), None) if of in plans else None
    return None if found is None else Node(of, "component", bare, found.span)

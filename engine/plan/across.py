"""What the plans of a workspace have to do with each other: whose earnings are read where, so in which order all is calculated.

In: resolved plans. `leaders` reads `field` where a measure of it says `earned: field.commission`.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.plan.resolved import Component, Measure, Plan, ResolvedWorkspace

Part = tuple[Plan, Measure | Component]


def in_order(workspace: ResolvedWorkspace) -> tuple[Part, ...]:
    """Measures and components of all plans, each after those that it reads, whichever plan they stand in."""
    every = [(plan, each) for plan in workspace.plans for each in plan.in_order]
    return tuple(_with_what_they_read(workspace.plans, every).values())


def behind(workspace: ResolvedWorkspace, plan: Plan, names: Iterable[str]) -> tuple[tuple[Plan, Component], ...]:
    """The components of these names and all whose earnings they read, in the order in which they are calculated."""
    wanted = set(names)
    asked: list[Part] = [(plan, each) for each in plan.components if each.name in wanted]
    found = _with_what_they_read(workspace.plans, asked).values()
    return tuple((of, each) for of, each in found if isinstance(each, Component))


def read_by(plans: Iterable[Plan], names: Iterable[str]) -> frozenset[str]:
    """The plans of these names, and all whose earnings they read, themselves or through others."""
    among = {plan.name: plan for plan in plans}
    found, left = set[str](), [name for name in names if name in among]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [of for measure in among[name].measures for of, _ in measure.earnings_of(name) if of in among]
    return frozenset(found)


def in_common(workspace: ResolvedWorkspace, plan: Plan) -> bool:
    """Whether what one participant of the plan sells may change what others earn: here, or on a plan that reads this one."""
    return any(reader.in_common and plan.name in read_by(workspace.plans, [reader.name]) for reader in workspace.plans)


def unpaid(plan: Plan) -> Plan:
    """The plan as it is calculated where only others that read it were asked for: nothing of it is paid."""
    return replace(plan, components=tuple(replace(component, earning_code="") for component in plan.components))


def _with_what_they_read(plans: Iterable[Plan], parts: Iterable[Part]) -> dict[tuple[str, str, bool], Part]:
    """These and all that they read, each after that; by plan, name, and whether it is a measure."""
    among = {plan.name: plan for plan in plans}
    found: dict[tuple[str, str, bool], Part] = {}

    def add(plan: Plan, each: Measure | Component) -> None:
        key = (plan.name, each.name, isinstance(each, Measure))
        if key in found:
            return
        for name in each.parts if isinstance(each, Measure) else each.measures:
            add(plan, plan.measure(name))
        for of, name in each.earnings_of(plan.name) if isinstance(each, Measure) else ():
            add(among[of], among[of].component(name))
        found[key] = (plan, each)

    for plan, each in parts:
        add(plan, each)
    return found

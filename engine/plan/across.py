"""What the plans of a workspace have to do with each other: whose earnings are read where, so in which order all is calculated.

In: resolved plans. `leaders` reads `field` where a measure of it says `earned: field.commission`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.plan.resolved import Component, Measure, Plan, ResolvedWorkspace

Part = tuple[Plan, Measure | Component]
Key = tuple[str, str, bool]
"""Plan, name, and whether it is a measure: a component may be called as one."""


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


def unpaid(plan: Plan) -> Plan:
    """The plan as it is calculated where only others that read it were asked for: nothing of it is paid."""
    return replace(plan, components=tuple(replace(component, earning_code="") for component in plan.components))


def _with_what_they_read(plans: Iterable[Plan], parts: Sequence[Part]) -> dict[Key, Part]:
    """These and all that they read, each after that."""
    among = {plan.name: plan for plan in plans}
    found: dict[Key, Part] = {}
    left = [(part, False) for part in reversed(parts)]
    while left:  # no recursion: plans may read plans as often as there are any
        part, is_read = left.pop()
        if is_read:
            found.setdefault(_key(part), part)
        elif _key(part) not in found:
            read = [(each, False) for each in _read(among, part) if _key(each) not in found]
            left += [(part, True), *reversed(read)]
    return found


def _key(part: Part) -> Key:
    plan, each = part
    return plan.name, each.name, isinstance(each, Measure)


def _read(among: Mapping[str, Plan], part: Part) -> list[Part]:
    """The measures that a component reads, or the measures and components that a measure is made of."""
    plan, each = part
    if isinstance(each, Component):
        return [(plan, plan.measure(name)) for name in each.measures]
    parts: list[Part] = [(plan, plan.measure(name)) for name in each.parts]
    return [*parts, *((among[of], among[of].component(name)) for of, name in each.earnings_of(plan.name))]

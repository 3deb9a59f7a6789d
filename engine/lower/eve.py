"""The eve of a new segment: what the interval before it comes to by the new segment's own values.

Where segments are joined and what adds up goes on over a change, an item that looks back takes this off instead of what
the interval before came to, so that no new rate or limit reaches back over the change.
"""

from collections.abc import Iterable

from engine.ir.expr import Ref
from engine.ir.program import Stage
from engine.ir.table import Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import money
from engine.lower.accumulation import IN_ORDER, days, eves, looks_back, within
from engine.lower.modifier import limit_at, one_step, step_name
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import TRUE, before, call, known_true
from engine.lower.variable import variable_columns
from engine.plan.resolved import Component, Limit, Plan, TrueUp


def interval_before(plan: Plan, component: Component, rows: Table, targets: Iterable[str]) -> Table:
    """The rows in which a new segment begins, with the measures, targets and days of the interval before.

    The variables, and what tables are looked up by of the participant, stay those of the row itself.
    """
    assert component.remembers is not None
    by = within(plan, component.remembers)
    spans = [name for over in (None, *plan.accumulations) for name in days(over)]
    moved = dict.fromkeys((*component.measures, *targets, *spans))
    earlier = [Def(f"{c}.before", before(Ref(c), by, IN_ORDER)) for c in ("segment", *moved)]
    begun = Filter(Extend(rows, tuple(earlier)), call("ne", Ref("segment.before"), Ref("segment")))
    kept = [*SEGMENT_KEYS, *variable_columns(tuple(plan.variables[name] for name in component.variables))]
    tables = plan.tables(component.look_ups)
    kept += [f"{table.name}.{each.name}" for table in tables for each in table.dimensions if each.attribute is not None]
    return Project(begun, (*((c, c) for c in kept), *((c, f"{c}.before") for c in moved)))


def eve_stage(plan: Plan, component: Component, rows: Table) -> Stage:
    """`eves/<plan>.<component>`: for each item that looks back, `step_k.eve`."""
    looking = eve_defs(plan, component)
    made = Extend(rows, (*looking, Def("changed", TRUE)))
    shown = (*SEGMENT_KEYS, "changed", *(d.name for d in looking if d.name.endswith(".eve")))
    return Stage(
        _name(plan, component), "eves", Project(made, tuple((c, c) for c in shown)), SEGMENT_KEYS,
        span=component.span, about="the interval before a new segment, by the new one's own values",
    )  # fmt: skip


def with_eve(plan: Plan, component: Component, rows: Table) -> Table:
    """The rows with what the interval before a new segment comes to by its values; `changed` where there is one."""
    if not eves(plan, component):
        return rows
    grown = plan.grown_by(component) is not None
    looking = [(i, step) for i, step in enumerate(component.steps, start=1) if looks_back(step)]
    names = [f"{step_name(i)}.eve" for i, step in looking if not (grown and isinstance(step, TrueUp))]
    take = tuple((name, name) for name in ("changed", *names))
    found = Join(rows, Scan(_name(plan, component)), tuple((k, k) for k in SEGMENT_KEYS), take)
    return Extend(found, (Def("changed", known_true(Ref("changed"))),))


def _name(plan: Plan, component: Component) -> str:
    return f"eves/{plan.name}.{component.name}"


def eve_defs(plan: Plan, component: Component) -> list[Def]:
    """For each item that looks back, `step_k.eve`: what the interval before comes to on a row that has its values."""
    result, defs = money(plan.currency), list[Def]()
    ends = next((i for i, step in enumerate(component.steps) if isinstance(step, TrueUp)), 0)
    for index, step in enumerate(component.steps, start=1):
        name, previous = step_name(index), Ref(step_name(index - 1) if index > 1 else "table_result")
        if index <= ends:
            defs += one_step(plan, component, step, name, previous)
        elif isinstance(step, TrueUp):
            defs.append(Def(f"{name}.eve", previous, "the amount to date, by the new segment's values", step.span))
        elif isinstance(step, Limit) and step.cumulative:
            at = limit_at(step, name, result)
            defs += [at, Def(f"{name}.eve", Ref(at.name), "the limit, by the new segment's values", step.span)]
    return defs

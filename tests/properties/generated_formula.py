"""Measures by formula: in a generated workspace some of what is read is read by way of a formula of it and others.

Drawn from a stream of its own, so that everything else is as it was.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from engine.ir.expr import Case, Expr, Ref
from engine.ir.types import QUANTITY
from engine.ir.walk import refs
from engine.plan.formula_shape import is_share
from engine.plan.measure import Weighted, may_be_missing
from engine.plan.resolved import Component, Gate, Measure, Plan, ResolvedWorkspace, ShareOut
from engine.plan.workspace import Variable
from tests.properties.formulas import call, choice, formula, number, of
from tests.properties.generated_measure import bare
from tests.properties.generated_world import one_in

AS_THEY_ARE = ("headcount", "earned")
"""Measures that read none."""


def with_formulas(random: Random, workspace: ResolvedWorkspace, variables: dict[str, Variable]) -> ResolvedWorkspace:
    """The workspace, in each plan of which a component, or a measure of measures, may read one by a formula."""
    plans, others = (
        tuple(_of_plan(random, plan, variables) for plan in among) for among in (workspace.plans, workspace.others)
    )
    return replace(workspace, plans=plans, others=others)


def _of_plan(random: Random, plan: Plan, variables: dict[str, Variable]) -> Plan:
    for reader in plan.measures:
        if reader.parts and reader.aggregate not in AS_THEY_ARE and reader.lengths and one_in(random, 5):
            plan = _read_by_measure(random, plan, reader, variables)
    for component in plan.components:
        if one_in(random, 4) and (places := list(_places(plan, component))):
            plan = _read_by_component(random, plan, component, *random.choice(places), variables)
    return plan


def _read_by_measure(random: Random, plan: Plan, reader: Measure, variables: dict[str, Variable]) -> Plan:
    """The plan, where one part of a measure is a formula of it: what has to add up does, what lies back is looked back at."""
    index = random.randrange(len(reader.parts))
    part = plan.measure(reader.parts[index])
    adds_up = reader.aggregate in ("total", "attainment") or reader.of_totals
    if part.name in _missing(plan) or (reader.aggregate in ("total", "rank") and part.to_date):
        return plan
    made, plan = _formula(random, plan, part, adds_up, reader.lengths, variables, before=reader.name)
    names = (*reader.parts[:index], made.name, *reader.parts[index + 1 :])
    changed = replace(reader, parts=names, weighted=tuple(_renamed(w, part.name, made.name) for w in reader.weighted))
    if reader.aggregate == "weighted" and reader.parts.count(part.name) > 1:
        return plan
    measures = tuple(changed if each.name == reader.name else each for each in plan.measures)
    return replace(plan, measures=measures)


def _renamed(part: Weighted, old: str, new: str) -> Weighted:
    return replace(part, measure=new) if part.measure == old else part


def _places(plan: Plan, component: Component) -> Iterator[tuple[str, str, bool]]:
    """Where a component reads a measure: the place, its name, and whether what stands there has to add up."""
    table, base, select = component.table, component.base, component.table.select
    pool = any(isinstance(step, ShareOut) for step in component.steps)
    if component.basis == "credit" or pool or plan.grown_by(component) is not None:
        return
    if base is not None and table.mode == "flat":
        yield "base", base, component.basis == "to_date"
    if base is not None and base == select and table.mode == "marginal" and not table.prorate_bounds:
        yield "both", base, True
    elif (
        select is not None
        and table.mode in ("whole", "step", "interpolated")
        and not (table.prorate_bounds or table.prizes)
    ):
        yield "select", select, table.against is not None or component.basis == "to_date"
    for step in component.steps:
        if isinstance(step, Gate) and step.measure is not None:
            yield "gate", step.measure, step.against is not None


def _read_by_component(
    random: Random,
    plan: Plan,
    component: Component,
    place: str,
    name: str,
    adds_up: bool,
    variables: dict[str, Variable],
) -> Plan:
    part = plan.measure(name)
    if adds_up and not part.is_total and part.aggregate != "total":
        return plan
    made, plan = _formula(random, plan, part, adds_up, (component.length,), variables)
    table, steps, base = component.table, component.steps, component.base
    if place in ("base", "both"):
        base = made.name
    if place in ("select", "both"):
        table = replace(table, select=made.name, near=made.near)
    if place == "gate":
        steps = tuple(
            replace(s, measure=made.name, near=made.near) if isinstance(s, Gate) and s.measure == name else s
            for s in steps
        )
    changed = replace(component, base=base, table=table, steps=steps, measures=(*component.measures, made.name))
    return replace(plan, components=tuple(changed if each is component else each for each in plan.components))


def _formula(
    random: Random,
    plan: Plan,
    part: Measure,
    adds_up: bool,
    lengths: tuple[str, ...],
    variables: dict[str, Variable],
    before: str | None = None,
) -> tuple[Measure, Plan]:
    """A formula of a measure, maybe with another one or a variable, of its unit; and the plan that has it, and reads these."""
    group = any(each.within is not None for each in plan.with_parts((part.name,)))
    fitting = [v for v in variables.values() if not v.type.nullable and not (v.varies and (part.to_date or group))]
    others = [m for m in _before(plan, before) if not group and _beside(plan, m, part, lengths, adds_up)]
    expr = (
        _linear(random, part, others, fitting) if adds_up or one_in(random, 2) else _any(random, part, others, fitting)
    )
    parts = tuple(m.name for m in plan.measures if m.name in refs(expr))
    read = tuple(name for name in variables if name in refs(expr))
    made = replace(
        bare(part),
        name=f"{part.name}_by_formula_{sum(m.formula is not None for m in plan.measures)}",
        aggregate="formula",
        formula=formula(expr),
        parts=parts,
        variables=read,
        of_shares=is_share(expr, {m.name for m in plan.measures if m.near}),
        of_totals=adds_up,
        lengths=lengths,
    )
    at = len(plan.measures) if before is None else [m.name for m in plan.measures].index(before)
    measures = (*plan.measures[:at], made, *plan.measures[at:])
    known = {**plan.variables, **{name: plan.variables.get(name, variables[name]) for name in read}}
    order = {name: known[name] for name in (*variables, *known) if name in known}
    asked = any(order[name].varies for name in read)
    day = choice(random.choice(("segment_start", "segment_end"))) if asked else None
    return made, replace(plan, measures=measures, variables=order, values_on=plan.values_on or day)


def _before(plan: Plan, reader: str | None) -> list[Measure]:
    names = [measure.name for measure in plan.measures]
    return list(plan.measures[: len(names) if reader is None else names.index(reader)])


def _beside(plan: Plan, other: Measure, part: Measure, lengths: tuple[str, ...], adds_up: bool) -> bool:
    """Whether it may stand beside the part: of its unit and span of time, there wherever that is, of the participant's own."""
    same = other.unit == part.unit and other.accumulation == part.accumulation and other.name != part.name
    there = set(lengths) <= set(other.lengths) and (other.looked_back or not part.looked_back)
    return same and there and bool(other.rules) and (other.is_total or not adds_up)


def _linear(random: Random, part: Measure, others: list[Measure], variables: list[Variable]) -> Expr:
    """Sums of them, times numbers and variables."""
    expr: Expr = Ref(part.name)
    factors = [number(random.choice(("2", "0.5", "0.333333", "-1")))] * 2 + [Ref(v.name) for v in variables]
    if part.unit.dtype != "rate" and one_in(random, 2):  # a rate times a number would be a number
        expr = call("mul", *random.sample((expr, random.choice(factors)), 2))
    elif one_in(random, 2):
        expr = call("div", expr, number(random.choice(("3", "0.7", "-2"))))
    if others and not one_in(random, 3):
        other: Expr = Ref(random.choice(others).name)
        if part.unit.dtype != "rate" and one_in(random, 2):
            other = call("mul", random.choice(factors), other)
        expr = call(random.choice(("add", "sub", "sub")), *random.sample((expr, other), 2))
    return call("neg", expr) if expr == Ref(part.name) else expr


def _any(random: Random, part: Measure, others: list[Measure], variables: list[Variable]) -> Expr:
    """Limits, choices, products and quotients: what two parts come to is not what the whole does."""
    it, unit = Ref(part.name), part.unit
    at = of(random.choice({"rate": ("0.5", "1"), "money": ("100", "500"), "quantity": ("1", "3")}[unit.dtype]), unit)
    other: Expr = Ref(random.choice(others).name) if others else at
    ways: list[Expr] = [
        call(random.choice(("min", "max")), it, at),
        call(random.choice(("min", "max", "sub")), other, it),
        call("max", call("sub", it, at), of("0", unit)),
        Case(((call(random.choice(("ge", "gt")), it, at), it),), of("0", unit)),
        call("div", it, other) if unit.dtype == "rate" else call("mul", it, call("div", it, other)),
    ]
    if unit.dtype == "quantity":
        ways += [call("mul", it, call("sub", number(2), Ref(v.name))) for v in variables if v.type == QUANTITY]
    return random.choice(ways)


def _missing(plan: Plan) -> set[str]:
    found: set[str] = set()
    for measure in plan.measures:
        found.update([measure.name] if may_be_missing(measure, found) else [])
    return found

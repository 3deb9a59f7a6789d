"""Plans that are read as if they said something else."""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import Any

from engine.ir.expr import Call, Expr
from engine.ir.program import Program
from engine.ir.walk import rebuilt
from engine.lower import (
    lower,
)
from engine.plan.accumulation import longest
from engine.plan.carry_forward import Line
from engine.plan.choice import Choice
from engine.plan.earlier import Back, Earlier
from engine.plan.group import Ranking
from engine.plan.measure import Each
from engine.plan.resolved import (
    Against,
    Budget,
    CarryForward,
    Component,
    Convert,
    Gate,
    Generations,
    Limit,
    LookUp,
    Measure,
    Plan,
    Ramp,
    Reports,
    ResolvedWorkspace,
    Rule,
    ShareOut,
    Step,
    Target,
    TrueUp,
    ValuesOn,
    Waivable,
)
from engine.plan.target_plan import Everybody
from engine.plan.waiver import Waiver
from tests.properties.formulas import choice
from tests.properties.planting import Bug, misread


def of_components(change: Callable[[Component], Component]) -> Bug:
    return misread(lambda plan: replace(plan, components=tuple(change(c) for c in plan.components)))


def of_exchanges(change: Callable[[Convert], Convert]) -> Bug:
    """Exchanges are read as if they said something else."""
    return of_rules(lambda rule: rule if rule.convert is None else replace(rule, convert=change(rule.convert)))


def of_rules(change: Callable[[Rule], Rule]) -> Bug:
    return misread(lambda plan: replace(plan, rules=tuple(change(rule) for rule in plan.rules)))


def of_measures(change: Callable[[Measure], Measure]) -> Bug:
    return misread(lambda plan: replace(plan, measures=tuple(change(measure) for measure in plan.measures)))


def of_tables(**values: Any) -> Bug:
    def change(component: Component) -> Component:
        stated = {name: value for name, value in values.items() if getattr(component.table, name) is not None}
        return replace(component, table=replace(component.table, **stated))

    return of_components(change)


def of_against(**values: Any) -> Bug:
    def change(component: Component) -> Component:
        table = component.table
        steps = tuple(
            replace(s, against=replace(s.against, **values)) if isinstance(s, Gate) and s.against is not None else s
            for s in component.steps
        )
        against = None if table.against is None else replace(table.against, **values)
        return replace(component, table=replace(table, against=against), steps=steps)

    return of_components(change)


def of_attained(**values: Any) -> Bug:
    def change(found: Measure) -> Measure:
        return found if found.against is None else replace(found, against=replace(found.against, **values))

    return of_measures(change)


def of_formulas(change: Callable[[Expr], Expr]) -> Bug:
    """Formulas of measures are read as if they said something else."""

    def changed(found: Measure) -> Measure:
        made = found.formula
        return found if made is None else replace(found, formula=replace(made, expr=change(made.expr)))

    return of_measures(changed)


def taken_the_other_way(expr: Expr) -> Expr:
    """Each difference in an expression with its sides changed."""
    inner = rebuilt(expr, taken_the_other_way)
    return replace(inner, args=inner.args[::-1]) if isinstance(inner, Call) and inner.fn == "sub" else inner


def of_weighted(change: Callable[[Measure], Measure]) -> Bug:
    return of_measures(lambda measure: change(measure) if measure.weighted else measure)


def of_each(change: Callable[[Each], Each]) -> Bug:
    def changed(found: Measure) -> Measure:
        return found if found.each is None else replace(found, each=change(found.each))

    return of_measures(changed)


def of_rounded(**values: Any) -> Bug:
    def change(found: Measure) -> Measure:
        return found if found.rounded is None else replace(found, rounded=replace(found.rounded, **values))

    return of_measures(change)


def of_waivers(change: Callable[[tuple[Waiver, ...]], tuple[Waiver, ...]]) -> Bug:
    def changed(step: Step) -> Step:
        return replace(step, waivers=change(step.waivers)) if isinstance(step, Waivable) else step

    return of_components(lambda c: replace(c, steps=tuple(changed(step) for step in c.steps)))


def of_generations(change: Callable[[Generations], Generations]) -> Bug:
    def changed(rule: Rule) -> Rule:
        rolled = rule.roll_up
        if rolled is None or rolled.generations is None:
            return rule
        return replace(rule, roll_up=replace(rolled, generations=change(rolled.generations)))

    return of_rules(changed)


def overrides_stop(plan: Plan) -> Plan:
    def changed(reports: Reports | None) -> Reports | None:
        counted = None if reports is None else reports.generations
        if reports is None or counted is None:
            return reports
        return replace(reports, generations=replace(counted, beyond=choice("stop")))

    return replace(plan, measures=tuple(replace(m, reports=changed(m.reports)) for m in plan.measures))


def of_reports(change: Callable[[Reports], Reports]) -> Bug:
    def changed(found: Measure) -> Measure:
        return found if found.reports is None else replace(found, reports=change(found.reports))

    return of_measures(changed)


def without_other_plans(plan: Plan) -> Plan:
    own = {m.name: tuple(name for name in m.earned if "." not in name) for m in plan.measures}
    return replace(plan, measures=tuple(replace(m, earned=own[m.name] or m.earned) for m in plan.measures))


def of_earlier(change: Callable[[Earlier], Earlier]) -> Bug:
    def changed(found: Measure) -> Measure:
        return replace(found, earlier=found.earlier and change(found.earlier))

    return of_measures(changed)


def of_back(said: Back, read: Back) -> Bug:
    def changed(found: Measure) -> Measure:
        return replace(found, back=read) if found.back == said else found

    return of_measures(changed)


def of_values_on(change: Callable[[ValuesOn], ValuesOn]) -> Bug:
    def of(rule: Rule) -> Rule:
        return rule if rule.values_on is None else replace(rule, values_on=change(rule.values_on))

    return of_rules(of)


def of_undated(value: str) -> Bug:
    """What a rule says of rows without a day is read as something else."""

    def of(rule: Rule) -> Rule:
        return rule if rule.undated is None else replace(rule, undated=choice(value))

    return misread(lambda p: replace(p, rules=tuple(of(rule) for rule in p.rules)))


def of_targets(change: Callable[[Target], Target]) -> Bug:
    return lambda workspace: lower(
        replace(workspace, targets={name: change(target) for name, target in workspace.targets.items()})
    )


def twice(every: Everybody | None) -> Everybody | None:
    return every and replace(every, amount=every.amount * 2)


def of_ramps(change: Callable[[Ramp], Ramp]) -> Bug:
    def bug(workspace: ResolvedWorkspace) -> Program:
        targets = {n: replace(t, ramp=t.ramp and change(t.ramp)) for n, t in workspace.targets.items()}
        return lower(replace(workspace, targets=targets))

    return bug


def of_limits(change: Callable[[Limit], Limit]) -> Bug:
    return of_components(lambda c: replace(c, steps=tuple(change(s) if isinstance(s, Limit) else s for s in c.steps)))


def backwards(component: Component) -> Component:
    """The items on each side of the true-up in reverse order."""
    runs = groupby(component.steps, lambda step: (isinstance(step, TrueUp), step.per))
    return replace(component, steps=tuple(step for _, run in runs for step in reversed(tuple(run))))


def accumulating(**others: Any) -> Bug:
    """Measures over one span add up over another."""

    def change(found: Measure) -> Measure:
        return replace(found, accumulation=others.get(found.accumulation or "", found.accumulation))

    return of_measures(change)


def quarters_limited_over_the_year(component: Component) -> Component:
    steps = tuple(
        replace(s, over="year") if isinstance(s, Limit) and s.cumulative and s.over == "quarter" else s
        for s in component.steps
    )
    return component if steps == component.steps else replace(component, steps=steps, remembers="year")


def one_of_several_rules(plan: Plan) -> Plan:
    return replace(plan, measures=tuple(replace(m, rules=m.rules[:1]) for m in plan.measures))


def of_look_ups(change: Callable[[LookUp], LookUp]) -> Bug:
    return misread(lambda p: replace(p, look_ups={name: change(table) for name, table in p.look_ups.items()}))


def bands_have(boundary: Choice) -> Callable[[LookUp], LookUp]:
    def change(table: LookUp) -> LookUp:
        dimensions = (replace(each, boundary=boundary) if each.band else each for each in table.dimensions)
        return replace(table, dimensions=tuple(dimensions))

    return change


def of_budgets(change: Callable[[Budget], Budget]) -> Bug:
    return of_components(lambda c: replace(c, steps=tuple(change(s) if isinstance(s, Budget) else s for s in c.steps)))


def of_lines(change: Callable[[Line], Line]) -> Bug:
    def changed(step: CarryForward) -> CarryForward:
        return replace(step, deficit=step.deficit and change(step.deficit), excess=step.excess and change(step.excess))

    return of_components(
        lambda c: replace(c, steps=tuple(changed(s) if isinstance(s, CarryForward) else s for s in c.steps))
    )


def of_pools(change: Callable[[ShareOut], ShareOut]) -> Bug:
    return of_components(
        lambda c: replace(c, steps=tuple(change(s) if isinstance(s, ShareOut) else s for s in c.steps))
    )


def of_ranks(change: Callable[[Ranking], Ranking]) -> Bug:
    return of_measures(lambda m: replace(m, ranking=m.ranking and change(m.ranking)))


def of_moves(value: str) -> Bug:
    return of_measures(lambda m: replace(m, on_move=m.on_move and choice(value)))


def own_targets(plan: Plan) -> Plan:
    """What a group has is held against what its target comes to in each member's own intervals."""

    def own(against: Against | None) -> Against | None:
        return None if against is None else replace(against, group=None)

    def gate(step: Step) -> Step:
        return replace(step, against=own(step.against)) if isinstance(step, Gate) else step

    components = (
        replace(c, table=replace(c.table, against=own(c.table.against)), steps=tuple(map(gate, c.steps)))
        if plan.grown_by(c) is None
        else c  # what it had before is held against the group's target, and against no other
        for c in plan.components
    )
    measures = (replace(m, against=own(m.against)) for m in plan.measures)
    return replace(plan, components=tuple(components), measures=tuple(measures))


def remembering_true_ups(found: Component) -> Component:
    over = next((step.accumulation for step in found.steps if isinstance(step, TrueUp)), None)
    return replace(found, remembers=longest([found.remembers, over]))

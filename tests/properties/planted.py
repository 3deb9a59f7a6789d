"""Bugs to plant in a lowered program, each one that a compensation team has shipped: workspace in, wrong program out.

Three ways to plant: lower a workspace that says something else (a policy that the lowering would have ignored), patch a
piece of the lowering, or rewrite definitions and tables of the program that it made.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any

import pytest

from engine.ir.expr import Call, Case, Expr, Lit, Over, Ref
from engine.ir.program import Program
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import INTEGER, TEXT
from engine.ir.walk import rebuilt, refs
from engine.lower import (
    accumulation,
    carry_forward,
    component,
    generations,
    group_target,
    interpolated,
    joint_limits,
    look_up,
    lower,
    measure_columns,
    measure_of_earnings,
    measure_of_measures,
    modifier,
    prorated,
    roll_up,
    variable,
    weighted,
)
from engine.lower.accumulation import eves, ordinal_name, within
from engine.lower.bounds import Bounds
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.share import WHOLE
from engine.lower.target import target_column
from engine.lower.terms import FALSE, ONE, TRUE, ZERO, any_of, call, either, integer, missing, text
from engine.plan.accumulation import Accumulation, longest
from engine.plan.carry_forward import Line
from engine.plan.choice import Choice
from engine.plan.earlier import Back, Earlier
from engine.plan.group import EVERYONE, Ranking
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
    Split,
    Step,
    Target,
    Tier,
    TrueUp,
    ValuesOn,
    Waivable,
)
from engine.plan.target_plan import Everybody
from engine.plan.waiver import Waiver
from tests.properties.formulas import choice
from tests.properties.generated_world import LINES

Bug = Callable[[ResolvedWorkspace], Program]
Tables = Callable[[str, Table], Table]


def misread(change: Callable[[Plan], Plan]) -> Bug:
    """The lowering reads plans as if they said something else."""
    return lambda workspace: lower(replace(workspace, plans=tuple(change(plan) for plan in workspace.plans)))


def patched(*patches: tuple[Any, str, Any]) -> Bug:
    """Pieces of the lowering are others."""

    def bug(workspace: ResolvedWorkspace) -> Program:
        with pytest.MonkeyPatch.context() as patch:
            for module, name, value in patches:
                patch.setattr(module, name, value)
            return lower(workspace)

    return bug


def rewritten(change: Tables) -> Bug:
    """Every table expression is what `change(stage, table)` makes of it, from the inside out."""

    def bug(workspace: ResolvedWorkspace) -> Program:
        program = lower(workspace)
        stages = (replace(s, table=_within(s.table, partial(change, s.name))) for s in program.stages)
        return Program(program.inputs, tuple(stages), program.remarks)

    return bug


def _within(table: Table, change: Callable[[Table], Table]) -> Table:
    match table:
        case Scan():
            return change(table)
        case Filter() | Extend() | Project() | Aggregate():
            return change(replace(table, input=_within(table.input, change)))
        case Join() | AsOf():
            return change(replace(table, left=_within(table.left, change), right=_within(table.right, change)))
        case Union(inputs):
            return change(Union(tuple(_within(inner, change) for inner in inputs)))


def defined(change: Callable[[str, Def], Expr]) -> Bug:
    """Every definition has the expression that `change(stage, definition)` gives."""

    def tables(stage: str, table: Table) -> Table:
        if not isinstance(table, Extend):
            return table
        return replace(table, defs=tuple(replace(d, expr=change(stage, d)) for d in table.defs))

    return rewritten(tables)


def expressed(where: Callable[[str, str], bool], change: Callable[[Expr], Expr]) -> Bug:
    """`change` is made everywhere inside the definitions that `where(stage, name)` picks."""

    def deep(expr: Expr) -> Expr:
        return change(rebuilt(expr, deep))

    return defined(lambda stage, d: deep(d.expr) if where(stage, d.name) else d.expr)


# -- what is planted


def _everywhere(stage: str, name: str) -> bool:
    return True


def _calls(old: str, new: str) -> Callable[[Expr], Expr]:
    return lambda expr: Call(new, expr.args) if isinstance(expr, Call) and expr.fn == old else expr


def _mode(old: str, new: str) -> Callable[[Expr], Expr]:
    def change(expr: Expr) -> Expr:
        match expr:
            case Call("round", (value, Lit(mode), digits)) if mode == old:
                return call("round", value, Lit(new, expr.args[1].type), digits)  # type: ignore[union-attr]
        return expr

    return change


def _turned(*names: str) -> Callable[[Expr], Expr]:
    """Windows ordered the other way round by some of their columns."""

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Over):
            return expr
        return replace(expr, order=tuple((n, d != (n in names or not names)) for n, d in expr.order))

    return change


def _of_components(change: Callable[[Component], Component]) -> Bug:
    return misread(lambda plan: replace(plan, components=tuple(change(c) for c in plan.components)))


def _of_exchanges(change: Callable[[Convert], Convert]) -> Bug:
    """Exchanges are read as if they said something else."""
    return _of_rules(lambda rule: rule if rule.convert is None else replace(rule, convert=change(rule.convert)))


def _of_rules(change: Callable[[Rule], Rule]) -> Bug:
    return misread(lambda plan: replace(plan, rules=tuple(change(rule) for rule in plan.rules)))


def _of_tables(**values: Any) -> Bug:
    def change(component: Component) -> Component:
        stated = {name: value for name, value in values.items() if getattr(component.table, name) is not None}
        return replace(component, table=replace(component.table, **stated))

    return _of_components(change)


def _of_against(**values: Any) -> Bug:
    def change(component: Component) -> Component:
        table = component.table
        steps = tuple(
            replace(s, against=replace(s.against, **values)) if isinstance(s, Gate) and s.against is not None else s
            for s in component.steps
        )
        against = None if table.against is None else replace(table.against, **values)
        return replace(component, table=replace(table, against=against), steps=steps)

    return _of_components(change)


def _of_attained(**values: Any) -> Bug:
    def change(found: Measure) -> Measure:
        return found if found.against is None else replace(found, against=replace(found.against, **values))

    return misread(lambda plan: replace(plan, measures=tuple(change(m) for m in plan.measures)))


def _of_weighted(change: Callable[[Measure], Measure]) -> Bug:
    return misread(lambda plan: replace(plan, measures=tuple(change(m) if m.weighted else m for m in plan.measures)))


def _of_each(change: Callable[[Each], Each]) -> Bug:
    def changed(found: Measure) -> Measure:
        return found if found.each is None else replace(found, each=change(found.each))

    return misread(lambda plan: replace(plan, measures=tuple(changed(m) for m in plan.measures)))


def _of_the_interval(stage: str, made: Def) -> Expr:
    """What an interval adds is what counts of it alone."""
    return Ref("counts") if stage.startswith("each/") and made.name == "adds" else made.expr


def _numbers_alone(prorated: Callable[[Bounds, Expr], Expr]) -> Callable[[Bounds, Expr], Expr]:
    """Bounds that are prorated where they are numbers."""
    return lambda self, bound: prorated(self, bound) if isinstance(bound, Lit) else bound


def _at_its_own(self: Bounds, tier: Tier) -> Expr | None:
    """Where the tier ends, but for one that begins at a formula."""
    following = self.table.tiers[tier.number : tier.number + 1]
    if following and following[0].lower_by is not None and tier.lower_by is not None:
        return self.lower(tier)
    return self.lower(following[0]) if following else None if tier.upper is None else self.amount(tier.upper)


def _from_the_limit(stage: str, made: Def) -> Expr:
    """What has had no credit counts for the floor already."""
    first = stage.startswith("each/") and made.name == "counts_before" and isinstance(made.expr, Case)
    return made.expr.otherwise if first and isinstance(made.expr, Case) else made.expr


def _each_credit(stage: str, table: Table) -> Table:
    """What a column adds up is not read: all that somebody has in an interval is one."""
    adds = isinstance(table, Project) and stage.startswith("each/")
    if not isinstance(table, Project) or not adds or "counted" not in dict(table.columns):
        return table
    return replace(
        table, columns=tuple((new, "state" if new == "counted" != old else old) for new, old in table.columns)
    )


def _of_rounded(**values: Any) -> Bug:
    def change(found: Measure) -> Measure:
        return found if found.rounded is None else replace(found, rounded=replace(found.rounded, **values))

    return misread(lambda plan: replace(plan, measures=tuple(change(m) for m in plan.measures)))


def _of_waivers(change: Callable[[tuple[Waiver, ...]], tuple[Waiver, ...]]) -> Bug:
    def changed(step: Step) -> Step:
        return replace(step, waivers=change(step.waivers)) if isinstance(step, Waivable) else step

    return _of_components(lambda c: replace(c, steps=tuple(changed(step) for step in c.steps)))


def _all_gates(found: Component) -> Expr:
    """Whether a gate was not met, waived or not."""
    gates = [
        number for number, step in enumerate(found.steps, start=1) if isinstance(step, Gate) and step.per == "earning"
    ]
    return any_of(*(call("not", Ref(f"step_{number}.met")) for number in gates))


def _of_generations(change: Callable[[Generations], Generations]) -> Bug:
    def changed(rule: Rule) -> Rule:
        rolled = rule.roll_up
        if rolled is None or rolled.generations is None:
            return rule
        return replace(rule, roll_up=replace(rolled, generations=change(rolled.generations)))

    return _of_rules(changed)


def _or_unknown(condition: Expr) -> Expr:
    """What is not known counts as true."""
    return call("coalesce", condition, TRUE)


def _overrides_stop(plan: Plan) -> Plan:
    def changed(reports: Reports | None) -> Reports | None:
        counted = None if reports is None else reports.generations
        if reports is None or counted is None:
            return reports
        return replace(reports, generations=replace(counted, beyond=choice("stop")))

    return replace(plan, measures=tuple(replace(m, reports=changed(m.reports)) for m in plan.measures))


def _of_reports(change: Callable[[Reports], Reports]) -> Bug:
    def changed(found: Measure) -> Measure:
        return found if found.reports is None else replace(found, reports=change(found.reports))

    return misread(lambda plan: replace(plan, measures=tuple(changed(m) for m in plan.measures)))


def _without_other_plans(plan: Plan) -> Plan:
    own = {m.name: tuple(name for name in m.earned if "." not in name) for m in plan.measures}
    return replace(plan, measures=tuple(replace(m, earned=own[m.name] or m.earned) for m in plan.measures))


def _in_the_first_segment(plan: Plan, rows: Table) -> Table:
    """What was earned with the first segment of whoever earned it."""
    first = Aggregate(Scan(f"stints/{plan.name}"), ("participant",), (Agg("segment", "min", Ref("segment")),))
    return Join(rows, first, (("participant", "participant"),), (("segment", "segment"),), "inner")


def _of_earlier(change: Callable[[Earlier], Earlier]) -> Bug:
    def changed(found: Measure) -> Measure:
        return replace(found, earlier=found.earlier and change(found.earlier))

    return misread(lambda plan: replace(plan, measures=tuple(changed(m) for m in plan.measures)))


def _of_back(said: Back, read: Back) -> Bug:
    def changed(found: Measure) -> Measure:
        return replace(found, back=read) if found.back == said else found

    return misread(lambda plan: replace(plan, measures=tuple(changed(m) for m in plan.measures)))


def _in_part(expr: Expr) -> Expr:
    some = isinstance(expr, Call) and expr.fn == "eq"
    return call("not", missing(Ref("days_before"))) if some else expr


def _with_itself(expr: Expr) -> Expr:
    return replace(expr, frame="running") if isinstance(expr, Over) and expr.frame == "running_before" else expr


def _left_out(plan: Plan, measure: Measure, prefix: str) -> Expr:
    """What the parts add that are there, and no more."""
    return weighted._added([Ref(f"{prefix}part_{n}.adds") for n in range(1, len(measure.weighted) + 1)])


def _of_its_period(stage: str, table: Table) -> Table:
    measured = isinstance(table, Join) and isinstance(table.right, Scan) and table.right.name.startswith("measures/")
    if not isinstance(table, Join) or not measured or not stage.startswith("credit_pay/"):
        return table
    return replace(table, take=tuple((new, "own" if old == "value" else old) for new, old in table.take))


def _unless_so(word: str) -> Callable[[Expr], Expr]:
    """A case without the branch that says so."""

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Case):
            return expr
        return replace(
            expr, branches=tuple(b for b in expr.branches if not (isinstance(b[1], Lit) and b[1].value == word))
        )

    return change


def _of_any_rule(stage: str, table: Table) -> Table:
    asks = stage.startswith("adjustments/") and isinstance(table, Filter) and "credit_rule" in refs(table.where)
    return table.input if asks and isinstance(table, Filter) else table


def _as_of_the_credit_date(stage: str, table: Table, reads: Callable[[AsOf], bool]) -> Table:
    """Look-ups of another day that read something, of the credit date."""
    there = stage.startswith(("credits/", "shares/", "credit_pay/"))
    if there and isinstance(table, AsOf) and table.at == "values_on" and reads(table):
        return replace(table, at="credit_date")
    return table


def _values_of_the_credit_date(stage: str, table: Table) -> Table:
    return _as_of_the_credit_date(stage, table, lambda t: all(new.endswith(".own") for new, _ in t.take))


def _managers_of_the_credit_date(stage: str, table: Table) -> Table:
    return _as_of_the_credit_date(stage, table, lambda t: all(new.startswith("manager.") for new, _ in t.take))


def _roster_of_the_credit_date(stage: str, table: Table) -> Table:
    return _as_of_the_credit_date(stage, table, lambda t: all(new == "values_on.since" for new, _ in t.take))


def _shares_of_the_credit_date(stage: str, table: Table) -> Table:
    """Whom an assignment names is asked of few columns, the day among them."""
    day = ("values_on", "values_on")
    if not isinstance(table, Project) or day not in table.columns or ("credit_date", "credit_date") in table.columns:
        return table
    return replace(table, columns=tuple(("values_on", "credit_date") if c == day else c for c in table.columns))


def _of_values_on(change: Callable[[ValuesOn], ValuesOn]) -> Bug:
    def of(rule: Rule) -> Rule:
        return rule if rule.values_on is None else replace(rule, values_on=change(rule.values_on))

    return misread(lambda p: replace(p, rules=tuple(of(rule) for rule in p.rules)))


def _of_undated(value: str) -> Bug:
    """What a rule says of rows without a day is read as something else."""

    def of(rule: Rule) -> Rule:
        return rule if rule.undated is None else replace(rule, undated=choice(value))

    return misread(lambda p: replace(p, rules=tuple(of(rule) for rule in p.rules)))


def _is_open(stage: str, name: str) -> bool:
    return stage.startswith("prepared/") and name.endswith(".open")


def _undated_asked(at: int) -> Callable[[Expr], Expr]:
    """Rows without a day are asked about first (0), or last (-1)."""

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Case):
            return expr
        mine = [b for b in expr.branches if isinstance(b[1], Lit) and b[1].value == "undated"]
        others = [b for b in expr.branches if b not in mine]
        return replace(expr, branches=tuple([*mine, *others] if at == 0 else [*others, *mine]))

    return change


def _of_targets(change: Callable[[Target], Target]) -> Bug:
    return lambda workspace: lower(
        replace(workspace, targets={name: change(target) for name, target in workspace.targets.items()})
    )


def _twice(every: Everybody | None) -> Everybody | None:
    return every and replace(every, amount=every.amount * 2)


def _last_of_coalesce(fn: str, *args: Expr) -> Call:
    """Of several numbers the last one first, where that is a number of the plan."""
    number = args[-1].value if fn == "coalesce" and isinstance(args[-1], Lit) else None
    return call(fn, *reversed(args)) if isinstance(number, Decimal) else call(fn, *args)


def _of_ramps(change: Callable[[Ramp], Ramp]) -> Bug:
    def bug(workspace: ResolvedWorkspace) -> Program:
        targets = {n: replace(t, ramp=t.ramp and change(t.ramp)) for n, t in workspace.targets.items()}
        return lower(replace(workspace, targets=targets))

    return bug


def _of_limits(change: Callable[[Limit], Limit]) -> Bug:
    return _of_components(lambda c: replace(c, steps=tuple(change(s) if isinstance(s, Limit) else s for s in c.steps)))


def _limited_as_a_sum(name: str, step: Limit, to_date: Expr, left: Expr) -> Expr:
    return call(joint_limits.bound(step), to_date, Ref(f"{name}.at"))


def _cut_to_new_limits(
    plan: Plan, component: Component, together: tuple[tuple[str, Limit], ...], over: Accumulation, left: Expr
) -> Expr:
    """What was left is held to the new limits whole, whatever the ones before had let pass."""
    if not eves(plan, component):
        return left
    under = left
    for name, step in together:
        under = call(joint_limits.bound(step), under, Ref(f"{name}.eve")) if step.cumulative else under
    first = call("eq", Ref(ordinal_name(over)), integer(1))
    return either(call("and", Ref("changed"), call("not", first)), under, left)


def _backwards(component: Component) -> Component:
    """The items on each side of the true-up in reverse order."""
    runs = groupby(component.steps, lambda step: (isinstance(step, TrueUp), step.per))
    return replace(component, steps=tuple(step for _, run in runs for step in reversed(tuple(run))))


def _true_up_dropped(stage: str, definition: Def) -> Expr:
    if not (definition.formula or "").startswith("amount to date − the same an interval earlier"):
        return definition.expr
    assert isinstance(definition.expr, Case)
    return definition.expr.branches[0][1]


def _prorated_by_rounded_share(amount: Expr, over: Accumulation | None) -> Expr:
    share = call("div", *(call("as_quantity", Ref(name)) for name in accumulation.days(over)))
    return call("mul", amount, share)


def _a_day_short(stage: str, definition: Def) -> Expr:
    if stage.startswith("grid/") and definition.name.endswith("days") and not definition.name.endswith("period_days"):
        return call("sub", definition.expr, integer(1))
    return definition.expr


def _never_earlier_blocked(stage: str, definition: Def) -> Expr:
    return FALSE if definition.name == "earlier_blocked" else definition.expr


def _accumulating(**others: Any) -> Bug:
    """Measures over one span add up over another."""

    def change(found: Measure) -> Measure:
        return replace(found, accumulation=others.get(found.accumulation or "", found.accumulation))

    return misread(lambda plan: replace(plan, measures=tuple(change(m) for m in plan.measures)))


def _quarters_limited_over_the_year(component: Component) -> Component:
    steps = tuple(
        replace(s, over="year") if isinstance(s, Limit) and s.cumulative and s.over == "quarter" else s
        for s in component.steps
    )
    return component if steps == component.steps else replace(component, steps=steps, remembers="year")


def _for_ever(plan: Plan, over: Any) -> tuple[str, ...]:
    return within(plan, over)[:2]


def _over_segments(plan: Plan, over: Any) -> tuple[str, ...]:
    return tuple(name for name in within(plan, over) if name != "segment")


def _never_continued(plan: Plan, over: Any) -> tuple[str, ...]:
    return ("participant", "segment", *within(plan, over)[2:])


def _eve_forgotten(stage: str, definition: Def) -> Expr:
    return FALSE if definition.name == "changed" else definition.expr


def _of_the_last_segment(name: str, table: Table) -> Table:
    """A joined period has the days of its last segment only."""
    if not isinstance(table, Aggregate) or not name.startswith("grid/"):
        return table
    return replace(table, aggs=tuple(replace(a, fn="min") if a.name == "days" else a for a in table.aggs))


def _without(stage: str, fn: str) -> Tables:
    """Filters that are one call of `fn` let everything through, in stages whose name begins so."""

    def change(name: str, table: Table) -> Table:
        begins = name.startswith(stage)
        return table.input if begins and isinstance(table, Filter) and _is_call(table.where, fn) else table

    return change


def _is_call(expr: Expr, fn: str) -> bool:
    return isinstance(expr, Call) and expr.fn == fn


def _first_tier_for_zero(expr: Expr) -> Expr:
    return Lit(1, INTEGER) if expr == integer(0) else expr


def _after_only(stage: str, definition: Def) -> Expr:
    """A slice pays F(after), and never takes F(before) off."""
    expr = definition.expr
    if definition.name.startswith("slice_") and definition.name.endswith(".pay") and _is_call(expr, "sub"):
        assert isinstance(expr, Call)
        return expr.args[0]
    return expr


def _divided_first(expr: Expr) -> Expr:
    """A line's share of the way, rounded, × the rise."""
    if not _is_call(expr, "scaled"):
        return expr
    assert isinstance(expr, Call)
    rise, part, whole = expr.args
    return call("mul", rise, call("as_rate", call("div", part, whole)))


def _line_after_only(stage: str, definition: Def) -> Expr:
    """A credit pays the amount with it, and the amount before it is not taken off."""
    return Ref("rate") if definition.formula == "amount − amount before" else definition.expr


def _reached_at_once(bounds: Bounds, value: Ref, index: int) -> Expr:
    """A value exactly on two points is always at the upper one."""
    place = bounds.table.tiers[index].lower
    assert place is not None
    return bounds.compared("ge", value, place)


def _at_the_end(stage: str, table: Table) -> Table:
    """People's values are read on a segment's last day, whatever the plan says."""
    of_values = isinstance(table, AsOf) and table.at == "start" and not stage.startswith("groups/")
    return replace(table, at="end") if isinstance(table, AsOf) and of_values else table


def _null_to_zero_lost(stage: str, definition: Def) -> Expr:
    """A measure without credits is missing instead of 0."""
    expr = definition.expr
    of_credits = stage.startswith("measures/") and definition.name == "own"
    if of_credits and isinstance(expr, Case) and len(expr.branches) > 1:
        return replace(expr, branches=expr.branches[1:])
    return expr


def _one_of_several_rules(plan: Plan) -> Plan:
    return replace(plan, measures=tuple(replace(m, rules=m.rules[:1]) for m in plan.measures))


def _highest_level(_: str, table: Table) -> Table:
    if not isinstance(table, Aggregate):
        return table
    aggs = (replace(agg, fn="max") if (agg.name, agg.fn) == ("level", "min") else agg for agg in table.aggs)
    return replace(table, aggs=tuple(aggs))


def _starts_with(*stages: str) -> Callable[[str, str], bool]:
    return lambda stage, _: stage.startswith(stages)


def _is_place(expr: Expr) -> bool:
    """A rounding by a plan, not that to the places at which shares of a target are compared."""
    return (
        isinstance(expr, Call) and expr.fn == "round" and isinstance(expr.args[2], Lit) and expr.args[2].value in (0, 3)
    )


def _called(*names: str) -> Callable[[str, str], bool]:
    return lambda _, name: name in names


def _ends(part: str) -> Callable[[str, str], bool]:
    """The columns of items that are called so."""
    return lambda _, name: name.startswith("step_") and name.endswith(f".{part}")


def _turned_ending(ending: str) -> Callable[[Expr], Expr]:
    def change(expr: Expr) -> Expr:
        names = [n for n, _ in expr.order if n.endswith(ending)] if isinstance(expr, Over) else []
        return _turned(*names)(expr) if names else expr

    return change


def _of_look_ups(change: Callable[[LookUp], LookUp]) -> Bug:
    return misread(lambda p: replace(p, look_ups={name: change(table) for name, table in p.look_ups.items()}))


def _bands_have(boundary: Choice) -> Callable[[LookUp], LookUp]:
    def change(table: LookUp) -> LookUp:
        dimensions = (replace(each, boundary=boundary) if each.band else each for each in table.dimensions)
        return replace(table, dimensions=tuple(dimensions))

    return change


def _of_budgets(change: Callable[[Budget], Budget]) -> Bug:
    return _of_components(lambda c: replace(c, steps=tuple(change(s) if isinstance(s, Budget) else s for s in c.steps)))


def _of_lines(change: Callable[[Line], Line]) -> Bug:
    def changed(step: CarryForward) -> CarryForward:
        return replace(step, deficit=step.deficit and change(step.deficit), excess=step.excess and change(step.excess))

    return _of_components(
        lambda c: replace(c, steps=tuple(changed(s) if isinstance(s, CarryForward) else s for s in c.steps))
    )


def _of_pools(change: Callable[[ShareOut], ShareOut]) -> Bug:
    return _of_components(
        lambda c: replace(c, steps=tuple(change(s) if isinstance(s, ShareOut) else s for s in c.steps))
    )


def _of_ranks(change: Callable[[Ranking], Ranking]) -> Bug:
    return misread(
        lambda p: replace(p, measures=tuple(replace(m, ranking=m.ranking and change(m.ranking)) for m in p.measures))
    )


def _of_moves(value: str) -> Bug:
    return misread(
        lambda p: replace(p, measures=tuple(replace(m, on_move=m.on_move and choice(value)) for m in p.measures))
    )


def _own_targets(plan: Plan) -> Plan:
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


def _remembering_true_ups(found: Component) -> Component:
    over = next((step.accumulation for step in found.steps if isinstance(step, TrueUp)), None)
    return replace(found, remembers=longest([found.remembers, over]))


PLANTED: dict[str, Bug] = {
    # rounding
    "half up rounds half even": expressed(_everywhere, _mode("half_up", "half_even")),
    "half even rounds half up": expressed(_everywhere, _mode("half_even", "half_up")),
    "floor truncates": expressed(_everywhere, _mode("floor", "truncate")),
    "ceiling truncates": expressed(_everywhere, _mode("ceiling", "truncate")),
    "payouts are not rounded": misread(lambda plan: replace(plan, payout_rounding=None)),
    "payouts are rounded to a digit more": misread(lambda plan: replace(plan, digits=plan.digits + 1)),
    "a share of a period is rounded first": patched(
        (modifier, "prorated", _prorated_by_rounded_share), (carry_forward, "prorated", _prorated_by_rounded_share)
    ),
    # tiers
    "a bound always belongs to the upper tier": _of_tables(boundary=choice("upper")),
    "a bound always belongs to the lower tier": _of_tables(boundary=choice("lower")),
    "below the lowest bound nothing is paid": _of_tables(below=choice("zero")),
    "below the lowest bound the first tier pays": _of_tables(below=choice("same")),
    "tier 0 pays like tier 1": expressed(_called("tier"), _first_tier_for_zero),
    "above the highest bound is never asked": _of_tables(above=choice("same")),
    "bounds are not prorated": _of_tables(prorate_bounds=False),
    "slices forget what came before": defined(_after_only),
    "the running total goes backwards": expressed(_called("after"), _turned()),
    "the running total starts with each period": patched((component, "within", lambda plan, over: SEGMENT_KEYS)),
    "a credit is looked up by the total with it": _of_tables(running_total=choice("after")),
    "a credit is looked up by the total before it": _of_tables(running_total=choice("before")),
    "a line divides before it multiplies": expressed(_everywhere, _divided_first),
    "lines forget what came before": defined(_line_after_only),
    "a jump between lines is always at its upper end": patched((interpolated, "_reached", _reached_at_once)),
    # targets
    "a zero target is attainment 0": _of_against(zero=choice("zero")),
    "a zero target blocks": _of_against(zero=choice("block")),
    "a missing target is attainment 100 %": _of_against(missing=choice("full")),
    "the interval's own target is read to date": patched((component, "target_column", lambda against: "own")),
    "a whole target is the interval's own": patched(
        (component, "target_column", lambda place: "own" if place.whole else target_column(place))
    ),
    "a negative target counts": rewritten(_without("spread/", "ge")),
    "targets accumulate over segments": expressed(
        _starts_with("targets/"),
        lambda e: replace(e, by=tuple(n for n in e.by if n != "segment")) if isinstance(e, Over) else e,
    ),
    "targets of one source are all of the first category": _of_targets(
        lambda t: t if t.category is None else replace(t, category=replace(t.category, value=LINES[0]))
    ),
    # look-up tables
    "a value on a bound of a band is above it": _of_look_ups(_bands_have(choice("upper"))),
    "a value on a bound of a band is below it": _of_look_ups(_bands_have(choice("lower"))),
    "what no row is for is nothing": _of_look_ups(
        lambda t: (
            t
            if t.missing is None or t.missing.value is not None
            else replace(t, missing=replace(t.missing, value=ZERO))
        )
    ),
    "what is missing is never said": _of_look_ups(lambda t: replace(t, missing=None)),
    "an attribute that is empty is not looked up": patched((look_up, "either", lambda _, then, other: other)),
    # true-up, limits, gates
    "no true-up": defined(_true_up_dropped),
    "the true-up is not reset": patched((accumulation, "within", _for_ever)),
    "the true-up goes on over segments": patched((accumulation, "within", _over_segments)),
    "measures accumulate over segments": patched((measure_columns, "within", _over_segments)),
    "measures accumulate for ever": patched((measure_columns, "within", _for_ever)),
    "quarters accumulate over the year": _accumulating(quarter="year"),
    "the plan accumulates over the year": _accumulating(plan="year"),
    "a limit over the quarter is over the year": _of_components(_quarters_limited_over_the_year),
    "modifiers work backwards": _of_components(_backwards),
    "caps and floors are exchanged": _of_limits(lambda s: replace(s, kind="floor" if s.kind == "cap" else "cap")),
    "a cumulative limit stands alone": _of_limits(lambda s: replace(s, cumulative=False)),
    "limits are not prorated": _of_limits(lambda s: replace(s, prorate=False)),
    "a gate wants more than its bound": expressed(lambda _, name: name.endswith(".met"), _calls("ge", "gt")),
    "a limit remembers what it cut off": _of_limits(lambda s: replace(s, excess=s.excess and choice("remembered"))),
    "a limit forgets what it cut off": _of_limits(lambda s: replace(s, excess=s.excess and choice("lost"))),
    "limits that act together count only what they left themselves": patched((modifier, "members", lambda *_: ())),
    "what limits left together is not reset": patched((joint_limits, "within", _for_ever)),
    "limits that act together reach back over a change": patched(
        (joint_limits, "_under_new_limits", _cut_to_new_limits)
    ),
    "a limit of an interval among them limits the sum": patched((joint_limits, "_limited", _limited_as_a_sum)),
    # balances and budgets
    "a balance is not settled at the end": _of_lines(lambda line: replace(line, settled=False)),
    "a balance is settled before it is dropped": _of_lines(lambda line: replace(line, settled=True)),
    "a balance is not reset": patched((carry_forward, "within", _for_ever)),
    "a balance goes on over segments": patched((carry_forward, "within", _over_segments)),
    "a budget remembers what it cut off": _of_budgets(lambda s: replace(s, excess=s.excess and choice("remembered"))),
    "a budget forgets what it cut off": _of_budgets(lambda s: replace(s, excess=s.excess and choice("lost"))),
    "each interval has a budget of its own": _of_budgets(lambda s: replace(s, over="earning_period")),
    "parts of a budget are cut at a digit more": _of_budgets(lambda s: replace(s, digits=s.digits + 1)),
    # joined segments
    "what is joined starts again with each change": patched((measure_columns, "within", _never_continued)),
    "a new rate reaches back over a change": defined(_eve_forgotten),
    "a joined period has the days of one segment": rewritten(_of_the_last_segment),
    "a blocked interval does not block later ones": defined(_never_earlier_blocked),
    # time
    "days are counted without the last": defined(_a_day_short),
    "to date is prorated by the interval's days": patched((prorated, "days", lambda over: ("days", "period_days"))),
    "values are read on the last day": rewritten(_at_the_end),
    # credits
    "the first rule that fits does not exclude the others": misread(lambda p: replace(p, hit_policy=choice("all"))),
    "several rules for a row are no exception": misread(
        lambda p: replace(p, hit_policy=choice("first")) if p.hit_policy.value == "unique" else p
    ),
    "not on the plan is always an exception": misread(lambda p: replace(p, not_on_plan=choice("exception"))),
    "exclusions are forgotten": _of_rules(lambda rule: replace(rule, exclude=())),
    "another currency is taken as the plan's": _of_rules(lambda rule: replace(rule, currency_column=None)),
    "an attainment that goes down goes to the nearest": expressed(_called("attainment"), _mode("floor", "half_up")),
    "an attainment is rounded to whole percents whatever the place says": expressed(
        _called("attainment"),
        lambda e: Call("round", (*e.args[:2], Lit(2, INTEGER))) if isinstance(e, Call) and _is_place(e) else e,
    ),
    "a split does not round its value": _of_rules(
        lambda r: replace(r, to=replace(r.to, mode=None)) if isinstance(r.to, Split) else r
    ),
    "left-over units go to the smallest remainder": expressed(_called("share.rank"), _turned("share.rest")),
    "left-over units go by the last participant": expressed(_called("share.rank"), _turned("participant")),
    "a split's unassigned rest is served first": expressed(_called("share.rank"), _turned("share.is_rest")),
    "a part by weights is cut of the value × its rounded share": defined(
        lambda _, d: (
            call("round", call("mul", d.expr.args[0], Ref("share")), text("truncate"), d.expr.args[3])
            if isinstance(d.expr, Call) and d.name == "share.floor" and d.expr.fn == "floor_part"
            else d.expr
        )
    ),
    "who is assigned twice counts once, and weights of nothing are weights": expressed(
        _called("share.wrong"), lambda _: FALSE
    ),
    "a negative split does not mirror": expressed(
        _called("share.size"), lambda e: e.args[0] if isinstance(e, Call) else e
    ),
    "an exchange rate of a day too many counts": _of_exchanges(
        lambda c: replace(c, max_age=None if c.max_age is None else c.max_age + 1)
    ),
    "an exchange is not rounded": _of_exchanges(lambda c: replace(c, mode=None)),
    "an exchange multiplies where it divides": _of_exchanges(
        lambda c: replace(c, pair="row_to_plan" if c.pair == "plan_to_row" else c.pair)
    ),
    "rates of a third currency leave out the plan's": _of_exchanges(
        lambda c: replace(c, pair="plan_to_row" if c.pair == "through" else c.pair)
    ),
    # pools and ranks
    "a pool's left-over units go to the smallest remainder": expressed(_ends("place"), _turned_ending(".rest")),
    "a pool's left-over units go by the last participant": expressed(_ends("place"), _turned("participant")),
    "a negative pool is shared as a positive one": expressed(
        lambda _, name: name.removeprefix("step_").isdigit(),
        lambda e: e.args[0] if isinstance(e, Call) and e.fn == "neg" else e,
    ),
    "weights are not prorated": _of_pools(lambda step: replace(step, prorate=False)),
    "who takes no part has a weight": _of_pools(lambda step: replace(step, among=None)),
    "a pool is not rounded before it is shared": _of_pools(lambda step: replace(step, mode="truncate")),
    "a pool below zero is always shared": _of_pools(lambda step: replace(step, negative_pool=choice("share"))),
    "without weights nobody has anything": _of_pools(
        lambda step: replace(step, no_weights=step.no_weights and choice("nobody"))
    ),
    "a pool is shared among everybody": _of_pools(lambda step: replace(step, within=EVERYONE)),
    "somebody with two segments is two heads": expressed(_called("is_first"), lambda _: TRUE),
    "a rank counts from the other end": _of_ranks(
        lambda r: replace(r, first="lowest" if r.first == "highest" else "highest")
    ),
    "everybody takes part in a ranking": _of_ranks(lambda r: replace(r, at_least=None)),
    "tied places each bring their own prize": _of_ranks(lambda r: replace(r, ties="both")),
    "equal ones have places one after the other": expressed(
        _called("own"), lambda e: Ref("stands") if e == Ref("place") else e
    ),
    "the odd cent of shared prizes goes to the last": expressed(_called("tie_order"), _turned("participant")),
    "who leaves a group takes along what they had": _of_moves("follow"),
    "who comes to a group begins at 0 there": _of_moves("stay"),
    "a group had this period's amount before it": expressed(
        lambda stage, _: stage.startswith("group_eves/"),
        lambda e: e.args[0] if isinstance(e, Call) and e.fn == "sub" and str(e.args[1]).find(".own") > 0 else e,
    ),
    "a group that was empty at first had something before": expressed(
        lambda stage, name: stage.startswith("group_eves/") and name.endswith(".before"),
        lambda e: e.otherwise if isinstance(e, Case) else e,
    ),
    "a member's own blocked interval blocks what the group adds later": _of_components(_remembering_true_ups),
    "a group's target to date is added up along a member's rows": misread(_own_targets),
    "managers are credited a level too far up": _of_rules(
        lambda r: replace(r, roll_up=replace(r.roll_up, levels=r.roll_up.levels + 1)) if r.roll_up else r
    ),
    "managers in a circle are credited": patched((roll_up, "has_cycle", lambda managers: FALSE)),
    "who is passed over takes a level": _of_generations(lambda g: replace(g, titles=("AE", "SE", "VP"))),
    "somebody who is on no roster takes a level": patched((generations, "known_true", _or_unknown)),
    "one manager more is looked at": _of_generations(lambda g: replace(g, within=g.within + 1)),
    "levels beyond the managers looked at are nobody's": _of_generations(lambda g: replace(g, beyond=choice("stop"))),
    "an override beyond the managers looked at stops there": misread(_overrides_stop),
    "a manager of several parts has the highest level": rewritten(_highest_level),
    # bounds by formula
    "bounds that don't rise are cut at": patched((Bounds, "fall", lambda self: FALSE)),
    "a bound by formula is not prorated": patched((Bounds, "_prorated", _numbers_alone(Bounds._prorated))),
    "a tier ends where its own formula begins": patched((Bounds, "upper", _at_its_own)),
    # variables
    "a value by title wins over the position's": patched((variable, "HELD", ("title", "position"))),
    "the default wins over the title's": misread(
        lambda p: replace(p, variables={n: replace(v, held=()) for n, v in p.variables.items()})
    ),
    # measures
    "a measure's condition is ignored": misread(
        lambda p: replace(p, measures=tuple(replace(m, where=None) for m in p.measures))
    ),
    "a measure of several rules sums the first": misread(_one_of_several_rules),
    "a measure without credits is missing": defined(_null_to_zero_lost),
    "an attainment to date is of the interval's own target": patched(
        (measure_of_measures, "target_column", lambda against: "own")
    ),
    "a missing part counts as zero": _of_weighted(
        lambda m: replace(m, weighted=tuple(replace(w, missing=w.missing and choice("zero")) for w in m.weighted))
    ),
    "a missing part takes its weight with it": patched((weighted, "_sum", _left_out)),
    "a part counts over its cap": _of_weighted(
        lambda m: replace(m, weighted=tuple(replace(w, cap=None) for w in m.weighted))
    ),
    "a part counts under its floor": _of_weighted(
        lambda m: replace(m, weighted=tuple(replace(w, floor=None) for w in m.weighted))
    ),
    "a claim counts over its cap": _of_each(lambda each: replace(each, cap=None)),
    "a claim counts under its floor": _of_each(lambda each: replace(each, floor=None)),
    "a claim begins at its floor": defined(_from_the_limit),
    "a claim is limited in each interval anew": defined(_of_the_interval),
    "all claims are limited together": rewritten(_each_credit),
    "a rounded measure is rounded up": _of_rounded(mode="ceiling"),
    "a rounded measure is rounded to the last digit": _of_rounded(digits=0),
    "multiples are rounded as they are": _of_rounded(multiple=None),
    "a zero target is nothing reached": _of_attained(zero=choice("zero")),
    "a difference is taken the other way round": misread(
        lambda p: replace(
            p,
            measures=tuple(replace(m, parts=m.parts[::-1]) if m.aggregate == "difference" else m for m in p.measures),
        )
    ),
    "what was earned is of the first component alone": misread(
        lambda p: replace(p, measures=tuple(replace(m, earned=m.earned[:1]) for m in p.measures))
    ),
    "what was earned to date is of the period": patched((measure_of_earnings, "running", lambda fn, arg, *_: arg)),
    "what was earned on other plans is left out beside one's own": misread(_without_other_plans),
    "an earning is of its first day": patched(
        (measure_of_earnings, "DATED", {**measure_of_earnings.DATED, "credit_date": "start"})
    ),
    "what was earned on another plan is of the first segment here": patched(
        (measure_of_earnings, "on_the_day", _in_the_first_segment)
    ),
    "a waiver is not read": _of_waivers(lambda each: ()),
    "a waiver holds in its first period only": _of_waivers(
        lambda each: tuple(replace(one, periods=one.periods[:1]) for one in each)
    ),
    "a waived gate is told as the cause": patched((component, "failed_gates", _all_gates)),
    "adjustments are not read": misread(
        lambda p: replace(p, rules=tuple(replace(rule, adjustments=None) for rule in p.rules))
    ),
    "an adjustment moves the rest instead": expressed(
        lambda stage, name: stage.startswith("adjustments/") and name == "move.part",
        lambda expr: call("sub", WHOLE, expr) if expr == Ref("share") else expr,
    ),
    "an adjustment of a return gives": expressed(
        lambda stage, name: stage.startswith("adjustments/") and name == "amount",
        lambda expr: expr.args[0] if isinstance(expr, Call) and expr.fn == "neg" else expr,
    ),
    "what is moved is off nobody": expressed(
        lambda stage, name: stage.startswith("credits/") and name == "move.amount",
        lambda expr: call("sub", *expr.args, *expr.args) if isinstance(expr, Call) and expr.fn == "neg" else expr,
    ),
    "adjustments of more than there is are done": expressed(
        lambda stage, name: stage.startswith("adjustments/") and name == "because", _unless_so("moved_over_one")
    ),
    "an adjustment that stands twice is done": expressed(
        lambda stage, name: stage.startswith("adjustments/") and name == "because", _unless_so("moved_twice")
    ),
    "a row for another rule is followed": rewritten(_of_any_rule),
    "an override is of the next level": _of_reports(
        lambda r: replace(r, levels=tuple(level + 1 for level in r.levels))
    ),
    "an override is of the managers of the other day": _of_reports(
        lambda r: replace(r, managers_on=choice("first_day" if r.managers_on.value == "last_day" else "last_day"))
    ),
    "an override in a circle is paid": expressed(
        lambda stage, name: stage.startswith("measures/") and name == "amount",
        lambda expr: expr.otherwise if isinstance(expr, Case) else expr,
    ),
    "the day of an anniversary is of no year": expressed(
        lambda stage, name: stage.startswith("stints/") and name == "cut_start",
        lambda expr: call("add_days", expr, integer(1)) if expr == Ref("cut_from") else expr,
    ),
    "days since an anniversary are counted from the first one": expressed(
        lambda stage, name: stage.startswith("stints/") and name == "plan_start",
        lambda expr: Ref("stint_start") if expr == Ref("begins") else expr,
    ),
    "a plan begins anew on the first of the month": expressed(
        lambda stage, name: stage.startswith("stints/") and name == "anew.day", lambda _: ONE
    ),
    "a mark forgets where it begins anew": _of_earlier(lambda e: replace(e, since=e.since and "plan")),
    "the best of earlier periods is the worst": _of_earlier(lambda e: replace(e, take="lowest")),
    "a period that somebody was there for a part of sets a mark": expressed(
        lambda stage, name: stage.startswith("measures/") and name == "counts", lambda expr: TRUE
    ),
    "this period is a part of its own mark": expressed(
        lambda stage, name: stage.startswith("measures/") and name in ("best", "found"), _with_itself
    ),
    "this period is none of the last": _of_earlier(lambda e: replace(e, with_present=False)),
    "fewer than so many periods count": _of_earlier(lambda e: replace(e, complete=False)),
    "the sum of the last periods is their average": _of_earlier(
        lambda e: replace(e, take="average" if e.take == "sum" else e.take)
    ),
    "the last so many periods are one fewer": _of_earlier(lambda e: replace(e, last=e.last and e.last - 1)),
    "what is held is what it was a period before": _of_back("quarter_end", "period"),
    "what is held for a year is held for a quarter": _of_back("year_end", "quarter_end"),
    "what is held for a quarter is held for a year": _of_back("quarter_end", "year_end"),
    "who was there for a part of an earlier period was there for all of it": expressed(
        lambda stage, name: stage.startswith("measures/") and name == "whole", _in_part
    ),
    "what is not paid itself is paid as well": misread(
        lambda p: replace(p, components=tuple(replace(c, earning_code=c.earning_code or "COMM") for c in p.components))
    ),
    "a credit reads a measure to date of its period alone": rewritten(_of_its_period),
    "a ramp begins with the period after": expressed(
        lambda stage, name: stage.startswith("ramps/") and name == "step", _calls("add", "sub")
    ),
    "everybody's number is nobody's": _of_targets(
        lambda t: replace(t, everybody=None) if t.sources else replace(t, everybody=_twice(t.everybody))
    ),
    "everybody's number is one's own, too": patched((group_target, "call", _last_of_coalesce)),
    "whoever begins on the first day of the calendar began before it": expressed(
        lambda stage, name: stage.startswith("ramps/") and name == "share", _calls("lt", "le")
    ),
    "a ramp is a period short": _of_ramps(lambda r: replace(r, shares=r.shares[:-1] or (Decimal(1),))),
    "values are of the credit date, shares of the other day": rewritten(_values_of_the_credit_date),
    "shares are of the credit date, values of the other day": rewritten(_shares_of_the_credit_date),
    "managers are of the credit date, values of the other day": rewritten(_managers_of_the_credit_date),
    "who was on the roster is asked of the credit date": rewritten(_roster_of_the_credit_date),
    "values of a day after the credit date are read": expressed(
        lambda stage, name: stage.startswith("prepared/") and name.endswith(".values_on"),
        lambda expr: expr.otherwise if isinstance(expr, Case) else expr,
    ),
    "what is dated after it counts is credited": expressed(
        lambda stage, name: stage.startswith("prepared/") and name.endswith(".because"), _unless_so("dated_later")
    ),
    "what waits for a day is an exception": _of_undated("exception"),
    "what has no day and is an exception waits": _of_undated("waits"),
    "what waits for a day is asked about last": expressed(_is_open, _undated_asked(-1)),
    "an exception without a day is one before the rule is asked": expressed(_is_open, _undated_asked(0)),
    "what waits for one rule is unmatched by the others": expressed(
        lambda stage, name: stage.startswith("states/") and name == "state",
        lambda expr: FALSE if isinstance(expr, Call) and Lit("undated", TEXT) in expr.args else expr,
    ),
    "whoever was not on the roster has the default": _of_values_on(lambda v: replace(v, not_on_roster=None)),
    "whoever was not on the roster is held back": _of_values_on(
        lambda v: replace(v, not_on_roster=v.not_on_roster and choice("exception"))
    ),
    "whoever was not on the roster is paid": _of_values_on(
        lambda v: replace(v, not_on_roster=v.not_on_roster and choice("credit_date"))
    ),
}
"""What is wrong → the lowering that is wrong in this way."""

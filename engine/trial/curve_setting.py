"""The setting of a pay curve: which value varies, over what time, what is held still and what is assumed.

In: a resolved plan and one component. Out: the same with the gates left out that ask for something else than the value
that varies, so that the lowered program shows what the component pays when they are met; and with budgets as the caps that
they are for one participant.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.period import Calendar, Period
from engine.ir.expr import Ref
from engine.ir.types import QUANTITY, Type
from engine.ir.walk import refs
from engine.plan.accumulation import Accumulation, longest
from engine.plan.measure import attained
from engine.plan.resolved import (
    Against,
    Budget,
    CarryForward,
    Component,
    Gate,
    Limit,
    Measure,
    Multiply,
    Plan,
    ResolvedWorkspace,
    Rule,
    ShareOut,
    Step,
)
from engine.plan.same_measure import made_of
from engine.report.plan_words.accumulation import WHOLE
from engine.trial.curve_look_up import with_tables_still


@dataclass(frozen=True)
class Setting:
    """What `curve_points` and `curve_tables` need to know."""

    workspace: ResolvedWorkspace
    """With this plan alone, and this component alone, without the gates that are assumed to be met."""
    plan: Plan
    component: Component
    varies: str
    unit: Type
    counted: bool
    against: Against | None
    same: frozenset[str]
    """Measures that sum the same credits as what varies: they move with it."""
    to_date: bool
    """The value that varies adds up over the intervals; otherwise it is the same in each."""
    year: Period
    """The fiscal year, all of which the participant is on the plan."""
    span: Period
    """What is shown: an earning period; or the quarter or year that something adds up over (of a plan, its first year)."""
    intervals: tuple[Period, ...]
    """The earning periods of the span."""
    bounds: tuple[tuple[Decimal, str], ...]
    """(place on the axis, `tier` or `gate`)"""
    assumed: tuple[str, ...]

    def since(self, number: int, over: Accumulation | None) -> int:
        """The first interval that a total in interval `number` has in it."""
        if over is None:
            return number
        day = self.intervals[number].start
        held = self.workspace.calendar.containing(day, over) if over != "plan" else None
        return 0 if held is None else next(i for i, each in enumerate(self.intervals) if each.start >= held.start)

    @property
    def rule(self) -> Rule:
        """The rule whose credits the component pays, where its basis is credits."""
        return self.plan.rule(self.component.base or "")


class CannotDraw(Exception):
    """Why there is no curve of a component."""


def setting(workspace: ResolvedWorkspace, plan: Plan, component: Component, year: Period) -> Setting:
    """What varies and what stands still. Raises CannotDraw."""
    varies = _varies(plan, component)
    same = frozenset(_same(plan, component, varies))
    kept, left_out = _gates(plan, component, varies, same)
    reads = _reads(component, kept)
    _check_moving(plan, component, reads, varies, same)
    plan, component, still = with_tables_still(
        plan, component, same | {varies, "target", "attainment"} | set(plan.variables)
    )
    reads |= {name for table in plan.tables(component.look_ups) for f in table.formulas for name in refs(f.expr)}
    measures = tuple(name for name in component.measures if name in reads)
    at_credits = tuple(name for name in component.at_credits if name in measures)
    unlimited = tuple(step for step in kept if not isinstance(step, Budget))
    reduced = replace(component, steps=unlimited, measures=measures, at_credits=at_credits)
    whole = replace(
        plan, components=(reduced,), measures=tuple(_with_length(plan, measures, component.length)),
        start=min(plan.start, year.start), end=plan.end and max(plan.end, year.end),
    )  # fmt: skip  # as whoever is shown is on it all year
    against = reduced.table.against or _gate_target(kept, varies, same, reduced)
    over = _adds_up_over(whole, reduced, measures, same)
    span = _span(workspace.calendar, component, year, over)
    parts = [p for p in workspace.calendar.of_length(component.length) if span.start <= p.start and p.end <= span.end]
    reduced = replace(reduced, steps=tuple(_of_one(step, over) for step in kept))
    whole = replace(whole, components=(reduced,))
    measure = next((m for m in plan.measures if m.name == varies), None)
    if measure is not None and measure.accumulation not in (None, over):
        raise CannotDraw(f"`{varies}` adds up over the {measure.accumulation}, and what it pays over the {over}")
    if measure is not None and len(parts) > 1 and _grows(plan, measure):
        grows = f"it grows from {component.length} to {component.length}"
        raise CannotDraw(
            f"`{varies}` is measured by the target {WHOLE[measure.accumulation or over or 'plan']}, and so {grows}"
        )
    return Setting(
        workspace=replace(workspace, plans=(whole,), others=(), recompute_from=year.start),
        plan=whole, component=reduced, varies=varies, unit=_unit(plan, component, varies),
        counted=measure is not None and measure.counts, against=against, same=same,
        to_date=measure is not None and measure.to_date and measure.is_total, year=year, span=span,
        intervals=tuple(parts), bounds=tuple(_bounds(reduced, against, varies, same)),
        assumed=(*left_out, *still),
    )  # fmt: skip


def _grows(plan: Plan, measure: Measure) -> bool:
    """Whether a share of a target of the whole time is in it, which cannot be the same in each interval."""
    made = plan.with_parts((measure.name,))
    return any(against.reach is not None and against.reach.value == "accumulation" for against in attained(made))


def years_of(plan: Plan, calendar: Calendar) -> list[Period]:
    """The fiscal years that the plan is in force, whole ones first."""
    years = [y for y in calendar.of_length("year") if y.end >= plan.start and (plan.end is None or y.start <= plan.end)]
    whole = [y for y in years if y.start >= plan.start and (plan.end is None or y.end <= plan.end)]
    return list(dict.fromkeys((*whole, *years, *calendar.of_length("year"))))


def _varies(plan: Plan, component: Component) -> str:
    """The measure that finds the tier, else the base; on the basis of credits without one, the credit's own value."""
    table = component.table
    if table.prizes:
        raise CannotDraw("the list says what each place brings")
    if component.basis == "credit" and table.select is not None:
        _check_runs(plan, component)
    if table.select is not None:
        return table.select
    if component.basis != "credit":
        return component.base or ""
    if table.select_formula is None:
        return "amount"
    rule, expr = plan.rule(component.base or ""), table.select_formula.expr
    if expr in (Ref("amount"), rule.value.expr):
        return "amount"
    column = rule.source.column(expr.name) if isinstance(expr, Ref) else None
    if column is None or not column.type.is_numeric:
        raise CannotDraw(
            f"the tier of each credit is found by `{table.select_formula.words}`, which is no single value"
        )
    return column.name


def _check_runs(plan: Plan, component: Component) -> None:
    """A curve has one credit in each interval: it can't show what depends on the credits before."""
    table, measure = component.table, plan.measure(component.table.select or "")
    if table.running_total is not None and table.running_total.value == "before":
        raise CannotDraw("what each credit pays depends on the total of the credits before it")
    if measure.aggregate == "count" or measure.where is not None:
        raise CannotDraw(f"what each credit pays depends on how far the credits before it bring `{measure.name}`")


APART = ("where", "accumulation")
"""What is compared by itself, or may differ: the period, or to date."""


def _same(plan: Plan, component: Component, varies: str) -> Iterable[str]:
    """Measures that are the sum of the very credits that vary, of the period or to date."""
    base = component.base if component.basis == "credit" else None
    mine = next((m for m in plan.measures if m.name == varies), None)
    for measure in plan.measures:
        alone = measure.aggregate == "sum" and measure.rules == (base,) and measure.where is None
        alone = alone and measure.each is None
        like = mine is not None and made_of(measure, APART) == made_of(mine, APART)
        if alone or (like and mine is not None and _text(measure) == _text(mine)):
            yield measure.name


def _check_moving(plan: Plan, component: Component, reads: set[str], varies: str, same: frozenset[str]) -> None:
    """Nothing that the figures rest on stands still where it is made of what varies: it would be another plan's figures."""
    tables = [*component.look_ups, *component.credit_look_ups]
    looked_up = {name for table in plan.tables(tables) for f in table.formulas for name in refs(f.expr)}
    varied = [measure for measure in plan.measures if measure.name in same | {varies}]
    moving = {measure.name for measure in varied}
    for measure in plan.measures:  # each stands after those that it reads
        cut = any(_is_part_of(measure, other) for other in varied)
        then = measure.aggregate == "previous" and (measure.earlier is None or not measure.earlier.with_present)
        if not then and measure.name not in moving and (cut or moving & {*measure.parts}):
            moving.add(measure.name)
            if measure.name in reads | looked_up:
                raise CannotDraw(f"it reads `{measure.name}` too, which moves with `{varies}`")


def _is_part_of(measure: Measure, varied: Measure) -> bool:
    """Whether it adds up those of the same credits for which a condition holds, or what of them is within a limit."""
    other = measure.where is not None or _limits(measure) != _limits(varied)
    return measure.aggregate == varied.aggregate == "sum" and other and measure.rules == varied.rules


def _limits(measure: Measure) -> tuple[object, ...] | None:
    return None if measure.each is None else measure.each.limits


def _text(measure: Measure) -> str | None:
    return None if measure.where is None else measure.where.words


def _unit(plan: Plan, component: Component, varies: str) -> Type:
    if any(m.name == varies for m in plan.measures):
        return plan.measure(varies).unit
    rule = plan.rule(component.base or "")
    if varies == "level" and rule.roll_up is not None:
        return QUANTITY
    column = rule.source.column(varies)
    return rule.unit if varies == "amount" or column is None else column.type.required()


SPENT_ALONE = "Nothing of the budget is spent before, and nobody else is paid of it."


def _gates(plan: Plan, component: Component, varies: str, same: frozenset[str]) -> tuple[tuple[Step, ...], list[str]]:
    """The list without the gates that ask for something else, and a sentence for each of those."""
    known = same | {varies, "target", "attainment"} | set(plan.variables) | set(plan.look_ups)
    known |= {"amount"} if component.basis == "credit" and component.table.select is not None else set()
    kept: list[Step] = []
    said: list[str] = []
    for step in component.steps:
        if isinstance(step, ShareOut):
            said.append("What is shown is the pool: what each member gets of it depends on the others' weights.")
            break
        if isinstance(step, Budget):
            said += [SPENT_ALONE] if SPENT_ALONE not in said else []
        if not isinstance(step, Gate) or _asked(step) <= known:
            kept.append(step)
        elif step.when is not None:
            said.append(f"The gate `{step.when.words}` is taken as met.")
        else:
            said.append(f"The gate on `{step.measure}` is taken as met.")
    return tuple(kept), said


def _of_one(step: Step, over: Accumulation | None) -> Step:
    """A budget as it limits one participant who alone is paid of it: in the time that is shown, or of one credit."""
    if not isinstance(step, Budget):
        return step
    if step.per == "credit" and over is not None and step.accumulation is not None:
        raise CannotDraw(f"it adds up over the {over}, and what its budget leaves of a credit hangs on those before")
    if step.per == "credit":
        return Limit("cap", "credit", step.at, False, False, None, step.span, step.note)
    if over is None or step.accumulation is None:
        return Limit("cap", "earning_period", step.at, False, False, None, step.span, step.note)
    return Limit("cap", step.over, step.at, False, True, step.excess, step.span, step.note)


def _asked(gate: Gate) -> frozenset[str]:
    return refs(gate.when.expr) if gate.when is not None else frozenset({gate.measure or ""})


def _reads(component: Component, steps: tuple[Step, ...]) -> set[str]:
    """Names that the component reads where its earnings are made."""
    formulas = [step.by for step in steps if isinstance(step, Multiply)]
    formulas += [step.at for step in steps if isinstance(step, Limit)]
    formulas += [line.at for step in steps if isinstance(step, CarryForward) for line in step.lines]
    formulas += [step.when for step in steps if isinstance(step, Gate) and step.when is not None]
    formulas += [formula for tier in component.table.tiers for formula in tier.formulas]
    names = {name for formula in formulas for name in refs(formula.expr)}
    names |= {step.measure for step in steps if isinstance(step, Gate) and step.measure is not None}
    return names | {name for name in (component.base, component.table.select) if name is not None}


def _with_length(plan: Plan, read: tuple[str, ...], length: str) -> Iterable[Measure]:
    """The measures as the component alone reads them; what other components earned is given, whoever they are."""
    needed = plan.with_parts(read)
    return (replace(m, earned=(), reports=None, lengths=(length,) if m in needed else ()) for m in plan.measures)


def _gate_target(steps: tuple[Step, ...], varies: str, same: frozenset[str], component: Component) -> Against | None:
    """The target of a gate, to draw against where the table has neither a target nor bounds of its own."""
    if component.table.mode != "flat":
        return None
    found = [s.against for s in steps if isinstance(s, Gate) and s.measure in same | {varies}]
    return next((against for against in found if against is not None), None)


def _adds_up_over(
    plan: Plan, component: Component, measures: tuple[str, ...], same: frozenset[str]
) -> Accumulation | None:
    """The longest accumulation that must be seen whole to see what the component pays; None: one earning period shows it."""
    found = [component.remembers, plan.bounds_over(component)]
    found += [place.accumulation for place in component.againsts]
    found += [plan.measure(name).accumulation for name in measures if name in same]
    return longest(found)


def _span(calendar: Calendar, component: Component, year: Period, over: Accumulation | None) -> Period:
    """The first period of that length in the year."""
    length = component.length if over is None else "quarter" if over == "quarter" else "year"
    return next(period for period in calendar.of_length(length) if period.year == year.name)


def _bounds(
    component: Component, against: Against | None, varies: str, same: frozenset[str]
) -> Iterable[tuple[Decimal, str]]:
    """Bounds that lie on the axis: the tiers', and those of gates on what varies in the same unit."""
    table = component.table
    for tier in table.tiers:
        for bound in (tier.lower, tier.upper):
            if bound is not None:
                yield bound if table.against is None else table.against.least(bound), "tier"
    for step in component.steps:
        if isinstance(step, Gate) and step.at_least is not None and step.measure in same | {varies}:
            on_axis = against.target if against is not None else None
            if (step.against.target if step.against is not None else None) == on_axis:
                yield step.at_least if step.against is None else step.against.least(step.at_least), "gate"

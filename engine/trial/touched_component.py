"""Which points of a component one run touches: tiers and both sides of their bounds, gates, limits, targets.

In: a run and a component. Out: its points. Values stand in the trace beside what they were compared with; where a component
pays single credits, what is done to each of them is in `credit_pay`, the rest in `earnings`.
"""

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from engine.backends.polars.scalar import compiled
from engine.core.money import plain, product, quotient
from engine.core.span import Span
from engine.ir.expr import Case
from engine.ir.infer import program_schemas, type_of
from engine.ir.types import QUANTITY, RATE, Type
from engine.pipeline import Run
from engine.plan.resolved import (
    Budget,
    CarryForward,
    Component,
    Gate,
    Limit,
    Multiply,
    Plan,
    Prorate,
    Round,
    ShareOut,
    Step,
    Table,
    Tier,
    TrueUp,
    Waivable,
)
from engine.trial.point import Found, Point, any_row, at_bound, at_limit, unit_of
from engine.trial.touched_formula import of_component_formulas


def of_component(run: Run, plan: Plan, component: Component) -> Found:
    """All points of one component, in the pay period: what earlier ones touch is not what a test is about."""
    tables, name = run.outcome.tables, f"{plan.name}.{component.name}"
    due = [p.name for p in run.compiled.workspace.calendar.periods if run.period.start <= p.end <= run.period.end]
    paid = pl.col("period").is_in(due)
    earnings, slices = tables[f"earnings/{name}"].filter(paid), tables[f"slices/{name}"].filter(paid)
    credit_pay = tables[f"credit_pay/{name}"].filter(paid) if component.basis == "credit" else earnings
    yield from _tiers(plan, component, _with_bounds(run, component, name, credit_pay), slices)
    if not _given_to_all(run, component):
        yield from _targets(component, earnings)
    for number, step in enumerate(component.steps, start=1):
        frame = credit_pay if step.per == "credit" else earnings
        if isinstance(step, Waivable) and step.waivers:
            part, waived = f"{component.name}, {step.kind}", pl.col(f"step_{number}.waived")
            yield Point(step.waivers[0].span, part, "somebody it is waived for"), any_row(frame, waived)
            frame = frame.filter(~waived)
        yield from _step(plan, component, step, number, frame)
    yield from of_component_formulas(run, plan, component, paid)


def _with_bounds(run: Run, component: Component, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with what formulas say of the table's bounds there, each in a column called as its text."""
    formulas = [formula for tier in component.table.tiers for formula in tier.bounds]
    schema = program_schemas(run.compiled.program)[f"earnings/{name}"] if formulas else {}
    return frame.with_columns(compiled(each.expr, schema).alias(f"~{each.text}") for each in formulas)


def _tiers(plan: Plan, component: Component, frame: pl.DataFrame, slices: pl.DataFrame) -> Found:
    table = component.table
    type_ = select_type(plan, component)
    unit, currency = unit_of(type_, plan.digits), type_.currency
    lookup = table.mode != "each_entered" and table.gives == "amount"
    moved = pl.lit(True) if lookup else pl.col("length_before") != pl.col("length_after")
    what, where = ("point", "at") if table.mode == "interpolated" else ("tier", "from")
    for tier in table.tiers[:-1] if table.prizes else ():
        yield (
            Point(tier.span, f"{component.name}, prize {tier.number}", "somebody wins it"),
            any_row(slices, pl.col("tier") == tier.number),
        )
    for tier in table.tiers if not table.prizes else ():
        lower = tier.lower if tier.lower_by is None else tier.lower_by.text
        begins = "" if lower is None else f" {where} {_bound(table, lower)}"
        part = f"{component.name}, {what} {tier.number}{begins}"
        if not _only_ends_a_line(table, tier):
            yield (
                Point(tier.span, part, "something paid at it"),
                any_row(slices, (pl.col("tier") == tier.number) & moved),
            )
        told_apart = tier.number > 1 or (table.below is not None and table.below.value != "same")
        if lower is not None and told_apart:
            yield from at_bound(tier.span, part, _compared(plan, component, frame, lower), unit, currency)
    last = table.tiers[-1]
    upper = last.upper if last.upper_by is None else last.upper_by.text
    if upper is not None:
        part = f"{component.name}, tier {last.number} to {_bound(table, upper)}"
        yield from at_bound(last.span, part, _compared(plan, component, frame, upper), unit, currency)


def _only_ends_a_line(table: Table, tier: Tier) -> bool:
    """Whether no value reaches a point: of two at one place, with `boundary: upper`, all there are at the second."""
    following = table.tiers[tier.number] if tier.number < len(table.tiers) else None
    same = following is not None and following.lower is not None and following.lower == tier.lower
    return same and table.boundary is not None and table.boundary.value == "upper"


def select_type(plan: Plan, component: Component) -> Type:
    """The type of the value that looks for a tier."""
    table = component.table
    if table.select is not None:
        return plan.measure(table.select).unit
    if component.basis != "credit" or component.base is None:
        return plan.measure(component.base).unit if component.base is not None else QUANTITY
    rule = plan.rule(component.base)
    if table.select_formula is None:
        return rule.unit
    columns = {column.name: column.type for column in rule.source.columns}
    variables = {name: variable.type for name, variable in plan.variables.items()}
    return type_of(
        table.select_formula.expr,
        {**columns, **variables, "amount": rule.unit, "credited_share": RATE, "level": QUANTITY},
    )


def _compared(
    plan: Plan, component: Component, frame: pl.DataFrame, bound: Decimal | str
) -> Iterator[tuple[Decimal, Decimal]]:
    """The values that looked for a tier, each with the bound in its own terms: × target, × days ÷ days, or of a formula."""
    table = component.table
    over = plan.bounds_over(component)
    days = ("days", "period_days") if over is None else (f"{over}_to_date_days", f"{over}_to_date_period_days")
    before = table.running_total is not None and table.running_total.value == "before"
    value = "before" if before else "after"
    names = [value, *days, *([f"~{bound}"] if isinstance(bound, str) else [])]
    if table.against is not None:
        names.append("target")
        frame = frame.filter(pl.col("target") != 0)
    for row in frame.select(names).unique().iter_rows(named=True):
        at: Decimal | None = row[f"~{bound}"] if isinstance(bound, str) else bound
        if table.against is not None and isinstance(bound, Decimal):
            at = None if row["target"] is None else product(table.against.least(bound), row["target"])
        if at is not None and table.prorate_bounds:
            at = quotient(product(at, Decimal(row[days[0]])), Decimal(row[days[1]]))
        if at is not None and row[value] is not None:
            yield row[value], at


def _given_to_all(run: Run, component: Component) -> bool:
    """Whether everybody has one number, so that a target is neither missing nor 0."""
    against = component.table.against
    target = None if against is None else run.compiled.workspace.targets[against.target]
    return target is not None and target.everybody is not None and not target.sources and target.ramp is None


def _targets(component: Component, earnings: pl.DataFrame) -> Found:
    if component.table.against is not None:
        part = f"{component.name}, target {component.table.against.target}"
        for case in ("missing", "zero"):
            yield Point(component.table.span, part, f"it is {case}"), any_row(earnings, pl.col(case))


def _step(plan: Plan, component: Component, step: Step, number: int, frame: pl.DataFrame) -> Found:
    part = f"{component.name}, {step.kind}"
    yield from _limits(plan, part, step, number, frame)
    for case, condition in _cases(step, number).items():
        yield Point(step.span, part, case), any_row(frame, condition)
    if isinstance(step, Gate) and step.measure is not None and step.at_least is not None:
        type_ = plan.measure(step.measure).unit
        found = _gated(frame, step, number)
        bound = f"{part} at {_gate_bound(step)}"
        yield from at_bound(step.span, bound, found, unit_of(type_, plan.digits), type_.currency)


def _limits(plan: Plan, part: str, step: Step, number: int, frame: pl.DataFrame) -> Found:
    """Both sides of what an item lets through, brings in or cuts off."""
    name, cent = f"step_{number}", Decimal(1).scaleb(-plan.digits)
    pairs: list[tuple[Span, str, str, str]] = []
    match step:
        case Limit():
            pairs = [(step.span, part, f"{name}.to_date" if step.cumulative else _before(number), f"{name}.at")]
        case Budget():
            pairs = [(step.span, part, f"{name}.to_date", f"{name}.at")]
        case CarryForward():
            for side, what, line in (("under", "deficit", step.deficit), ("over", "excess", step.excess)):
                if line is not None:
                    pairs.append((line.span, f"{part}, {what}", f"{name}.due", f"{name}.{side}"))
    for span, words, value, limit in pairs:
        met = frame.select(value, pl.col(limit).alias("~at")).drop_nulls().iter_rows()
        yield from at_limit(span, words, met, cent, plan.currency)


def _cases(step: Step, number: int) -> dict[str, pl.Expr]:
    """What may happen at an item, each with the rows on which it does."""
    name = f"step_{number}"
    before, after = pl.col(_before(number)), pl.col(name)
    match step:
        case Gate():
            met = pl.col(f"{name}.met")
            return {"it is met": met, "it is not met": ~met}
        case Multiply() if isinstance(step.by.expr, Case):
            by = pl.col(f"{name}.by")
            return {"another factor than 1": by != 1, "the factor 1": by == 1}
        case Prorate():
            return {"a part of a period": before != after}
        case Round():
            return {"something to round": before != after}
        case TrueUp():
            return {"something earned before": before != after}
        case CarryForward():
            settled = {"the last one, in which it is settled": pl.col(f"{name}.last")} if step.settles else {}
            return {"a balance brought in": pl.col(f"{name}.brought") != 0, **settled}
        case ShareOut():
            pool, shared = pl.col(f"{name}.pool"), pl.col(f"{name}.weights") > 0
            none = {"nobody with a weight": pl.col(f"{name}.none")} if step.no_weights is not None else {}
            several = {"several members": (pl.col(f"{name}.members") > 1) & shared, "a pool below 0": before < 0}
            return {**several, **none, "cents left over": shared & (pl.col(f"{name}.left") > 0) & (pool != 0)}
    return {}


def _before(number: int) -> str:
    """The column of the amount before an item of the list."""
    return f"step_{number - 1}" if number > 1 else "table_result"


def _gated(frame: pl.DataFrame, step: Gate, number: int) -> Iterator[tuple[Decimal, Decimal]]:
    """The gate's measure, and what it needs."""
    assert step.measure is not None and step.at_least is not None
    names = [step.measure]
    if step.against is not None:
        names.append(f"step_{number}.target")
        frame = frame.filter(pl.col(names[-1]) != 0)
    for value, *target in frame.select(names).unique().iter_rows():
        if value is not None and None not in target:
            yield value, product(step.against.least(step.at_least), target[0]) if step.against else step.at_least


def _bound(table: Table, bound: Decimal | str) -> str:
    if isinstance(bound, str):
        return bound
    if table.against is not None:
        return f"{plain(bound * 100)}% of target"
    return f"{plain(bound * 100)}%" if table.bounds_unit == "share" else plain(bound)


def _gate_bound(step: Gate) -> str:
    assert step.at_least is not None
    if step.against is not None:
        return f"{plain(step.at_least * 100)}% of target"
    return f"{plain(step.at_least * 100)}%" if step.share else plain(step.at_least)

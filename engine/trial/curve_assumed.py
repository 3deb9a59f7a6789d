"""What a pay curve takes for granted, in sentences: they stand under every picture and every table of figures."""

from collections.abc import Iterable

from engine.core.money import plain
from engine.ir.walk import refs
from engine.plan.resolved import CarryForward, Gate, Limit, Multiply, Round
from engine.report.plan_words.number import grouped, value
from engine.trial.curve_setting import Setting
from engine.trial.curve_tables import Example, held_amount, round_amount, value_for


def assumed(asked: Setting, example: Example) -> tuple[str, ...]:
    """Gates left out, the pace, measures held still, columns left empty, variables at their defaults."""
    return (
        *asked.assumed,
        *_pace(asked),
        *_there(asked, example),
        *_held(asked),
        *_empty(asked),
        *_variables(asked, example),
    )


def _pace(asked: Setting) -> Iterable[str]:
    many = len(asked.intervals) > 1
    of, span = asked.intervals[0].length, asked.span.length
    if asked.component.basis == "credit":
        yield f"There is one credit in each {of}." if many else f"There is one credit in the {of}."
    if many and asked.to_date:
        pace = f"{len(asked.intervals)} {of}s of it"
        yield f"The {span} is reached at an even pace, {pace}; shown is the pay of the whole {span}."
    elif many:
        yield f"It is the same in each of {len(asked.intervals)} {of}s; shown is the pay of the whole {span}."
    if many and any(isinstance(step, Round) for step in asked.component.steps):
        by_itself = any(isinstance(step, Round) and step.per == "credit" for step in asked.component.steps)
        each = "credit" if by_itself else of
        yield f"Each {each} is rounded by itself; the {span} is the sum of rounded {each}s."
    if "plan" in asked.plan.accumulations and many:
        yield f"What adds up over the plan begins with {asked.span.name}: the years after it would go on from there."


def _there(asked: Setting, example: Example) -> Iterable[str]:
    """That nothing is cut to a part of the time; and whom that differs from."""
    first, last = asked.intervals[0], asked.intervals[-1]
    shown = asked.span.length if (first.start, last.end) == (asked.span.start, asked.span.end) else "time shown"
    if example.days is None or all(example.held(interval) for interval in asked.intervals):
        yield f"The participant is on the plan for all of the {shown}."
        return
    start, end = example.days
    comes = [f"comes on {start}"] if start > first.start else []
    goes = [f"goes on {end}"] if end < last.end else []
    yield (
        f"{example.participant} {' and '.join((*comes, *goes))}: the figures are those of somebody who is on the plan for all"
        f" of the {shown}, from {first.start} to {last.end}; a run pays what their own days come to."
    )


def _held(asked: Setting) -> Iterable[str]:
    """Measures that don't move with what varies."""
    for name in asked.component.measures:
        if name not in asked.same and name != asked.varies:
            amount, unit = held_amount(asked, name), asked.plan.measure(name).unit
            money = f" {unit.currency}" if unit.dtype == "money" else ""
            shown = value(amount, unit, 0) if unit.dtype == "rate" else f"{grouped(plain(amount))}{money}"
            yield f"`{name}` is held at {shown} in each {asked.intervals[0].length}."
    yield from _unpaid(asked)
    moves = asked.varies == "amount" or any(m.name == asked.varies for m in asked.plan.measures)
    if asked.component.basis == "credit" and not moves:
        amount = round_amount(asked, asked.rule.unit.dtype == "money", asked.plan.digits)
        money = f" {asked.rule.unit.currency}" if asked.rule.unit.dtype == "money" else ""
        yield f"Each credit is of {grouped(plain(amount))}{money}."


def _unpaid(asked: Setting) -> Iterable[str]:
    """Rules whose credits move the running total and are not paid: there are none of them in the picture."""
    select = asked.component.table.select
    if asked.component.basis == "credit" and select is not None:
        for name in asked.plan.measure(select).rules:
            if name != asked.component.base:
                yield f"There are no credits of `{name}`, which would move the running total and not be paid."


def _empty(asked: Setting) -> Iterable[str]:
    """Columns of a credit that formulas read and that say nothing here."""
    if asked.component.basis != "credit":
        return
    columns = {column.name: column.type for column in asked.rule.source.columns}
    read = sorted(name for name in _read(asked) if name in columns and name != asked.varies)
    if asked.rule.roll_up is not None and "level" in _read(asked):
        yield "Each credit is of level 1 of the roll-up."
    for name in read:
        nothing = {"text": "an empty text", "date": "the first day", "bool": "false"}.get(columns[name].dtype, "0")
        yield f"`{name}` of each credit is {'missing' if columns[name].nullable else nothing}."


def _variables(asked: Setting, example: Example) -> Iterable[str]:
    """Variables that participants may have values of their own for."""
    for name in sorted(_read(asked)):
        variable = asked.plan.variables.get(name)
        if variable is None or not variable.varies:
            continue
        number, said_by = value_for(asked.plan, variable, example)
        shown = "missing" if number is None else value(number, variable.type, asked.plan.digits)
        whose = {"participant": f"as {example.participant} has it", "default": "the default"}
        yield f"`{name}` is {shown}, {whose.get(said_by, f'as those have it with the {said_by}')}."


def nothing(asked: Setting, example: Example) -> str:
    """Why pay is 0 at every value, where it is because of what the made-up participant has of their own; else empty."""
    read = [asked.plan.variables[name] for name in sorted(_read(asked)) if name in asked.plan.variables]
    none = [each.name for each in read if each.varies and value_for(asked.plan, each, example)[0] == 0]
    if not none:
        return ""
    names = " and ".join(f"`{name}`" for name in none)
    others = "" if example.participant else "; `--participant ID` shows the pay of somebody who has another"
    return f"There are no worked figures: all are 0 where {names} {'is' if len(none) == 1 else 'are'} 0{others}."


def _read(asked: Setting) -> set[str]:
    """Names that the component's formulas read."""
    formulas = [formula for tier in asked.component.table.tiers for formula in tier.formulas]
    for step in asked.component.steps:
        if isinstance(step, Multiply):
            formulas.append(step.by)
        elif isinstance(step, Limit):
            formulas.append(step.at)
        elif isinstance(step, CarryForward):
            formulas += [line.at for line in step.lines]
        elif isinstance(step, Gate) and step.when is not None:
            formulas.append(step.when)
    return {name for formula in formulas for name in refs(formula.expr)}

"""Modifiers: each item of a component's list as a sentence, in the written order, which is the order of calculation."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine.ir.expr import Lit
from engine.plan.formula import Formula
from engine.plan.modifier import acting_together
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
    TrueUp,
    Waivable,
)
from engine.report.plan_words.accumulation import SINCE, with_title
from engine.report.plan_words.group import members
from engine.report.plan_words.number import listed, money, percent, value
from engine.report.plan_words.rounding import MODES, rounded_attainment
from engine.report.plan_words.sentence import Sentence
from engine.report.plan_words.target import of_target

PER = {"credit": "each credit's pay", "earning": "the amount"}
"""What an item acts on."""
LIMITS = {"cap": "at most", "floor": "at least"}
"""Kind of limit → words."""
OVER = {"credit": "each credit", "earning_period": "each {length}"}
OVER |= {"quarter": "the quarter so far", "year": "the year so far", "plan": "all of the plan so far"}
"""What a limit is over → words."""
DAYS = "For a part of the time {what} is as much smaller: × your days on the plan ÷ all days{since}."


def modifier_sentences(plan: Plan, component: Component) -> Iterable[Sentence]:
    """The list, item by item."""
    for step in component.steps:
        yield Sentence(WORDS[type(step)](plan, component, step), step.span, step.note)
        for waiver in step.waivers if isinstance(step, Waivable) else ():
            yield Sentence(f"In {listed(waiver.periods)} somebody has a waiver of this, by name.", waiver.span)
        if isinstance(step, Gate) and step.against is not None and step.against.rounded is not None:
            stated = step.against.rounded.stated
            yield Sentence(rounded_attainment(step.against.rounded), stated.span, stated.note)


def _gate(plan: Plan, component: Component, step: Gate) -> str:
    what = "A credit is paid" if step.per == "credit" else "It is paid"
    if step.when is not None:
        return f"{what} only if `{step.when.words}`; otherwise 0."
    assert step.measure is not None and step.at_least is not None
    if step.against is None:
        least = value(step.at_least, plan.measure(step.measure).unit, plan.digits)
    else:
        least = f"{percent(step.at_least)} of {of_target(step.against)}"
    return f"{what} only if `{step.measure}` is at least {least}; otherwise 0."


def _multiply(plan: Plan, component: Component, step: Multiply) -> str:
    expr = step.by.expr
    by = value(expr.value, expr.type, 0) if isinstance(expr, Lit) and isinstance(expr.value, Decimal) else None
    return f"Then {PER[step.per]} is multiplied by {by or f'`{step.by.words}`'}."


def _limit(plan: Plan, component: Component, step: Limit) -> str:
    at = _amount(plan, step.at)
    text = f"For {OVER[step.over].format(length=component.length)} there is {LIMITS[step.kind]} {at}."
    if step.prorate:
        text += " " + DAYS.format(what="that limit", since=_since(step))
    for run in acting_together(component.steps):
        if step is component.steps[run[-1]]:
            text += f" These {len(run)} limits count what was left after all of them."
    return text


def _amount(plan: Plan, at: Formula) -> str:
    expr = at.expr
    number = expr.value if isinstance(expr, Lit) else None
    return money(number, plan.currency, plan.digits) if isinstance(number, Decimal) else f"`{at.words}`"


def _prorate(plan: Plan, component: Component, step: Prorate) -> str:
    return DAYS.format(what=PER[step.per], since=_since(step))


def _since(step: Limit | Prorate) -> str:
    return "" if step.accumulation is None else f" {SINCE[step.accumulation]}"


def _round(plan: Plan, component: Component, step: Round) -> str:
    digits = "whole units" if step.digits == 0 else f"{step.digits} digits after the point"
    what = PER[step.per][:1].upper() + PER[step.per][1:]
    return f"{what} is rounded to {digits}, {MODES[step.mode]}."


def _true_up(plan: Plan, component: Component, step: TrueUp) -> str:
    if plan.grown_by(component) is not None:
        length = component.length
        return f"What the same came to without this {length}'s part is taken off: paid is what the {length} adds."
    return f"What this came to at the end of the {component.length} before, {SINCE[step.accumulation]}, is taken off."


def _share_out(plan: Plan, component: Component, step: ShareOut) -> str:
    by = "in equal parts" if step.by is None else f"in proportion to `{step.by.words}`"
    by += ", times the days on the plan" if step.by is not None and step.prorate else ""
    by = "in proportion to the days on the plan" if step.by is None and step.prorate else by
    among = "" if step.among is None else f", among those for whom `{step.among.words}`"
    digits = "whole units" if step.digits == 0 else f"{step.digits} digits after the point"
    text = f"This is the pool of {members(step.within)}: rounded to {digits}, {MODES[step.mode]}, it is shared {by}{among}."
    return text + " The parts add up to the pool exactly; what is left over goes by the largest remainder."


def _carry_forward(plan: Plan, component: Component, step: CarryForward) -> str:
    length, end = component.length, "of the plan" if step.accumulation == "plan" else f"of the {step.accumulation}"
    text = f"What was carried over from the {length} before is added."
    for line, side, settled in ((step.deficit, "under", "taken off"), (step.excess, "over", "paid")):
        if line is None:
            continue
        ends = f"it is {settled} whole" if line.settled else "it is dropped"
        text += f" What lies {side} {_amount(plan, line.at)} is carried into the next {length}; in the last one {end}, or of "
        text += f"your time on the plan{with_title(plan)}, {ends}."
    return text + (f" {DAYS.format(what='that line', since='')}" if step.prorate else "")


def _budget(plan: Plan, component: Component, step: Budget) -> str:
    spans = {"earning_period": f"each {component.length}", "plan": "all of the plan"}
    text = f"For everybody together there is at most {_amount(plan, step.at)} for {spans.get(step.over, f'each {step.over}')}."
    if step.when_spent == "stop":
        text += (
            " Credits are paid in their order until that is spent, the last one in part; those after it are paid only"
        )
        return text + " of what a return gives back."
    if step.accumulation is None:
        text += " Where that is not enough, all amounts above 0 are cut in the same proportion."
    else:
        text += f" In the {component.length} in which that is spent, all amounts above 0 are cut in the same proportion; later"
        text += " ones are paid only of what returns give back."
    return text + " The parts add up to what is left exactly; what is over goes by the largest remainder."


WORDS: Mapping[type, Callable[[Plan, Component, Any], str]] = {
    Gate: _gate, Multiply: _multiply, Limit: _limit, Prorate: _prorate, Round: _round, TrueUp: _true_up,
    ShareOut: _share_out, CarryForward: _carry_forward, Budget: _budget,
}  # fmt: skip
"""Class of an item → its words."""

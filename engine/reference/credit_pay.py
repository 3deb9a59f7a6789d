"""Basis credit: what each credit pays by itself, the rate table on it, then the items per credit in written order.

In: what components read. Out: a row per credit of the base rule, in the order in which a running total takes them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.core.money import EXACT
from engine.plan.resolved import Budget, Component, Measure, Rule
from engine.reference.budget import Spent
from engine.reference.credit import credit_row
from engine.reference.facts import Facts, reading_of, selects_over
from engine.reference.interpolated import interpolated
from engine.reference.look_up import looked_up
from engine.reference.measure import holds
from engine.reference.modifier import is_waived, step_credit
from engine.reference.rate_table import Result, each_entered, look_up, marginal
from engine.reference.scalar import Typed, bounded, decimal, evaluate, minus, truth
from engine.reference.share import Share
from engine.reference.stint import Cell
from engine.reference.target import Reading


@dataclass(frozen=True)
class CreditPay:
    """What one credit of the base rule pays. `before`, `after`: the running total, where a measure selects."""

    share: Share
    cell: Cell
    before: Decimal | None
    after: Decimal | None
    reading: Reading
    table: Result
    steps: tuple[Decimal | None, ...]
    pay: Decimal | None
    cause: str | None = None
    """Why an item made it null, where that is no formula's fault."""


def credit_pays(facts: Facts, component: Component) -> list[CreditPay]:
    """Basis credit: the pay of each credited share, in the rule's order where a running total selects.

    Other rules that the total sums move it and are not paid; of one transaction, the rule that is written first comes first.
    """
    assert component.base is not None
    rule = facts.plan.rule(component.base)
    select = component.table.select
    moving = (rule.name,) if select is None else facts.plan.measure(select).rules
    cells = [cell for cell in facts.cells if cell.period.length == component.length]
    found = [
        (share, cell, number)
        for number, each in enumerate(facts.plan.rules)
        if each.name in moving
        for share in facts.credits[each.name]
        for cell in cells
        if holds(cell, share)
    ]
    found.sort(key=lambda each: (_order(rule.order, each[0]), each[2], each[0].participant))
    running: dict[tuple[str, date, date], Decimal | None] = {}
    result: list[CreditPay] = []
    spent = Spent()
    for share, cell, number in found:
        before = after = None
        if select is not None:
            measure = facts.plan.measure(select)
            over = measure.accumulation
            began = (cell.stint.start, cell.period.start) if over is None else (cell.run_key, cell.spans[over][0])
            group = (share.participant, *began)
            own = _adds(facts, measure, facts.plan.rules[number], share)
            running[group] = _together(running.get(group, Decimal(0)), own)
            after = bounded(running[group], measure.unit.dtype)
            before = minus(after, own, measure.unit.dtype)
        if facts.plan.rules[number] is rule:
            result.append(_credit_pay(facts, component, share, cell, before, after, spent))
    return result


def _together(so_far: Decimal | None, own: Decimal | None) -> Decimal | None:
    """The exact sum so far, which may be out of bounds on the way: of all it is looked up by, each sum is one."""
    return None if so_far is None or own is None else EXACT.add(so_far, own)


def _credit_pay(
    facts: Facts,
    component: Component,
    share: Share,
    cell: Cell,
    before: Decimal | None,
    after: Decimal | None,
    spent: Spent,
) -> CreditPay:
    """What one credit pays: the table on it by itself, or on what it adds to the running total; then the items per credit."""
    table, rule = component.table, facts.plan.rule(component.base or "")
    row = _paid_row(facts, component, rule, share, cell)
    amount = Typed(share.amount, rule.unit.dtype)
    over = selects_over(facts.plan, component)
    total_before = None
    if table.select is not None:
        total_before, total_after = (Typed(x, facts.plan.measure(table.select).unit.dtype) for x in (before, after))
        looks_before = table.running_total is not None and table.running_total.value == "before"
        selected = total_before if looks_before else total_after
    else:
        selected = amount if table.select_formula is None else evaluate(table.select_formula.expr, row)
    value = selected.value
    assert value is None or isinstance(value, Decimal)
    reading = reading_of(facts, component, cell, value)
    if table.mode == "marginal":
        found = marginal(table, total_before, selected, reading, cell, over, row)
    elif table.mode == "each_entered":
        ends = (value,) if table.select is None else (after, before)
        found = each_entered(table, ends, reading, cell, over, row)
    elif table.mode == "interpolated":
        pair = (selected, total_before) if total_before is not None and table.adds_up else (selected,)
        found = interpolated(table, pair, amount, reading, cell, over, row)
    else:
        found = look_up(table, value, amount, reading, cell, over, row)
    pay, steps, cause = found.result, list[Decimal | None](), None
    for number, step in enumerate(component.steps):
        if isinstance(step, Budget) and step.per == "credit":
            asked, at = pay, decimal(step.at.expr, row)
            pay = spent.of(number, step, cell).grant(step, asked, at)
            cause = cause or ("budget_unknown" if asked is not None and pay is None and at is not None else None)
            steps.append(pay)
        elif step.per == "credit":
            pay = pay if is_waived(step, cell) else step_credit(step, pay, row)
            steps.append(pay)
    return CreditPay(share, cell, before, after, reading, found, tuple(steps), pay, cause)


def _paid_row(facts: Facts, component: Component, rule: Rule, share: Share, cell: Cell) -> dict[str, Typed]:
    """Credit place of a component: what measures come to in the period beside, and look-up tables by them."""
    row = credit_row(facts.plan, rule, share, facts.people)
    for name in component.at_credits:
        row[name] = Typed(facts.measures[name][cell.key].value, facts.plan.measure(name).unit.dtype)
    held = facts.people.in_force(share.participant, share.as_of) or {}
    return row | {table.name: looked_up(table, row, held) for table in facts.plan.tables(component.credit_look_ups)}


def _adds(facts: Facts, measure: Measure, rule: Rule, share: Share) -> Decimal | None:
    """What a credit adds to the running total of a measure over its rule; None where its condition is not known."""
    holds: bool | None = True
    if measure.where is not None:
        row = credit_row(facts.plan, rule, share, facts.people)
        holds = truth(measure.where.expr, row)
    if holds is None:
        return None
    return Decimal(0) if not holds else Decimal(1) if measure.aggregate == "count" else share.amount


def _order(columns: tuple[str, ...], share: Share) -> tuple[tuple[bool, object], ...]:
    """The rule's total order; a missing value comes first."""
    return tuple((share.transaction[column] is not None, share.transaction[column]) for column in columns)

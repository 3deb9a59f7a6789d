"""The cases that are tried first: round amounts, and each kind of thing that can be out of the ordinary.

In: what a plan reads. Out: cases. Which points they touch is seen when they have run; what stands at a number is then aimed at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from engine.core.money import quantize
from engine.plan.resolved import Component, ShareOut, Split
from engine.plan.workspace import Variable
from engine.trial.generate.case import Case, Sale
from engine.trial.generate.ground import Ground
from engine.trial.generate.looked_up import leading_to, tables_of
from engine.trial.generate.plain import Plain

SHARES = tuple(Decimal(share).scaleb(-2) for share in (10, 50, 100, 150, 400, 4000))
ROUND_AMOUNT = Decimal(100_000)
ODD = Decimal("1.2345678")
"""A share that leaves something to round."""
DAY = timedelta(days=1)
SEVERAL = 10


def round_cases(ground: Ground, component: Component) -> Iterator[Case]:
    """Nothing; one sale of a share of the target, or of a round amount; the same in several rows; by each rule."""
    period = ground.period_of(component).name
    yield Case(period)
    rules, goal = ground.behind(component), ground.goal(component, period) or ROUND_AMOUNT
    for share in SHARES:
        sales = tuple(_sale(ground, plain, period, goal * share) for plain in rules)
        yield from (Case(period, (sale,)) for sale in sales)
        if len(sales) > 1:
            yield Case(period, sales)
        if sales:
            yield Case(period, (replace(sales[0], times=SEVERAL), *sales[1:]))
    yield from (Case(period, (_sale(ground, plain, period, goal * ODD),)) for plain in rules)


def other_cases(ground: Ground, component: Component, good: Case) -> Iterator[Case]:
    """One thing out of the ordinary each, beside a case that pays."""
    yield from cases_of_rule(ground, good)
    yield from _people(ground, component, good)
    for against in ground.plan.againsts([component]):
        yield replace(good, targets=((against.target, Decimal(0)),))
        yield replace(good, targets=((against.target, None),))
    yield from _earlier(ground, component, good)
    yield from _days(ground, good)
    yield from _rivals(ground, component, good)


def cases_of_rule(ground: Ground, good: Case) -> Iterator[Case]:
    """What can be out of the ordinary in what is sold and in who has a share of it."""
    yield from _rows(ground, good)
    yield from _looked_up(ground, good)
    yield from _assigned(ground, good)
    yield from _managed(ground, good)
    yield from _without_a_day(ground, good)
    yield from _on_another_day(ground, good)


def _sale(ground: Ground, plain: Plain, period: str, amount: Decimal) -> Sale:
    whole = quantize(amount / plain.unit, 0, ROUND_CEILING) * plain.unit
    return Sale(plain.rule.name, ground.day(period), whole)


def _rows(ground: Ground, good: Case) -> Iterator[Case]:
    """Other values of the columns that conditions and formulas read, alone and beside the sale; and a return."""
    for at, sale in enumerate(good.sales):
        plain = ground.plain[sale.rule]
        for column, values in plain.others.items():
            for value in values:
                other = replace(sale, cells=((column, value),), times=1)
                yield replace(good, sales=(*good.sales[:at], other, *good.sales[at + 1 :]))
                yield replace(good, sales=(*good.sales, other))
        for cells in plain.ways:
            yield replace(good, sales=(*good.sales[:at], _led(plain, sale, cells), *good.sales[at + 1 :]))
        back = quantize(sale.amount / 10 / plain.unit, 0, ROUND_CEILING) * plain.unit
        yield replace(good, sales=(*good.sales, replace(sale, amount=-back, times=1)))


def _led(plain: Plain, sale: Sale, cells: Mapping[str, Any]) -> Sale:
    """The sale with cells that lead to one of the values that its value can choose; what it moves is its amount."""
    said = tuple((name, value) for name, value in cells.items() if name != plain.moves)
    return replace(sale, cells=said, times=1, amount=cells.get(plain.moves or "", sale.amount))


def _rivals(ground: Ground, component: Component, good: Case) -> Iterator[Case]:
    """Where others count too: some who sell more, so that each prize is won; one who sells as much; and what goes back.

    By how many sales, too; and of what goes back nothing is left to share.
    """
    measured = any(measure.within is not None for measure in ground.plan.with_parts(component.measures))
    shared = any(isinstance(step, ShareOut) for step in component.steps)
    if not (measured or shared) or ground.plan.names or not good.sales:
        return
    others = max(len(component.table.tiers) - 2, 1) if component.table.prizes else 1
    yield replace(good, rivals=others)
    several = tuple(replace(sale, times=max(sale.times, 2)) for sale in good.sales)
    yield replace(good, sales=several, rivals=others)
    yield replace(good, rivals=1, alike=True)
    for at, sale in enumerate(good.sales):
        yield replace(
            good, sales=(*good.sales[:at], replace(sale, amount=-sale.amount, times=1), *good.sales[at + 1 :])
        )


def _without_a_day(ground: Ground, good: Case) -> Iterator[Case]:
    """What has no credit date, beside what has one."""
    for sale in good.sales:
        rule = ground.plain[sale.rule].rule
        if rule.undated is not None:
            yield replace(good, sales=(*good.sales, replace(sale, cells=((rule.credit_date, None),), times=1)))


def _on_another_day(ground: Ground, good: Case) -> Iterator[Case]:
    """What is sold a day before it counts, or a day after; and by somebody who comes on the day that it counts."""
    for at, sale in enumerate(good.sales):
        said = ground.plain[sale.rule].rule.values_on
        if said is None:
            continue
        for days in (-1, 1):
            other = replace(sale, cells=((said.column, sale.day + days * DAY),), times=1)
            case = replace(good, sales=(*good.sales[:at], other, *good.sales[at + 1 :]))
            yield case
            if days < 0:
                yield replace(case, person=(("start", sale.day),))


def _looked_up(ground: Ground, good: Case) -> Iterator[Case]:
    """Each row of a look-up table, by the sale and the participant that lead to it; and sales that no row is for."""
    for at, sale in enumerate(good.sales):
        for table in tables_of(ground.plan, ground.plain[sale.rule].rule):
            for each in leading_to(table):
                cells = tuple((n, v) for n, v in each.cells.items() if n in ground.plain[sale.rule].cells)
                other = replace(sale, cells=cells, times=1)
                yield replace(
                    good, person=tuple(each.person.items()), sales=(*good.sales[:at], other, *good.sales[at + 1 :])
                )
    read = dict.fromkeys(name for component in ground.plan.components for name in component.look_ups)
    for table in ground.plan.tables(read):
        for each in leading_to(table):
            if each.person:
                yield replace(good, person=tuple(each.person.items()))


def _people(ground: Ground, component: Component, good: Case) -> Iterator[Case]:
    """Who joins or leaves inside the earning period; values of one's own."""
    interval = ground.interval(component, good.period)
    joins, leaves = interval.start + interval.days // 2 * DAY, interval.start + (interval.days // 2 - 1) * DAY
    yield _on(replace(good, person=(("start", joins),)), joins)
    yield _on(replace(good, person=(("end", leaves),)), leaves)
    for variable in ground.plan.variables.values():
        for held in variable.held:
            yield replace(good, person=((held.attribute, held.name),))
        if variable.column is not None:
            for value in _own_values(variable):
                yield replace(good, person=((variable.column, value),))
                odd = (replace(s, amount=s.amount + ground.plain[s.rule].unit) for s in good.sales)
                yield replace(good, person=((variable.column, value),), sales=tuple(odd))


def _own_values(variable: Variable) -> tuple[Any, ...]:
    if variable.type.dtype == "money":
        return (Decimal(500), Decimal(0))
    return (Decimal("0.02"), Decimal(0), Decimal(1)) if variable.type.dtype == "rate" else (Decimal(2), Decimal(0))


def _earlier(ground: Ground, component: Component, good: Case) -> Iterator[Case]:
    """Something was sold before too, or goes back that was: in the interval before, and as far back as measures are read."""
    calendar, interval = ground.workspace.calendar, ground.interval(component, good.period)
    before = [calendar.containing(interval.start - DAY, component.length)]
    before += [calendar.back(interval, back) for back in ground.backs]
    for day in dict.fromkeys(period.end for period in before if period is not None):
        for sale in good.sales[:1]:
            first = replace(sale, day=day, times=1)
            yield replace(good, sales=(first, *good.sales))
            yield replace(good, sales=(first,))
            yield replace(good, sales=(first, replace(sale, amount=-first.amount / 4, times=1)))


def _days(ground: Ground, good: Case) -> Iterator[Case]:
    """Sales on the plan's first and last day, and on those beside them."""
    plan, calendar = ground.plan, ground.workspace.calendar
    days = [plan.start, plan.start - DAY] + ([plan.end, plan.end + DAY] if plan.end is not None else [])
    for day in days:
        pay = calendar.containing(day, ground.workspace.pay_period)
        if pay is not None:
            yield _on(replace(good, period=pay.name), day)


def _assigned(ground: Ground, good: Case) -> Iterator[Case]:
    """Assignments that begin or end on the day of a sale or beside it, and a part of a sale."""
    for sale in good.sales:
        split = ground.plain[sale.rule].rule.to
        if isinstance(split, Split):
            for column, first in (
                ("start", sale.day),
                ("start", sale.day + DAY),
                ("end", sale.day),
                ("end", sale.day - DAY),
            ):
                yield replace(good, shares=((column, first),))
            if split.share is not None:
                yield replace(good, shares=((split.share, Decimal("0.6")),))


def _managed(ground: Ground, good: Case) -> Iterator[Case]:
    """Of a rule that credits managers: sales by themselves, at each level and one deeper; a manager on no plan."""
    for at, sale in enumerate(good.sales):
        rolled = ground.plain[sale.rule].rule.roll_up
        for below in range(rolled.levels + 2) if rolled is not None else ():
            there = replace(sale, below=below)
            case = replace(good, sales=(*good.sales[:at], there, *good.sales[at + 1 :]))
            yield case
            if ground.plan.titles is not None:
                yield replace(case, person=(("title", "any"),))
            if rolled is not None and rolled.generations is not None and below > 1:
                passed = replace(there, passed=below - 1)
                yield replace(good, sales=(*good.sales[:at], passed, *good.sales[at + 1 :]))


def _on(case: Case, day: date) -> Case:
    return replace(case, sales=tuple(replace(sale, day=day) for sale in case.sales))

"""What a component's target comes to, for whoever is made up: a round amount, spread as the target plan says.

In: the component, and an earning period of it. Out: the amount; None where it has no target.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

from engine.core.money import EXACT, quotient
from engine.core.period import Calendar, Period
from engine.plan.resolved import Component, Plan, ResolvedWorkspace, Spread, Target
from engine.trial.curve_tables import Example, target_amount


def goal(workspace: ResolvedWorkspace, plan: Plan, component: Component, interval: Period) -> Decimal | None:
    """The target of that interval, to date or of the whole time where the component is held against that."""
    found = plan.againsts([component])
    if not found:
        return None
    calendar, target = workspace.calendar, workspace.targets[found[0].target]
    amount = target_amount(workspace, target.name, Example())
    if found[0].whole or component.length == "year":
        return amount * sum(time.year == interval.year for time in target.times(calendar))
    parts = calendar.parts(interval)
    if found[0].to_date:
        year = calendar.containing(interval.start, "year")
        assert year is not None
        parts = tuple(part for part in calendar.parts(year) if part.end <= interval.end)
    return reduce(EXACT.add, (_part_of(target, amount, part, calendar) for part in parts))


def _part_of(target: Target, amount: Decimal, part: Period, calendar: Calendar) -> Decimal:
    """What a shortest period comes to of the target of the time that holds it."""
    spread = target.spread
    if spread is None:
        return amount
    if spread.quarters:
        quarters = [q for q in calendar.of_length("quarter") if q.year == part.year]
        here = next(n for n, q in enumerate(quarters) if q.start <= part.start <= q.end)
        amount = EXACT.multiply(amount, spread.quarters[here])
    whole = calendar.containing(part.start, target.over)
    parts = calendar.parts(whole) if whole is not None else (part,)
    here = parts.index(part)
    return EXACT.subtract(_up_to(spread, amount, parts, here + 1), _up_to(spread, amount, parts, here))


def _up_to(spread: Spread, amount: Decimal, year: Sequence[Period], count: int) -> Decimal:
    """What the first periods of a year or quarter come to of its target."""
    if spread.by == "shares":
        return EXACT.multiply(amount, sum(spread.shares[:count], Decimal(0)))
    sizes = [Decimal(p.days if spread.by == "calendar_days" else 1) for p in year]
    reached = quotient(amount * sum(sizes[:count], Decimal(0)), sum(sizes, Decimal(0)))
    assert reached is not None
    return reached

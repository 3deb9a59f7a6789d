"""Modifiers: the ordered steps of a component, each acting on the amount so far of a credit or of intervals.

The written order of the list is the order of evaluation, and each is a line of the trace.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.core import money
from engine.ir.expr import Expr
from engine.plan.carry_forward import Line
from engine.plan.resolved import CarryForward, Gate, Limit, Multiply, Prorate, Round, Step, TrueUp, Waivable
from engine.plan.waiver import waives
from engine.reference.scalar import Row, Typed, bounded, decimal, evaluate, minus, multiplied, plus, truth
from engine.reference.stint import Cell, starts_again
from engine.reference.target import Targets, read


@dataclass(frozen=True)
class Place:
    """One interval of a component: its grid row, what formulas see there, and the targets that gates read."""

    cell: Cell
    row: Row
    targets: Mapping[str, Targets]


@dataclass(frozen=True)
class Stepped:
    """The amount after a step; why the step itself made it null, if it did; whether it was a gate that failed."""

    amount: Decimal | None
    cause: str | None = None
    failed: bool = False


def step_credit(step: Step, amount: Decimal | None, row: Row) -> Decimal | None:
    """A per-credit step on one credit's amount: a gate with `when`, a multiplier, a cap or floor, a rounding."""
    match step:
        case Gate(when=when) if when is not None:
            return _gated(amount, truth(when.expr, row))
        case Multiply():
            return _times(amount, step.by.expr, row)
        case Limit(over="credit"):
            return _limited(step, amount, decimal(step.at.expr, row))
        case Round():
            return _rounded(step, amount)
    raise AssertionError(f"not a step of one credit: {step.kind}")


@dataclass(frozen=True)
class Eve:
    """The interval before a new segment, by the new one's own values: the amount to date, and what its formulas see."""

    amount: Decimal | None
    place: Place


def step_earning(
    step: Step, amounts: Sequence[Decimal | None], places: Sequence[Place], eves: Mapping[int, Eve]
) -> list[Stepped]:
    """A per-earning step on the amounts of the intervals of one segment, in order of time.

    `eves`: of joined segments, by the number of each interval in which a new one begins.
    """
    match step:
        case Gate():
            return [
                Stepped(amount) if is_waived(step, place.cell) else _gate(step, amount, place)
                for amount, place in zip(amounts, places, strict=True)
            ]
        case Limit(cumulative=True):
            return _limited_to_date(step, amounts, places, eves)
        case CarryForward():
            return _carried(step, amounts, places)
        case TrueUp():
            before = [
                Decimal(0) if first else eves[number].amount if number in eves else amounts[number - 1]
                for number, first in enumerate(resets(places, step.accumulation))
            ]
            return [stepped(minus(now, then), now, then) for now, then in zip(amounts, before, strict=True)]
    return [_plain(step, amount, place) for amount, place in zip(amounts, places, strict=True)]


def is_waived(step: Step, cell: Cell) -> bool:
    """Whether the item does nothing on a participant's row of a period."""
    return isinstance(step, Waivable) and waives(step.waivers, cell.stint.participant, cell.period.name)


def _plain(step: Step, amount: Decimal | None, place: Place) -> Stepped:
    """The steps that look at one interval only."""
    if is_waived(step, place.cell):
        return Stepped(amount)
    match step:
        case Multiply():
            factor = decimal(step.by.expr, place.row)
            return stepped(_times(amount, step.by.expr, place.row), amount, ingredient=factor)
        case Limit():
            at = _limit(step, place)
            return stepped(_limited(step, amount, at), amount, ingredient=at)
        case Prorate():
            return stepped(bounded(place.cell.prorated(amount, step.accumulation), "money"), amount)
        case Round():
            return stepped(_rounded(step, amount), amount)
    raise AssertionError(f"not a step of one interval: {step.kind}")


def stepped(result: Decimal | None, *inputs: Decimal | None, ingredient: Decimal | bool | None = Decimal(0)) -> Stepped:
    """Whose fault a null is: this step's, if what it reads itself is null, or known inputs gave an unknown result."""
    own = ingredient is None or (result is None and None not in inputs)
    return Stepped(result, "no_value" if own else None)


def _gate(step: Gate, amount: Decimal | None, place: Place) -> Stepped:
    """The amount if `when` is true, or the measure reaches at_least × target, else 0; not known where the condition is not.

    Of a missing or zero target the policy's attainment is compared with at_least.
    """
    passes, cause = _passes(step, place)
    failed = passes is False
    return Stepped(_gated(amount, passes), cause or ("no_value" if passes is None else None), failed)


def _passes(step: Gate, place: Place) -> tuple[bool | None, str | None]:
    """Whether the gate passes; None if that is not known, with the target's cause where it is a target's fault."""
    if step.when is not None:
        return truth(step.when.expr, place.row), None
    assert step.measure is not None and step.at_least is not None
    measure = place.row[step.measure]
    value = measure.value
    assert value is None or isinstance(value, Decimal)
    bound: Decimal | None = step.at_least
    if step.against is not None:
        reading = read(step.against, place.targets[step.against.target], value, measure.dtype)
        if reading.cause is not None:
            return None, reading.cause
        if reading.by_attainment:
            return (None if reading.attainment is None else reading.attainment >= step.at_least), None
        product = multiplied(Typed(step.at_least, "rate"), Typed(reading.target, measure.dtype)).value
        assert product is None or isinstance(product, Decimal)
        value, bound = (
            None if each is None else money.rounded(each, "half_even", money.BOUND_PLACES) for each in (value, product)
        )
    elif step.near and value is not None:
        value, bound = (money.rounded(each, "half_even", money.BOUND_PLACES) for each in (value, step.at_least))
    return (None if value is None or bound is None else value >= bound), None


def _gated(amount: Decimal | None, passes: bool | None) -> Decimal | None:
    """Fails: 0. Not known, or the amount is not: null (a blocked earning is null, never 0)."""
    if amount is None or passes is None:
        return None
    return amount if passes else Decimal(0)


def _times(amount: Decimal | None, by: Expr, row: Row) -> Decimal | None:
    result = multiplied(Typed(amount, "money"), evaluate(by, row)).value
    assert result is None or isinstance(result, Decimal)
    return result


def _rounded(step: Round, amount: Decimal | None) -> Decimal | None:
    return None if amount is None else bounded(money.rounded(amount, step.mode, step.digits), "money")


def _limit(step: Limit, place: Place) -> Decimal | None:
    """What the amount is limited to: the formula, prorated over the interval, or from the reset to its end."""
    at = decimal(step.at.expr, place.row)
    return bounded(place.cell.prorated(at, step.accumulation), "money") if step.prorate else at


def _limited(step: Limit, amount: Decimal | None, at: Decimal | None) -> Decimal | None:
    """A cap is at most `at`, a floor at least."""
    chosen: Callable[[Decimal, Decimal], Decimal] = min if step.kind == "cap" else max
    return None if amount is None or at is None else chosen(amount, at)


def resets(places: Sequence[Place], over: str) -> list[bool]:
    """Of each interval whether what accumulates over that starts again with it."""
    cells = [place.cell for place in places]
    return [starts_again(cell, before, over) for before, cell in zip([None, *cells], cells, strict=False)]


def _limited_to_date(
    step: Limit, amounts: Sequence[Decimal | None], places: Sequence[Place], eves: Mapping[int, Eve]
) -> list[Stepped]:
    """Remembered: min(S_t, at_t) − min(S_{t−1}, at_{t−1}) with S the running sum before the limit. Lost: with what it left."""
    result: list[Stepped] = []
    total: Decimal | None = Decimal(0)
    before: Decimal | None = Decimal(0)
    assert step.accumulation is not None
    firsts = resets(places, step.accumulation)
    for number, (amount, place, first) in enumerate(zip(amounts, places, firsts, strict=True)):
        at = _limit(step, place)
        if first:
            total = before = Decimal(0)
        elif number in eves:
            before = _limited(step, before if step.lost else total, _limit(step, eves[number].place))
        sum_before, total = (before if step.lost else total), plus(before if step.lost else total, amount)
        after = _limited(step, total, at)
        result.append(stepped(minus(after, before), amount, before, sum_before, ingredient=at))
        before = after
    return result


def _carried(step: CarryForward, amounts: Sequence[Decimal | None], places: Sequence[Place]) -> list[Stepped]:
    """What is due with the balance before; of it what lies beyond a line is the balance after, and the rest is the amount."""
    result: list[Stepped] = []
    balance: Decimal | None = Decimal(0)
    for amount, place, first in zip(amounts, places, resets(places, step.accumulation), strict=True):
        balance = Decimal(0) if first else balance
        due, kept, blamed = plus(amount, balance), plus(amount, balance), False
        lines = [None if line is None else _line(step, line, place) for line in (step.deficit, step.excess)]
        for line, at, limit in zip((step.deficit, step.excess), lines, (max, min), strict=True):
            if line is None or (line.settled and _is_last(step, place)):
                continue
            blamed = blamed or at is None
            kept = None if kept is None or at is None else limit(kept, at)
        least, most = lines
        crossing = (
            step.deficit is not None and step.excess is not None and (least is None or most is None or most < least)
        )
        kept = None if crossing else kept
        result.append(stepped(kept, amount, balance, ingredient=None if blamed or crossing else Decimal(0)))
        balance = minus(due, kept)
    return result


def _line(step: CarryForward, line: Line, place: Place) -> Decimal | None:
    at = decimal(line.at.expr, place.row)
    return bounded(place.cell.prorated(at, None), "money") if step.prorate else at


def _is_last(step: CarryForward, place: Place) -> bool:
    """No interval follows: the accumulation ends, or the participant's time on the plan (as one segment) does."""
    cell = place.cell
    return cell.period.end >= min(cell.spans[step.accumulation][1], cell.run[-1].end)


def acting_together(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """The list in parts: limits that forget, over one accumulation, one right after the other, are one part with those of an
    interval among and after them; any other item is one by itself."""
    parts: list[tuple[Step, ...]] = []
    for step in steps:
        first = parts[-1][0] if parts else None
        joins = False
        if isinstance(first, Limit) and first.lost and isinstance(step, Limit):
            joins = step.over == "earning_period" or (step.lost and step.over == first.over)
        parts[-1:] = [(*parts[-1], step)] if joins else [*parts[-1:], (step,)]
    return parts


def limited_together(
    steps: Sequence[Limit], amounts: Sequence[Decimal | None], places: Sequence[Place], eves: Mapping[int, Eve]
) -> list[list[Stepped]]:
    """What each of them makes of the amounts: S = left before + amount, and each limits S, or in an interval S − left before.

    What they leave together is left before the next interval; before a new segment's first one, with what the move of the
    limits by itself would make of it.
    """
    result: list[list[Stepped]] = [[] for _ in steps]
    left: Decimal | None = Decimal(0)
    over = steps[0].accumulation
    assert over is not None
    for number, (amount, place, first) in enumerate(zip(amounts, places, resets(places, over), strict=True)):
        left = Decimal(0) if first else left
        if number in eves and not first:
            before, after = left, left
            for step in steps:
                if step.cumulative:
                    before = _limited(step, before, _limit(step, places[number - 1]))
                    after = _limited(step, after, _limit(step, eves[number].place))
            left = plus(left, minus(after, before))
        total = plus(left, amount)
        for step, column in zip(steps, result, strict=True):
            at, asked = _limit(step, place), total
            if not step.cumulative and not is_waived(step, place.cell):
                total = plus(left, _limited(step, minus(total, left), at))
            elif step.cumulative:
                total = _limited(step, total, at)
            column.append(stepped(minus(total, left), amount, left, asked, ingredient=at))
        left = total
    return result

"""Lines between points: what is paid at a value, on the line between its neighbours."""

from decimal import Decimal

from engine.core import money
from engine.plan.resolved import Table
from engine.reference.rate_table import Result, Slice, bounds, seen
from engine.reference.scalar import Row, Typed, bounded, evaluate, minus, multiplied, plus
from engine.reference.stint import Cell
from engine.reference.target import Reading

OUT_OF_RANGE = {-1: "below_lowest", 1: "above_highest"}


def interpolated(
    table: Table,
    values: tuple[Typed, ...],
    base: Typed | None,
    reading: Reading,
    cell: Cell,
    over: str | None,
    row: Row,
) -> Result:
    """One value; or, where amounts add up along credits, the value with a credit and that before it."""
    if reading.cause is not None:
        return Result(None, reading.cause)
    places: list[Decimal] | None = [tier.lower for tier in table.tiers if tier.lower is not None]
    if reading.by_attainment:
        values = tuple(Typed(reading.attainment, "rate") for _ in values)
    else:
        limits = bounds(table, reading, cell, over, row)
        places = None if limits is None else list(limits.lowers)
    if places is None or any(value.value is None for value in values):
        return Result(None, "no_value")
    compared, marks = [each for each in map(_number, values) if each is not None], places
    if not reading.by_attainment:
        compared, marks = ([seen(table, each) for each in numbers] for numbers in (compared, marks))
    for side in (-1, 1):
        policy = table.below if side == -1 else table.above
        if policy is not None and policy.value == "exception" and any(_side(at, marks) == side for at in compared):
            return Result(None, OUT_OF_RANGE[side])
    found = [_paid_at(table, value, at, places, marks, row) for value, at in zip(values, compared, strict=True)]
    number, paid = found[0]
    if paid.value is None or not isinstance(paid.value, Decimal):
        return Result(None, "no_value", number, None)
    rate, earlier = paid.value, None
    if table.gives == "rate":
        assert base is not None
        result, length = _number(multiplied(base, paid)), _number(base) or Decimal(0)
    else:
        earlier = _number(found[1][1]) if len(found) > 1 else None
        result, length = (minus(rate, earlier) if len(found) > 1 else rate), Decimal(0)
    if result is None:
        return Result(None, "no_value", number, rate, rate_before=earlier)
    piece = Slice(number, None, None, Decimal(0), length, rate, result)
    return Result(result, None, number, rate, (piece,), earlier)


def _side(at: Decimal, places: list[Decimal]) -> int:
    """−1 under the first point, 1 over the last, else 0."""
    return -1 if at < places[0] else 1 if at > places[-1] else 0


def _paid_at(
    table: Table, value: Typed, at: Decimal, places: list[Decimal], marks: list[Decimal], row: Row
) -> tuple[int, Typed]:
    """The last point that `at` reaches (0: none), and the rate or amount at the value itself."""
    points = table.tiers
    number = 0
    for index, point in enumerate(points):
        jumps = index > 0 and points[index - 1].lower == point.lower
        if index == 0 and points[1].lower != point.lower:
            jumps = table.below is not None and table.below.value == "zero"
        waits = jumps and table.boundary is not None and table.boundary.value == "lower"
        if at > marks[index] or (at == marks[index] and not waits):
            number = index + 1
    if number == 0:
        first = evaluate(points[0].pays.expr, row)
        pays_nothing = table.below is not None and table.below.value == "zero"
        return 0, Typed(Decimal(0), first.dtype) if pays_nothing else first
    here = evaluate(points[number - 1].pays.expr, row)
    if number == len(points) or points[number].lower == points[number - 1].lower or at == marks[number - 1]:
        return number, here
    following = evaluate(points[number].pays.expr, row)
    dtype = "money" if "money" in (here.dtype, following.dtype) else "rate"
    rise = minus(_number(following), _number(here), dtype)
    gone = minus(_number(value), places[number - 1], value.dtype)
    span = minus(places[number], places[number - 1], value.dtype)
    if rise is None or gone is None or span is None:
        return number, Typed(None, dtype)
    part = bounded(money.scaled(rise, gone, span), dtype)
    return number, Typed(plus(_number(here), part, dtype), dtype)


def _number(typed: Typed) -> Decimal | None:
    assert typed.value is None or isinstance(typed.value, Decimal)
    return typed.value

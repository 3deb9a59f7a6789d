"""Move one thing of a case until a point is touched: the amount that is sold, how many rows, a column, a target's day.

In: a point, a case that comes near it, what may be moved. The cases to try next go out, what became of them comes in, so
that many searches share a run. The distance falls as what is moved grows; where it jumps over the point, it can't be touched.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from engine.core.money import quantize, quotient
from engine.trial.generate.case import Case, Sale
from engine.trial.generate.ground import Ground
from engine.trial.generate.probe import Seen
from engine.trial.point import ABOVE, BELOW, ON, Point

ROUNDS = 30
LARGEST = Decimal(10) ** 12


@dataclass(frozen=True)
class Ended:
    """The case that touches the point; without one, whether values to both sides of it were found: then it is jumped over."""

    case: Case | None
    jumped: bool = False


Search = Generator[list[Case], Sequence[Seen], Ended]
"""Cases to try, what came of them, how it ended."""


@dataclass(frozen=True)
class Knob:
    """What is moved: by how much at least, from where, and the case with another value of it."""

    name: str
    unit: Decimal
    value: Decimal
    turned: Callable[[Decimal], Case]


def wanted(point: Point) -> Decimal:
    """How far below what it is compared with a value must lie to touch a point as well as can be."""
    return {BELOW: point.unit, "below it": point.unit, ABOVE: -point.unit, "above it": -point.unit}.get(
        point.case, Decimal(0)
    )


def aimable(point: Point) -> bool:
    """Whether a point is a side of a number."""
    return point.case in (ON, BELOW, ABOVE, "below it", "above it")


def knobs(ground: Ground, case: Case) -> list[Knob]:
    """What of a case can be moved, what is most natural first."""
    found: list[Knob] = []
    for at, sale in enumerate(case.sales):
        plain = ground.plain[sale.rule]
        if plain.moves is not None:
            found.append(Knob("amount", plain.unit, sale.amount, _moved(case, at, "amount")))
    for at, sale in enumerate(case.sales):
        found.append(Knob("times", Decimal(1), Decimal(sale.times), _moved(case, at, "times")))
        for column, value in sale.cells:
            if isinstance(value, Decimal | date):
                found.append(_cell_knob(case, at, column, value))
    for column, value in case.person:
        if isinstance(value, Decimal):
            found.append(Knob(column, _step(value), value, _own(case, column)))
    return found


def search(point: Point, start: Seen, knob: Knob) -> Search:
    """Try values of one knob until the point is touched, or no value is left between one below and one above it."""
    goal, known = wanted(point), {knob.value: start}
    distances: dict[Decimal, Decimal] = {}
    _note(distances, knob.value, start, point)
    if not distances:
        return Ended(None)
    value = _next(distances, goal, knob, 0)
    for number in range(1, ROUNDS):
        tries = [v for v in dict.fromkeys(value) if v not in known and abs(v) < LARGEST]
        if not tries:
            break
        seen = yield [knob.turned(v) for v in tries]
        found = {s.case: s for s in seen}
        for v in tries:
            came = found.get(knob.turned(v))
            if came is None:
                distances.pop(v, None)
                continue
            known[v] = came
            _note(distances, v, came, point)
        if any(distance == goal and known[v].points.get(point) for v, distance in distances.items()):
            break
        if number > 1 and len(set(distances.values())) == 1:
            break  # what is moved does not reach this point
        value = _next(distances, goal, knob, number)
    closest = _best(known, distances, point, goal)
    if closest is not None:
        return Ended(closest.case)
    return Ended(None, min(distances.values()) < goal < max(distances.values()))


def _best(known: dict[Decimal, Seen], distances: dict[Decimal, Decimal], point: Point, goal: Decimal) -> Seen | None:
    """Of those that touch the point, the one that is next to where it should be, on the far side of it."""
    touching = [value for value, seen in known.items() if seen.points.get(point) and value in distances]
    far = [v for v in touching if abs(distances[v]) >= abs(goal)] or touching
    if not far:
        return None
    return known[min(far, key=lambda v: (abs(distances[v] - goal), abs(v), v))]


def _note(distances: dict[Decimal, Decimal], value: Decimal, seen: Seen, point: Point) -> None:
    mine = seen.point(point)
    if mine is not None and mine.apart:
        distances[value] = min(mine.apart, key=abs)


def _next(distances: dict[Decimal, Decimal], goal: Decimal, knob: Knob, number: int) -> list[Decimal]:
    """Where the distance should be as wanted: on the line through the nearest two values, or half way between them."""
    low = [v for v, d in distances.items() if d >= goal]
    high = [v for v, d in distances.items() if d < goal]
    if low and high:
        left, right = max(low), min(high)
        if left > right:
            left, right = sorted((left, right))
        rise = distances[left] - distances[right]
        part = quotient((right - left) * (distances[left] - goal), rise) if rise and number % 2 else (right - left) / 2
        aim = left + (part if part is not None else Decimal(0))
    else:
        nearest = min(distances, key=lambda v: abs(distances[v] - goal))
        others = [v for v in distances if distances[v] != distances[nearest]]
        aim = nearest + distances[nearest] - goal
        if others:
            other = min(others, key=lambda v: abs(distances[v] - goal))
            part = quotient((other - nearest) * (distances[nearest] - goal), distances[nearest] - distances[other])
            aim = nearest + (part or Decimal(0))
        elif number:
            aim = nearest + (distances[nearest] - goal) * Decimal(10) ** number
    return _whole(aim, knob.unit)


def _whole(aim: Decimal, unit: Decimal) -> list[Decimal]:
    steps = quotient(aim, unit)
    if steps is None or abs(steps) > LARGEST:
        return []
    return [quantize(steps, 0, mode) * unit for mode in (ROUND_FLOOR, ROUND_CEILING)]


# -- what is moved


def _moved(case: Case, at: int, name: str) -> Callable[[Decimal], Case]:
    def turned(value: Decimal) -> Case:
        sale = case.sales[at]
        moved = replace(sale, amount=value) if name == "amount" else _rows_of(sale, max(int(value), 1))
        return replace(case, sales=_with(case.sales, at, moved))

    return turned


def _rows_of(sale: Sale, times: int) -> Sale:
    """About the same amount in so many rows of a round one."""
    each = abs(sale.amount) / times
    if times == 1 or not each:
        return replace(sale, times=times)
    step = Decimal(1).scaleb(each.adjusted() - 1)
    whole = quantize(each / step, 0, ROUND_CEILING) * step
    return replace(sale, times=times, amount=(whole * times).copy_sign(sale.amount))


def _cell_knob(case: Case, at: int, column: str, value: Decimal | date) -> Knob:
    def turned(number: Decimal) -> Case:
        put: Any = number if isinstance(value, Decimal) else date.fromordinal(int(number))
        sale = case.sales[at]
        cells = tuple((name, put if name == column else old) for name, old in sale.cells)
        return replace(case, sales=_with(case.sales, at, replace(sale, cells=cells)))

    if isinstance(value, Decimal):
        return Knob(column, _step(value), value, turned)
    return Knob(column, Decimal(1), Decimal(value.toordinal()), turned)


def _own(case: Case, column: str) -> Callable[[Decimal], Case]:
    def turned(value: Decimal) -> Case:
        return replace(case, person=tuple((name, value if name == column else old) for name, old in case.person))

    return turned


def _with(sales: tuple[Sale, ...], at: int, sale: Sale) -> tuple[Sale, ...]:
    return (*sales[:at], sale, *sales[at + 1 :])


def _step(value: Decimal) -> Decimal:
    """A unit of a value's last place, whole numbers by one."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0)) if isinstance(exponent, int) else Decimal(1)

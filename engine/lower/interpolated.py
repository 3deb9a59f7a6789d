"""Lines between points: the line that a value lies on, and what is paid there, as definitions over one row.

Columns made: `below`, `above`, `tier` (the last point reached, 0 under the first), `rate` (the rate or amount on the
line), `table_result`; where a running total adds up, `tier_before` and `rate_before` too.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from engine.ir.expr import Expr, Ref
from engine.ir.remark import Remark
from engine.ir.table import Def
from engine.ir.types import INTEGER, RATE
from engine.lower.bounds import Bounds
from engine.lower.table_choice import line_choices, prorated_bounds
from engine.lower.target import either_attainment
from engine.lower.terms import FALSE, ZERO, all_of, any_of, call, cases, integer, missing, null, number
from engine.plan.resolved import Tier


def interpolated_defs(bounds: Bounds, has_before: bool) -> list[Def]:
    """Definitions from `after` (and `before`, `base`) to `table_result`."""
    table = bounds.table
    adds_up = has_before and table.adds_up
    values = [Ref("after"), Ref("before")] if adds_up else [bounds.value]
    places = _places(table.tiers)
    outside = [_outside(bounds, values, *side) for side in (("below", "lt", places[0]), ("above", "gt", places[-1]))]
    said = line_choices(bounds, values)
    defs = [*outside, *_line(bounds, values[0], "", said)]
    if adds_up:
        defs += _line(bounds, values[1], "_before", ())
    result, words = (
        (call("sub", Ref("rate"), Ref("rate_before")), "amount − amount before") if adds_up
        else (Ref("rate"), "the amount on the line") if table.gives == "amount"
        else (call("mul", Ref("base"), Ref("rate")), "base × rate on the line")
    )  # fmt: skip
    return [*defs, Def("table_result", result, words, table.span, table.note, prorated_bounds(bounds))]


def _places(points: Sequence[Tier]) -> list[Decimal]:
    places = [point.lower for point in points if point.lower is not None]
    assert len(places) == len(points), "every point stands somewhere"
    return places


def _outside(bounds: Bounds, values: list[Ref], side: str, fn: str, place: Decimal) -> Def:
    """`below` and `above`: whether a value lies where the table is an exception."""
    choice = bounds.table.below if side == "below" else bounds.table.above
    asked = choice is not None and choice.value == "exception"
    return Def(side, any_of(*(bounds.compared(fn, value, place) for value in values)) if asked else FALSE)


def _line(bounds: Bounds, value: Ref, which: str, said: tuple[Remark, ...]) -> list[Def]:
    """`tier` and `rate` of one value."""
    points, span = bounds.table.tiers, bounds.table.span
    blocked = any_of(Ref("below"), Ref("above"))
    found = [(_reached(bounds, value, n), integer(points[n].number)) for n in reversed(range(len(points)))]
    tier = cases([(blocked, null(INTEGER)), *found], integer(0))
    under = bounds.table.below is not None and bounds.table.below.value == "same"
    paid: list[tuple[Expr, Expr]] = [(missing(Ref(f"tier{which}")), null(bounds.pays))]
    near = bounds.table.against is not None or bounds.table.near
    for one, other in pairwise(points):
        reached = call("eq", Ref(f"tier{which}"), integer(one.number))
        if one.lower is not None and (near or bounds.may_lack(other)):
            # exactly on a point, as they are compared, the next one has no say: neither its amount nor that it isn't known
            paid.append((all_of(reached, bounds.on(value, one.lower)), bounds.rate(one)))
        paid.append((reached, _on_line(bounds, value, one, other)))
    paid.append((call("eq", Ref(f"tier{which}"), integer(points[-1].number)), bounds.rate(points[-1])))
    first = bounds.rate(points[0]) if under else number(ZERO, bounds.pays)
    remarks = tuple(
        Remark(point.pays.text, point.span, point.note, call("eq", Ref(f"tier{which}"), integer(point.number)))
        for point in points
    )
    return [
        Def(f"tier{which}", tier, "the last point that the value reaches", span, remarks=said),
        Def(f"rate{which}", cases(paid, first), "on the line between two points", span, remarks=remarks),
    ]


def _reached(bounds: Bounds, value: Ref, index: int) -> Expr:
    """A value exactly on a point has reached it; where what is paid jumps there, the boundary decides."""
    places = _places(bounds.table.tiers)
    place, below = places[index], bounds.table.below
    second = index > 0 and places[index - 1] == place
    starts = index == 0 and places[1] != place and below is not None and below.value == "zero"
    return bounds.reaches(value, place) if second or starts else bounds.compared("ge", value, place)


def _on_line(bounds: Bounds, value: Ref, one: Tier, other: Tier) -> Expr:
    """y + (next y − y) × (value − at) ÷ (next at − at); of two points at one place the first is its own."""
    y, following = bounds.rate(one), bounds.rate(other)
    assert one.lower is not None and other.lower is not None
    if one.lower == other.lower:
        return y

    def at(value: Expr, low: Expr, high: Expr) -> Expr:
        return call(
            "add", y, call("scaled", call("sub", following, y), call("sub", value, low), call("sub", high, low))
        )

    plain = at(value, bounds.amount(one.lower), bounds.amount(other.lower))
    if bounds.table.against is None:
        return plain
    shares = at(Ref("attainment"), number(one.lower, RATE), number(other.lower, RATE))
    return either_attainment(bounds.table.against, shares, plain)

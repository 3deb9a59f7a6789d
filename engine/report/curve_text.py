"""A pay curve in the characters of a terminal: braille dots where it has them, plain ASCII where not."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise

from engine.core.money import plain, quantize
from engine.report.curve import Curve, Point
from engine.report.curve_axis import Range, across, axis_title, pay_title, place_text, upward
from engine.report.plan_words.number import grouped

COLUMNS, LINES = 64, 14
BRAILLE = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a cell: four rows of two."""


class _Dots:
    """A canvas of dots: 2 × 4 in each character, or 1 × 1 in ASCII."""

    def __init__(self, ascii_only: bool):
        self.ascii_only = ascii_only
        self.wide, self.high = (COLUMNS, LINES) if ascii_only else (COLUMNS * 2, LINES * 4)
        self.set: set[tuple[int, int]] = set()
        self.dotted: set[tuple[int, int]] = set()

    def dot(self, x: int, y: int) -> None:
        self.set.add((min(x, self.wide - 1), min(y, self.high - 1)))

    def line(self, a: tuple[int, int], b: tuple[int, int]) -> None:
        """Dots from a to b, one for each step of the longer side."""
        steps = max(abs(b[0] - a[0]), abs(b[1] - a[1]), 1)
        for n in range(steps + 1):
            self.dot(a[0] + _over((b[0] - a[0]) * n, steps), a[1] + _over((b[1] - a[1]) * n, steps))

    def upright(self, x: int, low: int, high: int) -> None:
        """A dotted line: the jump."""
        self.dotted |= {(min(x, self.wide - 1), y) for y in range(low, min(high, self.high - 1) + 1) if y % 2}

    def rows(self) -> list[str]:
        """The lines of characters, the highest first."""
        if self.ascii_only:
            return ["".join(self._sign(x, y) for x in range(self.wide)) for y in reversed(range(self.high))]
        return ["".join(self._cell(x, y) for x in range(COLUMNS)) for y in reversed(range(LINES))]

    def _sign(self, x: int, y: int) -> str:
        return "*" if (x, y) in self.set else ":" if (x, y) in self.dotted else " "

    def _cell(self, column: int, line: int) -> str:
        drawn = self.set | self.dotted
        bits = sum(
            DOTS[row][side] for row in range(4) for side in range(2) if (column * 2 + side, line * 4 + 3 - row) in drawn
        )
        return chr(BRAILLE + bits) if bits else " "


def _over(number: int, by: int) -> int:
    """A quotient to the nearest whole number."""
    return (2 * number + by) // (2 * by)


def drawn(curve: Curve, ascii_only: bool) -> tuple[str, ...]:
    """The curve with its axes; bounds are marked on the horizontal one, jumps are dotted."""
    x, y = across(curve, 6), upward(curve, 4)
    dots = _Dots(ascii_only)
    for piece in curve.pieces():
        spots = [_spot(dots, x, y, point) for point in piece]
        for a, b in pairwise([*spots, spots[-1]]):
            dots.line(a, b)
    for bound in curve.bounds:
        if bound.jumps != "no":
            ends = (bound.below, bound.on) if bound.jumps == "below" else (bound.on, bound.above)
            (at, low), (_, high) = (_spot(dots, x, y, point) for point in ends)
            dots.upright(at, min(low, high), max(low, high))
    return (f"{pay_title(curve)}", *_framed(curve, dots, x, y), f"{' ' * _margin(y)}  {axis_title(curve)}")


def _spot(dots: _Dots, x: Range, y: Range, point: Point) -> tuple[int, int]:
    assert point.pays is not None
    return _whole(x.place(point.value, dots.wide - 1)), _whole(y.place(point.pays, dots.high - 1))


def _whole(value: Decimal) -> int:
    return int(quantize(value, 0, ROUND_HALF_UP))


def _margin(y: Range) -> int:
    return max(len(grouped(plain(tick))) for tick in y.ticks)


def _framed(curve: Curve, dots: _Dots, x: Range, y: Range) -> list[str]:
    """The picture with the amounts at its left and the places below it."""
    margin, side = _margin(y), "|" if dots.ascii_only else "│"
    labels = {LINES - 1 - int(quantize(y.place(t, LINES - 1), 0, ROUND_HALF_UP)): grouped(plain(t)) for t in y.ticks}
    rows = [f"{labels.get(n, '').rjust(margin)} {side}{row}".rstrip() for n, row in enumerate(dots.rows())]
    marks = {_column(x, bound.on.value) for bound in curve.bounds}
    corner, flat, mark = ("+", "-", "^") if dots.ascii_only else ("└", "─", "┴")
    line = "".join(mark if n in marks else flat for n in range(COLUMNS))
    return [*rows, f"{' ' * margin} {corner}{line}", f"{' ' * margin}  {_below(curve, x)}"]


def _column(x: Range, value: Decimal) -> int:
    return min(int(quantize(x.place(value, COLUMNS - 1), 0, ROUND_HALF_UP)), COLUMNS - 1)


def _below(curve: Curve, x: Range) -> str:
    """Places under the axis: the bounds first, then the round ones that still have room."""
    taken = [" "] * (COLUMNS + 12)
    for value in dict.fromkeys((*(bound.on.value for bound in curve.bounds), *x.ticks)):
        text = place_text(curve.axis, value)
        start = max(_column(x, value) - int(quantize(Decimal(len(text)) / 2, 0, ROUND_FLOOR)), 0)
        around = taken[max(start - 1, 0) : start + len(text) + 1]
        if all(sign == " " for sign in around) and start + len(text) <= len(taken):
            taken[start : start + len(text)] = text
    return "".join(taken).rstrip()

"""A pay curve as data: what a component pays at points along an axis, where its bounds lie, and what was assumed.

`trial` calculates it by running the program; the pictures (`curve_text`, `curve_svg`) and tables only read it.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from engine.core.period import Period
from engine.ir.types import Type


@dataclass(frozen=True)
class Point:
    """`at` is the place on the axis: a share of the target, or the value itself. `pays` None: not known, for `cause`."""

    at: Decimal
    value: Decimal
    pays: Decimal | None
    cause: str
    beside: int = 0
    """Units beside the place."""


@dataclass(frozen=True)
class Bound:
    """A bound of a tier or of a gate on the axis, and the points one unit below it, on it and one unit above it."""

    at: Decimal
    of: Literal["tier", "gate"]
    below: Point
    on: Point
    above: Point
    jumps: Literal["no", "below", "above"]
    """Whether the pay jumps there: between the unit `below` and the bound, or between the bound and the unit `above`."""


@dataclass(frozen=True)
class Axis:
    """What the curve is drawn over. `target` is its amount where places are shares of it."""

    varies: str
    """The measure, `amount` of one credit, or a column of one credit."""
    unit: Type
    digits: int
    each: str | None
    """The value stands for each of these (`month`); None: for the whole time."""
    target: Decimal | None
    target_name: str | None
    whose: str
    """`an example`, or the participant whose target it is."""
    period: Period


@dataclass(frozen=True)
class Following:
    """What an interval pays after so much of what varies has come in the one before."""

    so_far: Decimal
    before: Period
    interval: Period
    points: tuple[Point, ...]
    """`at` is the total with the interval, `value` what comes in it."""


@dataclass(frozen=True)
class Curve:
    """What one component pays along its axis, over `time` (an earning period, or a fiscal year of them)."""

    component: str
    currency: str
    digits: int
    axis: Axis
    time: str
    intervals: int
    points: tuple[Point, ...]
    bounds: tuple[Bound, ...]
    figures: tuple[Point, ...]
    assumed: tuple[str, ...]
    example: Decimal
    """A round amount of what varies, where there is neither a target nor a bound to begin with."""
    following: Following | None = None
    """Only where the reader says what came before."""
    nothing: str = ""
    """Why pay is 0 at every value, where it is because of what the made-up participant has of their own."""

    def pieces(self) -> list[list[Point]]:
        """The points cut at every jump and where the pay is not known: what can be drawn as one line each."""
        cuts = {(b.below.value, b.on.value) for b in self.bounds if b.jumps == "below"}
        cuts |= {(b.on.value, b.above.value) for b in self.bounds if b.jumps == "above"}
        pieces: list[list[Point]] = [[]]
        for before, point in pairwise((None, *self.points)):
            assert point is not None
            broken = before is not None and ((before.value, point.value) in cuts or before.pays is None)
            if (broken or point.pays is None) and pieces[-1]:
                pieces.append([])
            if point.pays is not None:
                pieces[-1].append(point)
        return [piece for piece in pieces if piece]


@dataclass(frozen=True)
class NoCurve:
    """A component of which no curve can be drawn, and why."""

    component: str
    why: str

"""How a curve is laid on paper: its range, round ticks, and how places and amounts are written on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from engine.core.money import plain, quantize
from engine.report.curve import Axis, Curve, Point
from engine.report.plan_words.number import grouped, money, percent

STEPS = tuple(Decimal(step) for step in ("1", "2", "2.5", "5", "10"))


@dataclass(frozen=True)
class Range:
    """From where to where, with the round ticks in it."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]

    def place(self, value: Decimal, size: int) -> Decimal:
        """`value` on a scale from 0 to `size`."""
        return (value - self.low) / (self.high - self.low) * size


def across(curve: Curve, count: int) -> Range:
    """The horizontal range, in the unit of what varies; ticks are round shares where there is a target."""
    values = [point.value for point in curve.points]
    low, high, target = values[0], values[-1], curve.axis.target
    if high == low:
        high = low + 1
    unit = target if target is not None else Decimal(1)
    return Range(low, high, tuple(tick * unit for tick in round_ticks(low / unit, high / unit, count, inside=True)))


def upward(curve: Curve, count: int) -> Range:
    """The vertical range, from 0 or the least pay to a round amount over the highest."""
    pays = [point.pays for point in curve.points if point.pays is not None]
    low, high = min([Decimal(0), *pays]), max([Decimal(0), *pays])
    if high == low:
        high = low + 1
    ticks = tuple(round_ticks(low, high, count, inside=False))
    return Range(ticks[0], ticks[-1], ticks)


def round_ticks(low: Decimal, high: Decimal, count: int, inside: bool) -> Iterable[Decimal]:
    """About `count` multiples of a round step: those inside the range, or around it."""
    rough = (high - low) / count
    size = Decimal(1).scaleb(rough.adjusted())
    step = next(size * s for s in STEPS if size * s >= rough)
    first = quantize(low / step, 0, ROUND_CEILING if inside else ROUND_FLOOR)
    last = quantize(high / step, 0, ROUND_FLOOR if inside else ROUND_CEILING)
    return (step * n for n in range(int(first), int(last) + 1))


def place_text(axis: Axis, value: Decimal) -> str:
    """A value on the horizontal axis: its share of the target, or itself."""
    if axis.target is not None:
        return share_text(value / axis.target)
    return share_text(value) if axis.unit.dtype == "rate" else grouped(plain(value))


def share_text(share: Decimal) -> str:
    """A share as per cent with at most two digits."""
    return percent(quantize(share, 4, ROUND_HALF_UP))


def amount_text(axis: Axis, value: Decimal) -> str:
    """An amount of what varies, with its currency; money at its digits."""
    if axis.unit.dtype == "money" and axis.unit.currency is not None:
        return money(quantize(value, axis.digits, ROUND_HALF_UP), axis.unit.currency, axis.digits)
    return share_text(value) if axis.unit.dtype == "rate" else grouped(plain(value))


def pay_text(curve: Curve, point: Point) -> str:
    """What a point pays."""
    if point.pays is None:
        return f"not known: {point.cause.replace('_', ' ')}"
    return money(point.pays, curve.currency, curve.digits)


def axis_title(curve: Curve) -> str:
    """What the horizontal axis is."""
    axis = curve.axis
    what = "amount of the credit" if axis.varies == "amount" else axis.varies
    each = f" of each {axis.each}" if axis.each else ""
    if axis.target_name is not None:
        return f"{what}{each}, in % of the target {axis.target_name}"
    unit = f" ({axis.unit.currency})" if axis.unit.dtype == "money" and axis.unit.currency else ""
    return f"{what}{each}{unit}"


def pay_title(curve: Curve) -> str:
    """What the vertical axis is."""
    return f"pay of the {curve.time} ({curve.currency})"

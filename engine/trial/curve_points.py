"""At which values a pay curve is calculated: an even grid, five points at every bound, and the figures that are shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from engine.core.money import EXACT, product, quantize, quotient
from engine.trial.curve_setting import Setting

SHOWN = tuple(Decimal(share).scaleb(-2) for share in (50, 80, 100, 120, 150))
"""Shares of the target (or of the example amount) whose figures are shown."""
GRID = 120
"""Steps of the even grid."""
BESIDE = (-2, -1, 0, 1, 2)
"""Units beside a bound that are calculated: a jump is what the one unit brings and its neighbours don't."""


@dataclass(frozen=True, order=True)
class Spot:
    """A place on the axis and so many units beside it."""

    at: Decimal
    beside: int = 0
    exact: Decimal | None = field(default=None, compare=False)
    """The value itself, where a reader named it: its share of the target may have no end."""


@dataclass(frozen=True)
class Named:
    """A value that the reader asks about: a share of the target, or an amount of what varies."""

    number: Decimal
    is_share: bool

    def spot(self, setting: Setting, target: Decimal | None) -> Spot | None:
        """Its place on the axis; None for a share where there is no target."""
        if self.is_share:
            return None if target is None else Spot(self.number)
        value = _counted(setting, self.number)
        share = value if target is None else quotient(value, target)
        return None if share is None else Spot(share, exact=value)


@dataclass
class Course:
    """What a spot comes to in each interval: the value that counts for it, and to date."""

    own: list[Decimal] = field(default_factory=list)
    to_date: list[Decimal] = field(default_factory=list)


def spots(setting: Setting, example: Decimal) -> tuple[list[Spot], list[Spot]]:
    """All places to calculate, and those whose figures are shown beside jumps; `example` is a round amount of what varies."""
    bounds = [at for at, _ in setting.bounds]
    if setting.against is not None:
        top = max([Decimal("1.5"), *(_rounded_up(b * Decimal("1.2")) for b in bounds)])
        shown = [Spot(at) for at in (*SHOWN, *_middles(setting), *(bound for bound in bounds if bound))]
    elif any(bounds):
        top = max(bounds) * Decimal("1.5") if max(bounds) > 0 else -min(bounds)
        middles = (_whole(setting, at) for at in _middles(setting))
        shown = [Spot(at) for at in (*bounds, *middles, _whole(setting, top))]
    else:
        whole = Decimal(1) if setting.unit.dtype == "rate" else example  # of what is a share, 100 %
        top, shown = whole * SHOWN[-1], [Spot(whole * share) for share in SHOWN]
    low = min([Decimal(0), *(bound * Decimal("1.2") for bound in bounds)])
    at_bounds = [Spot(bound, n) for bound in bounds for n in BESIDE]
    everywhere = [Spot(_whole(setting, at)) for at in _even(low, top)]
    return sorted({*everywhere, *at_bounds, *shown}), sorted(set(shown))


def _middles(setting: Setting) -> Iterable[Decimal]:
    """The middle of each line between two points."""
    if setting.component.table.mode == "interpolated":
        places = sorted({tier.lower for tier in setting.component.table.tiers if tier.lower is not None})
        yield from ((a + b) / 2 for a, b in pairwise(places))


def _even(low: Decimal, top: Decimal) -> Iterable[Decimal]:
    step = quantize((top - low) / GRID, 12, ROUND_CEILING)
    return (low + step * n for n in range(GRID + 1))


def _rounded_up(share: Decimal) -> Decimal:
    """To a tenth, so that the axis ends at a round share."""
    return quantize(share, 1, ROUND_CEILING)


def _whole(setting: Setting, at: Decimal) -> Decimal:
    """A count is a whole number; money on an axis of amounts has its currency's digits."""
    if setting.against is not None:
        return at
    return quantize(at, 0 if setting.counted else digits_of(setting), ROUND_CEILING)


def digits_of(setting: Setting) -> int:
    """Digits of the value that varies: the currency's; a rate is moved by percents, a quantity by whole units."""
    if setting.unit.dtype == "rate":
        return 2
    if setting.unit.dtype != "money":
        return 0
    return dict(setting.workspace.currencies).get(setting.unit.currency or setting.plan.currency, setting.plan.digits)


def course(setting: Setting, spot: Spot, targets: list[tuple[Decimal, Decimal]]) -> Course:
    """The value of a spot in each interval, at an even pace; `targets` are each interval's own and to date.

    Against a target the pace is the target's, so that a share of it is held in every interval. The units beside a place
    stand in the last interval where the value adds up, else in each.
    """
    unit, count = spot.beside * Decimal(1).scaleb(-digits_of(setting)), len(setting.intervals)
    found, before = Course(), Decimal(0)
    for number in range(1, count + 1):
        if setting.to_date:
            total = product(spot.at, targets[number - 1][1]) if setting.against else _part(spot.at, number, count)
            total = spot.exact if spot.exact is not None and number == count else total
            total = _counted(setting, total) + (unit if number == count else 0)
        else:
            own = product(spot.at, targets[number - 1][0]) if setting.against else spot.at
            own = own if spot.exact is None else spot.exact
            total = EXACT.add(before, _counted(setting, own) + unit)
        found.own.append(EXACT.subtract(total, before))
        found.to_date.append(total)
        before = total
    return found


def _counted(setting: Setting, value: Decimal) -> Decimal:
    return quantize(value, 0, ROUND_CEILING) if setting.counted else value


def _part(amount: Decimal, number: int, count: int) -> Decimal:
    part = quotient(product(amount, Decimal(number)), Decimal(count))
    assert part is not None
    return part

"""At which values a pay curve is calculated: an even grid, five points at every bound, and the figures that are shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

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
        shown = [*(Spot(share) for share in SHOWN), *(Spot(bound) for bound in bounds if bound)]
    elif any(bounds):
        top = max(bounds) * Decimal("1.5") if max(bounds) > 0 else -min(bounds)
        shown = [*(Spot(bound) for bound in bounds), Spot(_whole(setting, top))]
    else:
        top, shown = example * SHOWN[-1], [Spot(example * share) for share in SHOWN]
    low = min([Decimal(0), *(bound * Decimal("1.2") for bound in bounds)])
    at_bounds = [Spot(bound, n) for bound in bounds for n in BESIDE]
    everywhere = [Spot(_whole(setting, at)) for at in _even(low, top)]
    return sorted({*everywhere, *at_bounds, *shown}), sorted(set(shown))


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
            total = _counted(setting, total) + (unit if number == count else 0)
        else:
            own = product(spot.at, targets[number - 1][0]) if setting.against else spot.at
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

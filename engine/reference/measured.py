"""What a measure comes to on a row of the grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.reference.each import OfOne
from engine.reference.group import Standing
from engine.reference.stint import Key

Measures = Mapping[str, Mapping[Key, "Measured"]]


@dataclass(frozen=True)
class Measured:
    """A measure on one grid row: the interval's own, and its value (the same, or to date)."""

    own: Decimal | None
    value: Decimal | None
    nothing: tuple[bool, bool] = (False, False)
    """Of `own` and `value`: there is nothing to make it of, and the measure's own policy is to block."""
    standing: Standing | None = None
    """Of a rank: with whom the place is shared."""
    each: tuple[OfOne, ...] = ()
    """Where it is limited for each customer, claim or policy: what those come to that have credits in the interval."""

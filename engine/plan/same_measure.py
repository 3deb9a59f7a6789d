"""Whether two measures are one aggregate, whatever they are called: all that decides the value, as written or as resolved."""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from engine.plan.amount import Amount
from engine.plan.choice import Choice, Stated
from engine.plan.formula import Formula
from engine.plan.measure import Measure
from engine.plan.measure_written import Measure as Written
from engine.plan.name import Name

APART = frozenset(
    {"name", "span", "note", "unit", "lengths", "looked_back", "varies", "in_parts", "of_target", "adds_up", "of_group"}
)
"""What a measure is called, where it stands, who reads it, and what follows from the rest."""
UNORDERED = ("rules", "earned")


def made_of(measure: Measure | Written, leaving: Collection[str] = ()) -> tuple[object, ...]:
    """What the value of a measure is made of, but for the fields `leaving`; equal for measures that are one aggregate."""
    names = (each.name for each in fields(measure) if each.name not in APART and each.name not in leaving)
    return tuple(
        frozenset(_bare(getattr(measure, name))) if name in UNORDERED else _bare(getattr(measure, name))
        for name in names
    )


def _bare(value: Any) -> Any:
    """The same without places and notes."""
    match value:
        case Name():
            return value.text
        case Formula():
            return value.expr
        case Choice() | Amount():
            return value.value
        case Stated():
            return None
        case tuple():
            return tuple(map(_bare, value))
        case Mapping():
            return frozenset((key, _bare(each)) for key, each in value.items())
    if is_dataclass(value):
        inner = (
            each.name for each in fields(value) if each.name not in ("span", "note") and not each.name.endswith("_span")
        )
        return tuple(_bare(getattr(value, name)) for name in inner)
    return value

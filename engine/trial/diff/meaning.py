"""What a resolved workspace means, without where and how it is said. Two that mean the same pay the same: one run is enough."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from engine.core.span import Span

SAID = frozenset(
    {"span", "note", "about", "named", "file", "text", "parameters", "level", "target_incentive", "accepted"}
)
"""Fields that say where something stands, or tell people of it."""


def meaning(value: Any) -> Any:
    """A value that is equal for what means the same; it can be a key."""
    if is_dataclass(value):
        said = [field.name for field in fields(value) if field.compare and field.name not in SAID]
        found = ((name, getattr(value, name)) for name in said)
        return type(value).__name__, *((name, meaning(each)) for name, each in found if not isinstance(each, Span))
    if isinstance(value, Mapping):
        return tuple((key, meaning(each)) for key, each in value.items())
    if isinstance(value, tuple | list):
        return tuple(meaning(each) for each in value)
    return value

"""A reference by name, as written."""

from dataclasses import dataclass

from engine.core.span import Span


@dataclass(frozen=True)
class Name:
    """A reference by name (to a source, rule, measure, target, column), with its place."""

    text: str
    span: Span

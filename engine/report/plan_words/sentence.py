"""A sentence of a plan with the place that says so and the note beside it."""

from dataclasses import dataclass

from engine.core.span import Span


@dataclass(frozen=True)
class Sentence:
    """What a participant reads, where it stands, and why it is so if the plan says why."""

    text: str
    span: Span | None = None
    note: str | None = None

"""What a code is: one kind of mistake that a user can make, or that data can have."""

from dataclasses import dataclass
from typing import Literal

Stage = Literal["load", "resolve", "typecheck", "review", "intake", "run", "post", "trial"]
"""The pass that reports it, by the name of its package."""


@dataclass(frozen=True)
class Code:
    """`title` is a sentence without its full stop; `explanation` says why it is refused and what to do instead."""

    code: str
    title: str
    explanation: str
    stage: Stage

"""What a plan says beside a figure: a choice that decided it, a note, a place. A program carries it; no figure reads it."""

from dataclasses import dataclass

from engine.core.span import Span
from engine.ir.expr import Expr


@dataclass(frozen=True)
class Remark:
    """`words` as the plan says them (`zero_target: full`), where, and the note beside them.

    `when` is the condition, on the row that the remark stands at, under which the choice decided; without one it always
    applies.
    """

    words: str
    span: Span | None
    note: str | None = None
    when: Expr | None = None
    column: str | None = None
    """The column that a remark on a whole table is about, if it is about one."""

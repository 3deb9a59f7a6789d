"""A choice that changes money, with the place where it was made: every trace and message can point at it."""

from dataclasses import dataclass

from engine.core.span import Span


@dataclass(frozen=True)
class Choice:
    """A policy's value, where it stands, at which level it was found, and the note beside it."""

    value: str
    span: Span
    level: str
    """`workspace`, `plan`, `component`, `table`, `measure`, `modifier` or `rule`: the nearest that says it wins."""
    note: str | None = None


@dataclass(frozen=True)
class Stated:
    """Something else that a plan or workspace says (who is on the plan, a period), with its place and the note beside it."""

    words: str
    span: Span
    note: str | None = None


ROLL_UP: dict[str, tuple[str, ...]] = {
    "longer": ("stop", "exception"),
    "no_manager": ("skip", "exception"),
    "not_on_plan": ("skip", "exception"),
}
"""What every roll-up says of its chains of managers → the values it may take."""

VALUES_ON: dict[str, tuple[str, ...]] = {
    "later": ("credit_date", "exception"),
    "not_on_roster": ("credit_date", "exception"),
}
"""What a rule says of days other than the credit date → the values it may take."""

UNDATED: tuple[str, ...] = ("waits", "exception")
"""What becomes of a row without a credit date."""

POLICIES: dict[str, tuple[str, ...]] = {
    "boundary": ("upper", "lower"),
    "below": ("same", "zero", "exception"),
    "above": ("same", "exception"),
    "running_total": ("before", "after"),
    "segments": ("separate", "joined"),
    "on_change": ("reset", "continue"),
    "on_move": ("follow", "stay"),
    "hit_policy": ("first", "unique", "all"),
    "unmatched": ("ignore", "warning", "exception"),
    "not_on_plan": ("unassigned", "exception"),
    "missing_target": ("block", "zero", "full"),
    "zero_target": ("block", "zero", "full"),
    "no_credits": ("block", "zero"),
    "zero_denominator": ("block", "zero", "full"),
    "no_previous": ("block", "zero"),
    "missing_part": ("block", "zero", "redistribute"),
    "negative_pool": ("share", "zero", "block"),
    "no_weights": ("equally", "nobody", "block"),
    "reach": ("to_date", "accumulation"),
    "excess": ("remembered", "lost"),
    "participant_values_on": ("segment_start", "segment_end"),
    "payout_rounding": ("half_up", "half_even", "truncate", "floor", "ceiling"),
}
"""Policy → the values it may take. None has a default: one left unsaid where it could change pay is a diagnostic."""

"""A node of an explanation: one figure, how it came about, where the plan says so, and what stands beneath it."""

from dataclasses import dataclass, field

ABOVE = ", listed above"
"""How it is said that a list stands in the tree before."""
AS_ABOVE = "as above"
"""How it is said that a figure is explained in the tree before."""


@dataclass(frozen=True)
class Worked:
    """A text with figures, twice: `plain` for machines, `grouped` (thousands, per cent) for readers."""

    plain: str
    grouped: str


@dataclass(frozen=True)
class Node:
    """`value` in `unit` = `formula` (in the plan's names) → `worked` (with the figures of this row)."""

    kind: str
    """`participant payout earning step table slice credit target measure interval rule variable transaction choice …`"""
    title: str
    value: Worked | None = None
    unit: str = ""
    about: str = ""
    """What is to be said of it in words: an outcome and its cause, a policy that decided."""
    formula: str = ""
    worked: Worked | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    span: str | None = None
    note: str | None = None
    source: str | None = None
    """File and row of the source that it was read from."""
    children: tuple["Node", ...] = ()

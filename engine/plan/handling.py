"""How the exception log is worked on, as `exceptions:` of komisi.yaml says it: owners, raised severities, waivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.core.span import Span
from engine.plan.name import Name


@dataclass(frozen=True)
class Owner:
    """Who works on the exceptions that all of it fits; an empty part fits everything."""

    owner: str
    codes: tuple[str, ...]
    """A code, or the beginning of some with `*`."""
    sources: tuple[str, ...]
    plans: tuple[str, ...]
    span: Span
    named: tuple[Name, ...] = ()
    """All of them with their places."""


@dataclass(frozen=True)
class Waiver:
    """Exceptions that somebody has approved to pay in spite of, up to a day."""

    where: tuple[tuple[str, str], ...]
    """Column of the log → its value there; `code` comes first."""
    every_row: bool
    name: str
    reason: str
    until: str
    span: Span
    last: date | None = None
    """The day that `until` comes to; known once it is held against the calendar."""
    approved: date | None = None
    named: Mapping[str, Span] = field(default_factory=dict)
    """The place of each value."""

    @property
    def code(self) -> str:
        """The code that it is about."""
        return self.where[0][1]

    @property
    def words(self) -> str:
        """Who, until when, why."""
        approved = f" on {self.approved}" if self.approved is not None else ""
        return f"{self.name}{approved}, until {self.last}: {' '.join(self.reason.split())}"


@dataclass(frozen=True)
class Handling:
    """All of it. `severities`: by code, the least that its exceptions have."""

    owners: tuple[Owner, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    named: Mapping[str, Span] = field(default_factory=dict)
    """The place of each code under `severities`."""

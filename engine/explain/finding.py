"""What verification finds: the first place where a run does not hold, by table, row and column, and what it should say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from engine.core.money import plain


@dataclass(frozen=True)
class Finding:
    """One thing that doesn't hold. `row` is the key of the first row, `column` its first column, of those that differ."""

    place: str
    row: str
    column: str
    stored: str
    recomputed: str
    message: str


@dataclass(frozen=True)
class Verification:
    """All findings, causes before effects, and how much was checked of what.

    `follow`: tables that are what the stored ones before them give, so that they only repeat what a finding says.
    `run`, `period`: which run it is. `unproved`: what a run that holds could still be otherwise in, and how that is proved.
    """

    findings: tuple[Finding, ...]
    checked: Mapping[str, int] = field(default_factory=dict)
    follow: tuple[str, ...] = ()
    run_digest: str = ""
    run: str = ""
    period: str = ""
    unproved: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.findings


class Findings:
    """Collects findings and counts while checks run."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.checked: dict[str, int] = {}
        self.follow: list[str] = []

    def add(
        self, place: str, message: str, row: str = "", column: str = "", stored: Any = "", recomputed: Any = ""
    ) -> None:
        """Something that doesn't hold."""
        self.found.append(finding(place, message, row, column, stored, recomputed))

    def count(self, what: str, number: int = 1) -> None:
        """So much more was checked."""
        self.checked[what] = self.checked.get(what, 0) + number


def finding(
    place: str, message: str, row: str = "", column: str = "", stored: Any = "", recomputed: Any = ""
) -> Finding:
    """A finding with its values as text."""
    return Finding(place, row, column, text(stored), text(recomputed), message)


def text(value: Any) -> str:
    """A value as a finding shows it."""
    if isinstance(value, str):
        return value
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def key_text(names: tuple[str, ...], key: tuple[Any, ...]) -> str:
    """A row's key: `participant S-001, period 2026-03`. What is empty in it is left out."""
    return ", ".join(f"{name} {text(value)}" for name, value in zip(names, key, strict=True) if value != "")

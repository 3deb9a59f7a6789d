"""The header of a table → at which place each of the source's columns stands; each of them stands there once."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from engine.core.diagnostic import closest
from engine.intake.rejects import IntakeError
from engine.ir.types import TEXT
from engine.plan.workspace import Column, Source


def header_of(fields: Iterable[str]) -> list[str]:
    """Names as they are compared."""
    return [unicodedata.normalize("NFC", field).strip() for field in fields]


EVERY = "@"
"""Begins the names of columns that are read only to be looked at."""


def every_column(source: Source, header: Iterable[str]) -> Source:
    """The source as if it read each column of a file as a text. One without a header of its own is left out."""
    named = list(header)
    texts = [
        Column(EVERY + h, h, TEXT.optional(), source.span) for h in dict.fromkeys(named) if h and named.count(h) == 1
    ]
    return replace(source, columns=tuple(texts), key=(), skip=())


def places(
    header: list[str], where: str, source: Source, hint: Callable[[], tuple[str, str] | None] = lambda: None
) -> dict[str, int]:
    """Our name of each column → its place. `hint`: what else may be wrong with a header that lacks one, and what to do."""
    wanted = {column.name: unicodedata.normalize("NFC", column.header) for column in source.columns}
    at: dict[str, int] = {}
    twice = {found for place, found in enumerate(header) if at.setdefault(found, place) != place}
    double = next((found for found in wanted.values() if found in twice), None)
    if double is not None:
        raise IntakeError("X006", where, f"two columns are called `{double}`", "rename one of them in the export")
    for column, found in wanted.items():
        if found not in at:
            raise IntakeError("X006", where, *_missing(found, column, header, source, hint))
    return {column: at[found] for column, found in wanted.items()}


def _missing(
    wanted: str, column: str, header: list[str], source: Source, hint: Callable[[], tuple[str, str] | None]
) -> tuple[str, str]:
    """What to say of a column that the file doesn't have, and what to do."""
    if not any(header):
        row = source.header_row
        if row == 1:
            return "the first line is empty", "the header must be the first line of the file"
        return f"row {row} is empty", f"`header_row: {row}` in source `{source.name}` says that the header stands there"
    other = hint()
    if other is not None:
        return f"no column `{wanted}`; {other[0]}", other[1]
    near = closest(wanted, header)
    near = f"did you mean `{near}`? " if near else ""
    named = ", ".join(f"`{h[:40]}`" for h in header[:20] if h) + (", …" if len(header) > 20 else "")
    return (
        f"no column `{wanted}`; the file has {named}",
        f"{near}correct `from:` of column `{column}` in source `{source.name}`",
    )

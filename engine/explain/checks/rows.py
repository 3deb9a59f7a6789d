"""Two tables as rows, whatever their order: the first row and column in which a stored one is not what it should be."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import polars as pl

from engine.explain.finding import Finding, Findings, finding, text

Row = tuple[Any, ...]
MOST = 300
"""Up to so many rows on each side are held against each other; of more it is only said which are missing."""


def check_rows(findings: Findings, place: str, names: Sequence[str], stored: pl.DataFrame, fresh: pl.DataFrame) -> bool:
    """Whether both have the same rows; if not, findings say so. `names`: the columns by which a row is called."""
    if stored.equals(fresh):
        return True
    for column in dict.fromkeys((*fresh.columns, *stored.columns)):
        old, new = stored.schema.get(column), fresh.schema.get(column)
        if old != new:
            findings.add(place, "the column has another type than it should", "", column, old, new)
            return False
    stored = stored.select(fresh.columns)
    found = differences(place, names, fresh.columns, list(stored.iter_rows()), list(fresh.iter_rows()))
    findings.found.extend(found)
    return not found


def differences(
    place: str, names: Sequence[str], columns: Sequence[str], stored: Sequence[Row], fresh: Sequence[Row]
) -> list[Finding]:
    """What differs: the first changed row by its first changed column, the first missing one, the first too many."""
    have, should = Counter(stored), Counter(fresh)
    extra, missing = list((have - should).elements()), list((should - have).elements())
    changed: list[tuple[Row, Row]] = []
    if max(len(extra), len(missing)) <= MOST:
        changed = _paired(sorted(extra, key=_order), sorted(missing, key=_order))
        for old, new in changed:
            extra.remove(old)
            missing.remove(new)
    called = [columns.index(name) for name in names]
    found = []
    if changed:
        old, new = changed[0]
        at = next(i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b)
        more = f" ({len(changed):,} rows of this table differ)" if len(changed) > 1 else ""
        found.append(
            finding(
                place,
                "the row has another value than it should" + more,
                _called(names, called, old),
                columns[at],
                old[at],
                new[at],
            )
        )
    twice = [row for row in extra if should[row]]
    for rows, message in (
        (twice, "the row is there more than once"),
        (missing, "the row is missing"),
        ([row for row in extra if not should[row]], "the row should not be there"),
    ):
        if rows:
            more = f" ({len(rows):,} rows)" if len(rows) > 1 else ""
            first = _called(names, called, min(rows, key=_order))
            found.append(finding(place, message + more, first, "", f"{len(stored):,} rows", f"{len(fresh):,} rows"))
    return found


def _paired(extra: list[Row], missing: list[Row]) -> list[tuple[Row, Row]]:
    """Rows that are too many, each with the missing one that it was: the one most like it, in more than half its columns."""
    left, pairs = list(missing), []
    for old in extra:
        alike = [sum(a == b for a, b in zip(old, new, strict=True)) for new in left]
        if alike and 2 * max(alike) > len(old) - 1:
            pairs.append((old, left.pop(alike.index(max(alike)))))
    return pairs


def _called(names: Sequence[str], places: Sequence[int], row: Row) -> str:
    known = ((name, row[at]) for name, at in zip(names, places, strict=True) if row[at] is not None)
    return ", ".join(f"{name} {text(value)}" for name, value in known)


def _order(row: Row) -> Any:
    return tuple((value is not None, 0 if value is None else value) for value in row)

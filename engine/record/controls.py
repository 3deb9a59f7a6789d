"""Control totals as a run keeps them: what an export says of itself, beside what was found; and what of it does not hold.

In: the table of control totals. Out: a finding for each thing to mend. The log of a run and `komisi sources check` tell it alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from engine.core.money import plain
from engine.core.unseen import seen
from engine.plan.file_pattern import PERIOD, lacking

CONTROLS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String, "file": pl.String, "total": pl.String, "stated": pl.Decimal(38, 12), "found": pl.Decimal(38, 12),
    "control": pl.String, "line": pl.Int64, "fault": pl.String, "said": pl.String,
}  # fmt: skip
"""`file` is null for a total of all files together, `stated` where none is, `found` where no such file was read. `control` and
`line`: where the control file says it. `fault`: a code, of what can't be held against what was found; `said` is about that."""
LONGEST = 200
"""Characters that are told of what a control file says."""
DIFFERS, NOT_READ, UNREADABLE, NOT_ONE, UNUSED, NO_CONTROL = "X022", "X053", "X054", "X055", "X056", "X059"


@dataclass(frozen=True)
class Untrue:
    """A control total that does not hold, or can't be told to; `file` and `row` are where to look."""

    code: str
    severity: str
    source: str
    file: str | None
    row: int | None
    message: str


def untrue(controls: pl.DataFrame) -> list[Untrue]:
    """What does not hold of control totals, a file's own faults once."""
    rows = controls.to_dicts()
    return list(dict.fromkeys(each for row in rows for each in _told(row, rows)))


def _told(row: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[Untrue]:
    source, file, total = row["source"], row["file"], row["total"]
    fault, said = row.get("fault"), seen(row.get("said") or "", LONGEST)
    place, severity = (row.get("control"), row.get("line")), "blocks_period"
    if fault is None and row["stated"] != row["found"]:
        stated = "none is stated" if row["stated"] is None else f"stated {_number(row['stated'])}"
        message = f"{total} of {file or source}: {stated}, found {_number(row['found'])}"
        place = file, None
    elif fault == NOT_READ:
        line = ("source", "file", "control", "line")
        same = [other for other in rows if all(other[name] == row[name] for name in line)]
        stated = ", ".join(f"{r['total']} {_number(r['stated'])}" for r in same if r["stated"] is not None)
        of_it = f" ({stated})" if stated else ""
        message = f"the control file names `{seen(file, LONGEST)}`{of_it}, which is not among the files read of source `{source}`"
    elif fault == UNREADABLE and total is not None:
        message = f"{total} of {file} is not a number: `{said}`"
    elif fault == UNREADABLE:
        message = f"the line of the control file can't be read: `{said}`"
    elif fault == NO_CONTROL:
        message = f"no control file for {said} of source `{source}`: `{seen(row['control'], LONGEST)}` is not there"
    elif fault == NOT_ONE:
        message = f"{file}: {said}"
    elif fault == UNUSED and total is not None:
        message = f"the control file has a column `{said}`, and `sums` of source `{source}` does not name `{total}`"
    elif fault == UNUSED:
        message = f"the control file has a column `{said}`, which is no column of numbers of source `{source}`"
        severity = "warning"
    else:
        return
    yield Untrue(fault or DIFFERS, severity, source, *place, message)


def _number(value: Decimal | None) -> str:
    return "nothing" if value is None else plain(value)


def absent_of(path: str, files: Iterable[str], periods: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What tells that there is no control file for a period, by period: those of which none of `files` is."""
    return {
        name: {"control": path.replace(PERIOD, name), "fault": NO_CONTROL, "said": name}
        for name in lacking(path, files, periods)
    }

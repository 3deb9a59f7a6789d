"""The CSV files of a run, which people pay from, beside those that it comes to: the first row of each that says otherwise.

How a file is written is not compared: the order of rows and columns, quotes, line ends, 1 or 1.00.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from engine.explain.finding import Findings
from engine.record.sheets import MONEY

NAMES = ("participant", "plan", "component", "period", "earning_code", "code", "identity", "place")
"""Columns by which a row is called, where it has them."""
MESSAGE = "it is not what the run comes to"


@dataclass(frozen=True)
class _Row:
    """A line of a file: its cells as they stand there, and what they say."""

    line: int
    cells: tuple[str, ...]
    says: tuple[str | Decimal, ...]


def check_sheet(name: str, stored: Path, fresh: Path, findings: Findings) -> None:
    """One finding, if the file says something else than the one that was made again."""
    wanted, should = _read(fresh, name, None)
    try:
        header, have = _read(stored, name, wanted)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        findings.add(stored.name, f"it can't be read: {error}")
        return
    if sorted(header) != sorted(wanted):
        findings.add(stored.name, f"{MESSAGE}: its columns differ", "line 1", "", ", ".join(header), ", ".join(wanted))
        return
    extra, missing = _lacking(have, should), _lacking(should, have)
    if extra or missing:
        _tell(stored.name, wanted, extra, missing, {row.says for row in should}, findings)


def _read(path: Path, name: str, order: tuple[str, ...] | None) -> tuple[tuple[str, ...], list[_Row]]:
    """The header and the rows of a file, their cells in the order that is given, if these are its columns."""
    reader = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
    header = tuple(next(reader, ()))
    names = order if order is not None and sorted(order) == sorted(header) else header
    at, money = [header.index(column) for column in names], {*MONEY[name]}
    rows = []
    for line in reader:
        if not line:
            continue
        cells = tuple(line[i] if i < len(line) else "" for i in at) + tuple(line[len(header) :])
        says = tuple(_figure(cell) if column in money else cell for column, cell in zip(names, cells, strict=False))
        rows.append(_Row(reader.line_num, cells, says + cells[len(header) :]))
    return header, rows


def _figure(text: str) -> str | Decimal:
    """A number, however it is written; else the text."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return value if value.is_finite() else text


def _lacking(rows: Iterable[_Row], others: Iterable[_Row]) -> list[_Row]:
    """The rows that are not among the others, each as often as it is too many."""
    left, found = Counter(row.says for row in others), []
    for row in rows:
        if left[row.says]:
            left[row.says] -= 1
        else:
            found.append(row)
    return found


def _tell(
    file: str, names: tuple[str, ...], extra: list[_Row], missing: list[_Row], known: set[tuple[str | Decimal, ...]],
    findings: Findings,
) -> None:  # fmt: skip
    """The first row of the file that should not be there, beside the missing one most like it; else the first that is missing."""
    count = max(len(extra), len(missing))
    more = f" ({count:,} rows differ)" if count > 1 else ""
    if not extra:
        findings.add(file, f"{MESSAGE}: the row is missing{more}", _called(names, missing[0]))
        return
    row = extra[0]
    place = f"line {row.line}, {_called(names, row)}"
    if row.says in known:
        findings.add(file, f"{MESSAGE}: the row is there more than once{more}", place)
        return
    alike = [(sum(a == b for a, b in zip(row.says, other.says, strict=False)), other) for other in missing]
    best, other = max(alike, key=lambda pair: pair[0], default=(0, row))
    if 2 * best < len(names) or len(row.cells) != len(names):
        findings.add(file, f"{MESSAGE}: the row should not be there{more}", place)
        return
    at = next(i for i, (a, b) in enumerate(zip(row.says, other.says, strict=True)) if a != b)
    findings.add(file, MESSAGE + more, place, names[at], row.cells[at], other.cells[at])


def _called(names: tuple[str, ...], row: _Row) -> str:
    cells = dict(zip(names, row.cells, strict=False))
    return ", ".join(f"{name} {cells[name]}" for name in NAMES if cells.get(name))

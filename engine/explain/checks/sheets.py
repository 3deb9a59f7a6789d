"""The CSV files that people open say what the tables say."""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl

from engine.core.money import plain
from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings
from engine.record import Record
from engine.record.sheets import sheets

NAMES = ("payouts", "earnings", "exceptions", "identities")


def check_sheets(record: Record, reader: Reader, findings: Findings) -> None:
    """Compare each CSV file with its table."""
    for name in NAMES:
        frame = reader.frame(name)
        if frame is None:
            continue
        try:
            expected = sheets({name: frame}, {})[name]
        except pl.exceptions.PolarsError as error:
            findings.add(f"{name}.csv", f"the table that it shows lacks columns: {str(error)[:100]}")
            continue
        rows = _read(record.folder / f"{name}.csv", findings)
        if rows is not None:
            _compare(f"{name}.csv", rows, expected, findings)


def _read(path: Path, findings: Findings) -> list[list[str]] | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        findings.add(path.name, f"it can't be read: {error}")
        return None


def _compare(place: str, rows: list[list[str]], expected: pl.DataFrame, findings: Findings) -> None:
    """The first row and column in which a file differs from its table."""
    header, *body = rows or [[]]
    findings.count("sheet rows", len(body))
    if header != expected.columns:
        names = (", ".join(columns) for columns in (header, expected.columns))
        findings.add(place, "its columns are not those of the table", "", "", *names)
        return
    if len(body) != expected.height:
        findings.add(place, "it has more or fewer rows than the table", stored=len(body), recomputed=expected.height)
        return
    for number, (found, wanted) in enumerate(zip(body, expected.iter_rows(), strict=True), start=2):
        for column, text, value in zip(header, found, wanted, strict=False):
            if not _same(text, value):
                findings.add(place, "it is not what the table says", f"line {number}", column, text, _text(value))
                return


def _same(text: str, value: Any) -> bool:
    """Equal as text, or as numbers: the file shows money at its currency's digits."""
    if text == _text(value):
        return True
    try:
        return value is not None and Decimal(text) == Decimal(str(value))
    except InvalidOperation:
        return False


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else str(value)

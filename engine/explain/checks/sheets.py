"""The CSV files that people open are, to the character, what is printed of the tables."""

import csv
import io
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

import polars as pl

from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings
from engine.record.sheets import sheets

NAMES = ("payouts", "earnings", "exceptions", "identities")


def check_sheets(reader: Reader, digits: Mapping[str, int], period: str, findings: Findings) -> None:
    """Print each table again and compare. `digits`: of each currency. `period`: the pay period."""
    for name in NAMES:
        frame = reader.frame(name)
        if frame is None:
            continue
        try:
            expected = sheets({name: frame}, digits, period)[name]
        except pl.exceptions.PolarsError as error:
            findings.add(f"{name}.csv", f"the table that it shows lacks columns: {str(error)[:100]}")
            continue
        findings.count("sheet rows", expected.height)
        _compare(reader.record.folder / f"{name}.csv", expected.write_csv(), findings)


def _compare(path: Path, wanted: str, findings: Findings) -> None:
    """The first line and column in which a file differs from what is printed."""
    try:
        found = path.read_bytes().decode("utf-8")
        if found == wanted:
            return
        rows, should = (list(csv.reader(io.StringIO(text, newline=""))) for text in (found, wanted))
    except FileNotFoundError:
        return  # the check of the files says so
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        findings.add(path.name, f"it can't be read: {error}")
        return
    header = should[0]
    if rows[:1] != [header]:
        names = (", ".join(columns) for columns in (rows[0] if rows else [], header))
        findings.add(path.name, "its columns are not those of the table", "line 1", "", *names)
        return
    more = f" (it has {len(rows) - 1:,} rows, the table {len(should) - 1:,})" if len(rows) != len(should) else ""
    for number, (old, new) in enumerate(zip_longest(rows, should), start=1):
        if old == new:
            continue
        if old is None or new is None or len(old) != len(new):
            said = ("no line" if row is None else ",".join(row) for row in (old, new))
            findings.add(path.name, "it is not what the table says" + more, f"line {number}", "", *said)
            return
        column, text, value = next((c, a, b) for c, a, b in zip(header, old, new, strict=True) if a != b)
        findings.add(path.name, "it is not what the table says" + more, f"line {number}", column, text, value)
        return
    findings.add(path.name, "it is written otherwise than komisi writes it: quotes or line ends")

"""Control totals: what an export says of itself, beside what was found in its files.

In: a source that states totals, what was found in its files. Out: a row per total and file, stated and found, and one for each
thing in a control file that can't be held against a file; where they differ the log says so and the period is blocked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from engine.core import fingerprint
from engine.intake.beside import RECORD
from engine.intake.csv_rows import csv_rows
from engine.intake.files import files_of, missing_periods, shown
from engine.intake.header import EVERY
from engine.intake.rejects import IntakeError
from engine.intake.text_rows import typed_rows
from engine.ir.types import QUANTITY, TEXT
from engine.plan.file_pattern import PERIOD, of_other_period, period_of
from engine.plan.workspace import ROWS, Column, Control, Source
from engine.record.controls import CONTROLS, NOT_ONE, NOT_READ, UNREADABLE, UNUSED, absent_of

FILE = "file"
Found = Mapping[str, Mapping[str, Decimal | None]]
"""File → total → what was found."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Totals:
    """`table`: control totals, as `record.controls` has them; `prints`: the sha256 of each control file."""

    table: pl.DataFrame
    prints: dict[str, str] = field(default_factory=dict)


def totals(source: Source, root: Path, periods: tuple[str, ...], found: Found) -> Totals:
    """The control totals of a source. Raises `IntakeError` where its control file can't be read."""
    control = source.control
    if control is not None:
        _check_names(source, control)
    if control is None or control.path is None:
        written = control.totals if control is not None else ()
        rows = [
            {"total": total, "stated": value, "found": sum((each[total] or Decimal(0) for each in found.values()), Decimal(0))}
            for total, value in written
        ]  # fmt: skip
        return Totals(_table(source, rows))
    try:
        about = control_source(source)
        missing = missing_periods(about, root, periods)
        there = tuple(name for name in periods if name not in missing)
        found_now = files_of(about, root, there) if there or PERIOD not in control.path else []
        paths = {shown(path, root): path for path in found_now}
    except IntakeError as error:
        raise _of_control(error, source, control) from None
    return totals_in(source, paths, periods, found)


def _check_names(source: Source, control: Control) -> None:
    """What `rows` is in control totals, and `file` in a control file, is no sum of a column."""
    for name in control.sums:
        column = source.column(name.text)
        called = ROWS if name.text == ROWS else column.header if column is not None and control.path is not None else ""
        if called in (FILE, ROWS):
            what = "how many rows there are" if called == ROWS else "the file that a line is of"
            message = (
                f"`sums` of source `{source.name}` has a column called `{called}`, which in control totals is {what}"
            )
            help = (
                "call the column otherwise, and its header where a control file has its sum; or leave it out of `sums`"
            )
            raise IntakeError("X006", name.span.where, message, help)


def totals_in(source: Source, paths: Mapping[str, Path], periods: tuple[str, ...], found: Found) -> Totals:
    """The same of just these control files, by their names; periods that have none are told."""
    assert source.control is not None
    lines, others, prints = list[Row](), list[Row](), dict[str, str]()
    for name, path in paths.items():
        try:
            prints[name] = fingerprint.of_file(path)
            lines += _lines(source, name, path, others)
            if fingerprint.of_file(path) != prints[name]:
                raise IntakeError("X002", name, "the file changed while it was read", "run again when it is whole")
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise IntakeError("X002", name, f"the control file can't be read: {why}", "check the file") from None
        except IntakeError as error:
            raise _of_control(error, source, source.control) from None
    missing = absent_of(source.control.path or "", paths, periods)
    held = _held_against(source, lines, periods, found, missing)
    return Totals(_table(source, [*held, *others, *missing.values()]), prints)


def counted(source: Source, read: int, *tables: pl.DataFrame) -> dict[str, Decimal]:
    """What was found in one file: its rows, and the sum of each column over all rows in which it can be read."""
    assert source.control is not None
    sums = {
        name.text: sum((Decimal(t[name.text].drop_nulls().sum()) for t in tables), Decimal(0))
        for name in source.control.sums
    }
    return {ROWS: Decimal(read), **sums}


def control_source(source: Source) -> Source:
    """The control file as a source: it is read as the source's own files are, its sums under the headers that they have there."""
    control = source.control
    assert control is not None
    columns = [Column(FILE, FILE, TEXT, control.span), Column(ROWS, ROWS, QUANTITY.optional(), control.span)]
    for name in control.sums:
        column = source.column(name.text)
        assert column is not None
        columns.append(replace(column, type=column.type.optional(), on_empty=None))
    return replace(
        source, role="transactions", files=(control.path or "",), database=None, format="csv", header_row=1,
        skip=(), columns=tuple(columns),
    )  # fmt: skip


def _table(source: Source, rows: Iterable[Row]) -> pl.DataFrame:
    whole = [dict.fromkeys(CONTROLS) | {"source": source.name} | row for row in rows]
    return pl.DataFrame(whole, schema=CONTROLS, orient="row")


# ---------------------------------------------------------------------------------------------------------- control file


def _lines(source: Source, name: str, path: Path, others: list[Row]) -> Iterator[Row]:
    """Each line of a control file: which file, and of each total its number and its text. Into `others`: what says no total."""
    about = control_source(source)
    raw = csv_rows(path, name, about)
    unused = [column for column in csv_rows(path, name, about, every=True).rows.columns if column.startswith(EVERY)]
    known = {column.header for column in about.columns}
    for header in (column.removeprefix(EVERY) for column in unused):
        if header not in known:
            others.append(
                {"total": _number_column(source, header), "control": name, "line": 1, "fault": UNUSED, "said": header}
            )
    for line, text in raw.bad.select("row", "record").iter_rows():
        others.append({"control": name, "line": line, "fault": UNREADABLE, "said": text[:200]})
    for row in typed_rows(raw, about).rows.iter_rows(named=True):
        if row[f"={FILE}"] is None:
            others.append({"control": name, "line": row["row"], "fault": UNREADABLE, "said": row[RECORD][:200]})
            continue
        each = {c.name: (row[f"={c.name}"], row[c.name]) for c in about.columns[1:]}
        yield {"file": row[f"={FILE}"], "totals": each, "control": name, "line": row["row"]}


def _number_column(source: Source, header: str) -> str | None:
    """The column of numbers that a header of a control file means, by the header or the name that the source has for it."""
    named = (c.name for c in source.columns if c.type.is_numeric and header in (c.header, c.name))
    return next(named, None)


def _held_against(
    source: Source, lines: list[Row], periods: tuple[str, ...], found: Found, missing: Mapping[str, Row]
) -> Iterator[Row]:
    """Each file that was read with the one line that is of it, and each line that is of none. `missing`: what tells that."""
    bare = Counter(file.rpartition("/")[2] for file in found)
    of: dict[str, list[Row]] = {file: [] for file in found}
    for line in lines:
        called = line["file"]
        meant = [called] if called in found else [file for file in found if file.rpartition("/")[2] == called]
        for file in meant:
            of[file].append(line)
        if not meant and not of_other_period(source, called, periods):
            place = {"file": called, "control": line["control"], "line": line["line"], "fault": NOT_READ}
            yield from ({**place, "total": total, "stated": value} for total, (value, _) in line["totals"].items())
    for file, values in found.items():
        absent = missing.get(period_of(source, file, periods) or "")
        shared = file not in (line["file"] for line in of[file]) and bare[file.rpartition("/")[2]] > 1
        for total, value in values.items():
            row = {"file": file, "total": total, "found": value}
            if not of[file] and absent is not None:
                yield row | absent
            else:
                yield row | (_stated(total, of[file]) if len(of[file]) < 2 and not shared else _not_one(of[file]))


def _stated(total: str, lines: list[Row]) -> Row:
    """What the one line that a file has states, if it has one."""
    if not lines:
        return {}
    place = {"control": lines[0]["control"], "line": lines[0]["line"]}
    value, text = lines[0]["totals"][total]
    return place | (
        {"fault": UNREADABLE, "said": text[:200]} if value is None and text is not None else {"stated": value}
    )


def _not_one(lines: list[Row]) -> Row:
    """Of a file that several lines are of, or whose line may be of another file."""
    if not lines:
        return {}
    places = [f"{line['control']}:{line['line']}" for line in lines]
    said = (
        f"{places[0]} may be of another file of that name"
        if len(lines) == 1
        else f"{' and '.join(places)} are both of it"
    )
    if len(lines) > 2:
        said = f"{', '.join(places[:-1])} and {places[-1]} are all of it"
    return {"control": lines[-1]["control"], "line": lines[-1]["line"], "fault": NOT_ONE, "said": said}


def _of_control(error: IntakeError, source: Source, control: Control) -> IntakeError:
    """What is wrong with a control file, told as that: what the source says of its own files is not at fault."""
    said = f"`control: {{file: {control.path}}}` of source `{source.name}` in komisi.yaml"
    if error.code == "X001":
        message = error.message.replace("no file of source", "no control file of source")
        return IntakeError(error.code, error.where, message, f"put the control file there, or correct {said}")
    if error.code == "X006":
        header = source.delimiter.join(column.header for column in control_source(source).columns)
        help = f"a control file is a CSV with the header `{header}`: correct the file, or {said}"
        return IntakeError(
            error.code, error.where, f"the control file of source `{source.name}` has {error.message}", help
        )
    return IntakeError(
        error.code, error.where, f"the control file of source `{source.name}`: {error.message}", error.help
    )

"""Control totals: what an export says of itself, beside what was found in its files.

In: a source that states totals, its files as read. Out: a row per total and file, stated and found; where they differ the
log says so and the period is blocked.
"""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl

from engine.core.span import Span
from engine.intake.csv_rows import csv_rows
from engine.intake.files import files_of, shown
from engine.intake.parse import DECIMAL
from engine.intake.rejects import IntakeError
from engine.intake.text_rows import typed_rows
from engine.ir.types import QUANTITY, TEXT
from engine.plan.workspace import ROWS, Column, Control, Source

CONTROLS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String, "file": pl.String, "total": pl.String, "stated": DECIMAL, "found": DECIMAL,
}  # fmt: skip
"""`file` is null for a total of all files together; `stated` is null where the control file has none for it."""
FILE = "file"
Found = dict[str, dict[str, Decimal]]
"""File → total → what was found."""


def totals(source: Source, root: Path, periods: tuple[str, ...], found: Found) -> pl.DataFrame:
    """The control totals of a source. Raises `IntakeError` where its control file can't be read."""
    control = source.control
    if control is None:
        return pl.DataFrame(schema=CONTROLS)
    rows: list[tuple[str, str | None, str, Decimal | None, Decimal]] = []
    if control.path is not None:
        stated = _stated(source, control, root, periods)
        for file, values in found.items():
            rows += [(source.name, file, total, _stated_of(stated, file, total), v) for total, v in values.items()]
    for total, value in control.totals:
        rows.append((source.name, None, total, value, sum((each[total] for each in found.values()), Decimal(0))))
    return pl.DataFrame(rows, schema=CONTROLS, orient="row")


def counted(source: Source, read: int, *tables: pl.DataFrame) -> dict[str, Decimal]:
    """What was found in one file: its rows, and the sum of each column over all rows in which it can be read."""
    assert source.control is not None
    sums = {
        name.text: sum((Decimal(t[name.text].drop_nulls().sum()) for t in tables), Decimal(0))
        for name in source.control.sums
    }
    return {ROWS: Decimal(read), **sums}


def _stated(
    source: Source, control: Control, root: Path, periods: tuple[str, ...]
) -> dict[str, dict[str, Decimal | None]]:
    """The control file, read as the source's files are: which file, how many rows, which sums."""
    columns = [_column(FILE, control.span), replace(_column(ROWS, control.span), type=QUANTITY.optional())]
    for name in control.sums:
        column = source.column(name.text)
        assert column is not None
        columns.append(replace(column, type=column.type.optional(), on_empty=None))
    about = replace(
        source,
        role="transactions",
        files=(control.path or "",),
        database=None,
        format="csv",
        header_row=1,
        columns=tuple(columns),
    )
    found: dict[str, dict[str, Decimal | None]] = {}
    try:
        tables = [typed_rows(csv_rows(p, shown(p, root), about), about).rows for p in files_of(about, root, periods)]
    except IntakeError as error:
        raise _of_control(error, source, control) from None
    for rows in tables:
        names = [ROWS, *(name.text for name in control.sums)]
        for file, *values in rows.select(f"={FILE}", *(f"={name}" for name in names)).iter_rows():
            found[str(file)] = dict(zip(names, values, strict=True))
    return found


def _of_control(error: IntakeError, source: Source, control: Control) -> IntakeError:
    """What is wrong with a control file, told as that: what the source says of its own files is not at fault."""
    said = f"`control: {{file: {control.path}}}` of source `{source.name}` in komisi.yaml"
    if error.code == "X001":
        message = error.message.replace("no file of source", "no control file of source")
        return IntakeError(error.code, error.where, message, f"put the control file there, or correct {said}")
    header = ",".join((FILE, ROWS, *(name.text for name in control.sums)))
    if error.code == "X006":
        help = f"a control file is a CSV with the header `{header}`: correct the file, or {said}"
        return IntakeError(
            error.code, error.where, f"the control file of source `{source.name}` has {error.message}", help
        )
    return IntakeError(
        error.code, error.where, f"the control file of source `{source.name}`: {error.message}", error.help
    )


def _column(name: str, span: Span) -> Column:
    return Column(name, name, TEXT, span)


def _stated_of(stated: dict[str, dict[str, Decimal | None]], file: str, total: str) -> Decimal | None:
    """By the file's whole path as messages show it, or its name alone."""
    return (stated.get(file) or stated.get(file.rpartition("/")[2]) or {}).get(total)

"""The rows of a test → typed tables, as intake would have made them. In: a test. Out: a `Reading`, or P diagnostics.

Values go through intake's own typing and judging. Numbers and dates are written as everywhere in YAML, whatever the files
of the source look like. A row may leave out what nothing reads (it is empty then) and columns of a transaction's key
(they are numbered); anything else that the plan reads and that may not be empty must be said.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import polars as pl

from engine.backends.polars.schema import dtype_of
from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostics, brief
from engine.core.money import plain
from engine.intake import RawRows, SourceRead, combined, faults, no_bad_rows, no_controls, no_rejects, read_rows
from engine.intake.beside import RECORD
from engine.load.number import number
from engine.load.yaml_node import Scalar
from engine.plan.resolved import ResolvedWorkspace
from engine.plan.workspace import Column, Source
from engine.record.reading import Reading
from engine.trial.build import REPEAT
from engine.trial.needed import columns_read
from engine.trial.plan_test import PlanTest, Row, Rows, text_of


def reading(workspace: ResolvedWorkspace, test: PlanTest, diagnostics: Diagnostics) -> Reading:
    """All sources of the workspace with the rows of one test; those that it does not name are empty."""
    read = columns_read(workspace, workspace.plans)
    sources = workspace.needed
    return combined({
        name: _read(_as_yaml(source, read.get(name, ())), test, read.get(name, ()), diagnostics)
        if name in test.input else _without_rows(source)
        for name, source in sorted(sources.items())
    })  # fmt: skip


def no_rows(workspace: ResolvedWorkspace) -> Reading:
    """All sources of the workspace, empty."""
    sources = workspace.needed
    return combined({name: _without_rows(source) for name, source in sorted(sources.items())})


def _without_rows(source: Source) -> SourceRead:
    """A source that a test does not name."""
    types = {column.name: dtype_of(column.type) for column in source.columns}
    dated = dict.fromkeys(source.open_days, pl.Date)
    placed = {"file": pl.String, "row": pl.Int64}
    rows = pl.DataFrame(schema={**types, **dated, **placed})
    return SourceRead(rows, no_rejects(), pl.DataFrame(schema={**types, **placed}), (), (), no_controls())


def _as_yaml(source: Source, read: Collection[str]) -> Source:
    """The source as a test writes it: numbers and days in one form, columns that nothing reads may be empty, no row skipped."""
    columns = tuple(
        replace(
            column, date_format="%Y-%m-%d", thousands=None, decimal_mark=".",
            type=column.type if column.name in read or column.on_empty is not None else column.type.optional(),
        )
        for column in source.columns
    )  # fmt: skip
    return replace(source, columns=columns, skip=())


def _read(source: Source, test: PlanTest, read: Collection[str], diagnostics: Diagnostics) -> SourceRead:
    """One source's rows, typed and judged."""
    given, defaults = test.input[source.name], test.defaults.get(source.name, {})
    rows = list(_repeated(given, source, diagnostics))
    _check_needed(source, given, defaults, read, diagnostics)
    cells = [{**defaults, **row.cells} for row in rows]
    texts = {column.name: [_text(source, column, cell, n) for n, cell in enumerate(cells)] for column in source.columns}
    frame = pl.DataFrame(texts, schema={column.name: pl.String for column in source.columns}).with_columns(
        pl.Series("row", [row.place.line for row in rows], pl.Int64),
        pl.Series(RECORD, [_record(cell) for cell in cells], pl.String),
        pl.int_range(pl.len()).alias("~at"),
    )
    raw = RawRows(frame, no_bad_rows(), frame.height)
    for at, column, code in faults(source, raw).iter_rows():
        _tell(source, column, cells[at].get(column), rows[at], code, diagnostics)
    return read_rows(source, raw, test.place.file)


def _repeated(given: Rows, source: Source, diagnostics: Diagnostics) -> Iterator[Row]:
    for row in given.rows:
        if row.repeat > 1 and not (source.role == "transactions" and set(source.key) - set(row.cells)):
            key = ", ".join(f"`{name}`" for name in source.key)
            help = f"leave out a column of the key ({key})" if key else "write the rows out"
            diagnostics.error("P011", f"`{REPEAT}` would make rows of one key", row.keys[REPEAT], help=help)
        yield from [row] * row.repeat


def _check_needed(
    source: Source, given: Rows, defaults: Mapping[str, Scalar], read: Collection[str], diagnostics: Diagnostics
) -> None:
    """Each row has the columns that the plan reads; of a column that is missing, the first row without it is told."""
    numbered = _numbered(source)
    for column in source.columns:
        optional = column.type.nullable or column.on_empty is not None or column.name in defaults
        if optional or column.name in numbered or column.name not in read:
            continue
        without = [row for row in given.rows if column.name not in row.cells]
        if without:
            others = f", nor have {len(without) - 1} more rows" if len(without) > 1 else ""
            message = f"the plan reads `{column.name}` of `{source.name}`; this row has none{others}"
            help = f"say it in each row, or for all under `defaults: {{{source.name}: {{{column.name}: …}}}}`"
            diagnostics.error("P005", message, without[0].place, help=help)


def _numbered(source: Source) -> frozenset[str]:
    """The columns that may be left out because they only tell rows apart."""
    if source.role != "transactions":
        return frozenset()
    return frozenset(name for name in source.key if _type(source, name) in ("text", "quantity"))


def _type(source: Source, name: str) -> str:
    column = source.column(name)
    return "" if column is None else column.type.dtype


def _text(source: Source, column: Column, cells: Mapping[str, Scalar], at: int) -> str | None:
    if column.name in cells:
        return _percent(column, cells[column.name]) or text_of(cells[column.name])
    if column.name in _numbered(source):
        return f"row-{at + 1:04}" if column.type.dtype == "text" else str(at + 1)
    return None


def _percent(column: Column, cell: Scalar) -> str | None:
    """A percentage where a rate stands, as a file would have it; None if it is none."""
    written = number(cell, Diagnostics()) if column.type.dtype == "rate" and cell.text.endswith("%") else None
    return None if written is None or written.unit != "share" else plain(written.value)


def _record(cells: Mapping[str, Scalar]) -> str:
    return ", ".join(f"{name}: {cell.text}" for name, cell in cells.items())


def _tell(source: Source, column: str, cell: Scalar | None, row: Row, code: str, diagnostics: Diagnostics) -> None:
    """What intake would say of a value, at its place in the test."""
    if cell is None:
        return  # told as a column that is needed
    found = f"`{brief(cell.text)}`" if text_of(cell) is not None else "nothing"
    forms = {"date": "a day is written 2026-03-31", "text": None, "bool": "`true` or `false`"}
    help = forms.get(_type(source, column), "digits with a point, as in `1250.50`; a rate also `5%`")
    message = f"{found} in `{column}` of `{source.name}`: {CODES[code].title}"
    diagnostics.error("P006", message, cell.span, help=help)

"""`skip_rows:` of a source → its `Skip`s. In: a list that fits its schema. Out: which rows are none of its, and W codes."""

import unicodedata

from engine.core.diagnostic import Diagnostics
from engine.load.fields import Fields
from engine.load.yaml_node import Mapping, Node, Scalar
from engine.plan.comp_plan import Name
from engine.plan.workspace import Cell, Column, Skip


def build_skip(fields: Fields, columns: tuple[Column, ...]) -> tuple[Skip, ...]:
    """The rows that a source skips; texts are held against cells as those are read, trimmed and in NFC."""
    skips = tuple(_skip(item, fields.diagnostics) for item in fields.items("skip_rows"))
    may_be_empty = {c.name for c in columns if c.type.nullable or c.on_empty is not None}
    for skip in skips:
        if all(cell.text is None and cell.column.text in may_be_empty for cell in skip):
            _too_wide(skip, fields.diagnostics)
    return skips


def notes_of(fields: Fields) -> list[str]:
    """What is noted beside the columns of rows to skip."""
    cells = [value for item in fields.items("skip_rows") if isinstance(item, Mapping) for _, value in item.items]
    notes = (Fields(cell, fields.diagnostics).note for cell in cells if isinstance(cell, Mapping))
    return [note for note in notes if note]


def _skip(item: Node, diagnostics: Diagnostics) -> Skip:
    assert isinstance(item, Mapping)
    return tuple(_cell(Name(key.text, key.span), value, diagnostics) for key, value in item.items)


def _cell(column: Name, value: Node, diagnostics: Diagnostics) -> Cell:
    if isinstance(value, Scalar):
        return Cell(column, _as_read(value.text))
    cell = Fields(value, diagnostics, column.span)
    if ("begins_with" in cell) == ("empty" in cell):
        message = f"what `{column.text}` has in such a row is said " + ("twice" if "empty" in cell else "nowhere")
        diagnostics.error(
            "S011",
            message,
            column.span,
            help=f"`{column.text}: Total`, `{{begins_with: Exported}}` or `{{empty: true}}`",
        )
    return (
        Cell(column, _as_read(cell.text("begins_with")), whole=False) if "begins_with" in cell else Cell(column, None)
    )


def _as_read(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _too_wide(skip: Skip, diagnostics: Diagnostics) -> None:
    """Where an empty cell is as good as any in the source's own rows, it tells none of them from a total."""
    names = " and ".join(f"`{cell.column.text}`" for cell in skip)
    message = f"{names} may be empty in any row, so every row where {'it is' if len(skip) == 1 else 'they are'} would be skipped"
    help = "name what only such rows have, as in `- order_id: Total`, or a column that every other row fills in: `{empty: true}`"
    diagnostics.error("W068", message, skip[0].column.span, help=help)

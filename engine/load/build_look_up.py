"""One of `look_ups:` of a plan → a look-up table as written. In: a mapping that fits its schema. Out: its dimensions and rows.

Rows stand in the plan, or in a CSV file beside the file that names it; each cell knows its place either way.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from engine.core.day import day_of
from engine.core.diagnostic import Diagnostics, brief, closest
from engine.core.names import RESERVED_NAMES
from engine.ir.types import QUANTITY, RATE, money
from engine.load.fields import NOTES, Fields, check_currency, check_name, check_size, formula
from engine.load.number import number
from engine.load.yaml_node import Mapping, Node, Scalar, Sequence
from engine.plan.amount import A_FACTOR, doubt_bare_rate
from engine.plan.look_up import OTHER, Cell, Dimension, LookUp, Missing, WrittenRow

RowsOf = Callable[[Scalar], Sequence | None]
"""The rows of the file that a scalar names."""
OWN = ("value", *NOTES)
"""Keys of a row that are no dimensions."""


def build_look_up(key: Scalar, node: Node, currency: str, rows_of: RowsOf, diagnostics: Diagnostics) -> LookUp:
    """A look-up table as written."""
    check_name(key, RESERVED_NAMES, "look-up table", diagnostics)
    fields = Fields(node, diagnostics, key.span)
    said = fields.text("type")
    type_ = RATE if said == "rate" else QUANTITY if said == "quantity" else money(currency)
    dimensions = tuple(_dimension(name, each, diagnostics) for name, each in fields.entries("by"))
    build = _Rows(fields, dimensions, currency, said)
    return LookUp(key.text, key.span, type_, dimensions, build.rows(rows_of), build.missing(), fields.note)


def _dimension(key: Scalar, node: Node, diagnostics: Diagnostics) -> Dimension:
    if key.text in (*OWN, OTHER, "line", "own"):
        help = f"give the dimension another name, such as `my_{key.text}`"
        diagnostics.error("S008", f"`{key.text}` is a column of the table's own", key.span, help=help)
    check_name(key, (), "dimension", diagnostics)
    if isinstance(node, Scalar):
        return Dimension(key.text, key.span, formula(node, diagnostics))
    fields = Fields(node, diagnostics, key.span)
    band = "band" in fields
    if band == ("participant" in fields):
        message = f"`{key.text}` says neither `band` nor `participant`, or both"
        help = "write a formula alone, `{band: FORMULA, boundary: upper}`, or `{participant: COLUMN}`"
        diagnostics.error("S011", message, key.span, help=help)
    if not band and "boundary" in fields:
        help = "say `band:`, or delete it: an attribute is equal to what a row says"
        diagnostics.error("S014", "`boundary` is of bands", fields.span_of_key("boundary"), help=help)
    return Dimension(
        key.text, key.span, fields.maybe_formula("band"), None if band else fields.maybe("participant", ""), band,
        fields.choices(("boundary",), "table"), note=fields.note,
    )  # fmt: skip


class _Rows:
    """Reads the rows of one table."""

    def __init__(self, fields: Fields, dimensions: tuple[Dimension, ...], currency: str, type_: str):
        self._fields, self._dimensions, self._currency, self._type = fields, dimensions, currency, type_
        self._diagnostics = fields.diagnostics
        self._names = [dimension.name for dimension in dimensions]

    def rows(self, rows_of: RowsOf) -> tuple[WrittenRow, ...]:
        """All rows that can be read; of the others it is told."""
        fields = self._fields
        if ("rows" in fields) == ("file" in fields):
            help = "write `rows:` here, or name a CSV file beside the plan under `file:`"
            self._diagnostics.error("S011", "a look-up table has rows, or a file of them", fields.key_span, help=help)
            return ()
        node = fields.node_of("rows") if "rows" in fields else rows_of(fields.scalar("file"))
        items = node.items if isinstance(node, Sequence) else ()
        found = [self._row(item) for item in items if isinstance(item, Mapping)]
        self._spellings(node)
        return tuple(row for row in found if row is not None)

    def _spellings(self, node: Node | None) -> None:
        """Texts of one dimension that differ in capitals or blanks alone."""
        seen: dict[tuple[str, str], Scalar] = {}
        for item in node.items if isinstance(node, Sequence) else ():
            for name in self._names:
                cell = item.get(name) if isinstance(item, Mapping) else None
                if not isinstance(cell, Scalar):
                    continue
                other = seen.setdefault((name, " ".join(cell.text.casefold().split())), cell)
                if " ".join(other.text.split()) != " ".join(cell.text.split()):
                    self._diagnostics.warning(
                        "N068", f"`{brief(cell.text)}` and `{brief(other.text)}` are two values of `{name}`: "
                        "texts are compared exactly", cell.span, help="spell it as the data does, in all rows",
                        related=((other.span, "the other spelling"),),
                    )  # fmt: skip

    def missing(self) -> Missing | None:
        """What it comes to where no row holds."""
        if "missing" not in self._fields:
            return None
        scalar = self._fields.scalar("missing")
        if scalar.text in ("zero", "exception"):
            return Missing(scalar.text, Decimal(0) if scalar.text == "zero" else None, scalar.span)
        return Missing(scalar.text, self._value(scalar), scalar.span)

    def _row(self, node: Mapping) -> WrittenRow | None:
        ends = {f"{d.name}.to" for d in self._dimensions if d.band}
        for key in (key for key, _ in node.items if key.text not in {*self._names, *OWN, *ends}):
            near = closest(key.text, self._names)
            there_is = ", ".join(f"`{name}`" for name in self._names)
            help = (
                f"did you mean `{near}`?" if near else f"its dimensions are {there_is}, and beside them stands `value`"
            )
            message = f"the table has no dimension `{brief(key.text)}`"
            self._diagnostics.error("S045", message, key.span, help=help)
            return None
        lacking = [name for name in (*self._names, "value") if node.get(name) is None]
        if lacking:
            message = f"a row does not say its `{lacking[0]}`"
            help = f"say it; `{lacking[0]}: else` is whatever no other row says" if lacking[0] != "value" else "say it"
            self._diagnostics.error("S045", message, node.span, help=help)
            return None
        cells = [self._cell(d, node.get(d.name), node.get(f"{d.name}.to")) for d in self._dimensions]
        value = node.get("value")
        found = self._value(value) if isinstance(value, Scalar) else None
        if found is None or "wrong" in cells:
            return None
        kept = tuple(cell for cell in cells if not isinstance(cell, str))
        return WrittenRow(kept, found, node.span, Fields(node, self._diagnostics).note)

    def _cell(
        self, dimension: Dimension, start: Node | None, end: Node | None
    ) -> tuple[Cell, Cell | None] | Literal["wrong"] | None:
        """What a row asks of a dimension; None for `else`."""
        assert isinstance(start, Scalar) and (end is None or isinstance(end, Scalar))
        if start.text == OTHER and start.style == "plain":
            if end is None:
                return None
            help = "write from where it holds, or leave `to` out"
            self._diagnostics.error("S045", "`else` has no end", end.span, help=help)
            return "wrong"
        if not start.text:
            help = "write what it has to be, or `else`: whatever no other row says"
            self._diagnostics.error("S045", f"a row leaves its `{dimension.name}` empty", start.span, help=help)
            return "wrong"
        first, last = self._read(start, dimension), None if end is None else self._read(end, dimension)
        if first is None or (end is not None and last is None):
            return "wrong"
        return first, last

    def _read(self, scalar: Scalar, dimension: Dimension) -> Cell | None:
        found = number(scalar, self._diagnostics, doubted=dimension.band) if scalar.parameter != "text" else None
        day = day_of(scalar.text) if found is None else None
        if dimension.band and found is None and day is None:
            message = f"`{brief(scalar.text)}` is no bound of `{dimension.name}`"
            help = "write a number, as `12`, `80%` or `5000 USD`, or a day, as `2026-07-01`"
            self._diagnostics.error("S047", message, scalar.span, help=help)
            return None
        if scalar.text == "*":
            help = "write `else`, without quotes: whatever no other row says"
            self._diagnostics.error("S047", "`*` is a text like any other", scalar.span, help=help)
            return None
        if found is None:
            return Cell(scalar.text, scalar.span, day=day)
        return Cell(scalar.text, scalar.span, found.value, found.unit, found.currency)

    def _value(self, scalar: Scalar) -> Decimal | None:
        """A value of the table, of its type."""
        found = number(scalar, self._diagnostics)
        fits = {"rate": ("none", "share"), "quantity": ("none",), "money": ("none", "currency")}[self._type]
        if found is None or found.unit not in fits:
            message = f"`{brief(scalar.text)}` is no value of a table of type {self._type}"
            examples = {"rate": "2% or 0.02", "quantity": "1.5", "money": f"500 or 500 {self._currency}"}
            self._diagnostics.error("S047", message, scalar.span, help=f"write a number, as {examples[self._type]}")
            return None
        check_currency(found, self._currency, self._fields)
        if self._type == "rate" and found.unit == "none":
            doubt_bare_rate(found.value, scalar.span, A_FACTOR, self._diagnostics)
        type_ = RATE if self._type == "rate" else QUANTITY if self._type == "quantity" else money(self._currency)
        check_size(found.value, type_, scalar.span, self._diagnostics)
        return found.value

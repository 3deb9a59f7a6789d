"""One of `sources:` → `Source` with its columns. In: a mapping that fits its schema. Out: the source, and W codes."""

import re
from decimal import Decimal
from typing import Literal, cast

from engine.core.diagnostic import Diagnostics, brief
from engine.core.names import KEYWORDS, RESERVED_COLUMNS
from engine.core.span import Span
from engine.ir.types import BOOL, DATE, QUANTITY, RATE, TEXT, Type, money
from engine.load.build_database import build_database
from engine.load.build_skip import build_skip, notes_of
from engine.load.fields import Fields, check_name, check_size
from engine.load.number import number
from engine.load.preset import with_preset
from engine.load.yaml_node import Mapping, Node, Scalar
from engine.plan.comp_plan import Name
from engine.plan.workspace import PARTICIPANT_ATTRIBUTES, ROWS, Column, Control, Format, Role, Source

TYPES = {"text": TEXT, "rate": RATE, "quantity": QUANTITY, "date": DATE, "bool": BOOL}
ONLY_OF: dict[str, tuple[Format, ...]] = {
    **dict.fromkeys(("delimiter", "encoding", "records"), ("csv",)),
    **dict.fromkeys(("sheet", "hidden_rows"), ("xlsx",)),
    "header_row": ("csv", "xlsx"),
}
"""What only files of some formats have."""
FORMATS: dict[str, str] = {
    "csv": "a CSV file",
    "parquet": "a Parquet file",
    "xlsx": "an XLSX file",
    "database": "a database",
}
NAMED = ("key", "participant", "date", "recorded", "version", "withdrawn")
"""Where a source names columns for a purpose."""
MARKS = ("decimal_mark", "thousands")
MAY_BE_EMPTY = {
    "participants": frozenset({"start", "end", *PARTICIPANT_ATTRIBUTES}),
    "assignments": frozenset({"start", "end"}),
    "exchange_rates": frozenset({"end"}),
    "adjustments": frozenset({"from_participant", "to_participant", "credit_rule"}),
}
"""Role → the columns that may be empty without saying so: an absent `end` is open, as people exports have it."""


def build_source(key: Scalar, node: Node, diagnostics: Diagnostics) -> Source:
    """The source called `key`."""
    assert isinstance(node, Mapping)
    fields = Fields(with_preset(node, diagnostics), diagnostics, key.span)
    role = cast(Role, fields.text("role"))
    format = cast(Format, fields.maybe("format", "csv"))
    database = build_database(fields)
    _check_files(fields, "database" if database is not None else format)
    columns = tuple(_column(name, value, role, format, diagnostics) for name, value in fields.entries("columns"))
    _check_headers(columns, diagnostics)
    return Source(
        name=key.text,
        role=role,
        files=fields.texts("files"),
        columns=columns,
        key=fields.texts("key"),
        span=key.span,
        database=database,
        format=format,
        delimiter=fields.maybe("delimiter", ","),
        encoding=fields.maybe("encoding", "utf-8"),
        records=cast(Literal["lines", "quoted"], fields.maybe("records", "lines")),
        sheet=fields.text("sheet") if "sheet" in fields else None,
        header_row=fields.integer("header_row") if "header_row" in fields else 1,
        hidden_rows=cast(Literal["reject", "read"], fields.maybe("hidden_rows", "reject")),
        participant=fields.text("participant") if "participant" in fields else _own(role, columns),
        date=_maybe(fields, "date"),
        note=_noted(fields),
        recorded=_maybe(fields, "recorded"),
        as_it_is=_as_it_is(fields),
        version=_maybe(fields, "version"),
        withdrawn=_maybe(fields, "withdrawn"),
        control=_control(fields),
        skip=build_skip(fields, columns),
        named=tuple(name for key in NAMED for name in fields.names(key)),
        shares=frozenset({"share"}) if role == "adjustments" else frozenset(),
    )


def _noted(fields: Fields) -> str | None:
    """The source's note, and those beside its database, how its knowledge is dated, its control totals and the rows it skips."""
    said = [
        fields.within("recorded") if _as_it_is(fields) else None,
        fields.within("database"),
        fields.within("control"),
    ]
    notes = (fields.note, *(each.note for each in said if each), *notes_of(fields))
    return "; ".join(note for note in notes if note) or None


def _maybe(fields: Fields, key: str) -> str | None:
    """The column under a key, if it is there and is one."""
    return fields.text(key) if fields.names(key) else None


def _as_it_is(fields: Fields) -> bool:
    """Whether the source says that its rows are always read as they are today."""
    return "recorded" in fields and not fields.names("recorded")


def _control(fields: Fields) -> Control | None:
    """The control totals of an export: a file of them, or the totals themselves."""
    if "control" not in fields:
        return None
    span, within = fields.span("control"), fields.within("control")
    assert within is not None
    named = tuple(Name(key.text, key.span) for key, _ in within.entries("sums"))
    listed = "sums" in within and not named
    help = "`{file: totals.csv, sums: [net]}`, or `{rows: 1250, sums: {net: 125000.50}}`"
    if "file" in within and (named or "rows" in within):
        message = "the control totals are in a file, or they stand here: this says both"
        fields.diagnostics.error("W030", message, span, help=help)
    if "file" not in within and listed:
        message = "`sums` lists columns, and there is neither a control file that has their sums, nor a sum here"
        fields.diagnostics.error("W030", message, span, help=help)
    if "file" in within:
        _check_path(within.scalar("file"), fields)
        return Control(span, within.text("file"), sums=within.names("sums"))
    sums = tuple((key.text, _total(value, fields)) for key, value in within.entries("sums"))
    rows = ((ROWS, Decimal(within.integer("rows"))),) if "rows" in within else ()
    return Control(span, None, (*rows, *sums), named)


def _total(node: Node, fields: Fields) -> Decimal:
    assert isinstance(node, Scalar)
    found = number(node, fields.diagnostics)
    assert found is not None
    return found.value


def _own(role: Role, columns: tuple[Column, ...]) -> str | None:
    """Where the role itself says who a row is about; targets of a group and exchange rates are about nobody in particular."""
    of_group = role == "targets" and all(column.name != "participant" for column in columns)
    return None if role in ("transactions", "exchange_rates", "adjustments") or of_group else "participant"


def _check_files(fields: Fields, format: str) -> None:
    if ("files" in fields) == ("database" in fields):
        both = "files" in fields
        message = "the rows are in files or in a database: this says both" if both else "where its rows are is not said"
        span = fields.span_of_key("database") if both else fields.key_span
        fields.diagnostics.error("W031", message, span, help="`files: orders.csv`, or `database: {…}`")
    if format == "database" and "format" in fields:
        message = "a database has no `format`"
        fields.diagnostics.error("W011", message, fields.span_of_key("format"), help="delete it")
    database = fields.within("database")
    if database is not None and "file" in database:
        _check_path(database.scalar("file"), fields, ())
    for item in fields.items("files"):
        if not isinstance(item, Scalar):
            continue
        _check_path(item, fields)
    for key, formats in ONLY_OF.items():
        if key in fields and format not in formats:
            message = f"{FORMATS[format]} has no `{key}`"
            other = f"delete it, or say `format: {formats[0]}` if the files are {formats[0].upper()}"
            help = "delete it" if format == "database" else other
            fields.diagnostics.error("W011", message, fields.span_of_key(key), help=help)


def _check_path(item: Scalar, fields: Fields, put_in: tuple[str, ...] = ("{period}",)) -> None:
    """A path stays near the workspace, and nothing is put into it but `{period}`, where the path is of many."""
    if is_far(item.text):
        fields.diagnostics.error(
            "W017", f"`{brief(item.text)}` is no path in the workspace's folder or beside it", item.span,
            help="it is relative to komisi.yaml, with forward slashes, as in `orders.csv` or `../data/orders.csv`",
        )  # fmt: skip
    for found in re.finditer(r"\{[^}]*\}?|\}", item.text):
        if found[0] not in put_in:
            help = "`{period}` stands for the name of each shortest period; nothing else is put in"
            help = help if put_in else "one database holds all periods; delete it"
            fields.diagnostics.error("W010", f"`{found[0]}` has no meaning in the name of a file", item.span, help=help)


def is_far(path: str) -> bool:
    """Whether a path may lead elsewhere than into the workspace's folder or the one that it stands in."""
    first, *rest = path.split("/")
    return "\\" in path or ":" in path or first in ("", "~") or any(part in ("", "..") for part in rest)


def _check_headers(columns: tuple[Column, ...], diagnostics: Diagnostics) -> None:
    first: dict[str, Column] = {}
    for column in columns:
        other = first.setdefault(column.header, column)
        if other is not column and other.type.dtype == column.type.dtype:
            diagnostics.warning(
                "W016", f"`{other.name}` and `{column.name}` both read the column `{column.header}`", column.span,
                help="`from:` says which column of the file is meant", related=((other.span, "the other one"),),
            )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- columns


def _column(key: Scalar, node: Node, role: Role, format: str, diagnostics: Diagnostics) -> Column:
    taken = RESERVED_COLUMNS - {"share"} if role == "adjustments" else frozenset({"file", "row"})
    taken = RESERVED_COLUMNS if role == "transactions" else taken
    if role == "transactions" or key.text in KEYWORDS or key.text in taken:
        check_name(key, taken, "column", diagnostics)
    nullable = key.text in MAY_BE_EMPTY.get(role, frozenset())
    if isinstance(node, Scalar):
        if node.text == "money":
            _no_currency(key.text, node.span, diagnostics)
        type_ = TYPES.get(node.text, money("XXX"))
        return Column(key.text, key.text, type_.optional() if nullable else type_, key.span)
    fields = Fields(node, diagnostics, key.span)
    if "nullable" in fields:
        nullable = fields.scalar("nullable").value is True
    type_, by = _type(fields)
    _check_reading(fields, type_, format)
    return Column(
        name=key.text,
        header=fields.maybe("from", key.text),
        type=type_.optional() if nullable else type_,
        span=key.span,
        currency_column=by,
        date_format=fields.maybe("format", "%Y-%m-%d"),
        thousands=fields.text("thousands") if "thousands" in fields else None,
        decimal_mark=fields.maybe("decimal_mark", "."),
        on_empty=_on_empty(fields, type_, nullable),
        note="; ".join(note for note in (fields.note, _currency_note(fields)) if note) or None,
    )


def _currency_note(fields: Fields) -> str | None:
    """The note beside the column that says the currency."""
    currency = fields.node.get("currency")
    return None if currency is None or isinstance(currency, Scalar) else Fields(currency, fields.diagnostics).note


def _no_currency(name: str, span: Span, diagnostics: Diagnostics) -> None:
    help = f"write `{name}: {{type: money, currency: USD}}`, or `currency: {{column: currency}}` where rows differ"
    diagnostics.error("W012", f"`{name}` is money, and in which currency is not said", span, help=help)


def _type(fields: Fields) -> tuple[Type, str | None]:
    """The type of a column; and where its money is in the currency of another column, that one."""
    if "type" not in fields:
        help = f"add `type: …`, one of {', '.join([*TYPES, 'money'])}; only a column of a preset has one already"
        fields.diagnostics.error("W035", "the type of the column is not said", fields.key_span, help=help)
        return TEXT, None
    said = fields.text("type")
    currency = fields.node.get("currency")
    if said != "money":
        if currency is not None:
            message = f"a column of type {said} has no currency"
            fields.diagnostics.error(
                "W012", message, fields.span_of_key("currency"), help="say `type: money`, or delete it"
            )
        return TYPES[said], None
    if currency is None:
        _no_currency("the column", fields.span("type"), fields.diagnostics)
        return money("XXX"), None
    if isinstance(currency, Scalar):
        return money(currency.text), None
    return money(None), Fields(currency, fields.diagnostics).text("column")


def _check_reading(fields: Fields, type_: Type, format: str) -> None:
    """What says how a text is read fits the type that it is read as."""
    for key, fits in (("format", type_.dtype == "date"), *((mark, type_.is_numeric) for mark in MARKS)):
        if key not in fields:
            continue
        if not fits:
            message = f"`{key}` has no meaning for a column of type {type_.dtype}"
            fields.diagnostics.error("W013", message, fields.span_of_key(key), help="delete it, or correct the type")
        elif format == "parquet":
            fields.diagnostics.error(
                "W011", f"a Parquet file has no `{key}`", fields.span_of_key(key), help="delete it"
            )
    if type_.is_numeric and "thousands" in fields and fields.text("thousands") == fields.maybe("decimal_mark", "."):
        message = "thousands and decimals have the same mark"
        fields.diagnostics.error("W013", message, fields.span("thousands"), help="say `decimal_mark:` as well")
    if "format" in fields and type_.dtype == "date":
        written = fields.text("format")
        for part, name in (("%Y", "year"), ("%m", "month"), ("%d", "day")):
            if written.count(part) != 1:
                message = f"the format has {'no' if part not in written else 'two of the'} {name} ({part})"
                fields.diagnostics.error("W013", message, fields.span("format"), help="as in `%Y-%m-%d` or `%d/%m/%Y`")
                return
        times = [written.count(part) for part in ("%H", "%M", "%S")]
        if times not in ([0, 0, 0], [1, 1, 0], [1, 1, 1]):
            message = (
                "the format's time is not whole: hour and minute (%H, %M), and then perhaps the second (%S), once each"
            )
            fields.diagnostics.error("W013", message, fields.span("format"), help="as in `%Y-%m-%d %H:%M:%S`")


def _on_empty(fields: Fields, type_: Type, nullable: bool) -> Decimal | str | None:
    """The value that an empty field stands for: a number for numbers, a text for texts."""
    if "on_empty" not in fields:
        return None
    scalar = fields.scalar("on_empty")
    if nullable:
        message = "a column that may be empty has no `on_empty`: it would never be empty"
        fields.diagnostics.error("W014", message, fields.span_of_key("on_empty"), help="delete one of the two")
    if type_.is_numeric and isinstance(scalar.value, int | Decimal) and not isinstance(scalar.value, bool):
        check_size(Decimal(scalar.value), type_, scalar.span, fields.diagnostics)
        return Decimal(scalar.value)
    if type_.dtype == "text" and isinstance(scalar.value, str):
        return scalar.value
    message = f"`{scalar.text}` can't stand for an empty value of type {type_.dtype}"
    help = "a number for numbers, a text (in quotes) for texts"
    if type_.dtype == "date":
        help = "say `nullable: true`; and `undated: waits` in a credit rule that is dated by it: a row counts when it has a day"
    fields.diagnostics.error("W014", message, scalar.span, help=help)
    return None

"""DuckDB, through its own package. Only read; its SQL can't reach other files."""

import importlib
from typing import Any

from engine.intake.database.cursors import described, plain
from engine.intake.database.dialect import Connection, Dialect, Kind, MissingPackage

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("DOUBLE", "FLOAT"), "float"),
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
        "number",
    ),
    "DATE": "date",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "time"),
    "TIMESTAMP WITH TIME ZONE": "moment",
    **dict.fromkeys(("BLOB", "INTERVAL", "BIT"), "opaque"),
}  # fmt: skip
OFF = ("enable_external_access", "autoload_known_extensions", "autoinstall_known_extensions")
LONGEST = 1000


def _duckdb() -> Any:
    try:
        return importlib.import_module("duckdb")
    except ImportError:
        raise MissingPackage("komisi[duckdb]") from None


def _open(file: str) -> Connection:
    settings = dict.fromkeys(OFF, "false")
    return _duckdb().connect(file, read_only=True, config=settings)  # type: ignore[no-any-return]  # loaded when needed


def _kind_of(type_: Any) -> Kind:
    name = str(type_)
    return "number" if name.startswith("DECIMAL") else KINDS.get(name, "text")


DUCKDB = Dialect(
    open=_open,
    errors=lambda: (_duckdb().Error,),
    kind_of=_kind_of,
    as_text=lambda column: f"left(CAST({column} AS VARCHAR), {LONGEST})",
    as_day=lambda column: f"CAST(CAST({column} AS DATE) AS VARCHAR)",
    reading=plain,
    names=lambda connection, query: described(connection, f"({query}\n) LIMIT 0"),
)

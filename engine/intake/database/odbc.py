"""Any database that has an ODBC driver, through pyodbc: SQL Server, Oracle, Snowflake and others. Not tested against each."""

import importlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.intake.database.cursors import plain
from engine.intake.database.dialect import Connection, Dialect, Kind, MissingPackage

KINDS: dict[type, Kind] = {
    float: "float", int: "number", Decimal: "number", date: "date", datetime: "time", bytes: "opaque", bytearray: "opaque",
}  # fmt: skip


def _pyodbc() -> Any:
    try:
        return importlib.import_module("pyodbc")
    except ImportError:
        raise MissingPackage("pyodbc") from None


def _open(address: str) -> Connection:
    return _pyodbc().connect(address, readonly=True)  # type: ignore[no-any-return]  # the module is loaded when it is needed


ODBC = Dialect(
    open=_open,
    errors=lambda: (_pyodbc().Error,),
    kind_of=lambda type_: KINDS.get(type_, "text"),
    as_text=lambda column: f"CAST({column} AS VARCHAR(1000))",
    as_day=lambda column: f"CAST(CAST({column} AS DATE) AS VARCHAR(10))",
    reading=plain,
)

"""SQLite, in Python's standard library. Its columns have no types of their own, so each value is asked for its own."""

import re
import sqlite3
from pathlib import Path
from typing import Any

from engine.intake.database.cursors import described, plain
from engine.intake.database.dialect import Connection, Dialect, Kind

BINARY_FRACTION, NOT_TEXT = "X026", "X003"
RENAMED = re.compile(r":\d+$")
LONGEST = 1 << 20
"""Bytes; nothing longer is read into memory."""


def _open(file: str) -> Connection:
    connection = sqlite3.connect(f"{Path(file).resolve().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda data: data.decode("utf-8", errors="replace")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _kind_of(_: Any) -> Kind:
    return "text"


def _names(connection: Connection, query: str) -> list[str]:
    """SQLite calls the second of two columns `net` `net:1`."""
    return [RENAMED.sub("", name) for name in described(connection, f"SELECT * FROM ({query}\n) WHERE 1 = 0")]


SQLITE = Dialect(
    open=_open,
    errors=lambda: (sqlite3.Error,),
    kind_of=_kind_of,
    as_text=lambda column: f"CAST({column} AS TEXT)",
    as_day=lambda column: f"CAST({column} AS TEXT)",
    reading=plain,
    fault=lambda column: (
        f"CASE typeof({column}) WHEN 'real' THEN '{BINARY_FRACTION}' WHEN 'blob' THEN '{NOT_TEXT}' END"
    ),
    names=_names,
)

"""PostgreSQL, through psycopg. Only read, in one snapshot, with a cursor of the server."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.intake.database.dialect import BadAddress, Connection, Cursor, Dialect, Kind, MissingPackage

KINDS: dict[int, Kind] = {
    **dict.fromkeys((20, 21, 23, 26, 1700), "number"),
    **dict.fromkeys((700, 701), "float"),
    1082: "date",
    1114: "time",
    1184: "moment",
    **dict.fromkeys((17, 790, 1186), "opaque"),
}
"""By the number of the type (`pg_type.oid`); all others are texts."""
SECONDS_TO_CONNECT, LONGEST = 10, 1000


def _psycopg() -> Any:
    try:
        return importlib.import_module("psycopg")
    except ImportError:
        raise MissingPackage("komisi[postgresql]") from None


def _open(address: str) -> Connection:
    psycopg = _psycopg()
    try:
        said = psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.Error:
        raise BadAddress from None
    said.setdefault("connect_timeout", SECONDS_TO_CONNECT)
    said["client_encoding"] = "utf8"
    connection = psycopg.connect(**said)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL DateStyle = 'ISO, YMD'")
        cursor.execute("SET LOCAL standard_conforming_strings = on")
    return connection  # type: ignore[no-any-return]  # the module is loaded when it is needed


@contextmanager
def _reading(connection: Any) -> Iterator[Cursor]:
    with connection.cursor(name="komisi") as cursor:
        yield cursor


POSTGRESQL = Dialect(
    open=_open,
    errors=lambda: (_psycopg().Error,),
    kind_of=lambda type_: KINDS.get(type_, "text"),
    as_text=lambda column: f"left(CAST({column} AS text), {LONGEST})",
    as_day=lambda column: f"CAST(CAST({column} AS date) AS text)",
    reading=_reading,
)

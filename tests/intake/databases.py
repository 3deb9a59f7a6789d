"""Databases for tests: a table of texts or of types, in SQLite, DuckDB or PostgreSQL, and what a source says of it.

DuckDB and PostgreSQL need their package, and PostgreSQL a server (`KOMISI_TEST_POSTGRESQL`, an address: `.ci/run` starts
one); a test without them skips itself.
"""

import importlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

ADDRESS = "KOMISI_TEST_POSTGRESQL"
KINDS = ("sqlite", "duckdb", "postgresql")


def opened(kind: str, folder: Path) -> Any:
    """A connection that may write."""
    if kind == "sqlite":
        return sqlite3.connect(folder / "crm.db")
    if kind == "duckdb":
        pytest.importorskip("duckdb")
        return importlib.import_module("duckdb").connect(str(folder / "crm.db"))
    pytest.importorskip("psycopg")
    if ADDRESS not in os.environ:
        pytest.skip(f"no PostgreSQL server: {ADDRESS} is not set")
    return importlib.import_module("psycopg").connect(os.environ[ADDRESS], autocommit=True)


def said(kind: str, table: str = "orders") -> str:
    """What a source says of the table."""
    where = f"url_variable: {ADDRESS}" if kind == "postgresql" else "file: crm.db"
    return f"database: {{kind: {kind}, {where}, table: {table}}}"


def table(
    kind: str,
    folder: Path,
    columns: Iterable[str],
    rows: Iterable[Sequence[Any]],
    name: str = "orders",
) -> str:
    """Make the table anew, of columns with their types; what a source says of it."""
    connection = opened(kind, folder)
    mark = "%s" if kind == "postgresql" else "?"
    made = [tuple(row) for row in rows]
    whole = f"{schema()}.{name}" if kind == "postgresql" else name
    if kind == "postgresql":
        connection.execute(f"create schema if not exists {schema()}")
    connection.execute(f"drop table if exists {whole}")
    columns = list(columns)
    connection.execute(f"create table {whole} ({', '.join(columns)})")
    cursor = connection.cursor()
    if made:
        cursor.executemany(f"insert into {whole} values ({', '.join([mark] * len(columns))})", made)
    connection.commit()
    connection.close()
    return said(kind, whole)


def schema() -> str:
    """A schema of this process, so that tests beside each other don't meet."""
    return f"komisi_{os.getpid()}"


def texts(rows: Iterable[Sequence[str]]) -> list[tuple[str | None, ...]]:
    """Rows of texts as a database has them: nothing is null."""
    return [tuple(value or None for value in row) for row in rows]

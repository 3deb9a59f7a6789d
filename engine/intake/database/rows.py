"""A source in a database → its rows as texts, in an order of their own, with a fingerprint; nothing of the connection stays.

The database casts each column to text, and rows come in batches of whole columns. They are put in the order of the source's
key, as texts, and then of all columns that are read: what server, collation and plan do makes no difference to `row`.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from engine.intake.csv_rows import BAD, RawRows
from engine.intake.database.dialect import BadAddress, Connection, Dialect, Kind, MissingPackage, quoted
from engine.intake.database.duckdb import DUCKDB
from engine.intake.database.odbc import ODBC
from engine.intake.database.postgresql import POSTGRESQL
from engine.intake.database.sqlite import SQLITE
from engine.intake.header import every_column, places
from engine.intake.lines import MAGIC
from engine.intake.rejects import IntakeError
from engine.intake.text_rows import fault_name, recorded
from engine.plan.workspace import Column, Database, Source

DIALECTS: dict[str, Dialect] = {"sqlite": SQLITE, "duckdb": DUCKDB, "postgresql": POSTGRESQL, "odbc": ODBC}
BATCH = 20_000
BEGIN = {"sqlite": (0, b"SQLite format 3\0"), "duckdb": (8, b"DUCK")}
NAMES = {"sqlite": "SQLite", "duckdb": "DuckDB"}
BEGINS = 16
"""How files of databases begin: at which byte, with what, within how many. An empty file is an empty SQLite database."""
SECRETS = re.compile(r"://[^:/@]*:([^@]*)@|(?:password|pwd)=([^&;\s]+)", re.IGNORECASE)
UNREADABLE, NOT_INSTALLED, INEXACT = "X034", "X035", "X015"
WHY: dict[Kind, tuple[str, str]] = {
    "float": (
        "binary fractions can't hold money exactly",
        "in `query:`, cast it to numeric with as many places as it has",
    ),
    "moment": (
        "a point in time is a day only in a time zone",
        "in `query:`, say which day it is: `(at at time zone 'Asia/Jakarta')::date`",
    ),
    "opaque": ("such values are not read", "in `query:`, cast it to what it means"),
}


def named(database: Database) -> str:
    """What messages and provenance call the rows of a database: where they are, and the table, or that it is a query."""
    return f"{database.path or database.url_variable}:{database.table or 'query'}"


def database_rows(source: Source, path: Path | None, every: bool = False) -> tuple[RawRows, Source, str]:
    """The rows, the source with its columns as the database has them, and the fingerprint of the rows.

    `path`: where the database is, if it is a file. `every` column that can be read, or those of the source.
    """
    database = source.database
    assert database is not None
    name, dialect = named(database), DIALECTS[database.kind]
    address = _address(database, path, source)
    try:
        with closing(dialect.open(address)) as connection:
            frame, fitted = _read(connection, dialect, name, source, database, every)
    except MissingPackage as error:
        message = f"reading {database.kind} needs a package that is not installed"
        raise IntakeError(NOT_INSTALLED, name, message, f"pip install '{error}'") from None
    except BadAddress:
        help = "as in postgresql://reader:…@crm.example/sales"
        raise IntakeError(UNREADABLE, name, f"what {database.url_variable} holds is no address", help) from None
    except _errors(dialect) as error:
        help = "check the query in the database itself" if database.query else "check the table and the rights on it"
        raise IntakeError(UNREADABLE, name, f"the database says: {_said(error, address, database)}", help) from None
    ordered = _ordered(frame, fitted)
    print_ = _fingerprint(ordered)
    rows = ordered.with_row_index("row", 1).with_columns(pl.col("row").cast(pl.Int64))
    return RawRows(recorded(rows, fitted), pl.DataFrame(schema=BAD), rows.height), fitted, print_


# ---------------------------------------------------------------------------------------------------------- connection


def _address(database: Database, path: Path | None, source: Source) -> str:
    """The file, or what the environment variable holds."""
    if database.path is not None and path is not None:
        if not path.is_file():
            help = f"put the file there, or correct `database:` of source `{source.name}` in komisi.yaml"
            raise IntakeError("X001", named(database), f"no database of source `{source.name}` is there", help)
        _check_kind(path, database)
        return str(path)
    address = os.environ.get(database.url_variable or "", "").strip()
    if not address:
        message = f"the environment variable {database.url_variable} is not set"
        help = "set it to the connection's address, as in postgresql://reader:…@crm.example/sales; it is kept nowhere"
        raise IntakeError(UNREADABLE, named(database), message, help)
    return address


def _check_kind(path: Path, database: Database) -> None:
    """A file of another kind is told as what it is; what a database says of one is about extensions and formats."""
    try:
        with path.open("rb") as file:
            start = file.read(BEGINS)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise IntakeError(
            "X002", named(database), f"can't be read: {why}", "check the file and its permissions"
        ) from None
    said, (at, magic) = NAMES[database.kind], BEGIN[database.kind]
    if start[at:].startswith(magic) or (database.kind == "sqlite" and not start):
        return
    other = next((kind for kind, (at, magic) in BEGIN.items() if start[at:].startswith(magic)), None)
    what = (
        f"it is {NAMES[other]}" if other else next((f"it is {w}" for m, w in MAGIC.items() if start.startswith(m)), "")
    )
    help = (
        f"say `kind: {other}`"
        if other
        else "name the file that the database is in; a CSV, Parquet or XLSX file is `files:`"
    )
    raise IntakeError(
        UNREADABLE, named(database), f"the file is no {said} database" + (f", {what}" if what else ""), help
    )


def _errors(dialect: Dialect) -> tuple[type[Exception], ...]:
    """What it raises, also for texts that are none."""
    return (*dialect.errors(), UnicodeError)


def _said(error: Exception, address: str, database: Database) -> str:
    """What a database says of itself, on one line, without its address and password."""
    text = " ".join(str(error).split())
    if database.url_variable is not None:
        secrets = [address, *(found for pair in SECRETS.findall(address) for found in pair if found)]
        for secret in secrets:
            text = text.replace(secret, f"${database.url_variable}")
    return text[:200] or type(error).__name__


# ---------------------------------------------------------------------------------------------------------------- rows


def _read(
    connection: Connection, dialect: Dialect, name: str, source: Source, database: Database, every: bool
) -> tuple[pl.DataFrame, Source]:
    """All rows: a text column for each of the source's, and the codes of what is no text."""
    inner = (
        f"({database.query}\n)" if database.query else ".".join(quoted(p) for p in (database.table or "").split("."))
    )
    with_types = connection.cursor()
    with_types.execute(f"SELECT * FROM {inner} source_rows WHERE 1 = 0")
    described = [(str(entry[0]), entry[1]) for entry in with_types.description or ()]
    if every:
        source = every_column(source, [column for column, type_ in described if dialect.kind_of(type_) not in WHY])
    of = places([column for column, _ in described], name, source)
    if database.query and dialect.names is not None:
        _each_once(dialect.names(connection, database.query), source, name)
    kinds = {c.name: _kind(c, dialect, described[of[c.name]][1], name) for c in source.columns}
    expressions = [_text(c, kinds[c.name], dialect) for c in source.columns]
    names = [c.name for c in source.columns]
    if dialect.fault is not None:
        expressions += [dialect.fault(quoted(c.header)) for c in source.columns]
        names += [fault_name(c.name) for c in source.columns]
    statement = f"SELECT {', '.join(expressions)} FROM {inner} source_rows"
    with dialect.reading(connection) as cursor:
        cursor.execute(statement)
        frame = pl.concat([pl.DataFrame(schema=dict.fromkeys(names, pl.String)), *_batches(cursor, names)])
    empty = [n for n in names[len(source.columns) :] if frame[n].null_count() == frame.height]
    return frame.drop(empty), replace(source, columns=tuple(as_written(c, kinds[c.name]) for c in source.columns))


def _each_once(names: list[str], source: Source, name: str) -> None:
    """No column that is read has the name of another: which of both is meant, nobody said."""
    alike = Counter(each.casefold() for each in names)
    double = next((c.header for c in source.columns if alike[c.header.casefold()] > 1), None)
    if double is not None:
        help = "in `query:`, name the columns one by one, each with its own name (`as`)"
        raise IntakeError("X006", name, f"two columns are called `{double}`", help)


def _batches(cursor: Any, names: list[str]) -> Iterator[pl.DataFrame]:
    schema = dict.fromkeys(names, pl.String)
    while batch := cursor.fetchmany(BATCH):
        yield pl.DataFrame(dict(zip(names, zip(*batch, strict=True), strict=True)), schema=schema)


def _kind(column: Column, dialect: Dialect, type_: Any, name: str) -> Kind:
    kind = dialect.kind_of(type_)
    if kind in WHY:
        why, help = WHY[kind]
        raise IntakeError(INEXACT, name, f"column `{column.header}`: {why}", help)
    return kind


def _text(column: Column, kind: Kind, dialect: Dialect) -> str:
    days = column.type.dtype == "date" and kind in ("date", "time")
    return (dialect.as_day if days else dialect.as_text)(quoted(column.header))


def as_written(column: Column, kind: Kind) -> Column:
    """A column whose type is the database's own is written as the database writes it, whatever its texts look like."""
    if kind in ("date", "time") and column.type.dtype == "date":
        return replace(column, date_format="%Y-%m-%d")
    if kind == "number":  # with both marks it is not asked which of them a point is
        return replace(column, decimal_mark=".", thousands=",")
    return column


def _ordered(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """By the key, then by everything else that is read; rows that are still equal are the same in any order."""
    key = [name for name in source.row_key if name in frame.columns]
    return frame.sort(*key, *(name for name in frame.columns if name not in key), nulls_last=False)


def _fingerprint(frame: pl.DataFrame) -> str:
    """sha256 over the rows as quoted CSV; `\\N` is null, and a text that begins with a backslash has one more."""
    digest = hashlib.sha256()
    marked = frame.with_columns(
        pl.when(pl.col(name).is_null()).then(pl.lit("\\N"))
        .when(pl.col(name).str.starts_with("\\")).then(pl.lit("\\") + pl.col(name))
        .otherwise(pl.col(name)).alias(name)
        for name in frame.columns
    )  # fmt: skip
    digest.update(",".join(frame.columns).encode() + b"\n")
    for part in marked.iter_slices(100_000):
        digest.update(part.write_csv(include_header=False, quote_style="always").encode())
    return digest.hexdigest()

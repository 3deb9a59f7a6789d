"""Cursors that end with a block, and what they say of columns."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.intake.database.dialect import Connection, Cursor


@contextmanager
def plain(connection: Connection) -> Iterator[Cursor]:
    """The connection's own cursor, which ends with it."""
    yield connection.cursor()


def described(connection: Connection, statement: str) -> list[str]:
    """The names of the columns that a statement gives."""
    cursor = connection.cursor()
    cursor.execute(statement)
    return [str(entry[0]) for entry in cursor.description or ()]

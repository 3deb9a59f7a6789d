"""Cursors that end with a block."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.intake.database.dialect import Connection, Cursor


@contextmanager
def plain(connection: Connection) -> Iterator[Cursor]:
    """The connection's own cursor, which ends with it."""
    yield connection.cursor()

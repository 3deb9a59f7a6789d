"""What databases do differently: how one is opened, how a value becomes a text, and what it says of a column's type.

Another one is a `Dialect` beside these, over any module that keeps to Python's DB-API (PEP 249).
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal["text", "number", "date", "time", "float", "moment", "opaque"]
"""What a column holds: texts · exact numbers · days · days with a time · binary fractions · points in time, which are days
only in some time zone · what has no text that is its value (money with a currency's sign, bytes)."""


class Cursor(Protocol):
    """As much of a DB-API cursor as is used."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """Of each column the name, the type, and more."""

    def execute(self, statement: str, /) -> Any:
        """Run one statement."""

    def fetchmany(self, size: int, /) -> Sequence[Sequence[Any]]:
        """The next rows."""


class Connection(Protocol):
    """As much of a DB-API connection as is used."""

    def cursor(self) -> Cursor:
        """A new cursor."""

    def close(self) -> None:
        """End it."""


@dataclass(frozen=True)
class Dialect:
    """One kind of database.

    `open` is given the file, or the address that an environment variable holds; it raises `errors`. `reading` gives the
    cursor for the rows. `fault` is a database's expression for the code of a value that is no text, where types can't tell.
    `names` are those that a query gives its columns, where the database would itself rename the second of two alike.
    """

    open: Callable[[str], Connection]
    errors: Callable[[], tuple[type[Exception], ...]]
    kind_of: Callable[[Any], Kind]
    as_text: Callable[[str], str]
    as_day: Callable[[str], str]
    reading: Callable[[Connection], AbstractContextManager[Cursor]]
    fault: Callable[[str], str] | None = None
    names: Callable[[Connection, str], list[str]] | None = None


class MissingPackage(Exception):
    """A database's package is not installed; the argument says which to install."""


class BadAddress(Exception):
    """An address that is none. What it says is not told: it may hold a password."""


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'

"""How much may wait to be written, so that a slow disk doesn't fill the memory."""

from threading import Condition

ROOM = 500_000_000
"""Bytes of tables that are written, or wait for it: who has more of them waits."""


class Room:
    """Memory for tables that are still to be written. One that is too large for it has all of it, once nothing else does."""

    def __init__(self) -> None:
        self._taken, self._given = 0, Condition()

    def take(self, size: int) -> None:
        with self._given:
            self._given.wait_for(lambda: not self._taken or self._taken + size <= ROOM)
            self._taken += size

    def give(self, size: int) -> None:
        with self._given:
            self._taken -= size
            self._given.notify_all()

"""What is being done right now, for whoever watches. The passes say it, and nothing depends on whether anybody listens.

The only thing that a pass tells beside what it returns; so no pass takes an argument for it. Threads of their own tell nobody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def doing(what: str) -> None:
    """Tell what begins now, as `reading invoices`."""
    listener = _listener.get()
    if listener is not None:
        listener(what)


@contextmanager
def watched(listener: Listener) -> Iterator[None]:
    """Have somebody listen to what is done inside."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)

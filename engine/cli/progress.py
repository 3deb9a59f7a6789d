"""One line on a terminal that says what a command is doing, after a second of it, and that goes away at the end.

On stderr, and only if that is a terminal that can go back in a line (TERM is not `dumb`) and nobody said `--quiet`. It has no
colour and no escape codes, so NO_COLOR has nothing to forbid.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click

from engine.core.progress import watched

AFTER, EVERY = 1.0, 0.2
"""Seconds until it appears, and between two looks."""
QUIET = "komisi.quiet"


def _remember(context: click.Context, _parameter: click.Parameter, quiet: bool) -> None:
    context.meta[QUIET] = quiet


quiet_option = click.option(
    "--quiet", "-q", is_flag=True, expose_value=False, callback=_remember, help="Show no progress on the terminal."
)


@contextmanager
def progress() -> Iterator[None]:
    """Show what is done inside, if it takes its time. Nothing else may be printed meanwhile."""
    context = click.get_current_context(silent=True)
    quiet = context is not None and context.meta.get(QUIET, False)
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield
        return
    line = _Line()
    thread = Thread(target=line.draw, daemon=True)
    thread.start()
    try:
        with watched(line.tell):
            yield
    finally:
        line.ended.set()
        thread.join()


class _Line:
    """The line: what is being done, and for how long."""

    def __init__(self) -> None:
        self.what, self.ended, self._shown = "", Event(), 0

    def tell(self, what: str) -> None:
        """What is done from now on."""
        self.what = what

    def draw(self) -> None:
        """Until the end; then nothing is left of it."""
        begun = time.monotonic()
        wait = AFTER
        while not self.ended.wait(wait):
            wait = EVERY
            self._put(f"{self.what} · {int(time.monotonic() - begun)} s")
        if self._shown:
            self._put("")
            sys.stderr.write("\r")
            sys.stderr.flush()

    def _put(self, text: str) -> None:
        """Over what was there before; within the width, or it would break into a second line."""
        text = text[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write(f"\r{text.ljust(self._shown)}")
        sys.stderr.flush()
        self._shown = len(text)

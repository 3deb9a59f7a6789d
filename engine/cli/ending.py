"""How every command ends and speaks: exit codes, colour, a message that says what to do."""

import errno
import os
import sys
from contextlib import suppress
from typing import NoReturn

import click

from engine.core.unseen import seen

FINDINGS, USAGE, BLOCKING, UNREADABLE = 1, 2, 3, 4
"""Exit codes: mistakes in plans · wrong usage · done, with blocking exceptions · an input or output can't be read or written."""


STOPPED = 141
"""Whoever read the output stopped (`| head`): as if the signal of it had ended the command, which it does elsewhere."""


def colored(stream_is_terminal: bool) -> bool:
    """Whether to colour: on a terminal, and NO_COLOR unset."""
    return stream_is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def fail(message: str, help_: str | None, code: int) -> NoReturn:
    """End with a message that says what to do."""
    with suppress(OSError):  # stderr may be as full as the disk: the code still says it
        for text in (f"error: {message}", *([f"  help: {help_}"] if help_ else [])):
            click.echo("\n".join(seen(line) for line in text.split("\n")), err=True)
    sys.exit(code)


def is_of_output(error: OSError) -> bool:
    """Whether it came of printing, and of no file that a command reads or writes."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return at is not None and at.tb_frame.f_code is click.echo.__code__


def not_printed(error: OSError, help_: str) -> NoReturn:
    """End where what was to be said could not be: a full disk behind `>`; without a word where its reader stopped."""
    put_away()
    if error.errno == errno.EPIPE:
        sys.exit(STOPPED)
    fail(f"the output can't be written: {(error.strerror or str(error)).lower()}", help_, UNREADABLE)


def put_away() -> None:
    """Send what is still to be printed nowhere: Python would fail of it once more at the very end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)

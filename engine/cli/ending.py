"""How every command ends and speaks: exit codes, colour, a message that says what to do."""

import os
import sys
from typing import NoReturn

import click

FINDINGS, USAGE, BLOCKING, UNREADABLE = 1, 2, 3, 4
"""Exit codes: mistakes in plans · wrong usage · done, with blocking exceptions · an input or output can't be read or written."""


def colored(stream_is_terminal: bool) -> bool:
    """Whether to colour: on a terminal, and NO_COLOR unset."""
    return stream_is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def fail(message: str, help_: str | None, code: int) -> NoReturn:
    """End with a message that says what to do."""
    click.echo(f"error: {message}", err=True)
    if help_:
        click.echo(f"  help: {help_}", err=True)
    sys.exit(code)

"""How every command ends and speaks: exit codes, colour, a message that says what to do."""

import os
import sys
from typing import NoReturn

import click

from engine.core.unseen import seen

FINDINGS, USAGE, BLOCKING, UNREADABLE = 1, 2, 3, 4
"""Exit codes: mistakes in plans · wrong usage · done, with blocking exceptions · an input or output can't be read or written."""


def colored(stream_is_terminal: bool) -> bool:
    """Whether to colour: on a terminal, and NO_COLOR unset."""
    return stream_is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def fail(message: str, help_: str | None, code: int) -> NoReturn:
    """End with a message that says what to do."""
    for text in (f"error: {message}", *([f"  help: {help_}"] if help_ else [])):
        click.echo("\n".join(seen(line) for line in text.split("\n")), err=True)
    sys.exit(code)

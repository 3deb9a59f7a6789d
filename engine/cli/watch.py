"""`komisi check --watch`: look at the files' times and sizes, and check again when one is another.

In: the workspaces' folders, and what checks them. Out: the exit code of the last check, when Ctrl-C ends it.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click

EVERY = 0.3
"""Seconds between two looks; a look at a hundred files takes a millisecond."""
QUIET = 0.05
"""Seconds without another change after which a save is taken to be done: a file is emptied first and written then."""
ENDINGS = (".yaml", ".yml")

Checked = tuple[int, list[str]]
"""Exit code and the files that were read."""
Look = dict[str, tuple[int, int, int]]


def watch(roots: list[Path], check: Callable[[], Checked]) -> int:
    """Check, and again after each change, until Ctrl-C."""
    code, read = 0, list[str]()
    try:
        while True:
            before = _look(roots, read)  # before the check: what changes while it reads is seen after it
            code, read = check()
            sys.stdout.flush()
            click.echo("watching: saving a file checks again, Ctrl-C ends", err=True)
            before = _look((), read) | before
            while (now := _look(roots, read)) == before:
                time.sleep(EVERY)
            _saved(roots, read, now)
            _turn_over()
    except KeyboardInterrupt:
        click.echo("\nno longer watching", err=True)
    return code


def _saved(roots: Iterable[Path], read: Iterable[str], seen: Look) -> None:
    """Wait until nothing changes any more."""
    while True:
        time.sleep(QUIET)
        if (now := _look(roots, read)) == seen:
            return
        seen = now


def _look(roots: Iterable[Path], read: Iterable[str]) -> Look:
    """Time, size and identity of the YAML files in the workspaces, and of those that were read whatever they are called."""
    found: Look = {}
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if not name.startswith(".") and name != "runs"]
            _note(found, (os.path.join(folder, name) for name in names if name.endswith(ENDINGS)))
    _note(found, read)
    return found


def _note(found: Look, paths: Iterable[str]) -> None:
    for path in paths:
        try:
            said = os.stat(path)
        except OSError:  # being saved: an editor deletes and renames
            continue
        found[path] = (said.st_mtime_ns, said.st_size, said.st_ino)


def _turn_over() -> None:
    """A clean screen on a terminal that has one, a line elsewhere."""
    if sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        click.clear()
    else:
        click.echo("--- a file changed", err=True)

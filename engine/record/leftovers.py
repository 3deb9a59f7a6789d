"""What a killed run leaves: a hidden folder beside the runs, which nobody works in any more. The next run removes it.

Whoever makes a run holds a lock on its folder, and the system lets go of it however the process ends. So a folder that can be
locked is nobody's. Where there are no such locks (Windows, some network drives) leftovers stay until somebody deletes them: they
are hidden, named `.…part`, and no command takes them for runs.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

PART = re.compile(r"\.[0-9]+\..*\.part\Z")


def claimed(out: Path) -> tuple[Path, int | None]:
    """A new hidden folder under `out`, and the handle that holds its lock, if there is one."""
    while True:
        folder = Path(tempfile.mkdtemp(".part", f".{os.getpid()}.", out))
        lock = _locked(folder)
        if folder.is_dir():
            return folder, lock
        release(lock)  # another run took it for a leftover, in the instant before the lock


def clear(out: Path) -> None:
    """Remove the folders under `out` that nobody holds."""
    for folder in sorted(path for path in out.iterdir() if PART.match(path.name)):
        lock = _locked(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            release(lock)


def release(lock: int | None) -> None:
    """Let go of a folder."""
    if lock is not None:
        os.close(lock)


def _locked(folder: Path) -> int | None:
    """The handle that holds the folder's lock; None where somebody else has it, or there are no locks."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle

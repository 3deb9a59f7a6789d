"""Check many workspaces in one process that may not do harm: a folder per line of stdin in, a JSON object per line out.

Run as a program by `test_hostile.py`. From the first workspace on, everything but reading inside the workspace (and
Python's and the engine's own files) is refused and reported: writing, starting processes, connections, other files.
"""

import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import engine
from engine.core.diagnostic import Diagnostics, render_full
from engine.formats.json_object import to_json
from engine.pipeline import front

CPU_SECONDS = 20
"""After so much a case is given up."""
HARMLESS = (
    "code.", "compile", "exec", "import", "marshal.", "object.", "sys.", "os.listdir", "os.scandir", "glob.glob",
    "pathlib.Path.glob", "pathlib.Path.rglob", "os.fwalk", "os.walk", "builtins.id", "gc.", "signal.", "time.", "cpython.",
    "os.putenv",
)  # fmt: skip
ENGINE = Path(engine.__file__).parent
COMPILED = sys.pycache_prefix or ENGINE
OWN = tuple(
    str(Path(place).resolve())
    for place in (sys.prefix, sys.base_prefix, COMPILED, ENGINE.parent / "schemas", ENGINE, Path(__file__).parent)
)
"""What may be read besides the workspace."""


class Watch:
    """The audit hook: `folder` is the workspace under check, `escapes` what was tried outside it."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.escapes: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folder is None:
            return
        if event in ("open", "os.listdir", "os.scandir", "glob.glob", "pathlib.Path.glob", "pathlib.Path.rglob"):
            if not self._inside(event, arguments):
                self._refuse(event, arguments)
        elif not event.startswith(HARMLESS):
            self._refuse(event, arguments)

    def _inside(self, event: str, arguments: tuple[Any, ...]) -> bool:
        path = arguments[0]
        if isinstance(path, int):
            return True
        if event == "open" and self._writes(arguments):
            return False
        real = os.path.realpath(os.fsdecode(path) if path is not None else ".")
        return any(real == place or real.startswith(place + os.sep) for place in (str(self.folder), *OWN))

    @staticmethod
    def _writes(arguments: tuple[Any, ...]) -> bool:
        mode, flags = arguments[1], arguments[2]
        by_mode = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        return by_mode or bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

    def _refuse(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.escapes.append(f"{event} {arguments!r}"[:300])
        raise PermissionError(f"the case tried {event}")


def main() -> None:
    """Check every folder named on stdin, from inside it."""
    watch = Watch()
    sys.addaudithook(watch)
    resource.setrlimit(resource.RLIMIT_AS, (3 * 2**29, 3 * 2**29))
    for line in sys.stdin:
        print(json.dumps(one(Path(line.rstrip("\n")), watch)), flush=True)


def one(folder: Path, watch: Watch) -> dict[str, Any]:
    """Check one workspace: what was found, what it cost, what it tried."""
    os.chdir(folder)
    watch.escapes = []
    diagnostics, sources, crash = Diagnostics(), dict[str, str](), None
    signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    started = time.process_time()
    watch.folder = str(folder.resolve())
    try:
        front(Path("."), diagnostics, sources)
        json.dumps(to_json(diagnostics)).encode()
        printed = render_full(diagnostics, sources, False)
        printed.encode()
    except BaseException:
        crash, printed = traceback.format_exc(), ""
    finally:
        watch.folder = None
        signal.setitimer(signal.ITIMER_PROF, 0)
    return {
        "folder": str(folder),
        "found": to_json(diagnostics),
        "printed": printed,
        "crash": crash,
        "escapes": watch.escapes,
        "cpu": time.process_time() - started,
        "rss": _most_memory(),
    }


def _most_memory() -> int:
    """Megabytes that this process held at most; what the system counts of one includes what started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


def _give_up(*_: object) -> None:
    raise TimeoutError(f"more than {CPU_SECONDS} s of CPU")


if __name__ == "__main__":
    main()

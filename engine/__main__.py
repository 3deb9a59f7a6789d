"""`python -m engine` is `komisi`, and where the command begins: Ctrl-C ends it without a traceback from the first import on."""

import os
import signal
from contextlib import suppress
from types import FrameType


def _at_once(_number: int, _frame: FrameType | None) -> None:
    """While the command line itself is still being imported there is nothing to put away."""
    os.write(2, b"Interrupted.\n")
    os._exit(130)


def main() -> None:
    """The command line, which from then on says itself what an interruption means."""
    with suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGINT, _at_once)
        signal.signal(signal.SIGTERM, _at_once)
    from engine.cli import main as komisi

    komisi()


if __name__ == "__main__":
    main()

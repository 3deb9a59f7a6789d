"""The command line. No logic here, and nothing heavy imported before it is needed.

Results go to stdout, talk to stderr. Exit codes: 0 nothing blocking, 1 findings in plan files (or a run that does not
verify or comes out otherwise, or pay that moves in `diff`), 2 usage, 3 done with blocking exceptions open, 4 an input or
output can't be read or written, 70 a defect of ours.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import Any, NoReturn

import click

EPILOG = """\b
Exit codes: 0 fine · 1 findings, or pay that moves · 2 usage · 3 blocking exceptions
            4 a file can't be read or written

\b
Completion of commands, periods, plans, runs and participants, in bash (zsh and fish alike):
  eval "$(_KOMISI_COMPLETE=bash_source komisi)"    in ~/.bashrc
"""

COMPLETING = "_KOMISI_COMPLETE"
"""Set by a shell that asks for a completion."""
INTERRUPTED = "Interrupted."
WHOLE = "A run is written whole or not at all: what is there is sound."
NOT_YOURS = "runs are for those who make them: have them change who may (`chmod`), or give you a `komisi pack` of one"
UNFINISHED = "It did not get to its end: of what it has not said nothing is known, and no file is half written."

PRINTED = "free some space, or send it elsewhere; a file that the command writes is there as a whole, or not at all"

COMMANDS = {
    "adjustments": "List the adjustments of RUN: what each moved from whom to whom, who approved it, when and why.",
    "check": "Find the mistakes in plans before any data is read.",
    "compile": "Compile a plan and list the stages of its program.",
    "diff": "Show whose pay differs, together and by plan, component and earning period.",
    "exceptions": "List what was wrong with the data of RUN: how much is at stake, whose it is to mend, and what to do.",
    "explain": "Walk from a payout to the rules, tiers, credits and source rows behind it.",
    "init": "Make a workspace that runs at once in DIR.",
    "pack": "Write RUN as one file (a zip of plain texts) with everything that an outsider needs to prove it, and the verifier.",
    "replay": "Calculate RUN again from the rows and plans that it keeps. Nothing is written.",
    "rule": "Explain CODE, with an example of it and of what is right. A letter lists its family; nothing lists them all.",
    "run": "Calculate PERIOD (2026-03, 2026-Q1, or a period of your calendar) from all data known, and write a run.",
    "show": "Read a plan back: what counts, what is measured, what is paid, and what that comes to.",
    "sources": "Look at the data before a run: what is there, what is refused, what the plans lack.",
    "test": "Run the plans' tests: `tests/*.yaml` beside each plan.",
    "verify": "Recompute every figure of RUN from the run's own files, without trusting what stands in them.",
}
"""Each command, which stands in the module of its name, and the first lines of its help."""


class Late(click.Group):
    """Knows what its commands are for; imports the one that is called."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command itself in the place of what it is for."""
        name, known, rest = super().resolve_command(ctx, args)
        return name, None if known is None else loaded(str(known.name)), rest

    def make_context(self, *given: Any, **extra: Any) -> click.Context:
        """As click does, which prints `--help` there."""
        with _printing():
            return super().make_context(*given, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """As click does."""
        with _printing():
            return super().invoke(ctx)


@contextmanager
def _printing() -> Iterator[None]:
    """What is printed here may not be written: told before click takes it for code 1, which is of findings."""
    try:
        yield
    except OSError as error:
        from engine.cli.ending import is_of_output, not_printed

        if not is_of_output(error):
            raise
        not_printed(error, PRINTED)


def loaded(name: str) -> click.Command:
    """A command, imported."""
    command = getattr(import_module(f"engine.cli.{name}"), name)
    assert isinstance(command, click.Command)
    return command


@click.group(
    cls=Late, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="komisi", prog_name="komisi")
def komisi() -> None:
    """Incentive compensation from plans written as text: every cent explained, every run provable.

    \b
    komisi init --demo my-plans          a workspace to look at and to change
    komisi check                         all mistakes in the plans of this workspace
    komisi rule M101                     what a message's code means, with examples
    komisi show salesman                 a plan in words, with worked figures and its pay curve
    komisi test                          do the plans pay what their tests say?
    komisi diff --plan HEAD .            whose pay the edits since the last commit move
    komisi sources check 2026-03         what is there to read, and what is wrong with it
    komisi run 2026-03                   calculate March and write a run
    komisi exceptions latest:2026-03     what was wrong with the data, and what to do
    komisi explain latest:2026-03 S-001  how one participant's pay came about
    komisi verify latest:2026-03         recompute every figure of the run
    komisi pack latest:2026-03           the run as one file, with a verifier that needs only Python
    """


for name, sentence in COMMANDS.items():
    komisi.add_command(click.Command(name, help=sentence))


def _interrupted(number: int, frame: FrameType | None) -> None:
    """Ctrl-C, or a polite kill: what was half made is put away, and nothing disturbs that.

    One Ctrl-C can come twice, from within Polars and then from here, just as the first is being answered. While Polars asks
    Python for a data type it takes no exception: a moment later it is told again.
    """
    if _in_data_types(frame):
        again = Timer(0.01, signal.raise_signal, [number])
        again.daemon = True
        again.start()
    elif not isinstance(sys.exception(), KeyboardInterrupt):
        raise KeyboardInterrupt


def _in_data_types(frame: FrameType | None) -> bool:
    while frame is not None and "polars" in (where := Path(frame.f_code.co_filename).parts):
        if "datatypes" in where:
            return True
        frame = frame.f_back
    return False


def _interrupted_in(arguments: list[str]) -> NoReturn:
    command = next((argument for argument in arguments if not argument.startswith("-")), "")
    click.echo(f"{INTERRUPTED} {WHOLE if command == 'run' else UNFINISHED}", err=True)
    sys.exit(130)


def _open_streams() -> None:
    """A stream that was closed (`>&-`) is one that nobody reads: else the next file that is opened would be taken for it."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115  # it stays open


def main() -> None:
    """Run the command line; no traceback reaches a user."""
    _open_streams()
    if COMPLETING in os.environ:
        import_module("engine.cli.in_bash")
    with suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGINT, _interrupted)
        signal.signal(signal.SIGTERM, _interrupted)
    try:
        sys.exit(komisi.main(prog_name="komisi", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _interrupted_in(sys.argv[1:])
    except PermissionError as error:
        from engine.cli.ending import UNREADABLE, fail

        fail(f"`{error.filename or 'a file'}` may not be read or written by you", NOT_YOURS, UNREADABLE)
    except BaseException as error:  # a panic of a dependency is a BaseException
        if isinstance(error, SystemExit) or os.environ.get("KOMISI_DEBUG"):
            raise
        if KeyboardInterrupt.__name__ in str(error):  # what else of Python Polars asked when it was told
            _interrupted_in(sys.argv[1:])
        click.echo(f"komisi: a defect of ours: {type(error).__name__}: {str(error)[:500]}", err=True)
        click.echo(
            "  No file is half written. KOMISI_DEBUG=1 shows where it happened; please report it with that.", err=True
        )
        sys.exit(70)

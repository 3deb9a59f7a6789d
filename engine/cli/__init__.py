"""The command line. No logic here, and nothing heavy imported before it is needed.

Results go to stdout, talk to stderr. Exit codes: 0 nothing blocking, 1 findings in plan files (or a run that does not
verify or comes out otherwise, or pay that moves in `diff`), 2 usage, 3 done with blocking exceptions open, 4 an input or
output can't be read or written, 70 a defect of ours.
"""

import os
import sys

import click

from engine.cli.check import check
from engine.cli.compile import compile
from engine.cli.diff import diff
from engine.cli.explain import explain
from engine.cli.init import init
from engine.cli.pack import pack
from engine.cli.replay import replay
from engine.cli.rule import rule
from engine.cli.run import run
from engine.cli.show import show
from engine.cli.test import test
from engine.cli.verify import verify

EPILOG = """\b
Exit codes: 0 fine · 1 findings, or pay that moves · 2 usage · 3 blocking exceptions
            4 a file can't be read or written

\b
Completion of commands, periods, plans, runs and participants, in bash (zsh and fish alike):
  eval "$(_KOMISI_COMPLETE=bash_source komisi)"    in ~/.bashrc
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="komisi", prog_name="komisi")
def komisi() -> None:
    """Incentive compensation from plans written as text: every cent explained, every run provable.

    \b
    komisi init --demo my-plans          a workspace to look at and to change
    komisi check                         all mistakes in the plans of this workspace
    komisi rule M101                     what a message's code means, with examples
    komisi show salesman                 a plan in words, with worked figures and its pay curve
    komisi test                          do the plans pay what their tests say?
    komisi diff --plan HEAD plans        whose pay the edits in plans/ move
    komisi run 2026-03                   calculate March and write a run
    komisi explain latest 2026-03 S-001  how one participant's pay came about
    komisi verify latest 2026-03         recompute every figure of the run
    komisi pack latest 2026-03           the run as one file, with a verifier that needs only Python
    """


for command in (init, check, rule, show, compile, test, diff, run, explain, verify, replay, pack):
    komisi.add_command(command)


def main() -> None:
    """Run the command line; no traceback reaches a user."""
    try:
        sys.exit(komisi.main(prog_name="komisi", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. A run is written whole or not at all: what is there is sound.", err=True)
        sys.exit(130)
    except BaseException as error:  # a panic of a dependency is a BaseException
        if isinstance(error, SystemExit) or os.environ.get("KOMISI_DEBUG"):
            raise
        click.echo(f"komisi: a defect of ours: {type(error).__name__}: {str(error)[:500]}", err=True)
        click.echo(
            "  Nothing was written. KOMISI_DEBUG=1 shows where it happened; please report it with that.", err=True
        )
        sys.exit(70)

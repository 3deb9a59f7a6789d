"""`komisi replay`: calculate a run again, from its own plans and rows, and say whether it comes out the same."""

import json
import sys

import click

from engine.cli import complete
from engine.cli.ending import FINDINGS, UNREADABLE, fail
from engine.cli.places import record, runs_option
from engine.cli.progress import progress, quiet_option


@click.command()
@click.argument("run", nargs=-1, required=True, metavar="RUN", shell_complete=complete.run)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@quiet_option
@runs_option
def replay(run: tuple[str, ...], as_json: bool, runs: str | None) -> None:
    """Calculate RUN again from the rows and plans that it keeps. Nothing is written.

    \b
    komisi replay latest:2026-03
    komisi replay 3f2a

    With the same version it comes out the same, to the byte. With another one the versions that differ are named, and, of
    each table whose figures differ, the first row and column. RUN is a folder, the beginning of a run's id, `latest:PERIOD`, or
    `previous:PERIOD`.
    """
    opened = record(runs, run)
    from engine.record import RecordError
    from engine.trial.again import again
    from engine.trial.again_words import again_json, again_text

    try:
        with progress():
            found = again(opened)
    except RecordError as error:
        fail(
            f"{opened.folder.name} can't be calculated again: {error}",
            "`komisi verify` says what is wrong with it",
            UNREADABLE,
        )
    click.echo(json.dumps(again_json(found), indent=1, ensure_ascii=False) if as_json else again_text(found))
    sys.exit(0 if found.same else FINDINGS)

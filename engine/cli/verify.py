"""`komisi verify`: recompute a run from its own files and say the first thing that doesn't hold."""

import json
import sys

import click

from engine.cli import complete
from engine.cli.ending import FINDINGS, UNREADABLE, fail
from engine.cli.places import record, runs_option


@click.command()
@click.argument("run", nargs=-1, required=True, metavar="RUN", shell_complete=complete.run)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@runs_option
def verify(run: tuple[str, ...], as_json: bool, runs: str | None) -> None:
    """Recompute every figure of RUN from the run's own files, without trusting what stands in them.

    \b
    komisi verify latest 2026-03
    komisi verify 3f2a

    RUN is a folder, the beginning of a run's id, or `latest PERIOD`.
    """
    opened = record(runs, run)
    from engine.explain import verification_json, verification_text
    from engine.pipeline import prove
    from engine.record import RecordError

    try:
        found = prove(opened)
    except RecordError as error:
        fail(str(error), None, UNREADABLE)
    if as_json:
        click.echo(json.dumps(verification_json(found), indent=1, ensure_ascii=False))
    else:
        click.echo(verification_text(found))
    sys.exit(0 if found.ok else FINDINGS)

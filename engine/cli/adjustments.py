"""`komisi adjustments`: what was moved by hand in a run, who approved it, and what it did to pay."""

import json
import sys

import click

from engine.cli import complete
from engine.cli.ending import UNREADABLE, colored, fail
from engine.cli.places import record, runs_option
from engine.cli.progress import progress, quiet_option


@click.command()
@click.argument("run", nargs=-1, required=True, metavar="RUN", shell_complete=complete.run)
@click.option("--pay", is_flag=True, help="Also what each did to pay: the run is calculated without it.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@quiet_option
@runs_option
def adjustments(run: tuple[str, ...], pay: bool, as_json: bool, runs: str | None) -> None:
    """List the adjustments of RUN: what each moved from whom to whom, who approved it, when and why.

    \b
    komisi adjustments latest:2026-03
    komisi adjustments latest:2026-03 --pay       and what each did to pay

    RUN is a folder, the beginning of a run's id, `latest:PERIOD`, or `previous:PERIOD`.
    """
    opened = record(runs, run)
    from engine.record import RecordError
    from engine.report.document import as_text
    from engine.trial.adjustments import adjustments as listed
    from engine.trial.adjustments import as_data, page

    try:
        with progress():
            found = listed(opened, pay)
    except RecordError as error:
        fail(str(error), "`komisi verify` says all that is wrong with the run", UNREADABLE)
    if as_json:
        click.echo(json.dumps(as_data(opened, found), indent=1, ensure_ascii=False))
    else:
        click.echo(as_text(page(opened, found), colored(sys.stdout.isatty())))

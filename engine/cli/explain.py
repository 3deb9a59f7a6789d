"""`komisi explain`: how a participant's pay came about, down to the file and row; or why a transaction paid nothing."""

import json
import shutil
import sys

import click

from engine.cli import complete
from engine.cli.ending import UNREADABLE, USAGE, colored, fail
from engine.cli.places import named, run_and_rest, runs_option


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument(
    "run_and_participant", nargs=-1, required=True, metavar="RUN PARTICIPANT",
    shell_complete=complete.run_and_participant,
)  # fmt: skip
@click.option("--component", "-c", metavar="NAME", help="Only this component.")
@click.option("--transaction", "-t", metavar="KEY", help="What became of this transaction, and why.")
@click.option(
    "--all", "everything", is_flag=True, help="Show every credit and every part of a target, not just the first ones."
)
@click.option("--json", "as_json", is_flag=True, help="Print the tree as JSON.")
@runs_option
def explain(
    run_and_participant: tuple[str, ...],
    component: str | None,
    transaction: str | None,
    everything: bool,
    as_json: bool,
    runs: str | None,
) -> None:
    """Walk from a payout to the rules, tiers, credits and source rows behind it.

    \b
    komisi explain latest:2026-03 S-001
    komisi explain 3f2a S-001 --component commission
    komisi explain latest:2026-03 S-001 --transaction 'INV-000123 / 2'

    RUN is a folder, the beginning of a run's id, `latest:PERIOD`, or `previous:PERIOD`.
    """
    name, rest = run_and_rest(run_and_participant)
    if len(rest) != 1:
        fail("explain takes a run and one participant", "komisi explain latest:2026-03 S-001", USAGE)
    opened, participant = named(runs, name), rest[0]
    from engine.explain import explain as derive
    from engine.explain import render_json, render_text
    from engine.record import RecordError

    try:
        tree = derive(opened, participant, component, transaction)
    except RecordError as error:
        fail(str(error), "`komisi verify` says all that is wrong with the run", UNREADABLE)
    except LookupError as error:
        fail(str(error.args[0]) if error.args else "nothing found", None, USAGE)
    if as_json:
        click.echo(json.dumps(render_json(tree), indent=1, ensure_ascii=False))
    else:
        width = min(shutil.get_terminal_size((120, 40)).columns, 160)
        click.echo(render_text(tree, width, colored(sys.stdout.isatty()), everything))

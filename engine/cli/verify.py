"""`komisi verify`: recompute a run from its own files and say the first thing that doesn't hold."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from engine.cli import complete
from engine.cli.ending import FINDINGS, UNREADABLE, USAGE, fail
from engine.cli.places import record, runs_option
from engine.cli.progress import progress, quiet_option


@click.command()
@click.argument("run", nargs=-1, required=True, metavar="RUN", shell_complete=complete.run)
@click.option("--digest", metavar="D", help="The run digest that was approved: is it this run?")
@click.option(
    "--sources",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Read the source files again, from the workspace's folder or one with copies of them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@quiet_option
@runs_option
def verify(run: tuple[str, ...], digest: str | None, sources: str | None, as_json: bool, runs: str | None) -> None:
    """Recompute every figure of RUN from the run's own files, without trusting what stands in them.

    \b
    komisi verify latest:2026-03
    komisi verify 3f2a --digest 9c1d…    and it is the run that was approved
    komisi verify 3f2a --sources plans   and its rows are those of the source files

    What a forger can make anew is the whole run, from other rows or plans: the digest finds any such run, the sources find
    other rows. RUN is a folder, the beginning of a run's id, `latest:PERIOD`, or `previous:PERIOD`.
    """
    opened = record(runs, run)
    from engine.explain import verification_json, verification_text
    from engine.pipeline import prove
    from engine.record import RecordError

    try:
        approved = _digest(digest, opened.manifest)
        with progress():
            found = prove(opened, approved, Path(sources) if sources is not None else None)
    except RecordError as error:
        fail(str(error), None, UNREADABLE)
    if as_json:
        click.echo(json.dumps(verification_json(found), indent=1, ensure_ascii=False))
    else:
        click.echo(verification_text(found))
    sys.exit(0 if found.ok else FINDINGS)


def _digest(given: str | None, manifest: dict[str, Any]) -> str | None:
    """The run digest that was given, as it is written; other fingerprints of a run are told apart from it."""
    digest = given.strip().lower() if given is not None else None
    others = {manifest.get("run"): "the run's id", manifest.get("result_digest"): "the result digest"}
    if digest in others or (digest is not None and not re.fullmatch("[0-9a-f]{64}", digest)):
        help_ = "give all 64 digits of the run digest: `komisi verify RUN` prints it below a run that holds"
        fail(f"`{given}` is {others.get(digest, 'no run digest')}", help_, USAGE)
    return digest

"""`komisi exceptions`: the exception log of a run, to be worked on."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import complete
from engine.cli.ending import UNREADABLE, USAGE, colored, fail
from engine.cli.places import json_option, named, record, runs_folder, runs_option
from engine.cli.progress import progress, quiet_option
from engine.core.exception_codes import SEVERITIES

if TYPE_CHECKING:
    from engine.record import Record
    from engine.report.log_listing import Listing, Run

FORMS = ("text", "json", "csv", "xlsx")
PLAIN = ("", "txt", "text", "log")
"""How files of text end."""


@click.command()
@click.argument("run", nargs=-1, required=True, metavar="RUN", shell_complete=complete.run)
@click.option(
    "--by", type=click.Choice(["code", "owner", "participant", "source"]), default="code", show_default=True,
    help="What the rows are grouped by.",
)  # fmt: skip
@click.option("--code", "codes", multiple=True, metavar="CODE", help="Only this code, as E105 or X*; may be repeated.")
@click.option(
    "--severity", "severities", multiple=True, type=click.Choice(SEVERITIES), help="Only these; may be repeated."
)
@click.option(
    "--owner", "owners", multiple=True, metavar="OWNER", help="Only theirs (`nobody`: without one); may be repeated."
)
@click.option(
    "--since",
    metavar="RUN_BEFORE",
    help="What is new, still open and gone since that run, named as RUN is.",
)
@click.option(
    "--new",
    "new_only",
    is_flag=True,
    help="Only what is new since --since, or since the latest run of the period before.",
)
@click.option(
    "--limit", type=click.IntRange(min=0), default=5, show_default=True, help="Rows shown of each group; 0 shows all."
)
@click.option(
    "--output-format", type=click.Choice(FORMS), metavar="FORM",
    help="text, json, csv or xlsx (a workbook). Default: as FILE is called, else text.",
)  # fmt: skip
@click.option("--out", metavar="FILE", help="Write to this file, which must not be there yet.")
@json_option
@quiet_option
@runs_option
def exceptions(
    run: tuple[str, ...], by: str, codes: tuple[str, ...], severities: tuple[str, ...], owners: tuple[str, ...],
    since: str | None, new_only: bool, limit: int, output_format: str | None, out: str | None, in_json: bool, runs: str | None,
) -> None:  # fmt: skip
    """List what was wrong with the data of RUN: how much is at stake, whose it is to mend, and what to do.

    \b
    komisi exceptions latest:2026-03
    komisi exceptions latest:2026-03 --by owner
    komisi exceptions latest:2026-03 --new                since the run of the month before
    komisi exceptions latest:2026-03 --since 3f2a         since another run
    komisi exceptions latest:2026-03 --since previous:2026-03
    komisi exceptions latest:2026-03 --severity blocks_period --limit 0
    komisi exceptions latest:2026-03 --out march.xlsx     all rows, in a workbook

    Who owns what, what blocks more and what is waived stands under `exceptions:` in komisi.yaml. RUN is a folder, the beginning
    of a run's id, `latest:PERIOD`, or `previous:PERIOD`.
    """
    form = _form(output_format, out, in_json)
    from engine.report.log_listing import listing

    opened = record(runs, run)
    wanted, log = _known(codes), _log(opened)
    _owning(opened, log, owners)
    before = _before(opened, since, runs) if since is not None or new_only else None
    found = listing(log, before, codes=wanted, severities=severities, owners=owners, new_only=new_only)
    _write(found, form, by, None if limit == 0 else limit, out)


def _form(said: str | None, out: str | None, in_json: bool) -> str:
    """The form that is asked for, else the one that the file is called after."""
    ending = Path(out).suffix.lstrip(".").lower() if out is not None else ""
    if not (in_json or said or ending in FORMS or ending in PLAIN):
        fail(f"no form is called `.{ending}`", "end in .txt, .json, .csv or .xlsx, or say --output-format FORM", USAGE)
    form = "json" if in_json else said or (ending if ending in FORMS else "text")
    if form == "xlsx" and out is None:
        fail("a workbook is a file", "name it with --out FILE.xlsx", USAGE)
    return form


def _owning(opened: "Record", log: "Run", owners: tuple[str, ...]) -> None:
    """Whoever is asked for owns something in komisi.yaml, or has rows of the log."""
    from engine.core.diagnostic import closest
    from engine.pipeline import owners_in
    from engine.report.log_listing import NOBODY

    if not owners:
        return
    there = list(dict.fromkeys([*owners_in(opened), *log.log["owner"].drop_nulls().unique().sort(), NOBODY]))
    for owner in owners:
        if owner not in there:
            near = closest(owner, there)
            hint = f"did you mean `{near}`? " if near else ""
            listed = ", ".join(f"`{name}`" for name in there)
            fail(
                f"no owner of exceptions is called `{owner}`",
                f"{hint}there are {listed} (`owners:` in komisi.yaml)",
                USAGE,
            )


def _known(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Codes of exceptions, in capitals."""
    from engine.core.codes import CODES

    wanted = tuple(code.upper() for code in codes)
    for code in wanted:
        start = code.removesuffix("*")
        if not any(
            known.startswith(start) if code.endswith("*") else known == code for known in CODES if known[0] in "XE"
        ):
            fail(f"no exception has the code `{code}`", "`komisi rule X` and `komisi rule E` list them", USAGE)
    return wanted


def _log(opened: "Record") -> "Run":
    from engine.record import RecordError
    from engine.report.log_listing import Run
    from engine.run.logged import LOG

    said, damaged = opened.manifest, "`komisi verify` says all that is wrong with it"
    try:
        run = Run(
            str(said["workspace"]), opened.period, opened.id, dict(said["currencies"]), opened.table("exceptions"),
            opened.as_of,
        )  # fmt: skip
    except (RecordError, KeyError, TypeError, ValueError) as error:
        fail(f"the log of run {opened.id} can't be read: {error}", damaged, UNREADABLE)
    lacks = [name for name in LOG if name not in run.log.columns]
    if lacks:
        fail(
            f"the log of run {opened.id} has no column `{lacks[0]}`: another version made it",
            "run it again",
            UNREADABLE,
        )
    return run


def _before(opened: "Record", since: str | None, runs: str | None) -> "Run":
    """The earlier run: the one named, or the latest of the pay period before."""
    from engine.pipeline import pay_period_before
    from engine.record.read import periods_run

    known = periods_run(runs_folder(runs))
    if since is not None:
        return _log(named(runs, f"latest:{since}" if since in known else since))
    period = pay_period_before(opened)
    if period is None:
        fail(f"the calendar has no pay period before {opened.period}", "name a run with --since RUN", USAGE)
    if period not in known:
        fail(
            f"there is no run of {period}, the pay period before",
            f"`komisi run {period}` makes one; or name another run with --since RUN", UNREADABLE,
        )  # fmt: skip
    return _log(named(runs, f"latest:{period}"))


def _write(found: "Listing", form: str, by: str, limit: int | None, out: str | None) -> None:
    from engine.report.document import as_text
    from engine.report.log_forms import TooManyRows, as_csv, as_data, as_workbook
    from engine.report.log_page import page

    try:
        if form == "xlsx":
            with progress():
                data = as_workbook(found)
        elif form == "csv":
            data = as_csv(found).encode()
        elif form == "json":
            data = (json.dumps(as_data(found, by), indent=1, ensure_ascii=False) + "\n").encode()
        else:
            data = (as_text(page(found, by, limit), colored(sys.stdout.isatty() and out is None)) + "\n").encode()
    except TooManyRows as error:
        fail(str(error), "choose fewer with --code, --severity or --owner, or write a CSV", USAGE)
    if out is None:
        click.echo(data, nl=False)
        return
    path = Path(out)
    if path.exists():
        fail(f"{path} is there already", "delete it, or name another: somebody may have written in it", UNREADABLE)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        os.rename(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        fail(
            f"{path} can't be written: {(error.strerror or str(error)).lower()}",
            "choose another --out FILE",
            UNREADABLE,
        )
    click.echo(f"{path}: {found.rows.height:,} rows", err=True)

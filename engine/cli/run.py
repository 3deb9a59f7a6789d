"""`komisi run`: calculate a pay period and write a run."""

import getpass
import json
import re
import shlex
import socket
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import complete
from engine.cli.ending import BLOCKING, UNREADABLE, USAGE, colored, fail, not_printed, put_away
from engine.cli.places import (
    a_folder,
    compiled,
    default_runs,
    pay_period,
    runs_folder,
    workspace_folder,
    workspace_option,
)
from engine.cli.progress import progress, quiet_option
from engine.core.day import day_of

if TYPE_CHECKING:
    from engine.core.period import Period
    from engine.pipeline import Compiled, Run
    from engine.record import Written


@click.command()
@click.argument("period", shell_complete=complete.periods)
@click.option(
    "--plan", "plans", multiple=True, metavar="NAME", help="Only this plan; may be repeated.",
    shell_complete=complete.plans,
)  # fmt: skip
@click.option(
    "--as-of",
    "as_of",
    metavar="DAY",
    help="As the data was known on that day (its sources say when each row was `recorded`). Default: all that is known.",
)
@click.option(
    "--runs",
    metavar="DIR",
    callback=a_folder,
    help="The folder to write the run into. Default: `runs/` of the workspace (beside `plans/`).",
)
@click.option("--out", metavar="DIR", hidden=True)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@quiet_option
@workspace_option
def run(
    period: str,
    plans: tuple[str, ...],
    as_of: str | None,
    runs: str | None,
    out: str | None,
    as_json: bool,
    workspace: str | None,
) -> None:  # fmt: skip
    """Calculate PERIOD (2026-03, 2026-Q1, or a period of your calendar) from all data known, and write a run.

    \b
    komisi run 2026-03
    komisi run 2026-03 --plan salesman
    komisi run 2026-03 --as-of 2026-04-05   as it was known then
    komisi run 2026-03 --runs trial         into another folder than the workspace's `runs/`

    The run is a folder: every figure, where it came from, and what was wrong with the data. The same inputs give the same
    run. One of some plans, or as of a day, is a trial: `latest:2026-03` is then still the newest run that is none.
    """
    root = workspace_folder(workspace)
    if runs is not None and out is not None:
        fail("--out is another word for --runs", "say where the run goes once, with --runs DIR", USAGE)
    given = runs or out
    folder = default_runs(root) if given is None else Path(given)
    plans = tuple(sorted(set(plans)))
    made = _chosen(compiled(root), plans)
    wanted = pay_period(made, period)
    known = _knowledge(made, as_of)
    from engine.pipeline import options

    asked = options(plans, known)
    calculated, written = _calculated(made, root, folder, wanted, known, asked)
    from engine.core.progress import doing
    from engine.record.read import open_record
    from engine.report import summary, summary_json
    from engine.run.exceptions import blocking
    from engine.trial.before import before
    from engine.trial.moved import moved

    with progress():
        doing("comparing with runs before")
        trial, this = any(asked.values()), open_record(written.folder)
        newest = None if trial else before(this)
        earlier = () if trial else moved(made.workspace, this, root, wanted)
    if as_json:
        text = json.dumps(summary_json(calculated, written, known, earlier, newest), indent=1, ensure_ascii=False)
    else:
        found = folder.resolve() == runs_folder(None).resolve()
        at = "" if found else f" --runs {shlex.quote(str(folder))}"
        text = summary(calculated, written, colored(sys.stdout.isatty()), at, known, trial, earlier, newest)
    _tell(text, written.folder)
    sys.exit(BLOCKING if blocking(calculated.outcome.exceptions).height else 0)


def _calculated(
    made: "Compiled", root: Path, folder: Path, period: "Period", known: date | None, asked: Mapping[str, str]
) -> "tuple[Run, Written]":
    """The run, calculated and written; or why there is none, and the end."""
    from engine.intake import IntakeError
    from engine.pipeline import calculate, draft, finish
    from engine.record import DamagedRun
    from engine.record.read import add_receipt

    try:
        with progress(), draft(made, folder) as fresh:
            calculated = calculate(made, root, period, as_of=known, draft=fresh)
            _held(calculated)
            written = finish(calculated, fresh, asked)
        add_receipt(folder, _receipt(written.id, period.name))
        return calculated, written
    except IntakeError as error:
        fail(f"[{error.code}] {error.where}: {error.message}", error.help, UNREADABLE)
    except DamagedRun as error:
        where = shlex.quote(error.folder.as_posix())
        fail(
            str(error),
            f"move it away or delete it (`rm -r {where}`) and run again; `komisi verify {where}` says all that is wrong with it",
            UNREADABLE,
        )
    except OSError as error:
        fail(
            f"the run can't be written: {_why(error)}",
            "mend that, or choose another --runs DIR; no half run is left",
            UNREADABLE,
        )


def _tell(text: str, folder: Path) -> None:
    """Print the summary of a run that is written: whoever stops reading it (`| head`) has the code of the run all the same."""
    try:
        click.echo(text)
    except BrokenPipeError:
        put_away()
    except OSError as error:
        not_printed(
            error, f"the run is there as a whole, {folder.as_posix()}: the same command prints its summary again"
        )


def _held(calculated: "Run") -> None:
    """Identities that don't hold end it here: there is nothing to pay from."""
    for broken in (identity for identity in calculated.outcome.identities if not identity.holds):
        fail(
            f"{broken.name} does not hold for {broken.place}: {broken.left} and {broken.right}",
            "this is a defect of ours: nothing was written",
            70,
        )


def _chosen(made: "Compiled", plans: tuple[str, ...]) -> "Compiled":
    """The workspace with only the plans asked for."""
    if not plans:
        return made
    from engine.core.diagnostic import closest
    from engine.pipeline import chosen

    known = {plan.name for plan in made.workspace.plans}
    for name in plans:
        if name not in known:
            near = closest(name, known)
            hint = f"did you mean `{near}`? " if near else ""
            fail(f"no plan is called `{name}`", f"{hint}there are {', '.join(sorted(known))}", USAGE)
    return chosen(made, plans)


def _knowledge(made: "Compiled", as_of: str | None) -> date | None:
    """The day whose knowledge counts; every source must be able to say what was known on it."""
    if as_of is None:
        return None
    day = day_of(as_of)
    if day is None:
        written = re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", as_of) is not None
        what = "is no day of the calendar" if written else "is no day as YYYY-MM-DD"
        fail(f"--as-of {as_of} {what}", "write the day whose knowledge counts, as in --as-of 2026-04-05", USAGE)
    without = made.workspace.undated
    if without:
        fail(
            f"--as-of needs to know when each row became known, and {', '.join(f'`{name}`' for name in without)} "
            f"{'does' if len(without) == 1 else 'do'} not say",
            "name the column as in `recorded: exported_on`, or say `recorded: {as_it_is: true}` of a source that keeps "
            "no history: it is then read as it is today",
            USAGE,
        )
    return day


def _why(error: OSError) -> str:
    """What the system says, without its numbers."""
    said = (error.strerror or str(error)).lower()
    return f"{said}: {error.filename}" if error.filename else said


def _receipt(run_id: str, period: str) -> dict[str, str]:
    """Who, when and where: beside the run, never in it."""
    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "unknown"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"run": run_id, "period": period, "at": now, "by": who, "on": socket.gethostname()}

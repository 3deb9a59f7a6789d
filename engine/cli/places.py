"""What a command works on: the workspace that one stands in, its program, its runs."""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.ending import FINDINGS, UNREADABLE, USAGE, colored, fail
from engine.core.diagnostic import Diagnostics

if TYPE_CHECKING:
    from engine.core.period import Period
    from engine.pipeline import Compiled
    from engine.plan.resolved import Plan
    from engine.record import Record

SHOWN = 5
"""How many warnings of the plans other commands than `check` show."""


def workspace_folder(given: str | None, help_: str = "--workspace DIR names the folder with komisi.yaml") -> Path:
    """The folder of the workspace: the one given (or its komisi.yaml, or what holds it in `plans/`), else found from here."""
    if given is None:
        return workspace_of(Path.cwd())
    from engine.load import find_workspace

    folder = Path(given).parent if Path(given).name == "komisi.yaml" else Path(given)
    if not folder.is_dir():
        fail(f"there is no folder {folder}", help_, USAGE)
    found = find_workspace(folder)
    if found is None or found not in (folder.resolve(), folder.resolve() / "plans"):
        fail(
            f"{folder} is no workspace: there is no komisi.yaml in it, or in its `plans/`", help_, USAGE,
        )  # fmt: skip
    return found


def workspace_of(start: Path) -> Path:
    """The folder of the workspace that a file or folder belongs to."""
    from engine.load import find_workspace

    found = find_workspace(start if start.is_dir() else start.parent)
    if found is None:
        fail(
            f"no workspace in {start}: there is no komisi.yaml here, in `plans/`, or further up",
            "change into the folder of your workspace, or name it with --workspace DIR", USAGE,
        )  # fmt: skip
    return found


def compiled(root: Path) -> "Compiled":
    """The workspace's program, its warnings on stderr; or its mistakes there, and the end."""
    from engine.core.diagnostic import render_full
    from engine.pipeline import front

    diagnostics, sources = Diagnostics(), dict[str, str]()
    made = front(root, diagnostics, sources)
    if made is None:
        click.echo(render_full(diagnostics, sources, colored(sys.stderr.isatty())), err=True)
        click.echo("Nothing was calculated: mend the plans first (`komisi check` shows this again).", err=True)
        sys.exit(FINDINGS)
    warnings = list(diagnostics)
    for each in warnings[:SHOWN]:
        click.echo(f"warning[{each.code}] {each.span.where}: {each.message}", err=True)
    if warnings:
        more = f"{len(warnings) - SHOWN} more warnings in the plans; " if len(warnings) > SHOWN else ""
        click.echo(f"{more}`komisi check` explains them\n", err=True)
    return made


def plan_of(made: "Compiled", given: str | None, command: str) -> "Plan":
    """The plan of that name or file; where the workspace has one only, it need not be named."""
    from engine.core.diagnostic import closest

    plans = made.workspace.plans
    names = ", ".join(sorted(plan.name for plan in plans))
    if given is None:
        if len(plans) != 1:
            fail("which plan?", f"komisi {command} PLAN; there are {names}", USAGE)
        return plans[0]
    here = Path(given).resolve()
    found = [p for p in plans if given == p.name or here in (Path(p.file).resolve(), Path(p.file).resolve().parent)]
    if not found:
        near = closest(given, {plan.name for plan in plans})
        hint = f"did you mean `{near}`? " if near else ""
        fail(f"no plan is called `{given}`", f"{hint}there are {names}", USAGE)
    return found[0]


def pay_period(made: "Compiled", name: str) -> "Period":
    """The pay period of that name."""
    calendar = made.workspace.calendar
    found = calendar.find(name)
    length = made.workspace.pay_period
    names = [p.name for p in calendar.of_length(length)]
    if found is None:
        fail(f"`{name}` is not a period of this workspace's calendar", some_periods(names), USAGE)
    if found.length != length:
        fail(f"`{name}` is a {found.length}; people are paid by the {length} here", some_periods(names), USAGE)
    return found


RUN = "RUN is a folder, the beginning of a run's id, `latest:2026-03`, or `previous:2026-03`"
"""How a run is named, everywhere."""


def run_and_rest(given: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The word that names a run, and those after it. `latest 2026-03`, as it was written once, is taken as one word."""
    from engine.record.read import WORDS

    if len(given) > 1 and given[0] in WORDS:
        return f"{given[0]}:{given[1]}", given[2:]
    return given[0], given[1:]


def record(runs: str | None, given: tuple[str, ...]) -> "Record":
    """The run that the arguments name."""
    name, rest = run_and_rest(given)
    if rest:
        fail(f"one run is asked for; here is also {' '.join(f'`{word}`' for word in rest)}", RUN, USAGE)
    return named(runs, name)


def named(runs: str | None, name: str) -> "Record":
    """The run of that name; which it is stands on stderr where `latest` had only trials to choose from."""
    from engine.record import RecordError, find
    from engine.record.read import WORDS, NotRun

    word, _, period = name.partition(":")
    if word in WORDS and not period:
        fail(f"`{word}` of which pay period?", f"`{word}:2026-03`, for example", USAGE)
    try:
        found = find(runs_folder(runs), name)
    except NotRun as error:
        fail(str(error), _not_run(error.word, error.period, runs), UNREADABLE)
    except RecordError as error:
        fail(str(error), None, UNREADABLE)
    if word in WORDS and found.trial is not None:
        click.echo(
            f"note: {name} is run {found.id}, a trial ({found.trial}): there is no other of that period", err=True
        )
    return found


def _not_run(word: str, period: str, runs: str | None) -> str | None:
    """What to do where no run of a period is there, by the calendar of the workspace that one stands in; None without one."""
    from engine.core.diagnostic import closest
    from engine.load import find_workspace, load

    root = find_workspace(Path.cwd())
    made = None if root is None else load(root, Diagnostics())
    if made is None:
        return None
    names = [each.name for each in made.calendar.of_length(made.pay_period)]
    if period in names:
        at = "" if runs is None else f" --runs {shlex.quote(runs)}"
        return f"`komisi run {period}{at}` makes one"
    near = closest(period, names)
    meant = f"did you mean `{word}:{near}`? " if near else ""
    return f"`{period}` is no pay period of this workspace: {meant}{some_periods(names)}"


def some_periods(names: Sequence[str]) -> str:
    """The pay periods there are, so that one sees how they are called."""
    return f"the pay periods are {', '.join(names[:4])}" + (f", … {names[-1]}" if len(names) > 4 else "")


def default_runs(root: Path) -> Path:
    """Where a workspace's runs are if nobody says otherwise: `runs/` in its folder, or beside it where that is `plans/`."""
    return Path(os.path.relpath((root.parent if root.name == "plans" else root) / "runs"))


def runs_folder(given: str | None) -> Path:
    """The folder that holds the runs: the one given, else that of the workspace one stands in, else `runs/` here."""
    if given is not None:
        return Path(given)
    from engine.load import find_workspace

    root = find_workspace(Path.cwd())
    return Path("runs") if root is None else default_runs(root)


def a_folder(_context: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    """What an option names, if it is not empty: an unset variable in its place is no wish for what holds otherwise."""
    if given is not None and not given.strip():
        fail("--runs names no folder: it is empty", "name one, or leave --runs out", USAGE)
    return given


runs_option = click.option(
    "--runs",
    metavar="DIR",
    callback=a_folder,
    help="The folder that holds the runs. Default: `runs/` of the workspace one stands in.",
)
json_option = click.option("--json", "in_json", is_flag=True, help="Short for --output-format json.")
workspace_option = click.option(
    "--workspace", "-w", metavar="DIR", help="The workspace's folder. Default: found from the current folder."
)

"""`komisi diff`: whose pay differs between two runs, or would under other plans, and which edit of the plans does it."""

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.ending import FINDINGS, UNREADABLE, USAGE, colored, fail
from engine.cli.places import (
    default_runs,
    json_option,
    named,
    run_and_rest,
    runs_option,
    some_periods,
    workspace_folder,
    workspace_option,
)
from engine.cli.progress import progress, quiet_option
from engine.core.diagnostic import Diagnostics

if TYPE_CHECKING:
    from engine.pipeline import Compiled
    from engine.trial.diff.difference import Difference

EXAMPLES = "two runs, as in `komisi diff previous:2026-03 latest:2026-03`, or `komisi diff --plan HEAD .`"


@click.command()
@click.argument("runs_given", nargs=-1, metavar="[RUN_A RUN_B]")
@click.option(
    "--plan", "plans", nargs=2, metavar="OLD NEW", help="Two versions of the plans: folders or git revisions."
)
@click.option("--period", "periods", multiple=True, metavar="PERIOD",
              help="With --plan: the pay period to try; may be repeated. Default: the latest that has a run.")  # fmt: skip
@click.option("--output-format", type=click.Choice(["text", "json", "markdown", "html"]), default="text", show_default=True,
              help="How to print: markdown for a pull request, html as a file of its own.")  # fmt: skip
@json_option
@quiet_option
@runs_option
@workspace_option
def diff(
    runs_given: tuple[str, ...],
    plans: tuple[str, str] | None,
    periods: tuple[str, ...],
    output_format: str,
    in_json: bool,
    runs: str | None,
    workspace: str | None,
) -> None:
    """Show whose pay differs, together and by plan, component and earning period.

    Between RUN_A and RUN_B: each a folder, the beginning of a run's id, `latest:PERIOD`, or `previous:PERIOD` for the newest
    run of a period but that one.

    Or, with --plan, between what OLD and NEW plans pay on the data there is now, each difference shared out to the lines
    of YAML that make it. OLD and NEW are folders of plans or git revisions of the workspace's repository; the data is that
    of the workspace one stands in (or --workspace). Nothing is stored.

    \b
    komisi diff previous:2026-03 latest:2026-03
    komisi diff --plan HEAD . --period 2026-03            the edits since the last commit
    komisi diff --plan main HEAD --output-format markdown > comment.md

    Exit codes: 0 nobody's pay moves · 1 pay moves · 2 usage · 4 plans, a run or data can't be read
    """
    if plans and runs_given:
        fail("two runs, or --plan with two versions of plans; not both", EXAMPLES, USAGE)
    if periods and not plans:
        fail("--period goes with --plan; a run has its own period", EXAMPLES, USAGE)
    found = _of_plans(*plans, periods, runs, workspace) if plans else _of_runs(runs_given, runs)
    from engine.trial.diff import shown

    form = "json" if in_json else output_format
    click.echo(shown(found, form, colored(sys.stdout.isatty())))
    if form == "text":
        click.echo(f"\nnext: {_next(found, plans, '' if runs is None else f' --runs {shlex.quote(runs)}')}", err=True)
    sys.exit(FINDINGS if found.moves() else 0)


def _of_runs(given: tuple[str, ...], runs: str | None) -> "Difference":
    """The difference between two runs."""
    words, rest = [], given
    while rest:
        word, rest = run_and_rest(rest)
        words.append(word)
    if len(words) != 2:
        said = "two runs, or --plan with two versions of plans" if not words else f"two runs; here is {len(words)}"
        fail(f"diff takes {said}", EXAMPLES, USAGE)
    from engine.record import RecordError
    from engine.trial.diff import compare_runs

    old, new = (named(runs, word) for word in words)
    try:
        with progress():
            return compare_runs(old, new)
    except RecordError as error:
        fail(str(error), "`komisi verify` says all that is wrong with a run", UNREADABLE)


def _of_plans(old: str, new: str, periods: tuple[str, ...], runs: str | None, workspace: str | None) -> "Difference":
    """The difference between two versions of the plans, on the data of the workspace."""
    from engine.trial.diff import Unfit, attribute

    root = _data(new, workspace)
    versions = _version(old, root), _version(new, root)
    wanted = _periods(versions[1], periods, _runs(root, runs))
    try:
        note = f"data: what the sources of {_here(root)}/ hold now"
        with progress():
            return attribute(*versions, root, wanted, (old, new), (note,))
    except Unfit as why:
        fail(f"the plans can't be calculated: {why}", "`komisi run` shows it at its place", UNREADABLE)


def _data(new: str, workspace: str | None) -> Path:
    """The workspace whose data is used: the one given, the one one stands in, else NEW's."""
    from engine.load import find_workspace

    here = find_workspace(Path.cwd()) if workspace is None else None
    return here or workspace_folder(workspace if workspace is not None or not Path(new).exists() else new)


def _version(name: str, root: Path) -> "Compiled":
    """A version of the plans, compiled; or its mistakes, and the end."""
    from engine.core.diagnostic import render_full
    from engine.pipeline import front
    from engine.trial.diff.version import VersionError, revision

    diagnostics, sources = Diagnostics(), dict[str, str]()
    if Path(name).exists():
        made = front(workspace_folder(name, "OLD and NEW are whole workspaces, or git revisions"), diagnostics, sources)
    else:
        try:
            texts = revision(root, name)
        except VersionError as error:
            fail(str(error), None, UNREADABLE)
        if texts is None:
            fail(
                f"`{name}` is neither a folder nor a git revision of the repository of {root.name}/",
                f"`{_here(root)}` are the plans as they stand there now; or name another folder with komisi.yaml or, if the "
                "workspace is kept in git, a branch, tag or commit", USAGE,
            )  # fmt: skip
        made = front(Path("."), diagnostics, sources, texts)
    if made is None:
        click.echo(render_full(diagnostics, sources, colored(sys.stderr.isatty())), err=True)
        fail(f"the plans of `{name}` have mistakes: nothing was compared", "mend them first", UNREADABLE)
    return made


def _here(root: Path) -> str:
    """The workspace's folder as it is called from where one stands."""
    return Path(os.path.relpath(root)).as_posix()


def _runs(root: Path, given: str | None) -> Path:
    return default_runs(root) if given is None else Path(given)


def _periods(made: "Compiled", given: tuple[str, ...], runs: Path) -> tuple[str, ...]:
    """The pay periods to try, in order of time, each once: those given, else the latest that has a run."""
    from engine.record.read import periods_run

    names = [p.name for p in made.workspace.calendar.of_length(made.workspace.pay_period)]
    known = some_periods(names)
    for name in given:
        if name not in names:
            fail(f"`{name}` is not a pay period of these plans", known, USAGE)
    run = periods_run(runs)
    found = tuple(name for name in names if name in (given or run))
    if not found:
        fail("no pay period was run yet: say which one to try with --period", known, USAGE)
    return found if given else found[-1:]


def _next(found: "Difference", plans: tuple[str, str] | None, at: str) -> str:
    """What to try after this; `at` is what it needs so as to find the runs."""
    if plans:
        periods = "".join(f" --period {period}" for period in found.periods)
        return f"komisi diff --plan {shlex.join(plans)}{periods} --output-format html > diff.html"
    moved, changed = found.moved().sort("participant"), found.statuses().sort("participant")
    people = [*moved["participant"], *changed["participant"], *found.moved_unpaid().sort("participant")["participant"]]
    for side in (found.new, found.old):  # who is gone is explained by the run that has them
        for person in people:
            if person in side.participants():
                return f"komisi explain {side.name} {shlex.quote(person)}{at}"
    return f"komisi verify {found.new.name}{at}"

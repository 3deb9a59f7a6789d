"""`komisi check`: all mistakes in a workspace's plans, each at its place; once, or again whenever a file changes."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import complete
from engine.cli.ending import FINDINGS, USAGE, colored, fail
from engine.cli.places import json_option, pay_period, workspace_folder, workspace_of, workspace_option
from engine.core.diagnostic import Diagnostics, summary
from engine.formats import FORMATS, rendered

if TYPE_CHECKING:
    from engine.plan.resolved import ResolvedWorkspace


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option(
    "--output-format", type=click.Choice(FORMATS), default="full", show_default=True,
    help="full: with excerpts; concise: a line each; json, github (workflow commands), sarif (2.1.0): for programs.",
)  # fmt: skip
@click.option(
    "--data",
    is_flag=True,
    help="Also the roster, assignments and targets: who is on no plan, has no target, or is not in the roster. Transactions"
    " are looked at by `komisi sources check`.",
)
@click.option(
    "--period", metavar="PERIOD", help="With --data: only this pay period, not all that plans and targets cover.",
    shell_complete=complete.periods,
)  # fmt: skip
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@json_option
@workspace_option
def check(
    paths: tuple[str, ...],
    output_format: str,
    in_json: bool,
    data: bool,
    period: str | None,
    watch: bool,
    workspace: str | None,
) -> None:
    """Find the mistakes in plans before any data is read.

    \b
    komisi check                             the workspace one stands in
    komisi check plans/salesman/comp.yaml    only the mistakes of this file
    komisi check --watch                     again after every change
    komisi check --data --period 2026-03     also people without a plan or target, rows that overlap
    komisi check --output-format github      at the lines of a pull request
    komisi rule M101                         what a code means, with examples

    PATH is a workspace, or files of one: then only their mistakes are shown. Without it, the workspace is found from the
    current folder.
    """
    output_format = "json" if in_json else output_format
    if watch and output_format in ("json", "sarif"):
        fail(f"--watch prints again and again, and {output_format} is one document", "leave one of the two out", USAGE)
    if period is not None and not data:
        fail("--period says for when the data is checked", "add --data", USAGE)
    if data and any(not Path(path).is_dir() for path in paths):
        fail("--data looks at people and targets of a whole workspace", "name its folder, or nothing", USAGE)
    look = Look(paths, output_format, data, period)
    named = () if workspace else paths
    roots = list(dict.fromkeys(workspace_of(Path(path)) for path in named)) or [workspace_folder(workspace)]
    if not watch:
        sys.exit(checked(roots, look)[0])
    from engine.cli.watch import watch as watch_

    sys.exit(watch_(roots, lambda: checked(roots, look, watched=True)))


@dataclass(frozen=True)
class Look:
    """What is looked at, and how it is told."""

    paths: tuple[str, ...]
    output_format: str
    data: bool = False
    period: str | None = None


def checked(roots: list[Path], look: Look, watched: bool = False) -> tuple[int, list[str]]:
    """Check and print: the exit code, and the files that were read."""
    from engine.pipeline import check as check_

    diagnostics, sources, paths = Diagnostics(), dict[str, str](), look.paths
    if look.data:
        made = [_with_data(root, look, diagnostics, sources) for root in roots]
    else:
        made = [check_(root, diagnostics, sources) for root in roots]
    if paths and not diagnostics.has_errors() and not any(_asked(file, paths) for file in sources):
        named = "`plans:`, `targets:` and `libraries:` in komisi.yaml name those that are"
        fail(f"{click.format_filename(paths[0])} is not read as a plan, target plan or library", named, USAGE)
    found = diagnostics.only(lambda file: _asked(file, paths)) if paths else diagnostics
    text = rendered(found, look.output_format, colored(sys.stdout.isatty()))
    if text:
        click.echo(text)
    if look.output_format != "full":
        click.echo(summary(found, found), err=True)
    elif not found.has_errors():
        _well(made, found, len(sources), watched)
    else:
        click.echo(f"next: komisi rule {next(iter(found)).code} (what it means, with an example)", err=True)
    return (FINDINGS if found.has_errors() else 0), list(sources)


def _with_data(root: Path, look: Look, diagnostics: Diagnostics, sources: dict[str, str]) -> "ResolvedWorkspace | None":
    """The workspace, and its people and targets held against it where it has no mistake."""
    from engine.pipeline import front
    from engine.trial import check_people

    compiled = front(root, diagnostics, sources)
    if compiled is None:
        return None
    looked = check_people(compiled, root, pay_period(compiled, look.period) if look.period else None, diagnostics)
    if looked is not None:
        click.echo(looked, err=True)
    sources |= diagnostics.sources
    return compiled.workspace


def _well(made: "list[ResolvedWorkspace | None]", found: Diagnostics, files: int, watched: bool) -> None:
    """Say that nothing is wrong, and what was looked at."""
    if None in made:
        click.echo("no mistakes in these files; others of the workspace have some: `komisi check`", err=True)
        return
    plans = [plan for each in made if each is not None for plan in each.plans]
    parts = sum(len(plan.components) for plan in plans)
    counts = (_count(len(plans), "plan"), _count(parts, "component"), _count(files, "file"))
    doubtful = f", {_count(len(found), 'warning')} above" if len(found) else ""
    meant = f" ({found.accepted} accepted in the plans)" if found.accepted else ""
    click.echo(f"{', '.join(counts)}: no mistakes found{doubtful}{meant}.")
    if not watched:
        click.echo("next: komisi run PERIOD", err=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _asked(file: str, paths: tuple[str, ...]) -> bool:
    """Whether a file was named, or lies in a folder that was."""
    here = Path(file).resolve()
    return any(here == p or p in here.parents for p in (Path(path).resolve() for path in paths))

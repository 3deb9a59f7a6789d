"""`komisi check`: all mistakes in a workspace's plans, each at its place; once, or again whenever a file changes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.ending import FINDINGS, USAGE, colored, fail
from engine.cli.places import workspace_folder, workspace_of, workspace_option
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
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@workspace_option
def check(paths: tuple[str, ...], output_format: str, watch: bool, workspace: str | None) -> None:
    """Find the mistakes in plans before any data is read.

    \b
    komisi check                             the workspace one stands in
    komisi check plans/salesman/comp.yaml    only the mistakes of this file
    komisi check --watch                     again after every change
    komisi check --output-format github      at the lines of a pull request
    komisi rule M101                         what a code means, with examples

    PATH is a workspace, or files of one: then only their mistakes are shown. Without it, the workspace is found from the
    current folder.
    """
    if watch and output_format in ("json", "sarif"):
        fail(f"--watch prints again and again, and {output_format} is one document", "leave one of the two out", USAGE)
    named = () if workspace else paths
    roots = list(dict.fromkeys(workspace_of(Path(path)) for path in named)) or [workspace_folder(workspace)]
    if not watch:
        sys.exit(checked(roots, paths, output_format)[0])
    from engine.cli.watch import watch as watch_

    sys.exit(watch_(roots, lambda: checked(roots, paths, output_format, watched=True)))


def checked(
    roots: list[Path], paths: tuple[str, ...], output_format: str, watched: bool = False
) -> tuple[int, list[str]]:
    """Check and print: the exit code, and the files that were read."""
    from engine.pipeline import check as check_

    diagnostics, sources = Diagnostics(), dict[str, str]()
    made = [check_(root, diagnostics, sources) for root in roots]
    if paths and not len(diagnostics) and not any(_asked(file, paths) for file in sources):
        named = "`plans:` and `targets:` in komisi.yaml name those that are"
        fail(f"{click.format_filename(paths[0])} is not read as a plan or target plan", named, USAGE)
    found = diagnostics.only(lambda file: _asked(file, paths)) if paths else diagnostics
    text = rendered(found, output_format, colored(sys.stdout.isatty()))
    if text:
        click.echo(text)
    if output_format != "full":
        click.echo(summary(found, found), err=True)
    elif not found.has_errors():
        _well(made, found, len(sources), watched)
    else:
        click.echo(f"next: komisi rule {next(iter(found)).code} (what it means, with an example)", err=True)
    return (FINDINGS if found.has_errors() else 0), list(sources)


def _well(made: "list[ResolvedWorkspace | None]", found: Diagnostics, files: int, watched: bool) -> None:
    """Say that nothing is wrong, and what was looked at."""
    if None in made:
        click.echo("no mistakes in these files; others of the workspace have some: `komisi check`", err=True)
        return
    plans = [plan for each in made if each is not None for plan in each.plans]
    parts = sum(len(plan.components) for plan in plans)
    counts = (_count(len(plans), "plan"), _count(parts, "component"), _count(files, "file"))
    doubtful = f", {_count(len(found), 'warning')} above" if len(found) else ""
    accepted = sum(len(c.accepted) for each in made if each is not None for plan in each.plans for c in plan.components)
    meant = f" ({accepted} accepted in the plans)" if accepted else ""
    click.echo(f"{', '.join(counts)}: no mistakes found{doubtful}{meant}.")
    if not watched:
        click.echo("next: komisi run PERIOD", err=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _asked(file: str, paths: tuple[str, ...]) -> bool:
    """Whether a file was named, or lies in a folder that was."""
    here = Path(file).resolve()
    return any(here == p or p in here.parents for p in (Path(path).resolve() for path in paths))

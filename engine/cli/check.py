"""`komisi check`: all mistakes in a workspace's plans, each at its place."""

import json
import sys
from pathlib import Path

import click

from engine.cli.ending import FINDINGS, colored
from engine.cli.places import workspace_folder, workspace_of, workspace_option
from engine.core.diagnostic import Diagnostics


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option(
    "--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True, help="How to print."
)
@workspace_option
def check(paths: tuple[str, ...], output_format: str, workspace: str | None) -> None:
    """Find the mistakes in plans before any data is read.

    PATH is a workspace, or files of one: then only their mistakes are shown. Without it, the workspace is found from the
    current folder.
    """
    from engine.core.diagnostic import render_full, to_json
    from engine.pipeline import front

    diagnostics, sources = Diagnostics(), dict[str, str]()
    named = () if workspace else paths
    roots = dict.fromkeys(workspace_of(Path(path)) for path in named) or {workspace_folder(workspace): None}
    made = [front(root, diagnostics, sources) for root in roots]
    found = [d for d in diagnostics if not paths or _asked(d.span.file, paths)]
    errors = [d for d in found if d.severity == "error"]
    if output_format == "json":
        click.echo(json.dumps(to_json(found), indent=1, ensure_ascii=False))
    elif found:
        click.echo(render_full(found, sources, colored(sys.stdout.isatty())))
    if output_format == "full" and not errors and not diagnostics.has_errors():
        plans = [plan for each in made if each is not None for plan in each.workspace.plans]
        parts = sum(len(plan.components) for plan in plans)
        counts = (_count(len(plans), "plan"), _count(parts, "component"), _count(len(sources), "file"))
        doubtful = f", {_count(len(found), 'warning')} above" if found else ""
        click.echo(f"{', '.join(counts)}: no mistakes found{doubtful}.")
        click.echo("next: komisi run PERIOD", err=True)
    sys.exit(FINDINGS if errors else 0)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _asked(file: str, paths: tuple[str, ...]) -> bool:
    """Whether a file was named, or lies in a folder that was."""
    here = Path(file).resolve()
    return any(here == p or p in here.parents for p in (Path(path).resolve() for path in paths))

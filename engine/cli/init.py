"""`komisi init`: a new workspace that runs at once."""

from pathlib import Path

import click

from engine.cli.ending import UNREADABLE, USAGE, fail
from engine.templates import GALLERY, NotEmpty, start

FIRST = {"minimal": ("2026-01", "S-01"), "demo": ("2026-03", "M-01"), **GALLERY}
"""The period and the participant to look at first."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--demo", is_flag=True, help="Three plans, splits, three months of data and some dirt, instead of one plan."
)
@click.option(
    "--from",
    "trade",
    type=click.Choice(sorted(GALLERY)),
    metavar="NAME",
    help=f"Plans of a trade: {', '.join(sorted(GALLERY))}.",
)
def init(folder: Path, demo: bool, trade: str | None) -> None:
    """Make a workspace that runs at once in DIR.

    \b
    komisi init my-plans             one plan, five sellers
    komisi init --demo my-demo       a richer one to look around in
    komisi init --from software ae   plans of a trade, with tests and the paragraph for their participants

    DIR is a new or an empty folder. It gets plans with every line explained, data, and the schemas for editors.
    """
    from engine.load.schema import schema_folder

    if demo and trade is not None:
        fail("`--demo` and `--from` are two workspaces", "name one of them", USAGE)
    made_from = trade or ("demo" if demo else "minimal")
    if folder.exists() and not folder.is_dir():
        fail(f"{folder} is a file", "name a folder that is new or empty: `komisi init my-plans`", USAGE)
    try:
        files = start(folder, made_from, schema_folder())
    except NotEmpty as found:
        fail(
            f"{folder} is not empty: {found}",
            "name a new folder, such as `komisi init my-plans`; nothing was written",
            USAGE,
        )
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fail(f"the workspace can't be written: {reason}: {error.filename}", "nothing was left behind", UNREADABLE)
    shown = [name for name in files if not name.startswith(".")]
    click.echo("\n".join((folder / name).as_posix() for name in shown))
    period, participant = FIRST[made_from]
    click.echo(
        f"\n{len(files)} files, with the schemas in .komisi/ and settings for editors. Begin with komisi.yaml.",
        err=True,
    )
    steps = [] if folder.resolve() == Path.cwd() else [f"cd {_quoted(folder)}"]
    steps += ["komisi check", "komisi test", f"komisi run {period}", f"komisi explain latest:{period} {participant}"]
    click.echo(f"next: {' && '.join(steps)}", err=True)


def _quoted(folder: Path) -> str:
    import shlex

    return shlex.quote(str(folder))

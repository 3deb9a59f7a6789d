"""`komisi sources`: the data before a run. `check` looks at what is there, `presets` lists the exports that are known."""

import json
import sys

import click

from engine.cli import complete
from engine.cli.ending import BLOCKING, UNREADABLE
from engine.cli.places import compiled, json_option, pay_period, workspace_folder, workspace_option


@click.group()
def sources() -> None:
    """Look at the data before a run: what is there, what is refused, what the plans lack."""


@sources.command()
@click.argument("period", required=False, shell_complete=complete.periods)
@json_option
@workspace_option
def check(period: str | None, in_json: bool, workspace: str | None) -> None:
    """Look at every file and table that the plans read, and say what it holds and what is wrong with it.

    \b
    komisi sources check            all that the calendar covers
    komisi sources check 2026-03    what a run of March would read

    Each column with what it looks like, how many values are empty and different, the smallest and the largest; rows that
    are refused, by code with an example; control totals; thousands that may be read as decimals; words that the plans compare
    a column with and no row has, rules that take no row; ids that the roster doesn't have; and what the plans need and lack.
    Nothing is written. It ends with 3 if something is lacking, and with 4 if something can't be read.
    """
    from engine.report.source_profile import as_data, as_text, lacks
    from engine.trial.sources import look_at

    root = workspace_folder(workspace)
    made = compiled(root)
    profiles, needed = look_at(made, root, pay_period(made, period) if period else None)
    click.echo(
        json.dumps(as_data(profiles, needed), indent=2, ensure_ascii=False) if in_json else as_text(profiles, needed)
    )
    unreadable = any(p.trouble is not None or any(file.trouble for file in p.files) for p in profiles)
    sys.exit(UNREADABLE if unreadable else BLOCKING if any(lacks(p, needed) for p in profiles) else 0)


@sources.command()
@json_option
def presets(in_json: bool) -> None:
    """List the presets: what each export is, and its columns with the names that a source gives them."""
    from engine.load.preset import preset_names, read_preset
    from engine.load.yaml_node import to_plain

    found = [to_plain(read_preset(name)) for name in preset_names()]
    if in_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for each in found:
        assert isinstance(each, dict) and isinstance(each["columns"], dict)
        click.echo(f"{each['name']}  {each['title']}\n  {each['note']}\n  {each['documented']}")
        for name, column in each["columns"].items():
            assert isinstance(column, dict)
            click.echo(f"    {name:<16}{column['type']:<8}{column['from']}")
        click.echo()

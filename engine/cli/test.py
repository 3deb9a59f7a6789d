"""`komisi test`: do the plans pay what their tests say? Made rows in, expected rows out; no data file is read."""

import json
import sys
from pathlib import Path

import click

from engine.cli.ending import FINDINGS, USAGE, colored, fail
from engine.cli.places import compiled, workspace_folder, workspace_of, workspace_option


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-k", "only", metavar="TEXT", help="Only tests whose name has this text in it.")
@click.option(
    "--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True, help="How to print."
)
@workspace_option
def test(paths: tuple[str, ...], only: str | None, output_format: str, workspace: str | None) -> None:
    """Run the plans' tests: `tests/*.yaml` beside each plan.

    PATH is a test file, or a folder that has some. Without it, all tests of the workspace are run.

    \b
    komisi test
    komisi test plans/salesman -k bonus
    """
    for path in paths:
        if not Path(path).exists():
            fail(f"there is no {path}", "PATH is a test file, or a folder that has some", USAGE)
    root = workspace_of(Path(paths[0])) if paths and workspace is None else workspace_folder(workspace)
    made = compiled(root)
    from engine.trial import as_json, as_text, find_tests, run_tests

    files = find_tests(made.workspace, [Path(path) for path in paths])
    if not files:
        fail("there are no plan tests here", "they are YAML files in `tests/` beside a plan's comp.yaml", USAGE)
    suite = run_tests(made, files, only)
    if not suite.outcomes and only is not None and not len(suite.diagnostics):
        fail(f"no test's name has `{only}` in it", "`komisi test` runs all of them", USAGE)
    if output_format == "json":
        click.echo(json.dumps(as_json(suite), indent=1, ensure_ascii=False))
    else:
        click.echo(as_text(suite, suite.diagnostics.sources, colored(sys.stdout.isatty())))
    sys.exit(0 if suite.passed else FINDINGS)

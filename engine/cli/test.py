"""`komisi test`: do the plans pay what their tests say? Made rows in, expected rows out; no data file is read."""

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.ending import FINDINGS, UNREADABLE, USAGE, colored, fail
from engine.cli.places import (
    compiled,
    json_option,
    named,
    plan_of,
    run_and_rest,
    runs_option,
    workspace_folder,
    workspace_of,
    workspace_option,
)
from engine.cli.progress import progress, quiet_option

if TYPE_CHECKING:
    from engine.pipeline import Compiled


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-k", "only", metavar="TEXT", help="Only tests whose name has this text in it.")
@click.option(
    "--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True, help="How to print."
)
@click.option("--coverage", "covering", is_flag=True, help="Say what of the plans no test touches.")
@click.option(
    "--generate", "generating", is_flag=True, help="Write a test for each side of every number: `--generate [PLAN]...`."
)
@click.option("--record", "recording", is_flag=True, help="Write a test from a run: `--record RUN PARTICIPANT`.")
@click.option("--component", "-c", metavar="NAME", help="With --record: only this component.")
@json_option
@quiet_option
@workspace_option
@runs_option
def test(
    paths: tuple[str, ...],
    only: str | None,
    output_format: str,
    in_json: bool,
    covering: bool,
    generating: bool,
    recording: bool,
    component: str | None,
    workspace: str | None,
    runs: str | None,
) -> None:
    """Run the plans' tests: `tests/*.yaml` beside each plan.

    PATH is a test file, or a folder that has some. Without it, all tests of the workspace are run.

    \b
    komisi test
    komisi test plans/salesman -k bonus
    komisi test --coverage
    komisi test --generate salesman
    komisi test --record latest:2026-03 S-001 --component commission
    """
    if generating:
        if recording or covering or only is not None or component is not None:
            fail("--generate stands alone, with names of plans", "komisi test --generate salesman", USAGE)
        _generate(compiled(workspace_folder(workspace)), paths, in_json or output_format == "json")
        return
    if recording:
        _record(compiled(workspace_folder(workspace)), paths, component, runs)
        return
    if component is not None:
        fail("--component goes with --record", "`-k TEXT` runs only tests whose name has the text in it", USAGE)
    for path in paths:
        if not Path(path).exists():
            fail(f"there is no {path}", "PATH is a test file, or a folder that has some", USAGE)
    root = workspace_of(Path(paths[0])) if paths and workspace is None else workspace_folder(workspace)
    made = compiled(root)
    from engine.trial import as_json, as_text, coverage, coverage_json, coverage_text, find_tests, run_tests

    files = find_tests(made.workspace, [Path(path) for path in paths])
    if not files:
        fail("there are no plan tests here", "they are YAML files in `tests/` beside a plan's comp.yaml", USAGE)
    with progress():
        suite = run_tests(made, files, only)
    if not suite.outcomes and only is not None and not len(suite.diagnostics):
        fail(f"no test's name has `{only}` in it", "`komisi test` runs all of them", USAGE)
    covered = coverage(made, suite, not paths) if covering else None
    if in_json or output_format == "json":
        told = as_json(suite) | ({} if covered is None else {"coverage": coverage_json(covered)})
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        if covered is not None:
            click.echo(coverage_text(covered) + "\n")
        click.echo(as_text(suite, suite.diagnostics.sources, colored(sys.stdout.isatty())))
    sys.exit(0 if suite.passed else FINDINGS)


def _generate(made: "Compiled", plans: tuple[str, ...], in_json: bool) -> None:
    """Write boundary tests of some plans or all, and say where they are and what they leave out."""
    named = [plan_of(made, given, "test --generate").name for given in plans]
    from engine.trial import NotWritten
    from engine.trial.generate import generate_tests, generated_json, generated_text

    try:
        with progress():
            found = generate_tests(made, list(dict.fromkeys(named)) or [plan.name for plan in made.workspace.plans])
    except NotWritten as error:
        fail(str(error), error.help, USAGE)
    except OSError as error:
        fail(f"the tests can't be written: {(error.strerror or str(error)).lower()}", None, UNREADABLE)
    if in_json:
        click.echo(json.dumps(generated_json(found), indent=1, ensure_ascii=False))
        return
    click.echo(generated_text(found))
    if any(each.files for each in found):
        click.echo("next: read them, and keep what is meant: it is what the plans pay today", err=True)


def _record(made: "Compiled", given: tuple[str, ...], component: str | None, runs: str | None) -> None:
    """Write a test from a run, and say where it is."""
    name, rest = run_and_rest(given) if given else ("", ())
    if len(rest) != 1:
        fail("--record takes a run and one participant", "komisi test --record latest:2026-03 S-001", USAGE)
    opened = named(runs, name)
    from engine.record import RecordError
    from engine.trial import NotWritten, record_tests

    try:
        with progress():
            written = record_tests(made, opened, rest[0], component)
    except NotWritten as error:
        fail(str(error), error.help, USAGE)
    except RecordError as error:
        fail(str(error), None, UNREADABLE)
    except OSError as error:
        fail(f"the test can't be written: {(error.strerror or str(error)).lower()}", None, UNREADABLE)
    for path in written:
        click.echo(path)
    click.echo(f"next: komisi test {shlex.quote(str(written[0]))}", err=True)

"""`komisi show`: a plan read back, in sentences, tables, worked figures and pay curves."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.ending import UNREADABLE, USAGE, colored, fail
from engine.cli.places import compiled, json_option, plan_of, workspace_folder, workspace_option

if TYPE_CHECKING:
    from decimal import Decimal

    from engine.pipeline import Compiled
    from engine.plan.resolved import Component, Plan
    from engine.report.curve import Curve, NoCurve
    from engine.trial.curve import Question
    from engine.trial.curve_points import Named
    from engine.trial.curve_tables import Example


@click.command()
@click.argument("plan", required=False)
@click.option("--participant", metavar="ID", help="Figures with this participant's own target, read from the data.")
@click.option(
    "--target", metavar="AMOUNT", help="Figures with this target: of a period, quarter or year, as it is given."
)
@click.option("--at", metavar="VALUE", multiple=True, help="A figure at this value too: 105% of the target, or 4500.")
@click.option(
    "--so-far", metavar="AMOUNT", help="Of what adds up: what one period pays for --at, after so much before it."
)
@click.option(
    "--output-format", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
    help="How to print.",
)  # fmt: skip
@click.option("--svg", "picture", metavar="FILE", help="Write the pay curves to this file as one SVG picture.")
@json_option
@workspace_option
def show(
    plan: str | None, participant: str | None, target: str | None, at: tuple[str, ...], so_far: str | None,
    output_format: str, in_json: bool, picture: str | None, workspace: str | None,
) -> None:  # fmt: skip
    """Read a plan back: what counts, what is measured, what is paid, and what that comes to.

    The figures and the pay curves are calculated by the compiled plan itself, for a round example target unless you name
    a participant or a target. No data is read, but for --participant.

    \b
    komisi show salesman
    komisi show salesman --participant S-001
    komisi show salesman --at 105% --at 95000000
    komisi show salesman --output-format markdown --svg salesman.svg > salesman.md
    """
    output_format = "json" if in_json else output_format
    if participant is not None and target is not None:
        fail("--participant and --target both say which target", "give one of them", USAGE)
    if so_far is not None and not at:
        fail("--so-far says what came before", "say with --at what comes then", USAGE)
    amount = None if target is None else _amount("--target", target)
    root = workspace_folder(workspace)
    made = compiled(root)
    wanted = plan_of(made, plan, "show")
    if target is not None and not any(_reads_target(component) for component in wanted.components):
        fail(f"`{wanted.name}` reads no target", "leave --target out; --at VALUE says at which value", USAGE)
    from engine.trial.curve import Question, curves
    from engine.trial.curve_tables import Example

    example = Example(target=amount) if participant is None else _person(made, root, wanted, participant)
    question = Question(tuple(_named(each) for each in at), None if so_far is None else _number("--so-far", so_far))
    drawn = curves(made, wanted, example, question)
    _check_asked(wanted, drawn, question)
    if picture is not None:
        _write(wanted, drawn, picture)
    click.echo(_printed(made, wanted, drawn, output_format))
    if output_format == "text":
        click.echo("\nnext: komisi run PERIOD", err=True)


def _amount(option: str, text: str) -> "Decimal":
    """An amount above 0."""
    number = _number(option, text, " above 0")
    if number <= 0:
        fail(f"`{text}` is no amount", f"{option} takes a number above 0, such as 2500000 or 1250.50", USAGE)
    return number


def _number(option: str, text: str, which: str = "") -> "Decimal":
    """A number as people type it: digits, with commas between thousands or without."""
    import re
    from decimal import Decimal

    plain = text.replace(",", "").replace("_", "")
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", plain):
        fail(f"`{text}` is no amount", f"{option} takes a number{which}, such as 2500000 or 1250.50", USAGE)
    return Decimal(plain)


def _named(text: str) -> "Named":
    """A value of `--at`: `105%` is a share of the target, anything else an amount."""
    from engine.trial.curve_points import Named

    share = text.strip().removesuffix("%")
    if share != text.strip():
        return Named(_number("--at", share.strip()).scaleb(-2), True)
    return Named(_number("--at", share), False)


def _reads_target(component: "Component") -> bool:
    """Whether its table or a gate of it is against a target."""
    from engine.plan.resolved import Gate

    gates = (step.against for step in component.steps if isinstance(step, Gate))
    return any(against is not None for against in (component.table.against, *gates))


def _check_asked(plan: "Plan", drawn: "tuple[Curve | NoCurve, ...]", question: "Question") -> None:
    """What is asked for must have an answer in some component that has figures at all."""
    from engine.report.curve import Curve

    those = [curve for curve in drawn if isinstance(curve, Curve)]
    if not those:
        return
    if any(named.is_share for named in question.at) and all(curve.axis.target is None for curve in those):
        fail("--at says a share of a target", f"no figures of `{plan.name}` are shares of one: say an amount", USAGE)
    if question.so_far is not None and all(curve.following is None for curve in those):
        fail(f"nothing in `{plan.name}` adds up over several earning periods", "leave --so-far out", USAGE)


def _person(made: "Compiled", root: Path, plan: "Plan", participant: str) -> "Example":
    from engine.core.diagnostic import closest
    from engine.intake import IntakeError
    from engine.trial.curve_person import NotFound, person

    try:
        return person(made, root, plan, participant)
    except IntakeError as error:
        fail(f"[{error.code}] {error.where}: {error.message}", error.help, UNREADABLE)
    except NotFound as error:
        near = closest(participant, error.known)
        show = f"komisi show {plan.name}"
        fail(str(error), f"did you mean `{near}`?" if near else f"`{show}` alone shows a round example", USAGE)


def _write(plan: "Plan", drawn: "tuple[Curve | NoCurve, ...]", file: str) -> None:
    from engine.report.curve import Curve
    from engine.report.curve_svg import svg

    pictures = [curve for curve in drawn if isinstance(curve, Curve) and any(point.pays for point in curve.points)]
    if not pictures:
        fail(f"no component of `{plan.name}` has a curve to draw", f"`komisi show {plan.name}` says why", USAGE)
    try:
        Path(file).write_text(svg(plan.name, pictures), encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"the picture can't be written: {error.strerror}: {file}", "name another --svg FILE", UNREADABLE)
    click.echo(f"wrote {file}", err=True)


def _printed(made: "Compiled", plan: "Plan", drawn: "tuple[Curve | NoCurve, ...]", output_format: str) -> str:
    from engine.report.document import as_data, as_markdown, as_text
    from engine.report.plan_page import plan_page

    page = plan_page(made.workspace, plan, drawn, _ascii_only())
    if output_format == "json":
        return json.dumps({"plan": plan.name, "sections": as_data(page)}, indent=1, ensure_ascii=False)
    return as_markdown(page) if output_format == "markdown" else as_text(page, colored(sys.stdout.isatty()))


def _ascii_only() -> bool:
    """Whether the terminal can't be trusted with braille: it is dumb, or doesn't take Unicode."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return os.environ.get("TERM") == "dumb" or not encoding.startswith("utf")

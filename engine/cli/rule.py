"""`komisi rule`: what a code means, what provokes it, and what to write instead."""

import json
import re
import sys

import click

from engine.cli.complete import codes
from engine.cli.ending import USAGE, colored, fail

PASTED = re.compile(r"(?:ERROR|WARNING)?\[([A-Z]\d{3})\]:?")
"""A code as messages print it."""


@click.command()
@click.argument("code", required=False, shell_complete=codes)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def rule(code: str | None, as_json: bool) -> None:
    """Explain CODE, with an example of it and of what is right. A letter lists its family; nothing lists them all.

    \b
    komisi rule M101
    komisi rule M
    komisi rule
    """
    from engine.core.codes import CODES, FAMILIES
    from engine.rules import listed_json, listed_text, nearest, rule_json, rule_text

    color, asked = colored(sys.stdout.isatty()), (code or "").strip().upper()
    pasted = PASTED.fullmatch(asked)
    asked = pasted[1] if pasted else asked
    letters = asked if asked in FAMILIES else "".join(FAMILIES)
    if not asked or asked in FAMILIES:
        click.echo(json.dumps(listed_json(letters), indent=1) if as_json else listed_text(letters, color))
        click.echo("next: komisi rule CODE", err=True)
    elif asked in CODES:
        click.echo(json.dumps(rule_json(asked), indent=1) if as_json else rule_text(asked, color))
    else:
        assert code is not None
        near = nearest(code)
        help_ = f"did you mean {', '.join(near)}?" if near else "a code is a letter and three digits, as in M101;"
        fail(f"no code is called `{code[:40]}`", f"{help_} `komisi rule` lists them all", USAGE)

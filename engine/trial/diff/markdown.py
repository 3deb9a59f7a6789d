"""A page as markdown, for the description of a pull request or a comment on it."""

import re

from engine.trial.diff.page import Page, Sheet

LONG = 15
"""Tables with more rows are folded up."""


def markdown(page: Page) -> str:
    """The page with pipe tables; nothing that data or plans say is taken for markup."""
    parts = [f"### {_escaped(page.title)}", f"**{_escaped(page.verdict)}**"]
    if page.notes:
        parts.append("\n".join(f"- {_escaped(note)}" for note in page.notes))
    return "\n\n".join([*parts, *map(_sheet, page.sheets)])


def _sheet(sheet: Sheet) -> str:
    rule = ["---:" if i in sheet.right else "---" for i in range(len(sheet.head))]
    rows = [[_escaped(cell) for cell in row] for row in (sheet.head, *sheet.rows)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))
    body = "\n\n".join([table, *map(_escaped, sheet.below)])
    if len(sheet.rows) > LONG:
        title = f"{_escaped(sheet.title)} ({len(sheet.rows):,})"
        return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
    return f"#### {_escaped(sheet.title)}\n\n{body}"


def _escaped(said: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~&@])", r"\\\1", said)

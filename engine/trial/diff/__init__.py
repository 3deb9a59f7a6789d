"""diff: two runs, or the same data under two versions of the plans → whose pay differs, by how much, and which edit did it."""

import json
from collections.abc import Sequence
from pathlib import Path

from engine.pipeline import Compiled
from engine.trial.diff.as_json import as_json
from engine.trial.diff.attribute import attributed
from engine.trial.diff.difference import Difference
from engine.trial.diff.edits import edits
from engine.trial.diff.html import html
from engine.trial.diff.markdown import markdown
from engine.trial.diff.page import page
from engine.trial.diff.runs import compare_runs
from engine.trial.diff.states import Tried, Unfit
from engine.trial.diff.text import text

__all__ = ["Difference", "Unfit", "attribute", "compare_runs", "shown"]


def attribute(
    old: Compiled,
    new: Compiled,
    root: Path,
    periods: Sequence[str],
    names: tuple[str, str],
    notes: tuple[str, ...] = (),
) -> Difference:
    """Whose pay differs under two versions of the plans, and by which edits, on the data of the workspace in `root`.

    Raises Unfit where one of the two can't be calculated, as when a file of data can't be read.
    """
    return attributed(Tried(edits(old.texts, new.texts), old, new, root, periods), names, notes)


def shown(found: Difference, form: str, color: bool = False) -> str:
    """A difference as `text`, `json`, `markdown` or `html`."""
    match form:
        case "json":
            return json.dumps(as_json(found), indent=1, ensure_ascii=False)
        case "markdown":
            return markdown(page(found))
        case "html":
            return html(page(found), found)
        case _:
            return text(page(found), color)

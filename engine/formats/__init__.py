"""Diagnostics in the form that somebody asked for. In: `Diagnostics`. Out: one text for stdout.

`full` is for people (`core/diagnostic.py`), the others for programs: editors, continuous integration, code scanning. What a
plan file holds is not trusted in any of them. Nothing here knows Polars, so that `komisi check` starts at once.
"""

from collections.abc import Callable
from functools import partial

from engine.core.diagnostic import Diagnostics, render_full

__all__ = ["FORMATS", "rendered"]

FORMATS = ("full", "concise", "json", "github", "sarif")
"""By the names that `--output-format` takes."""


def rendered(diagnostics: Diagnostics, format_: str, color: bool) -> str:
    """The text of a format; empty where it has nothing to say."""
    assert format_ in FORMATS, format_
    form: Callable[[Diagnostics], str]
    match format_:
        case "full":
            form = partial(_full, color=color)
        case "concise":
            from engine.formats.concise import concise as form
        case "json":
            from engine.formats.json_object import json_object as form
        case "github":
            from engine.formats.github import github as form
        case _:
            from engine.formats.sarif import sarif as form
    return form(diagnostics)


def _full(diagnostics: Diagnostics, color: bool) -> str:
    return render_full(diagnostics, diagnostics.sources, color) if len(diagnostics) else ""

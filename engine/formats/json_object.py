"""One JSON object: the diagnostics, and how many more there are that the limit per file keeps out. Plain ASCII."""

import json
from collections.abc import Iterable

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.core.span import Span


def json_object(diagnostics: Diagnostics) -> str:
    """`{"diagnostics": […], "hidden": {"error": 0, "warning": 0}}`."""
    hidden = {"error": diagnostics.hidden("error"), "warning": diagnostics.hidden("warning")}
    return json.dumps({"diagnostics": to_json(diagnostics), "hidden": hidden}, indent=1)


def to_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, object]]:
    """A list of flat objects; `related` is a list of places with a message."""
    return [
        {
            "code": diagnostic.code,
            "severity": diagnostic.severity,
            "message": diagnostic.message,
            **_place(diagnostic.span),
            "label": diagnostic.label,
            "help": diagnostic.help,
            "related": [{**_place(span), "message": message} for span, message in diagnostic.related],
        }
        for diagnostic in diagnostics
    ]


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }

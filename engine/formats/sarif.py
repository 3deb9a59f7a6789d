"""SARIF 2.1.0, which code scanning and editors read: the diagnostics, the rules they are of, and whether any are left out.

Columns count characters, not UTF-16 units, and the log says so. Plain ASCII: what a plan hides stays an escape.
"""

import json
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostic, Diagnostics, one_line
from engine.core.span import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(diagnostics: Diagnostics) -> str:
    """A log with one run."""
    rules = sorted({diagnostic.code for diagnostic in diagnostics})
    driver = {"name": "komisi", "version": version("komisi"), "rules": [_rule(code) for code in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _left_out(diagnostics)}],
        "results": [_result(diagnostic, rules.index(diagnostic.code)) for diagnostic in diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _rule(name: str) -> dict[str, Any]:
    code = CODES[name]
    return {
        "id": name,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.explanation},
        "help": {"text": f"{code.explanation} `komisi rule {name}` shows an example."},
    }


def _result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    help_ = "".join(f"\nhelp: {one_line(line)}" for line in (diagnostic.help or "").split("\n") if line)
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": diagnostic.severity,
        "message": {"text": one_line(diagnostic.message) + help_},
        "locations": [{"physicalLocation": _place(diagnostic.span)}],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(span), "message": {"text": one_line(message)}}
            for number, (span, message) in enumerate(diagnostic.related, 1)
        ]
    return result


def _place(span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column,
    }  # fmt: skip
    return {"artifactLocation": {"uri": _uri(span.file)}, "region": region}


def _uri(file: str) -> str:
    """A relative reference; what could be read as a scheme begins with `./`."""
    return quote(file if ":" not in file.split("/")[0] else f"./{file}", safe="/", errors="surrogateescape")


def _left_out(diagnostics: Diagnostics) -> list[dict[str, Any]]:
    return [
        {"level": "warning", "message": {"text": f"{hidden} more of level {severity} are not shown"}}
        for severity in ("error", "warning")
        if (hidden := diagnostics.hidden(severity))
    ]

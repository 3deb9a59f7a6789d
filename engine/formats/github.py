"""GitHub's workflow commands: a pull request shows each diagnostic at its line.

A command ends with its line, a property with a comma or colon, and `%` begins an escape: none of them may come from a plan.
"""

from engine.core.diagnostic import Diagnostic, Diagnostics, one_line


def github(diagnostics: Diagnostics) -> str:
    """A command for each."""
    return "\n".join(map(_command, diagnostics))


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    properties = {"file": one_line(span.file), "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:  # over several lines, columns have no meaning there
        properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    properties["title"] = f"komisi {diagnostic.code}"
    lines = [diagnostic.message]
    if diagnostic.help is not None:
        first, *rest = diagnostic.help.split("\n")
        lines += [f"help: {first}", *rest]
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = "\n".join(map(one_line, lines))
    return f"::{diagnostic.severity} {said}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

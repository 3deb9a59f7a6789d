"""`file:line:column: error[CODE] message`, a line each: what editors jump along and `grep` can count."""

from engine.core.diagnostic import Diagnostics, one_line


def concise(diagnostics: Diagnostics) -> str:
    """A line for each."""
    return "\n".join(
        f"{one_line(each.span.file)}:{each.span.line}:{each.span.column}:"
        f" {each.severity}[{each.code}] {one_line(each.message)}"
        for each in diagnostics
    )

"""PyYAML's complaints in plain words. In: the exception, where the scanner stood. Out: code, message, help, place.

PyYAML's own texts speak of tokens and block ends; who writes a plan needs to know which character to change.
"""

import re
from dataclasses import dataclass
from typing import Literal

import yaml


@dataclass(frozen=True)
class Mistake:
    """What to say; lines and columns count from 0, as PyYAML's do. `opened` is where the unfinished part began."""

    code: str
    message: str
    help: str | None
    line: int
    column: int
    opened: tuple[int, int] | None = None
    about: Literal["value", "block"] | None = None
    """What had begun before: the quoted value that ended here, or the block that the line is not lined up with."""


QUOTE = "put the whole text in quotes"
INDENT = "line it up with the lines it belongs to"

SAYINGS: tuple[tuple[str, str, str, str | None], ...] = (
    (r"scanning an alias", "Y012", "`*` begins an alias here", f"{QUOTE}, or write `*` between two values"),
    (r"scanning an anchor", "Y011", "`&` begins an anchor here", QUOTE),
    (r"(scanning|parsing) a tag|undefined tag handle", "Y014", "`!` begins a tag here", QUOTE),
    (r"character '%'", "Y008", "a value can't begin with `%`", "write `5%`, not `%5`, or put the text in quotes"),
    (r"character '`'", "Y008", "a value can't begin with a backtick", QUOTE),
    (r"character ['\"](?P<what>.)['\"] that cannot", "Y008", "a value can't begin with `{what}`", QUOTE),
    (r"could not find expected ':'", "Y008", "this line has no colon that ends a key",
     "write `key: value` with a space after the colon; a text of several lines begins with `|` or is quoted"),
    (r"mapping values are not allowed", "Y008", "a colon is not allowed here",
     "quote a text that contains `: `; or check the indentation here and above, and the space after the colon above"),
    (r"sequence entries are not allowed", "Y008", "a list item `- ` is not allowed here",
     "begin the list on a line of its own below its key, or check the indentation"),
    (r"mapping keys are not allowed", "Y008", "a key is not allowed here", INDENT),
    (r"expected <block end>, but found '-'|block collection.*but found '<block sequence start>'", "Y008",
     "this list item is not lined up with anything", INDENT),
    (r"but found '(?P<what>[]}])'", "Y008", "`{what}` closes nothing", "delete it; in a text, quote the text"),
    (r"block mapping.*but found ':'", "Y008", "a key is missing before `:`", None),
    (r"block collection", "Y008", "this line is not an item of the list above", f"begin it with `- `, or {INDENT}"),
    (r"block mapping.*but found '<scalar>'", "Y008", "after the closing quote or bracket the value goes on",
     "put quotes around the whole value"),
    (r"block mapping", "Y008", "this line is not lined up with anything", INDENT),
    (r"but (got|found) '<stream end>'|flow (node|mapping|sequence).*'<document (start|end)>'", "Y008",
     "a bracket is not closed", "close it with `]` or `}`"),
    (r"expected ',' or '(?P<what>.)'", "Y008", "`,` or `{what}` is missing here",
     "a text that contains brackets, braces or `: ` must be quoted"),
    (r"(flow|block) node.*found '(?P<what>[^'<]+)'", "Y008", "a value is missing before `{what}`", None),
    (r"unexpected end of stream|unexpected document separator", "Y008", "a quoted text has no closing quote",
     "close it; inside single quotes write '' for a quote"),
    (r"unknown escape character '(?P<what>.*)'", "Y008", "`\\{what}` has no meaning in double quotes",
     "write `\\\\` for a backslash, or use single quotes"),
    (r"escape sequence of (?P<what>\d) hex", "Y008", "this escape needs {what} hexadecimal digits", None),
    (r"block scalar", "Y008", "nothing may follow `|` or `>` on its line", "begin the text on the next line"),
    (r"expected '<document start>'", "Y008", "this is outside of the plan's text",
     "check the indentation of this line and the first, or delete the line `...`"),
)  # fmt: skip
"""(pattern over PyYAML's context and problem, code, message, help): the first that is found speaks."""


OUT_OF_LINE = frozenset(message for _, _, message, _ in SAYINGS if "lined up" in message or "an item" in message)

STARTS_WHERE_IT_BEGAN = re.compile(r"scanning an a|could not find expected|unexpected (end|document)|stream end")
"""Complaints whose place is better shown where the unfinished part began."""


def mistake_of(problem: yaml.YAMLError, here: yaml.Mark) -> Mistake:
    """What to tell the author; `here` is where the scanner stands, for complaints without a place."""
    if not isinstance(problem, yaml.MarkedYAMLError):
        return Mistake("Y008", "this is not valid YAML", None, here.line, here.column)
    mark, began = problem.problem_mark or problem.context_mark or here, problem.context_mark
    complaint = f"{problem.context or ''}: {problem.problem or ''}"
    if began is not None and STARTS_WHERE_IT_BEGAN.search(complaint):
        mark = began
    opened = (began.line, began.column) if began is not None and "flow" in complaint and mark is not began else None
    for pattern, code, message, help in SAYINGS:
        found = re.search(pattern, complaint, re.DOTALL)
        if found:
            message = message.replace("{what}", found.groupdict().get("what") or "")
            about: Literal["value", "block"] | None = "value" if "<scalar>" in pattern else None
            about = "block" if message in OUT_OF_LINE else about
            return Mistake(code, message, help, mark.line, mark.column, opened, about)
    return Mistake("Y008", f"this is not valid YAML: {problem.problem}", None, mark.line, mark.column, opened)

"""Mistakes as comp admins make them: one change of an example of the language reference, and what `komisi check` says then.

A file of this folder, `CONSTRUCT.txt`, begins with `on: EXAMPLE`. Each mistake begins with `=== what was done`; then `on:`,
where it changes another example; `in: FILE`, where that is not the plan; lines `- ` that stand there once, `+ ` what stands
there instead; and `> `, what is printed: place, code, message, and what stands beside the caret and below it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.pipeline import front
from engine.trial import find_tests, run_tests
from tests.documents.examples import DOCUMENT, Example, build, examples

HERE = Path(__file__).parent
PLAN = "sales/comp.yaml"
BEGINS = "=== "


@dataclass
class Mistake:
    """One mistake: `old` becomes `new` in `file` of the example `on`."""

    construct: str
    title: str
    on: str
    file: str = PLAN
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def leaves_out(self) -> bool:
        """Whether something is missing, so that there is no line to point to."""
        return len("".join(self.new)) < len("".join(self.old)) and all(
            line.strip() in "\n".join(self.old) for line in self.new
        )

    def __str__(self) -> str:
        return f"{self.construct}: {self.title}"


def mistakes(construct: str) -> list[Mistake]:
    """The mistakes with a construct, as its file has them."""
    found: list[Mistake] = []
    on = ""
    for line in (HERE / f"{construct}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(BEGINS):
            found.append(Mistake(construct, line.removeprefix(BEGINS), on))
        elif line.startswith("on: ") and not found:
            on = line.removeprefix("on: ")
        elif line:
            _read(found[-1], line[0], line[2:], line)
    return found


def _read(mistake: Mistake, sign: str, rest: str, line: str) -> None:
    if sign in "-+>":
        {"-": mistake.old, "+": mistake.new, ">": mistake.told}[sign].append(rest)
    elif line.startswith("on: "):
        mistake.on = line.removeprefix("on: ")
    else:
        assert line.startswith("in: "), line
        mistake.file = line.removeprefix("in: ")


@cache
def _examples() -> dict[str, Example]:
    return examples(DOCUMENT.read_text(encoding="utf-8"))


def make(mistake: Mistake, folder: Path) -> range:
    """The example with the mistake in it. Out: the lines on which it stands."""
    build(_examples(), mistake.on, folder)
    file = folder / mistake.file
    text = file.read_text(encoding="utf-8")
    old, new = "\n".join(mistake.old), "\n".join(mistake.new)
    assert text.count(old) == 1, f"{mistake}: {text.count(old)} times in {mistake.file} of `{mistake.on}`: {old}"
    file.write_text(text.replace(old, new), encoding="utf-8")
    first = text[: text.index(old)].count("\n") + 1
    return range(first, first + max(new.count("\n"), 0) + 1)


def check(folder: Path) -> Diagnostics:
    """What `komisi check` finds there; in a plan without a finding, what `komisi test` does."""
    diagnostics = Diagnostics()
    compiled = front(folder, diagnostics, {})
    if compiled is not None and not len(diagnostics):
        return run_tests(compiled, find_tests(compiled.workspace, ())).diagnostics
    return diagnostics


def write(mistake: Mistake, told: list[str]) -> None:
    """Put what is told below a mistake."""
    file = HERE / f"{mistake.construct}.txt"
    head, *parts = re.split(f"^{BEGINS}", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for at, part in enumerate(parts):
        title, *lines = part.rstrip().split("\n")
        if title == mistake.title:
            kept = [line for line in lines if not line.startswith("> ")]
            parts[at] = "\n".join([title, *kept, *(f"> {line}" for line in told)]) + "\n\n"
    file.write_text((head + "".join(BEGINS + part for part in parts)).rstrip() + "\n", encoding="utf-8")


def printed(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """What is told, without excerpts."""
    lines: list[str] = []
    for each in diagnostics:
        lines.append(
            f"{each.span.file}:{each.span.line}:{each.span.column} {each.severity}[{each.code}] {each.message}"
        )
        lines += [f"  ^ {each.label}"] if each.label else []
        lines += [f"  = {line}" for line in (each.help or "").splitlines()]
        lines += [f"  note {span.file}:{span.line}: {text}" for span, text in each.related]
    return lines

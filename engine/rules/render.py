"""One code, or all of them, as text and as JSON. In: the catalogue and the examples. Out: what `komisi rule` prints."""

import difflib
import textwrap
from typing import Any

from engine.core.code import Code
from engine.core.codes import CODES, FAMILIES
from engine.core.diagnostic import brief
from engine.rules.example import Example, example_of

WIDTH, LENGTH = 100, 2000
RED, GREEN, BOLD = "31", "32", "1"
FOUND_BY_RUN = ("intake", "run", "post")


def rule_text(name: str, color: bool) -> str:
    """Title, explanation, an example that provokes it and one that doesn't."""
    code, example = CODES[name], example_of(name)
    head = _painted(f"{code.code}: {code.title}", BOLD, color)
    about = f"{FAMILIES[name[0]][0]} · {_told_by(code)}"
    parts = [f"{head}\n{about}", textwrap.fill(brief(code.explanation, LENGTH), WIDTH)]
    if example is not None:
        where = "the whole of " if example.whole else ""
        parts.append(f"Wrong, in {where}{_file(example)}:\n{_fragment(example.bad, RED, color)}")
        parts.append(f"Right:\n{_fragment(example.good, GREEN, color)}")
        parts += [textwrap.fill(f"Note: {note}.", WIDTH) for note in _notes(example)]
    return "\n\n".join(parts)


def rule_json(name: str) -> dict[str, Any]:
    """The same as an object."""
    code, example = CODES[name], example_of(name)
    shown = None
    if example is not None:
        shown = {"file": _file(example), "bad": example.bad, "good": example.good, "note": example.note}
    return {**_listed(code), "explanation": code.explanation, "example": shown}


def listed_text(letters: str, color: bool) -> str:
    """The codes of these families, a line each."""
    blocks = []
    for letter in letters:
        about, codes = FAMILIES[letter]
        lines = [f"  {code.code}  {code.title}" for code in codes]
        blocks.append("\n".join([_painted(f"{letter}: {about} · {_told_by(codes[0])}", BOLD, color), *lines]))
    return "\n\n".join(blocks)


def listed_json(letters: str) -> list[dict[str, Any]]:
    """The same as objects."""
    return [_listed(code) for letter in letters for code in FAMILIES[letter][1]]


def nearest(word: str) -> list[str]:
    """The codes that somebody who typed `word` may have meant, by code or by a word of the title."""
    asked = word.upper()
    begun = [code for code in CODES if asked and code.startswith(asked)]
    titled = [code.code for code in CODES.values() if len(word) > 2 and word.lower() in code.title.lower()]
    return (begun or titled or difflib.get_close_matches(asked, CODES, n=4, cutoff=0.5))[:8]


def _listed(code: Code) -> dict[str, Any]:
    return {"code": code.code, "title": code.title, "family": FAMILIES[code.code[0]][0], "told_by": _command(code)}


def _command(code: Code) -> str:
    return "run" if code.stage in FOUND_BY_RUN else "check"


def _told_by(code: Code) -> str:
    return "logged by `komisi run`" if _command(code) == "run" else "told by `komisi check`"


def _file(example: Example) -> str:
    folder, _, name = example.file.rpartition("/")
    return example.file if folder == "data" else name


def _notes(example: Example) -> list[str]:
    times = ["`<a × 9>` stands for `a` nine times over"] if " × " in example.bad else []
    return ([example.note] if example.note is not None else []) + times


def _fragment(text: str, hue: str, color: bool) -> str:
    """Four spaces in, whatever it was; the line between fragments that stand apart has no place of its own."""
    lines = text.split("\n")
    margin = min(len(line) - len(line.lstrip(" ")) for line in lines if line.strip() not in ("", "…"))
    shown = [f"    {line if line == '…' else line[margin:]}" for line in lines]
    return "\n".join(_painted(line, hue, color) for line in shown)


def _painted(text: str, style: str, color: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if color else text

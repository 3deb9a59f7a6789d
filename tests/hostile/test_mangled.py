"""Sound workspaces with one mangled line: never a traceback, and told at that line or where it is missed.

`KOMISI_MANGLED=20000 python -m pytest -m slow tests/hostile/test_mangled.py` tries more.
"""

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from engine.core.diagnostic import Diagnostic, Diagnostics, render_full
from engine.core.span import Span
from engine.pipeline import check
from tests.hostile.case import BASE
from tests.hostile.mangle import Mangled, mangled

ROOT = Path(__file__).parents[2]
MANY = int(os.environ.get("KOMISI_MANGLED", "3000"))
FOLDERS = (BASE, ROOT / "plans", ROOT / "engine" / "templates" / "demo", ROOT / "engine" / "templates" / "minimal")
WORKSPACES = [
    {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*.yaml"))
        if p.parent.name != "tests"
    }
    for folder in FOLDERS
]
MISSED = frozenset("MNSTW")
"""Families that tell of what is not there any more at the place that needs it: an absent key, policy, name, column."""


def told(seed: int) -> tuple[str, str]:
    """How the change of a seed is told: `beside` its lines, `missed` elsewhere, `nothing`; and the case for people."""
    random = Random(seed)
    texts = dict(random.choice(WORKSPACES))
    name = random.choice(sorted(texts))
    change = mangled(random, texts[name].decode())
    if change is None:
        return "same", ""
    texts[name] = change.text.encode()
    diagnostics, sources = Diagnostics(), dict[str, str]()
    check(Path("."), diagnostics, sources, texts)
    shown = render_full(diagnostics, sources, False)
    case = f"seed {seed}: {change.kind} at {name}:{change.first}\n{shown}"
    if not len(diagnostics):
        return "nothing", case
    if any(_beside(span, name, change) for found in diagnostics for span in _places(found)):
        return "beside", case
    return ("missed" if all(d.code[0] in MISSED or d.code == "R007" for d in diagnostics) else "far"), case


def _places(found: Diagnostic) -> list[Span]:
    return [found.span, *(span for span, _ in found.related)]


def _beside(span: Span, name: str, change: Mangled) -> bool:
    """Within the lines touched, or one line beside; an excerpt over several lines counts whole."""
    return span.file.endswith(name) and span.line <= change.last + 1 and span.end_line >= change.first - 1


def counted(seeds: range, far: int = 0) -> Counter[str]:
    """How each mangled file is told. Up to `far` may be told elsewhere: a quote that is opened by chance swallows lines up to
    the next one, and which of the two is the mistake nobody can know.
    """
    found: Counter[str] = Counter()
    for seed in seeds:
        how, case = told(seed)
        found[how] += 1
        assert found["far"] <= far, case
    return found


def test_a_mangled_line_is_told_where_it_is() -> None:
    found = counted(range(150))
    assert found["beside"] > 10 * found["missed"], found


@pytest.mark.slow
def test_thousands_of_mangled_lines(capsys: pytest.CaptureFixture[str]) -> None:
    found = counted(range(1000, 1000 + MANY), far=MANY // 1000)
    with capsys.disabled():
        print(f"\n{MANY} mangled files, no traceback: {dict(sorted(found.items()))}")
    assert found["beside"] > 10 * found["missed"], found

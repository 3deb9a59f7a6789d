"""Typical mistakes with every construct are told at their place, alone, in words that say what was expected and what to do.

`KOMISI_UPDATE=1 python -m pytest tests/mistakes` writes what is told anew: read what changes, as somebody would who has made
the mistake. Constructs come from the schemas, so that a new one fails here until it has its mistakes.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.load.build_measure import KINDS
from schemas.reference import FILES, schema_of
from tests.mistakes.mistake import HERE, Mistake, check, make, mistakes, printed, write

LEAST = 3

SEVERAL = {
    "roll_up: how many levels is not said": "two things are left out",
    "prizes: prizes in percent": "each of three",
    "profile: numbers": "each of three",
    "ramp: numbers for percents": "each of two",
    "dimension: bands of texts": "each of three rows",
    "min: of two measures": "each of two",
    "ratio: of credit rules": "each of two",
    "measure_formula: to date, with one's own weight": "a base to date would be paid again each month",
    "earned: each plan of the other": "they go round, and nobody is on both plans",
    "previous: what no period at all means, where there always is this one": "a doubt of the example's own stands beside it",
    "average: the ratio's policy": "what is said decides nothing, and what decides is not said",
}
"""Mistakes that are told more than once, and why."""


ELSEWHERE = {
    "measure: measures as a list": "the next line is the first that does not fit",
    "weighted: as a list": "the next line is the first that does not fit",
    "workspace: a source as a list": "the next line is the first that does not fit",
    "dimension: bands of texts": "at each row",
    "variable: no default, in a formula": "where it is read",
    "earned: the plan that is read is not named in komisi.yaml": "where it is read",
    "values_on: nothing dated is read": "at the day of which nothing is read",
}
"""Mistakes that can't be told where they are, and where they are told."""


def around(text: list[str], lines: range) -> set[int]:
    """The lines of a mistake, those that they stand under, and those beside them."""
    at = lines.start
    above = [number for number in range(at, 0, -1) if _indented(text[number - 1]) < _indented(text[at - 1])]
    top = next(iter(above), 0)
    bottom = next(
        (n for n in range(at, len(text) + 1) if _indented(text[n - 1]) < _indented(text[at - 1])), len(text) + 1
    )
    beside = {n for n in range(top + 1, bottom) if _indented(text[n - 1]) == _indented(text[at - 1])}
    under, depth = set(), _indented(text[at - 1])
    for number in above:
        if _indented(text[number - 1]) < depth:
            under.add(number)
            depth = _indented(text[number - 1])
    return {*lines, *beside, *under}


def _indented(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 10_000


def constructs() -> Iterator[str]:
    """Every noun of the schemas, every mode, kind of measure and item of a list; formulas, policies and plan tests."""
    for name, _, nouns in FILES:
        yield from (name, *nouns.split())
    plan: dict[str, Any] = schema_of("comp-plan")["$defs"]
    yield from plan["rate_table"]["properties"]["mode"]["enum"]
    yield from (kind for kind in plan["modifier"]["properties"] if kind not in ("note", "reason", "waivers"))
    yield from ("measure_formula" if kind == "formula" else kind for kind in KINDS)
    yield from ("formula", "policies", "plan-test")


CONSTRUCTS = tuple(dict.fromkeys(constructs()))
WRITTEN = tuple(sorted(path.stem for path in HERE.glob("*.txt")))
ALL = [mistake for construct in WRITTEN for mistake in mistakes(construct)]


def test_every_construct_has_its_mistakes() -> None:
    assert set(WRITTEN) == set(CONSTRUCTS)
    few = {construct: found for construct in CONSTRUCTS if (found := len(mistakes(construct))) < LEAST}
    assert not few, f"fewer than {LEAST} mistakes: {few}"


def test_no_mistake_is_written_twice() -> None:
    names = [str(mistake) for mistake in ALL]
    assert len(set(names)) == len(names)
    assert set(SEVERAL) <= set(names)


@pytest.mark.parametrize("mistake", ALL, ids=str)
def test_a_mistake_is_told(mistake: Mistake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = make(mistake, tmp_path)
    monkeypatch.chdir(tmp_path)
    found = list(check(Path(".")))
    assert found, "it is not found"
    alone = str(mistake) not in SEVERAL
    assert (len(found) == 1) == alone, "follow-up errors hide the cause" if alone else "it is told once"
    places = [span for each in found for span in (each.span, *(at for at, _ in each.related))]
    near = around(Path(mistake.file).read_text(encoding="utf-8").splitlines(), lines)
    there = [span for span in places if span.file == mistake.file and span.line in near]
    assert there or mistake.leaves_out or str(mistake) in ELSEWHERE, "no place is where the mistake is"
    assert all(each.help for each in found), "it does not say what to do"
    told = printed(found)
    if os.environ.get("KOMISI_UPDATE"):
        monkeypatch.undo()
        write(mistake, told)
    else:
        assert told == mistake.told

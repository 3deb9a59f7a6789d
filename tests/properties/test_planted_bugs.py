"""A test that can't fail proves nothing: each planted bug makes the two interpreters differ, within few generated cases."""

import json
import os
from functools import lru_cache
from itertools import chain
from pathlib import Path

import pytest

from engine.ir.infer import InferenceError
from engine.ir.program import Program
from engine.lower import lower
from engine.reference import reference

from .differential import Results, compared
from .generate import Case, generate
from .planted import PLANTED
from .planting import Bug

SEEDS = 900
"""In so many generated cases each bug must show. Most programs don't have the construct: those cost next to nothing."""

SHOWN = Path(__file__).with_name("planted_bugs.json")
"""Where each bug was seen, which is looked at first: where the generator has changed, the search costs time and no more.
`KOMISI_UPDATE=1`, without `-n`, looks for all of them and writes it.
"""
SEEN: dict[str, int] = json.loads(SHOWN.read_text(encoding="utf-8"))
UPDATE = os.environ.get("KOMISI_UPDATE") == "1"


@lru_cache(SEEDS)
def _case(seed: int) -> tuple[Case, Program]:
    case = generate(seed)
    return case, lower(case[0])


@lru_cache(SEEDS)
def _expected(seed: int) -> Results:
    return reference(*_case(seed)[0])


def found_at(name: str) -> int | None:
    """A seed whose figures the bug changes; None if it goes unnoticed."""
    bug, seen = PLANTED[name], SEEN.get(name)
    for seed in chain(() if seen is None or UPDATE else (seen,), range(SEEDS)):
        case, right = _case(seed)
        if _shows(bug, right, case, seed):
            return seed
    return None


def _shows(bug: Bug, right: Program, case: Case, seed: int) -> bool:
    """Whether figures differ; a program that no longer fits together has none, and another case has to show the bug."""
    try:
        wrong = bug(case[0])
        return wrong != right and bool(compared(wrong, *case, _expected(seed)))
    except InferenceError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_caught(name: str) -> None:
    found = found_at(name)
    assert found is not None and found < SEEDS
    if UPDATE:
        SEEN[name] = found
        kept = {each: SEEN[each] for each in PLANTED if each in SEEN}
        SHOWN.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

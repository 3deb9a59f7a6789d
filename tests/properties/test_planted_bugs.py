"""A test that can't fail proves nothing: each planted bug makes the two interpreters differ, within few generated cases."""

from functools import lru_cache

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


@lru_cache(SEEDS)
def _case(seed: int) -> tuple[Case, Program]:
    case = generate(seed)
    return case, lower(case[0])


@lru_cache(SEEDS)
def _expected(seed: int) -> Results:
    return reference(*_case(seed)[0])


def found_at(bug: Bug) -> int | None:
    """The first seed whose figures the bug changes; None if it goes unnoticed."""
    for seed in range(SEEDS):
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
    assert found_at(PLANTED[name]) is not None

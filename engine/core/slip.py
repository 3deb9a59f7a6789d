"""Which of the names that are there a misspelt one was meant to be: `s-01` or `S01` for `S-01`, one letter too many or too few.

In: the names. Out: of a word the one name that it is a slip of, else None. Ids often differ by a digit: another digit is
another person, and of two names that are as near none is named.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

LONGEST = 100
LEAST_FOR_DIGITS = 5
"""A digit too many or too few is taken for a slip in names of this many characters."""


class Slips:
    """The names that are there; what it takes to find one is made when the first word is looked up."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name for name in names if 0 < len(name) <= LONGEST)

    def meant(self, word: str) -> str | None:
        """The only name that is the word but for case, signs and leading noughts; else the only one that is one slip away."""
        if not 0 < len(word) <= LONGEST or word in self._names:
            return None
        alike = self._by_bare.get(_bare(word), ())
        found = alike or {name for name in self._like(word.casefold()) if _one_slip(word, name)}
        return next(iter(found)) if len(found) == 1 else None

    def _like(self, word: str) -> Iterable[str]:
        """The names that may be one slip from a word: of many names only those that a slip of it makes are looked at."""
        if len(word) * len(self._letters) > len(self._names):
            return self._names
        return (name for slip in _slips(word, self._letters) for name in self._by_case.get(slip, ()))

    @cached_property
    def _letters(self) -> frozenset[str]:
        return frozenset().union(*self._by_case)

    @cached_property
    def _by_case(self) -> dict[str, set[str]]:
        return _grouped((name.casefold(), name) for name in self._names)

    @cached_property
    def _by_bare(self) -> dict[str, set[str]]:
        return _grouped((_bare(name), name) for name in self._names)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, name in pairs:
        found.setdefault(key, set()).add(name)
    return found


def _bare(word: str) -> str:
    """Letters and digits alone, in one case, numbers without leading noughts; nothing of a word that has neither."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    parts = re.findall(r"\d+|[^\W\d_]+", plain)
    return "".join(part.lstrip("0") or "0" if part.isdecimal() else part for part in parts) or word


def _slips(word: str, letters: Iterable[str]) -> Iterator[str]:
    """What one slip makes of a word: itself in another case, a character less, more or another, two that changed places."""
    yield word
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + after[1:]


def _one_slip(word: str, name: str) -> bool:
    """Whether one letter is wrong, missing, too many, or has changed places with the next."""
    one, other = word.casefold(), name.casefold()
    if min(len(one), len(other)) < 3:
        return False
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if len(one) == len(other) == 2:
        return one == other[::-1] and not one.isdecimal()
    if max(len(one), len(other)) > 1:
        return False
    if one and other:
        return not (one.isdecimal() and other.isdecimal())
    return not (one + other).isdecimal() or min(len(word), len(name)) >= LEAST_FOR_DIGITS

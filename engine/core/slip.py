"""Which of the names that are there a misspelt one was meant to be: `s-01` or `S01` for `S-01`, one letter too many or too few.

In: the names. Out: of a word the one name that it is a slip of, else None. Ids often differ by a digit: another digit is
another person, and of two names that are as near none is named.
"""

import re
import unicodedata
from collections.abc import Iterable
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
        near = {n for key in _shortened(word.casefold()) for n in self._by_shortened.get(key, ()) if _one_slip(word, n)}
        found = alike or near
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _by_bare(self) -> dict[str, set[str]]:
        return _grouped((_bare(name), name) for name in self._names)

    @cached_property
    def _by_shortened(self) -> dict[str, set[str]]:
        return _grouped((key, name) for name in self._names for key in _shortened(name.casefold()))


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


def _shortened(word: str) -> set[str]:
    """The word, and what it is without one of its characters: two words that are one slip apart have one in common."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


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

"""A table in parts by ranges of its key: where the cuts are, and which rows lie between two of them.

Rows of one key lie in one part, and parts follow one another in the order of the key; so what is made part by part stands in
that order. Where the cuts are changes no result, only what is held at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Ranges:
    """`keys` order the rows; `cuts` are the first keys of all parts but the first, ascending."""

    keys: tuple[str, ...]
    cuts: tuple[tuple[Any, ...], ...]

    @property
    def count(self) -> int:
        """How many parts there are."""
        return len(self.cuts) + 1

    def inside(self, part: int) -> pl.Expr:
        """Whether a row lies in a part."""
        found = pl.lit(True)
        if part > 0:
            found = ~_before(self.keys, self.cuts[part - 1])
        return found if part == len(self.cuts) else found & _before(self.keys, self.cuts[part])

    def parted(self, rows: pl.DataFrame, keys: Sequence[str]) -> list[pl.DataFrame]:
        """Rows that stand in the order of `keys`, which begin with columns like those of the ranges: each part's, in turn."""
        own = keys[: len(self.keys)]
        ends = rows.select(
            [pl.lit(0), *(_before(own, cut).sum().alias(str(n)) for n, cut in enumerate(self.cuts))]
        ).row(0)
        places = [*ends, rows.height]
        return [rows.slice(start, end - start) for start, end in pairwise(places)]


def chosen(sample: pl.DataFrame, count: int) -> Ranges:
    """Ranges that cut a sample of keys, without nulls, into at most `count` parts of about one size."""
    rows = sample.sort(sample.columns)
    places = [rows.height * part // count for part in range(1, count)]
    cuts = dict.fromkeys(rows.row(place) for place in places if 0 < place < rows.height)
    return Ranges(tuple(sample.columns), tuple(cuts))


def _before(keys: Sequence[str], cut: tuple[Any, ...]) -> pl.Expr:
    """Whether a row's key is less than another."""
    less = pl.lit(False)
    for name, value in reversed(list(zip(keys, cut, strict=True))):
        less = (pl.col(name) < value) | ((pl.col(name) == value) & less)
    return less

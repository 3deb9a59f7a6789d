"""Rows in the order of their keys: looked at first, because most tables of a run are made in that order already."""

import polars as pl

SMALL = 10_000
"""So many rows are sorted sooner than looked at."""

SAMPLES = 500
"""So many rows are looked at first: those of a table that is made of several are seldom in order."""


def ordered(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The rows in the order of the keys, then of all other columns; nulls last."""
    return in_order(table, keys)[0]


def in_order(table: pl.DataFrame, keys: list[str]) -> tuple[pl.DataFrame, bool]:
    """The same, and whether no key stands twice, as far as that was looked at."""
    if table.height < 2 or not table.columns:
        return table, True
    if seen_to_ascend(table, keys):
        return table, True
    if keys and table.height > SMALL:
        by_keys = table.sort(keys, nulls_last=True)
        if _ascends(by_keys, keys):
            return by_keys, True
    return table.sort([*keys, *(name for name in table.columns if name not in keys)], nulls_last=True), False


def stays(table: pl.DataFrame, keys: list[str]) -> bool:
    """Whether rows that should ascend do, as far as a look at a few of many tells."""
    return table.height <= SMALL or _ascends(_some(table), keys)


def seen_to_ascend(table: pl.DataFrame, keys: list[str]) -> bool:
    """Whether each row's key is greater than that of the row before; of few rows nobody looks."""
    return bool(keys) and table.height > SMALL and ascends(table, keys)


def ascends(table: pl.DataFrame, keys: list[str]) -> bool:
    """Whether each row's key is greater than that of the row before: no key stands twice."""
    return _ascends(_some(table), keys) and _ascends(table, keys)


def _some(table: pl.DataFrame) -> pl.DataFrame:
    return table.gather_every(table.height // SAMPLES or 1)


def _ascends(table: pl.DataFrame, keys: list[str]) -> bool:
    """Whether each row's key is greater than that of the row before; then no tie is left to order."""
    greater = pl.lit(False)
    for name in reversed(keys):
        here, before = pl.col(name), pl.col(name).shift(1)
        greater = (here > before) | ((here == before) & greater)
    return bool(table.lazy().select(greater.slice(1).all(ignore_nulls=False)).collect().item() is True)

"""Random changes of a run, as a forger makes them: one cell, or a row gone, doubled or given to somebody else."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from engine.explain.finding import text
from engine.record import Record, open_record
from engine.trial.again import recalculated

from .forger import change, reseal, written

UNIT = Decimal("0.000000000001")


@dataclass(frozen=True)
class Forged:
    """What was changed: the table, its keys and their values in the changed row, the column, the value before and after."""

    table: str
    key: dict[str, Any]
    column: str
    before: Any
    after: Any

    def row(self) -> list[str]:
        """What a finding must say of the row: its key, as it now stands."""
        key = {**self.key, **({self.column: self.after} if self.column in self.key else {})}
        return [f"{name} {text(value)}" for name, value in key.items() if value not in (None, "")]


def another(rng: Random, value: Any, dtype: pl.DataType, column: list[Any], gaps: bool = True) -> Any:
    """Another value of a type: the nearest, a far one, one that stands elsewhere in the column, nothing."""
    others = sorted({each for each in column if each is not None and each != value}, key=str)
    found: list[Any] = [None] if gaps and value is not None else []
    if others:
        found.append(rng.choice(others))
    if isinstance(dtype, pl.Decimal):
        base = value or Decimal(0)
        found += [base + UNIT, base - UNIT, -base - 1, base * 2 + 1, base + Decimal("0.01")]
    elif dtype == pl.Date and value is not None:
        found += [value - timedelta(1), value - timedelta(30)]
    elif dtype == pl.Boolean:
        found += [value is not True]
    elif dtype == pl.Int64:
        found += [(value or 0) + 1, (value or 0) - 1]
    elif dtype == pl.String:
        found += [(value or "") + "x", (value or "").upper() or "X"]
    return rng.choice([each for each in found if each != value])


def forge_cell(rng: Random, folder: Path, names: list[str], keys: dict[str, tuple[str, ...]]) -> Forged:
    """Change a cell of one of these tables, each as likely, and write every fingerprint anew."""
    record = open_record(folder)
    name = rng.choice([name for name in names if record.table(name).height])
    frame = written(record, name)
    row, column = rng.randrange(frame.height), rng.choice(frame.columns)
    before = frame[column][row]
    after = another(rng, before, frame.schema[column], frame[column].to_list())
    put(folder, name, row, column, after)
    reseal(folder)
    called = {key: frame[key][row] for key in keys.get(name, ())}
    return Forged(name, called, column, before, after)


def put(folder: Path, table: str, row: int, column: str, value: Any) -> None:
    """Another value in a cell."""

    def how(frame: pl.DataFrame) -> pl.DataFrame:
        values = frame[column].to_list()
        values[row] = value
        return frame.with_columns(pl.Series(column, values, frame.schema[column]))

    change(folder, table, how)


def forge_rows(rng: Random, folder: Path, names: list[str]) -> Iterator[tuple[str, str]]:
    """In each of these tables a row gone, doubled, or swapped between two participants; the table, and what was done."""
    for name in names:
        frame = written(open_record(folder), name)
        if not frame.height:
            continue
        row = rng.randrange(frame.height)
        hows = {
            "gone": frame.filter(pl.int_range(pl.len()) != row),
            "doubled": pl.concat([frame, frame.slice(row, 1)]),
        }
        if "participant" in frame.columns and frame["participant"].n_unique() > 1:
            one, other = rng.sample(sorted(frame["participant"].drop_nulls().unique().to_list()), 2)
            hows["swapped"] = frame.with_columns(pl.col("participant").replace({one: other, other: one}))
        for said, forged in hows.items():
            if not forged.sort(pl.all()).equals(frame.sort(pl.all())):
                with restored(folder):
                    change(folder, name, lambda _, forged=forged: forged)  # type: ignore[misc]  # mypy sees no default
                    reseal(folder)
                    yield name, said


class restored:  # noqa: N801  # read as a word: `with restored(folder)`
    """The run as it was, when the block ends."""

    def __init__(self, folder: Path):
        self.folder, self.copy = folder, folder.with_name(f"{folder.name}-sound")

    def __enter__(self) -> None:
        shutil.copytree(self.folder, self.copy)

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder)
        self.copy.rename(self.folder)


def forged_input(rng: Random, record: Record, work: Path, out: Path) -> tuple[Forged, Path] | None:
    """A run that is whole in itself, made from one changed input cell: the forger calculated it anew with the engine.

    Only the source files don't fit. None where the change can't be calculated with.
    """
    names = [name for name in record.input_names() if name.startswith("source/") and record.table(name).height]
    name = rng.choice(names)
    frame = record.table(name)
    row = rng.randrange(frame.height)
    column = rng.choice([name for name in frame.columns if name not in ("file", "row")])
    after = another(rng, frame[column][row], frame.schema[column], frame[column].to_list(), gaps=False)
    shutil.copytree(record.folder, work)
    put(work, name, row, column, after)
    try:
        folder = recalculated(open_record(work), out).folder
    except (AssertionError, pl.exceptions.PolarsError):
        return None
    finally:
        shutil.rmtree(work)
    return Forged(name, {key: frame[key][row] for key in ("file", "row")}, column, frame[column][row], after), folder

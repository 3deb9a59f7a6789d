"""Types of the IR as Polars dtypes, and the check that a table has exactly those, so that no float can slip in."""

from collections.abc import Mapping
from typing import TypeVar

import polars as pl

from engine.core.money import PLACES
from engine.ir.program import Schema
from engine.ir.types import Type

DECIMAL = pl.Decimal(38, PLACES)
Frame = TypeVar("Frame", pl.LazyFrame, pl.DataFrame)

OTHERS: Mapping[str, pl.DataType] = {
    "date": pl.Date(), "text": pl.String(), "bool": pl.Boolean(), "integer": pl.Int64(),
}  # fmt: skip


def dtype_of(type_: Type) -> pl.DataType:
    """How values of a type are stored."""
    return DECIMAL if type_.is_numeric else OTHERS[type_.dtype]


def schema_of_columns(schema: Schema) -> pl.Schema:
    """The Polars schema of a table."""
    return pl.Schema({name: dtype_of(type_) for name, type_ in schema.items()})


def checked(table: str, frame: Frame, schema: Schema) -> Frame:
    """The frame, once its columns and dtypes are those of `schema`."""
    _same(table, frame.collect_schema(), schema_of_columns(schema))
    return frame


def _same(table: str, found: pl.Schema, wanted: pl.Schema) -> None:
    if list(found.items()) == list(wanted.items()):
        return
    differing = [
        f"{name}: {found.get(name)} instead of {wanted.get(name)}"
        for name in dict.fromkeys((*wanted, *found))
        if found.get(name) != wanted.get(name)
    ]
    raise AssertionError(f"table `{table}`: {'; '.join(differing) or f'columns in the order {list(found)}'}")
